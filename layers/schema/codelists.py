"""The shared code lists: published values in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from layers.schema.bundled import CODELISTS, read_bundled
from layers.schema.layer import Code


@cache
def codelists() -> Mapping[str, tuple[Code, ...]]:
    """The codes of every shared list, by its name."""
    documents = {path.stem: read_bundled(path) for path in sorted(CODELISTS.glob("*.toml"))}
    return {
        name: tuple(map(Code.model_validate, document["codes"]))
        for name, document in documents.items()
    }
