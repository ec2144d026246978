"""Small geodata files for tests, and what reading them found."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import shapely

from layers.schema.source import Source
from layers.sources.read import read as read_source
from layers.sources.rows import Rows

POINT = {"type": "Point", "coordinates": [139.6, 35.8]}


def read(path: Path, **source: Any) -> Rows:
    return read_source(Source(path=path.name, **source), path)


def kinds(rows: Rows) -> list[str]:
    return [problem.kind for problem in rows.problems]


def found(rows: Rows) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(p.kind, p.row, p.column, p.value) for p in rows.problems]


def feature(geometry: object = POINT, /, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: object, **members: object) -> str:
    document = {"type": "FeatureCollection", **members, "features": features}
    return json.dumps(document, ensure_ascii=False)


def put(tmp_path: Path, content: str | bytes, name: str = "a.geojson") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def missing(rows: Rows) -> list[int]:
    return [int(n) for n, s in zip(rows.numbers, rows.geometry, strict=True) if s is None]


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def dbf(
    fields: list[tuple[str | bytes, str, int]],
    records: list[list[str | bytes]],
    *,
    encoding: str = "cp932",
    language: int = 0,
    deleted: tuple[int, ...] = (),
) -> bytes:
    """A DBF as its format describes it; `deleted` are record numbers from 1."""

    def raw(text: str | bytes) -> bytes:
        return text if isinstance(text, bytes) else text.encode(encoding)

    length = 1 + sum(width for _, _, width in fields)
    content = struct.pack("<B3BIHH16xBB2x", 3, 126, 1, 1, len(records), 33 + 32 * len(fields),
                          length, 0, 0)  # fmt: skip
    content = content[:29] + bytes([language]) + content[30:32]
    for name, kind, width in fields:
        content += struct.pack("<11sc4xBB14x", raw(name)[:10], kind.encode(), width, 0)
    content += b"\r"
    for number, record in enumerate(records, 1):
        content += b"*" if number in deleted else b" "
        for (_, _, width), cell in zip(fields, record, strict=True):
            content += raw(cell)[:width].ljust(width)
    return content + b"\x1a"


def shp(points: list[tuple[float, float] | None]) -> tuple[bytes, bytes]:
    """A .shp of points, None for a null shape, and its .shx."""
    shapes, index, at = b"", b"", 50
    for number, point in enumerate(points, 1):
        body = struct.pack("<i", 0) if point is None else struct.pack("<i2d", 1, *point)
        shapes += struct.pack(">2i", number, len(body) // 2) + body
        index += struct.pack(">2i", at, len(body) // 2)
        at += 4 + len(body) // 2

    def header(words: int) -> bytes:
        box = struct.pack("<8d", 139, 35, 140, 36, 0, 0, 0, 0)
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i", 1000, 1) + box

    return header(50 + len(shapes) // 2) + shapes, header(50 + len(index) // 2) + index


def shapefile(
    folder: Path,
    attributes: bytes | None,
    points: list[tuple[float, float] | None] | None = None,
    cpg: bytes | None = None,
) -> Path:
    """A Shapefile of points; of two unless they are given."""
    shapes, index = shp(points if points is not None else [(139.6, 35.8), (139.61, 35.81)])
    path = folder / "地点.shp"
    path.write_bytes(shapes)
    path.with_suffix(".shx").write_bytes(index)
    if attributes is not None:
        path.with_suffix(".dbf").write_bytes(attributes)
    if cpg is not None:
        path.with_suffix(".cpg").write_bytes(cpg)
    return path


def mapinfo(path: Path, *, charset: str = "WindowsJapanese") -> None:
    """A TAB or MIF of two points, in CP932, with the files that belong to it."""
    points = [shapely.Point(139.6, 35.8), shapely.Point(139.61, 35.81)]
    frame = geopandas.GeoDataFrame({"NAME": ["あ", "消火栓①"]}, geometry=points, crs=4326)
    plain = path.with_stem("plain-names")
    pyogrio.write_dataframe(frame, plain, driver="MapInfo File", ENCODING="CP932")
    content = plain.read_bytes().replace(b"NAME", "名称".encode("cp932"))
    plain.write_bytes(content.replace(b"WindowsJapanese", charset.encode()))
    for part in [*path.parent.glob("plain-names.*")]:
        part.rename(path.with_suffix(part.suffix))


def polygon_shp(rings: list[list[tuple[float, float]]]) -> tuple[bytes, bytes]:
    """A .shp and its .shx with one record: these rings, in this order and winding, closed."""
    closed = [[*ring, ring[0]] for ring in rings]
    pairs = [pair for ring in closed for pair in ring]
    starts = [sum(map(len, closed[:index])) for index in range(len(closed))]
    x, y = zip(*pairs, strict=True)
    bounds = struct.pack("<4d", min(x), min(y), max(x), max(y))
    content = struct.pack("<i", 5) + bounds + struct.pack("<2i", len(closed), len(pairs))
    content += struct.pack(f"<{len(starts)}i", *starts)
    content += b"".join(struct.pack("<2d", *pair) for pair in pairs)

    def headed(body: bytes) -> bytes:
        words = (100 + len(body)) // 2
        return (
            struct.pack(">i20xi", 9994, words) + struct.pack("<2i", 1000, 5) + bounds
            + bytes(32) + body
        )  # fmt: skip

    record = struct.pack(">2i", 1, len(content) // 2)
    return headed(record + content), headed(struct.pack(">2i", 50, len(content) // 2))
