"""Mapbox Vector Tiles (version 2.1 of the specification) from the same cut as GeoJSON.

Written by hand because a tile's whole geometry is encoded at once, as arrays, and because ids and
types must survive: a whole number stays one, and every id is the feature's own.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import orjson

from layers.geometry.clip import on_grid, whole_features
from layers.geometry.parts import Integers, Kind, Parts, concatenate
from layers.geometry.runs import run_starts
from layers.geometry.tile import GRID, columns, rows
from layers.schema.values import Scalar
from layers.tiles.content import TileContent
from layers.tiles.protobuf import length_delimited, number, split_varints, varint, zigzag

VERSION = 2
TYPES: dict[Kind, int] = {"point": 1, "line": 2, "polygon": 3}
MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
CLOSE = CLOSE_PATH | 1 << 3


def encode(content: TileContent, name: str) -> list[bytes]:
    """A vector tile with the one layer `name` for each tile; all are of one zoom."""
    geometry = _commands(_on_tiles(content)) if content.ids else []
    stretches = pairwise([0, *content.ends])
    return [_tile(content, name, geometry, first, last) for first, last in stretches]


def _tile(content: TileContent, name: str, geometry: list[bytes], first: int, last: int) -> bytes:
    """The tile of the features from `first` up to `last`."""
    keys: dict[str, int] = {}
    values: dict[tuple[type, Scalar], int] = {}
    features = []
    for index in range(first, last):
        tags: list[int] = []
        for key, value in orjson.loads(content.properties[index]).items():
            tags.append(keys.setdefault(key, len(keys)))
            tags.append(values.setdefault((type(value), value), len(values)))
        feature = [number(1, content.ids[index])]
        if tags:
            feature.append(length_delimited(2, b"".join(map(varint, tags))))
        kind = TYPES[content.parts.kind]
        feature += [number(3, kind), length_delimited(4, geometry[index])]
        features.append(length_delimited(2, b"".join(feature)))
    layer = [
        number(15, VERSION),
        length_delimited(1, name.encode()),
        *features,
        *(length_delimited(3, key.encode()) for key in keys),
        *(length_delimited(4, _value(value)) for _, value in values),
        number(5, GRID),
    ]
    return length_delimited(3, b"".join(layer))


def _value(value: Scalar) -> bytes:
    """A `Value` message; a whole number stays one, however large."""
    match value:
        case bool():
            return number(7, int(value))
        case int():
            return number(5, value) if value >= 0 else number(6, -2 * value - 1)
        case float():
            return b"\x19" + np.float64(value).tobytes()  # field 3, 64 bits, little-endian
        case str():
            return length_delimited(1, value.encode())


def _on_tiles(content: TileContent) -> Parts:
    """Parts in steps of their tile's grid, y downwards, exteriors of positive area as v2.1 wants.

    Their owner is the feature's index in `content`.
    """
    parts, z = content.parts, content.tiles[0].z
    owner = np.repeat(np.arange(len(content.ids)), np.diff(run_starts(parts.owner)))
    # In steps of the zoom, where parts of other tiles lie elsewhere.
    x, y = columns(parts.coordinates[:, 0], z) * GRID, rows(parts.coordinates[:, 1], z) * GRID
    on_zoom = Parts(parts.kind, np.column_stack([x, y]), parts.offsets, owner)
    if parts.kind == "point":
        gridded = Parts("point", np.round(on_zoom.coordinates), (), owner)
    else:
        gridded = whole_features(on_grid(on_zoom, 0), 0)
        lost = np.setdiff1d(owner, gridded.owner)
        if len(lost):  # narrower than a step: as small as the grid can show it
            gridded = _with_specks(gridded, on_zoom, lost)
    corners = np.array([(tile.x, tile.y) for tile in content.tiles]) * GRID
    of_feature = np.repeat(corners, np.diff(content.ends, prepend=0), axis=0)
    of_vertex = np.repeat(of_feature[gridded.owner], np.diff(gridded.vertices()), axis=0)
    return replace(gridded, coordinates=gridded.coordinates - of_vertex)


def _with_specks(gridded: Parts, parts: Parts, lost: Integers) -> Parts:
    first = np.searchsorted(parts.owner, lost)
    places = np.round(parts.coordinates[parts.vertices()[first]])
    outline = {
        "line": [(0, 0), (1, 0)],
        "polygon": [(0, 0), (1, 0), (0, 1), (0, 0)],
    }[parts.kind]
    size = len(outline)
    coordinates = (places[:, None, :] + np.array(outline)[None]).reshape(-1, 2)
    numbers = np.arange(len(lost) + 1)
    offsets = (numbers * size, numbers)[: len(parts.offsets)]
    both = concatenate([gridded, Parts(parts.kind, coordinates, offsets, lost)])
    return both.take(np.argsort(both.owner, kind="stable"))


def _commands(parts: Parts) -> list[bytes]:
    """The command stream of each owner's geometry (section 4.3 of the specification)."""
    places = parts.coordinates.astype(np.int64)
    if parts.kind == "point":
        paths = run_starts(parts.owner)  # the points of a feature are one command
        of_path = parts.owner[paths[:-1]]
        closed = 0
    else:
        paths = parts.offsets[0]
        rings = parts.offsets[1] if parts.kind == "polygon" else np.arange(len(parts) + 1)
        of_path = np.repeat(parts.owner, np.diff(rings))
        closed = int(parts.kind == "polygon")
    if closed:  # the first vertex is not repeated: ClosePath says so
        keep = np.ones(len(places), dtype=bool)
        keep[paths[1:] - 1] = False
        places = places[keep]
        paths = paths - np.arange(len(paths))
    size = np.diff(paths)
    lines = int(parts.kind != "point")
    length = 2 * size + 1 + lines + closed
    start = np.concatenate([[0], np.cumsum(length)])
    stream = np.empty(start[-1], dtype=np.int64)
    stream[start[:-1]] = MOVE_TO | (1 << 3 if lines else size << 3)
    if lines:
        stream[start[:-1] + 3] = LINE_TO | (size - 1) << 3
    if closed:
        stream[start[1:] - 1] = CLOSE
    features = run_starts(of_path)
    steps = np.diff(places, axis=0, prepend=0)
    begins = paths[features[:-1]]
    steps[begins] = places[begins]
    nth = np.arange(len(places)) - np.repeat(paths[:-1], size)
    at = np.repeat(start[:-1], size) + 1 + 2 * nth + lines * (nth > 0)
    stream[at], stream[at + 1] = zigzag(steps).T
    return split_varints(stream, start[features])
