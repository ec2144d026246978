"""Names of what a file says beside a layer's fields."""

from __future__ import annotations

from collections.abc import Container


def free(name: str, fields: Container[str]) -> str:
    """The name, with a `_` for each field in its way."""
    while name in fields:
        name += "_"
    return name
