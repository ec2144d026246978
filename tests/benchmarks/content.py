"""What tiles hold, of either side, so that it can be said whether they did the same work."""

from __future__ import annotations

import gzip
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import orjson
import shapely

from tests.benchmarks.report import Condition

SAME = 0.1  # share by which the numbers of vertices may differ
TILES_LOOKED_AT = 60  # of each zoom: all of a city's, a sample of a region's
GZIP = b"\x1f\x8b"

Address = tuple[int, int, int]
Geometry = dict[str, Any]
Reader = Callable[[bytes], Iterator[Geometry]]


@dataclass(frozen=True)
class Content:
    """Sums over tiles. `vertices` leaves out the one that closes a ring."""

    tiles: int = 0
    features: int = 0
    vertices: int = 0
    polygons: int = 0
    invalid: int = 0

    def __add__(self, other: Content) -> Content:
        mine, theirs = self._values(), other._values()
        return Content(*(a + b for a, b in zip(mine, theirs, strict=True)))

    def times(self, factor: float) -> Content:
        return Content(*(round(value * factor) for value in self._values()))

    def _values(self) -> list[int]:
        return [getattr(self, field.name) for field in fields(self)]


def geojson(tile: bytes) -> Iterator[Geometry]:
    """The geometries of a GeoJSON tile."""
    for feature in orjson.loads(tile)["features"] if tile else ():
        yield feature["geometry"]


def mvt(tile: bytes) -> Iterator[Geometry]:
    """The geometries of a Mapbox vector tile, in its own grid."""
    layers = mapbox_vector_tile.decode(tile) if tile else {}
    for layer in layers.values():
        for feature in layer["features"]:
            yield feature["geometry"]


def geojson_vt(tile: bytes) -> Iterator[Geometry]:
    """The geometries of a tile that geojson-vt wrote: rings in a row, outer ones wound alike."""
    for feature in orjson.loads(tile):
        if feature["type"] == 1:
            yield {"type": "MultiPoint", "coordinates": feature["geometry"]}
        else:
            yield {"type": "MultiPolygon", "coordinates": _polygons(feature["geometry"])}


def counted(tile: bytes, read: Reader) -> Content:
    """What one tile holds."""
    features = vertices = 0
    areas = []
    for geometry in read(tile):
        features += 1
        vertices += _vertices(geometry["coordinates"])
        if geometry["type"].endswith("Polygon"):
            areas.append(orjson.dumps(geometry))
    valid = shapely.is_valid(shapely.from_geojson(areas, on_invalid="ignore")) if areas else None
    invalid = 0 if valid is None else int((~valid).sum())
    return Content(1 if features else 0, features, vertices, len(areas), invalid)


def conditions(ours: Content, theirs: Content) -> tuple[Condition, ...]:
    """Whether two sides hold the same. Only our own polygons must be valid, but both are said."""
    vertices = ours.vertices / theirs.vertices if theirs.vertices else 0.0
    same = Condition(abs(vertices - 1) <= SAME, f"vertices {vertices:.2f}")
    if not ours.polygons:
        return (same,)
    valid = Condition(ours.invalid == 0, f"invalid polygons {_share(ours)} : {_share(theirs)}")
    return (same, valid)


def zooms(path: Path) -> list[int]:
    """The zooms of an MBTiles file, ascending."""
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT DISTINCT zoom_level FROM tiles ORDER BY zoom_level")
        return [z for (z,) in rows]


def addresses(path: Path, z: int) -> set[Address]:
    """Every tile of one zoom of an MBTiles file, rows from the south."""
    with sqlite3.connect(path) as database:
        wanted = "SELECT tile_column, tile_row FROM tiles WHERE zoom_level = ?"
        return {(z, x, y) for x, y in database.execute(wanted, (z,))}


def mbtiles(path: Path, read: Reader, chosen: Sequence[Address]) -> Content:
    """What the tiles at these addresses hold. Raises `RuntimeError` for one not in gzip."""
    wanted = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
    found = Content()
    with sqlite3.connect(path) as database:
        for address in chosen:
            for (tile,) in database.execute(wanted, address):
                if not tile.startswith(GZIP):
                    raise RuntimeError(f"{path.name}: tile {address} is not compressed")
                found += counted(gzip.decompress(tile), read)
    return found


def sample(of_zoom: set[Address]) -> list[Address]:
    """At most `TILES_LOOKED_AT` tiles of a zoom, the same each time."""
    count = min(len(of_zoom), TILES_LOOKED_AT)
    return random.Random(0).sample(sorted(of_zoom), count)


def _share(content: Content) -> str:
    return f"{content.invalid / content.polygons:.1%}" if content.polygons else "0%"


def _vertices(coordinates: list[Any]) -> int:
    """Positions below `coordinates`, a ring's last one not counted when it repeats the first."""
    if not coordinates or not isinstance(coordinates[0], list):
        return 1
    if isinstance(coordinates[0][0], list):
        return sum(map(_vertices, coordinates))
    closed = len(coordinates) > 3 and coordinates[0] == coordinates[-1]
    return len(coordinates) - closed


def _polygons(rings: list[list[list[int]]]) -> list[list[list[list[int]]]]:
    polygons: list[list[list[list[int]]]] = []
    outward = 0.0
    for ring in rings:
        closed = ring if ring[0] == ring[-1] else [*ring, ring[0]]
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed))
        outward = outward or area
        if area * outward > 0 or not polygons:
            polygons.append([closed])
        else:
            polygons[-1].append(closed)
    return polygons
