"""Keys of a source that would do nothing for the data they are written for."""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet
from pathlib import Path

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.schema.source import Source

REFUSALS: Mapping[str, ProblemKind] = {
    "sublayer": "sublayer_of_none",
    "encoding": "encoding_of_none",
    "header": "not_of_a_table",
    "longitude": "not_of_a_table",
    "latitude": "not_of_a_table",
    "wkt": "not_of_a_table",
}
TABLE_KEYS = frozenset(key for key, kind in REFUSALS.items() if kind == "not_of_a_table")


def require_used(source: Source, path: Path, used: AbstractSet[str]) -> None:
    """Raise `SourceError` for a key that the definition has and the data makes no use of."""
    for key, refusal in REFUSALS.items():
        value = getattr(source, key)
        if value is not None and key not in used:
            raise SourceError(path, refusal, value, key=f"source.{key}")
