"""A rendered map page in its parts, and the pages of every language as one piece of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Parts:
    """A rendered figure: its HTML, and its script, which is served apart under its own name."""

    html: bytes
    script_name: str
    script: bytes


def to_json(pages: Mapping[str, Parts]) -> bytes:
    """The pages by language as JSON."""
    return orjson.dumps(
        {
            lang: [page.html.decode(), page.script_name, page.script.decode()]
            for lang, page in pages.items()
        }
    )


def from_json(content: bytes) -> dict[str, Parts]:
    """What `to_json` was given. Raises `ValueError` for anything but its result."""
    try:
        return {
            lang: Parts(html.encode(), script_name, script.encode())
            for lang, (html, script_name, script) in orjson.loads(content).items()
        }
    except (AttributeError, TypeError) as error:
        raise ValueError(f"no map pages: {error}") from None
