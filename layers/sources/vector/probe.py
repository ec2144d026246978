"""fiona: a look into a file before it is loaded, and its rescue row by row when loading fails.

The only module that imports fiona.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import fiona
from fiona._err import CPLE_BaseError
from fiona.errors import FionaError
from shapely.geometry import shape

from layers.errors import SourceError
from layers.geometry.parts import Kind
from layers.schema.source import Source
from layers.sources.vector import sqlite
from layers.sources.vector.contents import Contents, gdal_message

SUBLAYER = "source.sublayer"
MOST_SUBLAYERS = 500
TYPES: Mapping[str, Kind] = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
# What fiona raises for a file that is broken or none of GDAL's.
UNREADABLE = (CPLE_BaseError, FionaError, OSError, ValueError, TypeError)


def look(path: Path, source: Source) -> Contents:
    """The contents of the file by its header. Raises `SourceError`."""
    sublayer, encoding = source.sublayer, source.encoding
    try:
        sublayers = tuple(fiona.listlayers(path))
        if len(sublayers) > MOST_SUBLAYERS:  # each is opened, to look for the one with geometry
            limit = str(MOST_SUBLAYERS)
            raise SourceError(path, "many_sublayers", len(sublayers), limit)
        if not sublayers and sqlite.is_database(path):
            raise SourceError(path, "no_spatial_table", "—")
        if sublayer is None and len(sublayers) > 1:
            sublayer = _only_with_geometry(path, sublayers, source.geometry)
        if sublayer is not None and sublayer not in sublayers:
            raise SourceError(path, "sublayer", sublayer, ", ".join(sublayers), key=SUBLAYER)
        with fiona.open(path, layer=sublayer, encoding=encoding) as collection:
            return Contents(
                driver=collection.driver,
                sublayer=sublayer,
                sublayers=sublayers,
                columns=dict(collection.schema["properties"]),
                crs=collection.crs_wkt or None,
                encoding=encoding or collection.encoding,
            )
    except UNREADABLE as error:
        raise SourceError(path, "damaged", detail=gdal_message(error, path)) from error


def _only_with_geometry(path: Path, sublayers: tuple[str, ...], kind: Kind | None) -> str:
    """The one sublayer that holds geometry of the kind: QGIS keeps styles in tables beside it.

    Raises `SourceError` where there are more, or none.
    """
    types = {}
    for name in sublayers:
        with fiona.open(path, layer=name) as collection:
            types[name] = str(collection.schema["geometry"])
    spatial = [name for name, geometry in types.items() if geometry != "None"]
    if not spatial:
        raise SourceError(path, "no_spatial_table", ", ".join(sublayers))
    of_kind = [name for name in spatial if _may_be(types[name], kind)]
    if len(of_kind) != 1:
        raise SourceError(path, "sublayer", None, ", ".join(of_kind or spatial), key=SUBLAYER)
    return of_kind[0]


def _may_be(geometry: str, kind: Kind | None) -> bool:
    """Whether geometries of a type as fiona calls it ("3D MultiPolygon") may be of the kind."""
    return kind is None or next(
        (own == kind for name, own in TYPES.items() if geometry.endswith(name)), True
    )


def salvage(
    path: Path, sublayer: str | None, encoding: str
) -> Iterator[tuple[int, Any, dict[str, Any], str]]:
    """Each feature by itself: number from 1, geometry, columns, and why it failed ("" if not)."""
    try:
        with fiona.open(path, layer=sublayer, encoding=encoding) as collection:
            fids = _fids(path, sublayer)
            if len(fids) != len(collection):
                fids = range(len(collection))
            for number, fid in enumerate(fids, 1):
                yield number, *_feature(collection, fid)
    except UNREADABLE as error:
        raise SourceError(path, "damaged", detail=gdal_message(error, path)) from error


def _fids(path: Path, sublayer: str | None) -> Sequence[int]:
    """The ids that GDAL has for the features, in their order, as far as they can be read.

    They count from 0 in most formats; in a GeoPackage they are what it says.
    """
    fids: list[int] = []
    nothing: dict[str, Any] = {"include_fields": [], "ignore_geometry": True}
    with suppress(*UNREADABLE), fiona.open(path, layer=sublayer, **nothing) as collection:
        fids.extend(fid for fid, _ in collection.items())
    return fids


def _feature(collection: Any, fid: int) -> tuple[Any, dict[str, Any], str]:
    """Geometry and columns of a feature, and why it failed ("" if not)."""
    try:
        feature = collection[fid]
        geometry = shape(feature.geometry) if feature.geometry else None
        return geometry, dict(feature.properties), ""
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one raises, the next may be whole
        return None, {}, gdal_message(error, Path(collection.path))
