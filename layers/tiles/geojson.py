"""GeoJSON (RFC 7946) of many tiles at once: arrays in, bytes out, no Python step per vertex."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import orjson

from layers.geometry.parts import Integers, Kind, Parts
from layers.geometry.runs import run_starts
from layers.tiles.content import TileContent

SINGLE: dict[Kind, bytes] = {"point": b"Point", "line": b"LineString", "polygon": b"Polygon"}
DEPTH: dict[Kind, int] = {"point": 1, "line": 1, "polygon": 2}  # brackets around a part's text
LEAD = b'{"type":"FeatureCollection",'
FEATURE = b'{"type":"Feature","id":'
PIECES = 6  # of a feature: see `_pieces`


def encode(content: TileContent) -> list[bytes]:
    """A FeatureCollection for each tile; each shows something."""
    pieces = _pieces(content)
    first = LEAD + b'"features":[' + FEATURE
    ends = [PIECES * end for end in content.ends]
    return [b"".join([first, *pieces[a + 1 : b], b"}]}"]) for a, b in pairwise([0, *ends])]


def features(content: TileContent) -> list[bytes]:
    """A GeoJSON Feature for each feature; one of several parts has a Multi geometry."""
    pieces = _pieces(content)
    starts = range(0, len(pieces), PIECES)
    return [b"".join([FEATURE, *pieces[at + 1 : at + PIECES], b"}"]) for at in starts]


def collection(features: Sequence[bytes]) -> bytes:
    """A FeatureCollection of encoded features."""
    lead, end = around_features()
    return lead + b",".join(features) + end


def around_features(members: bytes = b"") -> tuple[bytes, bytes]:
    """What stands before and after the features of a FeatureCollection.

    `members` are further members of it, `"key":value,…`.
    """
    return LEAD + (members + b"," if members else b"") + b'"features":[', b"]}"


def _pieces(content: TileContent) -> list[bytes]:
    """What the features are written of, end to end, `PIECES` each.

    The close of the feature before and the start, the id, what leads to the coordinates, these
    without the brackets around them all, what leads to the properties, and these.
    """
    parts, starts = content.parts, run_starts(content.parts.owner)
    name, depth = SINGLE[parts.kind], DEPTH[parts.kind]
    lead, close = _around(name, depth)
    pieces = [b"}," + FEATURE, b"", lead, b"", close, b""] * len(content.ids)
    pieces[1::PIECES] = orjson.dumps(content.ids)[1:-1].split(b",") if content.ids else []
    pieces[3::PIECES] = _joined(_texts(parts), starts, depth)
    pieces[5::PIECES] = content.properties
    multi = _around(b"Multi" + name, depth + 1)
    for index in np.flatnonzero(np.diff(starts) > 1).tolist():
        pieces[PIECES * index + 2 : PIECES * index + 5 : 2] = multi
    return pieces


def _around(name: bytes, depth: int) -> tuple[bytes, bytes]:
    """What stands before and after the coordinates of a geometry, with `depth` brackets."""
    lead = b',"geometry":{"type":"%b","coordinates":%b' % (name, b"[" * depth)
    return lead, b'%b},"properties":' % (b"]" * depth)


def _texts(parts: Parts) -> list[bytes]:
    """The coordinates of each part, without the brackets around them."""
    if not len(parts):
        return []
    text = orjson.dumps(np.ascontiguousarray(parts.coordinates), option=orjson.OPT_SERIALIZE_NUMPY)
    if not parts.offsets:
        return text[2:-2].split(b"],[")
    # [[x,y],[x,y],…]: the i-th "]" ends vertex i, and two bytes on the next one starts.
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("]"))[:-1] + 1
    line = parts.offsets[0]
    spans = zip([1, *(ends[line[1:-1] - 1] + 1).tolist()], ends[line[1:] - 1].tolist(), strict=True)
    lines = [text[start:end] for start, end in spans]
    return lines if len(parts.offsets) == 1 else _joined(lines, parts.offsets[1], 1)


def _joined(texts: list[bytes], offsets: Integers, depth: int) -> list[bytes]:
    """The texts between each two offsets as one, with the brackets that part them."""
    if len(texts) == len(offsets) - 1:
        return texts
    glue = b"]" * depth + b"," + b"[" * depth
    return [glue.join(texts[start:end]) for start, end in pairwise(offsets.tolist())]
