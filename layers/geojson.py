"""GeoJSON (RFC 7946) of many parts at once: arrays in, bytes out, no Python step per vertex."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import orjson
import shapely

from layers.parts import Parts

SINGLE = {"point": b"Point", "line": b"LineString", "polygon": b"Polygon"}
MULTI = {"point": b"MultiPoint", "line": b"MultiLineString", "polygon": b"MultiPolygon"}

EMPTY_COLLECTION = b'{"type":"FeatureCollection","features":[]}'


def features(
    parts: Parts, ids: Sequence[int], properties: Sequence[bytes], digits: int
) -> list[bytes]:
    """One GeoJSON Feature for each owner among the parts, in the order of the owners.

    `ids` and `properties` (JSON objects) are those of all features, by owner's index. Coordinates
    are written with at most `digits` decimals. A feature of several parts becomes a Multi geometry.
    """
    if not len(parts):
        return []
    geometries = _coordinates(parts, digits)
    starts = np.flatnonzero(np.r_[True, parts.owner[1:] != parts.owner[:-1], True]).tolist()
    owners = parts.owner[starts[:-1]].tolist()
    written = []
    for owner, (start, end) in zip(owners, pairwise(starts), strict=True):
        if end - start == 1:
            kind, coordinates = SINGLE[parts.kind], geometries[start]
        else:
            kind, coordinates = MULTI[parts.kind], b"[%b]" % b",".join(geometries[start:end])
        written.append(
            b'{"type":"Feature","id":%d,"geometry":{"type":"%b","coordinates":%b},"properties":%b}'
            % (ids[owner], kind, coordinates, properties[owner])
        )
    return written


def collection(written: Sequence[bytes], members: bytes = b"") -> bytes:
    """A FeatureCollection of written features; `members` are further members, `"key":value,…`."""
    lead = b'{"type":"FeatureCollection",' + (members + b"," if members else b"")
    return lead + b'"features":[' + b",".join(written) + b"]}"


def _coordinates(parts: Parts, digits: int) -> list[bytes]:
    """The `coordinates` member of each part."""
    _, coordinates, offsets = shapely.to_ragged_array(parts.geometry, include_z=False)
    text = orjson.dumps(np.round(coordinates, digits), option=orjson.OPT_SERIALIZE_NUMPY)
    # [[x,y],[x,y],…]: the i-th "]" ends vertex i, and two bytes on the next one starts.
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("]")) + 1
    starts = np.r_[1, ends[:-2] + 1]
    if not offsets:
        return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=False)]
    lines = [
        b"[%b]" % text[start:end]
        for start, end in zip(
            starts[offsets[0][:-1]].tolist(), ends[offsets[0][1:] - 1].tolist(), strict=True
        )
    ]
    if len(offsets) == 1:
        return lines
    return [b"[%b]" % b",".join(lines[start:end]) for start, end in pairwise(offsets[1].tolist())]
