"""GeoJSON (RFC 7946) of many tiles at once: arrays in, bytes out, no Python step per vertex."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import orjson

from layers.parts import Kind, Parts
from layers.shown import Shown

SINGLE: dict[Kind, bytes] = {"point": b"Point", "line": b"LineString", "polygon": b"Polygon"}
MULTI: dict[Kind, bytes] = {
    "point": b"MultiPoint",
    "line": b"MultiLineString",
    "polygon": b"MultiPolygon",
}
FEATURE = b'{"type":"Feature","id":%d,"geometry":{"type":"%b","coordinates":%b},"properties":%b}'


def encode(shown: Shown) -> list[bytes]:
    """A FeatureCollection for each tile."""
    written = features(shown)
    return [collection(written[start:end]) for start, end in pairwise([0, *shown.ends])]


def features(shown: Shown) -> list[bytes]:
    """A GeoJSON Feature for each feature; one of several parts has a Multi geometry."""
    single, multi = SINGLE[shown.parts.kind], MULTI[shown.parts.kind]
    coordinates = _coordinates(shown.parts)
    runs = zip(shown.runs, shown.ids, shown.properties, strict=True)
    return [
        FEATURE % (number, single, coordinates[start], properties)
        if end - start == 1
        else FEATURE % (number, multi, b"[%b]" % b",".join(coordinates[start:end]), properties)
        for (start, end), number, properties in runs
    ]


def collection(written: Sequence[bytes], members: bytes = b"") -> bytes:
    """A FeatureCollection of written features; `members` are further members, `"key":value,…`."""
    lead = b'{"type":"FeatureCollection",' + (members + b"," if members else b"")
    return lead + b'"features":[' + b",".join(written) + b"]}"


def _coordinates(parts: Parts) -> list[bytes]:
    """The `coordinates` member of each part."""
    if not len(parts):
        return []
    text = orjson.dumps(np.ascontiguousarray(parts.coordinates), option=orjson.OPT_SERIALIZE_NUMPY)
    # [[x,y],[x,y],…]: the i-th "]" ends vertex i, and two bytes on the next one starts.
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("]"))[:-1] + 1
    starts = np.r_[1, ends[:-1] + 1]
    if not parts.offsets:
        return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    line = parts.offsets[0]
    spans = zip(starts[line[:-1]].tolist(), ends[line[1:] - 1].tolist(), strict=True)
    lines = [b"[%b]" % text[start:end] for start, end in spans]
    if len(parts.offsets) == 1:
        return lines
    rings = pairwise(parts.offsets[1].tolist())
    return [
        b"[%b]" % (lines[start] if end - start == 1 else b",".join(lines[start:end]))
        for start, end in rings
    ]
