"""Keys of a definition that would do nothing for the data they are given for."""

from __future__ import annotations

from pathlib import Path

from layers.errors import SourceError
from layers.schema.source import Source

OF_TABLES = ("header", "longitude", "latitude", "wkt")


def require_no_table_keys(source: Source, path: Path) -> None:
    """Raise `SourceError` where data with geometry of its own is said to have it in columns."""
    for key in OF_TABLES:
        if (said := getattr(source, key)) is not None:
            raise SourceError(path, "not_of_a_table", said, key=f"source.{key}")
