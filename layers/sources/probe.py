"""fiona: a look into a file before it is loaded, and its rescue row by row when loading fails.

The only module that imports fiona.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiona
from fiona.errors import FionaError, FionaValueError
from shapely.geometry import shape

from layers.errors import SourceError


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says of itself. `columns` maps names to fiona's types."""

    driver: str
    sublayers: tuple[str, ...]
    columns: dict[str, str]
    crs: str | None
    encoding: str | None


def look(path: Path, sublayer: str | None, encoding: str | None = None) -> Contents:
    """What is in the file, read from its header. Raises `SourceError`."""
    try:
        sublayers = tuple(fiona.listlayers(path))
        if sublayer is None and len(sublayers) > 1:
            wanted = f"one of {', '.join(sublayers)}"
            raise SourceError(path, "source.sublayer", sublayer, wanted)
        if sublayer is not None and sublayer not in sublayers:
            raise SourceError(path, "source.sublayer", sublayer, f"one of {', '.join(sublayers)}")
        with fiona.open(path, layer=sublayer, encoding=encoding) as collection:
            return Contents(
                driver=collection.driver,
                sublayers=sublayers,
                columns=dict(collection.schema["properties"]),
                crs=collection.crs_wkt or None,
                encoding=encoding or collection.encoding,
            )
    except (FionaError, FionaValueError, OSError) as error:
        raise SourceError(path, "file", str(error), "a geodata file that GDAL can open") from error


def salvage(
    path: Path, sublayer: str | None, encoding: str
) -> Iterator[tuple[int, Any, dict[str, Any], str]]:
    """Each feature by itself: number from 1, geometry, columns, and why it failed ("" if not)."""
    with fiona.open(path, layer=sublayer, encoding=encoding) as collection:
        for number in range(1, len(collection) + 1):
            try:
                feature = collection[number - 1]
                geometry = shape(feature.geometry) if feature.geometry else None
                yield number, geometry, dict(feature.properties), ""
            except Exception as error:  # noqa: BLE001 - whatever one raises, the next may be whole
                yield number, None, {}, str(error)
