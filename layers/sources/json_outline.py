"""The outermost members of a JSON document, from as much of it as there is at hand."""

from __future__ import annotations

import os
import re
from pathlib import Path

TOKEN = re.compile(
    r'"(?P<name>(?:[^"\\]|\\.)*)"(?P<colon>\s*:\s*(?:"(?P<text>(?:[^"\\]|\\.)*)")?)?|(?P<bracket>[{}\[\]])'
)
OUTERMOST = 1  # depth
LAST = re.compile(rb'"type"\s*:\s*"(\w+)"\s*\}\s*\Z')  # where members are written sorted
TAIL = 100  # bytes in which the last member is looked for
IN_LIST = 3  # depth of the members of the objects in a list that is a member


def outline(text: str, path: Path) -> str:
    """A line for each member in the first text of a file: `name`, or `name=text` for a text.

    A member of an object in a list that is a member itself is `list.name`; a type that is the
    file's last member is there, too. "" for what begins with no object. The text may end anywhere.
    """
    if not text.startswith("{"):
        return ""
    lines: dict[str, None] = {}
    depth, around = 0, ""
    for token in TOKEN.finditer(text):
        bracket = token["bracket"]
        if bracket:
            depth += 1 if bracket in "{[" else -1
            if depth <= 0:
                break
        elif token["colon"] and depth == OUTERMOST:
            around = token["name"]
            lines[around if token["text"] is None else f"{around}={token['text']}"] = None
        elif token["colon"] and depth == IN_LIST:
            lines[f"{around}.{token['name']}"] = None
    if not any(line.startswith("type=") for line in lines) and (last := LAST.search(_tail(path))):
        lines[f"type={last[1].decode()}"] = None
    return "\n".join(lines)


def _tail(path: Path) -> bytes:
    with path.open("rb") as content:
        content.seek(-min(TAIL, path.stat().st_size), os.SEEK_END)
        return content.read()
