"""A Shapefile with a CP932 attribute table, the same bytes for the same content.

GDAL writes the day of writing into a DBF's header; this writer takes it from its caller.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import shapely

POINT, POLYGON = 1, 5
JAPANESE = 0x13  # the language driver id of Shift_JIS

JGD2011 = (
    'GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
JGD2011_ZONE_9 = (
    f'PROJCS["JGD_2011_Japan_Zone_9",{JGD2011},PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",139.833333333333],PARAMETER["Scale_Factor",0.9999],'
    'PARAMETER["Latitude_Of_Origin",36.0],UNIT["Meter",1.0]]'
)


@dataclass(frozen=True)
class Column:
    """A DBF column: C text, N whole number, D date. `width` in bytes."""

    name: str
    kind: Literal["C", "N", "D"]
    width: int


def write(
    path: Path,
    geometries: Sequence[shapely.Point] | Sequence[shapely.Polygon],
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    prj: str,
    cpg: str | None,
    written: datetime.date,
) -> None:
    """Write .shp, .shx, .dbf, .prj and, unless None, .cpg.

    Geometries are points, or polygons with rings of any direction. Raises `ValueError` for a name
    or value that is too wide, and `UnicodeEncodeError` for one that CP932 cannot write.
    """
    shape_type = POINT if isinstance(geometries[0], shapely.Point) else POLYGON
    records = [_record(geometry) for geometry in geometries]
    bounds = shapely.total_bounds(list(geometries)).tolist()
    path.with_suffix(".shp").write_bytes(_with_header(_numbered(records), shape_type, bounds))
    path.with_suffix(".shx").write_bytes(_with_header(_index(records), shape_type, bounds))
    path.with_suffix(".dbf").write_bytes(_table(columns, rows, written))
    path.with_suffix(".prj").write_bytes(prj.encode("ascii"))
    if cpg is not None:
        path.with_suffix(".cpg").write_bytes(cpg.encode("ascii"))


def _record(geometry: shapely.Point | shapely.Polygon) -> bytes:
    if isinstance(geometry, shapely.Point):
        return struct.pack("<i2d", POINT, geometry.x, geometry.y)
    polygon = shapely.orient_polygons(geometry, exterior_cw=True)
    rings = [list(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
    starts = [sum(map(len, rings[:n])) for n in range(len(rings))]
    vertices = [number for ring in rings for vertex in ring for number in vertex]
    return b"".join(
        (
            struct.pack("<i4d", POLYGON, *polygon.bounds),
            struct.pack("<2i", len(rings), len(vertices) // 2),
            struct.pack(f"<{len(starts)}i", *starts),
            struct.pack(f"<{len(vertices)}d", *vertices),
        )
    )


def _numbered(records: Sequence[bytes]) -> Iterator[bytes]:
    for number, record in enumerate(records, start=1):
        yield struct.pack(">2i", number, len(record) // 2) + record


def _index(records: Sequence[bytes]) -> Iterator[bytes]:
    offset = 100
    for record in records:
        yield struct.pack(">2i", offset // 2, len(record) // 2)
        offset += 8 + len(record)


def _with_header(records: Iterator[bytes], shape_type: int, bounds: Sequence[float]) -> bytes:
    body = b"".join(records)
    length = (100 + len(body)) // 2  # in 16-bit words
    return (
        struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length)
        + struct.pack("<2i4d4d", 1000, shape_type, *bounds, 0.0, 0.0, 0.0, 0.0)
        + body
    )


def _table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], written: datetime.date
) -> bytes:
    header_size = 32 + 32 * len(columns) + 1
    row_size = 1 + sum(column.width for column in columns)
    header = struct.pack(
        "<4BIHH17xB2x",
        0x03,
        written.year - 1900,
        written.month,
        written.day,
        len(rows),
        header_size,
        row_size,
        JAPANESE,
    )
    described = b"".join(
        struct.pack("<11sc4xBB14x", _fit(column.name, 10), column.kind.encode(), column.width, 0)
        for column in columns
    )
    body = b"".join(
        b" " + b"".join(_cell(column, value) for column, value in zip(columns, row, strict=True))
        for row in rows
    )
    return header + described + b"\r" + body + b"\x1a"


def _cell(column: Column, value: str) -> bytes:
    text = _fit(value, column.width)
    return text.rjust(column.width) if column.kind == "N" else text.ljust(column.width)


def _fit(text: str, width: int) -> bytes:
    encoded = text.encode("cp932")
    if len(encoded) > width:
        raise ValueError(f"{text!r} takes {len(encoded)} bytes; wanted {width} at most")
    return encoded
