"""The outermost members of a JSON document, from as much of it as there is at hand."""

from __future__ import annotations

import re

TOKEN = re.compile(
    r'"(?P<name>(?:[^"\\]|\\.)*)"(?P<colon>\s*:\s*(?:"(?P<text>(?:[^"\\]|\\.)*)")?)?|(?P<bracket>[{}\[\]])'
)
OUTERMOST = 1  # depth
IN_LIST = 3  # depth of the members of the objects in a list that is a member


def outline(text: str) -> str:
    """A line for each member: `name`, or `name=text` where the value is text.

    A member of an object in a list that is a member itself is `list.name`. "" for what begins
    with no object. The text may end anywhere.
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
    return "\n".join(lines)
