"""WKT and WKB as they are written, of every kind there is: for what GEOS and shapely do not read.

The kinds are those of SQL/MM (ISO/IEC 13249-3); their codes in WKB are in OGC 06-103r4, 8.2.3, and
the flags of PostGIS' EWKB beside them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from layers.sources.vector.shapes import LONGEST, BrokenGeometry, Positions

ARC = "CIRCULARSTRING"
CURVES = frozenset({ARC, "COMPOUNDCURVE", "CURVEPOLYGON", "MULTICURVE", "MULTISURFACE"})
SURFACES = frozenset({"POLYHEDRALSURFACE", "TIN", "TRIANGLE"})
LINES = frozenset({"LINESTRING", ARC})
# What stands in a geometry without a name of its own.
NAMELESS = {
    "POLYGON": "LINESTRING",
    "TRIANGLE": "LINESTRING",
    "CURVEPOLYGON": "LINESTRING",
    "COMPOUNDCURVE": "LINESTRING",
    "MULTICURVE": "LINESTRING",
    "MULTILINESTRING": "LINESTRING",
    "MULTIPOINT": "POINT",
    "MULTIPOLYGON": "POLYGON",
    "MULTISURFACE": "POLYGON",
    "POLYHEDRALSURFACE": "POLYGON",
    "TIN": "TRIANGLE",
}
KINDS = {
    1: "POINT", 2: "LINESTRING", 3: "POLYGON", 4: "MULTIPOINT", 5: "MULTILINESTRING",
    6: "MULTIPOLYGON", 7: "GEOMETRYCOLLECTION", 8: "CIRCULARSTRING", 9: "COMPOUNDCURVE",
    10: "CURVEPOLYGON", 11: "MULTICURVE", 12: "MULTISURFACE", 15: "POLYHEDRALSURFACE", 16: "TIN",
    17: "TRIANGLE",
}  # fmt: skip
DEEPEST = 8  # geometries within one another; a curve of a polygon in a collection is the third
TOKEN = re.compile(r"[(),]|[^\s(),]+")
AXES = re.compile(r"Z|M|ZM", re.IGNORECASE)
Z_FLAG, M_FLAG, SRID_FLAG = 0x80000000, 0x40000000, 0x20000000


class Node(NamedTuple):
    """A geometry of a kind: its positions, or the geometries in it."""

    kind: str
    parts: list[Node]
    positions: Positions

    def kinds(self) -> Iterator[str]:
        """Its kind, and those of all in it."""
        yield self.kind
        for part in self.parts:
            yield from part.kinds()


def from_wkt(text: str) -> Node:
    """The geometry in a text. Raises `BrokenGeometry`."""
    tokens = iter(TOKEN.findall(text))
    try:
        name = next(tokens).upper()
        geometry = _from_words(name, tokens, next(tokens), 1)
        if next(tokens, None) is not None:
            raise BrokenGeometry("unmade")
    except StopIteration:  # it ends early
        raise BrokenGeometry("unmade") from None
    return geometry


def _from_words(kind: str, tokens: Iterator[str], token: str, depth: int) -> Node:
    """The geometry of which the name is read, and of what follows it the first word."""
    if depth > DEEPEST:
        raise BrokenGeometry("nested_geometry", str(DEEPEST))
    name = kind
    for suffix in ("ZM", "Z", "M"):
        if kind.endswith(suffix) and kind.removesuffix(suffix) in KINDS.values():
            name = kind.removesuffix(suffix)
            break
    if AXES.fullmatch(token):
        token = next(tokens)
    if name not in KINDS.values():
        raise BrokenGeometry("geometry_kind", kind[:LONGEST])
    if token.upper() == "EMPTY":
        return Node(name, [], np.empty((0, 2)))
    if token != "(":
        raise BrokenGeometry("unmade")
    if name in LINES or name == "POINT":
        return Node(name, [], _positions(tokens))
    parts: list[Node] = []
    while True:
        token = next(tokens)
        if token == "(":
            inner = NAMELESS.get(name, "")
            parts.append(_from_words(inner, tokens, token, depth + 1))
        elif name == "MULTIPOINT" and not token[0].isalpha():  # without brackets of its own
            positions = _positions(tokens, token)
            parts += [Node("POINT", [], pair.reshape(1, 2)) for pair in positions]
            return Node(name, parts, np.empty((0, 2)))
        else:
            parts.append(_from_words(token.upper(), tokens, next(tokens), depth + 1))
        token = next(tokens)
        if token == ")":
            return Node(name, parts, np.empty((0, 2)))
        if token != ",":
            raise BrokenGeometry("unmade")


def _positions(tokens: Iterator[str], first: str | None = None) -> Positions:
    """The positions up to the closing bracket, without height and measure."""
    rows: list[list[float]] = [[]]
    token = next(tokens) if first is None else first
    while token != ")":
        if token == ",":
            rows.append([])
        else:
            try:
                rows[-1].append(float(token))
            except ValueError:
                raise BrokenGeometry("not_a_number", token[:LONGEST]) from None
        token = next(tokens)
    if any(len(row) < 2 for row in rows):
        raise BrokenGeometry("half_a_position", ", ".join(map(str, rows[-1])))
    return np.array([row[:2] for row in rows])


def from_wkb(content: bytes) -> Node:
    """The geometry in bytes. Raises `BrokenGeometry`."""
    try:
        geometry, _ = _from_bytes(content, 0, 1)
    except (struct.error, ValueError):
        raise BrokenGeometry("unmade") from None
    return geometry


def _from_bytes(content: bytes, at: int, depth: int) -> tuple[Node, int]:
    """The geometry that begins at a byte, and where it ends."""
    if depth > DEEPEST:
        raise BrokenGeometry("nested_geometry", str(DEEPEST))
    order = "<" if content[at : at + 1] == b"\x01" else ">"
    (code,) = struct.unpack_from(f"{order}I", content, at + 1)
    at += 5 + (4 if code & SRID_FLAG else 0)
    plain = code & 0x1FFFFFFF
    axes = (0, 1, 1, 2)[plain // 1000 % 4]  # beyond x and y: none, Z, M or both
    width = 2 + axes + bool(code & Z_FLAG) + bool(code & M_FLAG)
    kind = KINDS.get(plain % 1000)
    if kind is None:
        raise BrokenGeometry("geometry_kind", f"WKB {plain}")
    if kind == "POINT":
        positions, at = _pairs(content, at, 1, width, order)
        return Node(kind, [], positions), at
    (count,) = struct.unpack_from(f"{order}I", content, at)
    at += 4
    if kind in LINES:
        positions, at = _pairs(content, at, count, width, order)
        return Node(kind, [], positions), at
    parts: list[Node] = []
    for _ in range(count):
        if kind in ("POLYGON", "TRIANGLE"):
            (length,) = struct.unpack_from(f"{order}I", content, at)
            positions, at = _pairs(content, at + 4, length, width, order)
            parts.append(Node("LINESTRING", [], positions))
        else:
            part, at = _from_bytes(content, at, depth + 1)
            parts.append(part)
    return Node(kind, parts, np.empty((0, 2))), at


def _pairs(content: bytes, at: int, count: int, width: int, order: str) -> tuple[Positions, int]:
    numbers = np.frombuffer(content, f"{order}f8", count * width, at)
    return numbers.reshape(-1, width)[:, :2].astype(np.float64), at + 8 * count * width
