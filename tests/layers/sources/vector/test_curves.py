"""Curves and surfaces: one of them keeps no other row from being read, and is read itself."""

from __future__ import annotations

import json
import math
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow
import pyarrow.parquet
import pyogrio
import pytest
import shapely

from layers.sources.vector.curves import of_wkb, of_wkt
from tests.layers.sources.bombs_of_geodata import GEO
from tests.layers.sources.geodata import kinds, put, read

HALF = "CIRCULARSTRING(0 0,1 1,2 0)"
CIRCLE = "CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0)"
SQUARE = "((0 0,1 0,1 1,0 1,0 0))"
# Each with what is made of it, its length and its area.
CURVES = {
    HALF: ("LineString", math.pi, 0),
    "CIRCULARSTRING Z (0 0 5,1 1 5,2 0 5)": ("LineString", math.pi, 0),
    "CIRCULARSTRING ZM (0 0 5 6,1 1 5 6,2 0 5 6)": ("LineString", math.pi, 0),
    "CIRCULARSTRING(0 0,1 0,2 0)": ("LineString", 2, 0),  # straight
    "CIRCULARSTRING(0 0,2 0,0 0)": ("LineString", 2 * math.pi, 0),  # a whole circle
    "CIRCULARSTRING(2 0,1 1,0 0)": ("LineString", math.pi, 0),
    "CIRCULARSTRING(0 0,1 -1,2 0)": ("LineString", math.pi, 0),
    "CIRCULARSTRING(1 1,0 0,1 -1)": ("LineString", math.pi, 0),
    f"COMPOUNDCURVE((0 -1,0 0),{HALF},(2 0,2 -1))": ("LineString", 2 + math.pi, 0),
    f"CURVEPOLYGON({CIRCLE})": ("Polygon", 2 * math.pi, math.pi),
    f"CURVEPOLYGON({CIRCLE},(0.9 0,1.1 0,1.1 0.1,0.9 0.1,0.9 0))": (
        "Polygon", 2 * math.pi + 0.6, math.pi - 0.02
    ),
    f"CURVEPOLYGON(COMPOUNDCURVE({HALF},(2 0,0 0)))": ("Polygon", 2 + math.pi, math.pi / 2),
    f"MULTICURVE((5 5,6 5),{HALF})": ("MultiLineString", 1 + math.pi, 0),
    f"MULTISURFACE(((5 5,6 5,6 6,5 6,5 5)),CURVEPOLYGON({CIRCLE}))": (
        "MultiPolygon", 4 + 2 * math.pi, 1 + math.pi
    ),
    f"GEOMETRYCOLLECTION(POINT(9 9),{HALF})": ("GeometryCollection", math.pi, 0),
}  # fmt: skip
SURFACES = {
    "TRIANGLE((0 0,1 0,0 1,0 0))": 0.5,
    "TIN(((0 0,1 0,0 1,0 0)),((1 0,1 1,0 1,1 0)))": 1,
    "TIN Z(((0 0 1,1 0 2,0 1 3,0 0 1)),((0 0 1,0 0 9,1 0 1,0 0 1)))": 0.5,  # one stands upright
    f"POLYHEDRALSURFACE({SQUARE},((1 0,2 0,2 1,1 1,1 0)))": 2,
}
CODES = {"CIRCULARSTRING": 8, "COMPOUNDCURVE": 9, "CURVEPOLYGON": 10, "MULTICURVE": 11,
         "MULTISURFACE": 12, "POLYHEDRALSURFACE": 15, "TIN": 16, "TRIANGLE": 17}  # fmt: skip


def line(code: int, *positions: tuple[float, ...], flags: int = 0) -> bytes:
    """WKB of a line or an arc."""
    numbers = [number for position in positions for number in position]
    return struct.pack(f"<BII{len(numbers)}d", 1, code | flags, len(positions), *numbers)


def wrapped(code: int, *parts: bytes) -> bytes:
    """WKB of geometries within one."""
    return struct.pack("<BII", 1, code, len(parts)) + b"".join(parts)


ARC = line(8, (0, 0), (1, 1), (2, 0))
RING = line(8, (0, 0), (1, 1), (2, 0), (1, -1), (0, 0))
TRIANGLE = struct.pack("<BIII8d", 1, 17, 1, 4, 0, 0, 1, 0, 0, 1, 0, 0)
IN_BYTES = {
    ARC: ("LineString", math.pi, 0),
    line(1008, (0, 0, 5), (1, 1, 5), (2, 0, 5)): ("LineString", math.pi, 0),
    line(3008, (0, 0, 5, 6), (1, 1, 5, 6), (2, 0, 5, 6)): ("LineString", math.pi, 0),
    line(8, (0, 0, 5), (1, 1, 5), (2, 0, 5), flags=0x80000000): ("LineString", math.pi, 0),
    wrapped(9, ARC, line(2, (2, 0), (3, 0))): ("LineString", math.pi + 1, 0),
    wrapped(10, RING): ("Polygon", 2 * math.pi, math.pi),
    wrapped(11, ARC, line(2, (5, 5), (6, 5))): ("MultiLineString", math.pi + 1, 0),
    wrapped(12, wrapped(10, RING)): ("Polygon", 2 * math.pi, math.pi),
    wrapped(7, ARC, struct.pack("<BI2d", 1, 1, 9, 9)): ("GeometryCollection", math.pi, 0),
    TRIANGLE: ("Polygon", 2 + math.sqrt(2), 0.5),
    wrapped(16, TRIANGLE, TRIANGLE): ("Polygon", 2 + math.sqrt(2), 0.5),
}


def assert_is(geometry: Any, kind: str, length: float, area: float) -> None:
    assert geometry.geom_type == kind
    assert shapely.length(geometry) == pytest.approx(length, rel=1e-3)
    assert shapely.area(geometry) == pytest.approx(area, rel=2e-3)


@pytest.mark.parametrize("text", CURVES)
def test_every_curve_of_wkt_is_a_line(text: str) -> None:
    made = of_wkt([text, "POINT(1 2)"])
    assert_is(made.geometry[0], *CURVES[text])
    assert made.geometry[1] == shapely.Point(1, 2)
    assert [note.kind for note in made.notes()] == ["curves_as_lines"]


@pytest.mark.parametrize("text", SURFACES)
def test_every_surface_of_wkt_is_a_polygon(text: str) -> None:
    made = of_wkt(["POINT(1 2)", text])
    assert (made.geometry[1].geom_type, shapely.area(made.geometry[1])) == (
        "Polygon",
        SURFACES[text],
    )
    assert [note.kind for note in made.notes()] == ["surfaces_as_polygons"]


@pytest.mark.parametrize("content", IN_BYTES)
def test_so_it_is_in_wkb(content: bytes) -> None:
    made = of_wkb([None, content, shapely.to_wkb(shapely.Point(1, 2))])
    assert_is(made.geometry[1], *IN_BYTES[content])
    assert (made.geometry[0], made.geometry[2]) == (None, shapely.Point(1, 2))
    assert len(made.notes()) == 1


def test_the_positions_of_an_arc_are_on_its_circle_and_hold_the_given_ones() -> None:
    (geometry,) = of_wkt([HALF]).geometry
    positions = shapely.get_coordinates(geometry)
    assert np.hypot(positions[:, 0] - 1, positions[:, 1]) == pytest.approx(1)
    assert {(0, 0), (1, 1), (2, 0)} <= {*map(tuple, positions.tolist())}
    turns = np.abs(np.diff(np.unwrap(np.arctan2(positions[:, 1], positions[:, 0] - 1))))
    assert np.degrees(turns).max() <= 4 + 1e-9


def test_polygons_that_are_only_called_a_surface_need_no_word() -> None:
    made = of_wkt([f"MULTISURFACE({SQUARE})"])
    assert (shapely.area(made.geometry[0]), made.notes()) == (1, [])


@pytest.mark.parametrize(
    "text",
    [
        "CIRCULARSTRING(0 0,1 1)", "CIRCULARSTRING(0 0,1 1,2 0", "CIRCULARSTRING(0 0,1 1,a 0)",
        "CIRCULARSTRING(0,1,2)", "COMPOUNDCURVE(POINT(0 0))", "CURVEPOLYGON(0 0,1 1)", "CURVE(0 0)",
        "CIRCULARSTRING(0 0,1 1,2 0))", "CIRCULARSTRING(0 0,1 1,nan 0)", "TIN((0 0,1 1))",
        "POLYGON((0 0,1 0,0 1))", "GEOMETRYCOLLECTION(" * 50 + "POINT(1 1)" + ")" * 50,
    ],
)  # fmt: skip
def test_what_makes_no_geometry_is_said_of_its_row(text: str) -> None:
    made = of_wkt([text, "POINT(1 2)"])
    assert (made.geometry[0], [*made.broken]) == (None, [0])
    assert made.geometry[1] == shapely.Point(1, 2)


@pytest.mark.parametrize(
    "content",
    [
        ARC[:-1], ARC[:7], b"\x01\x08", line(18, (0, 0)), line(8, (0, 0), (1, 1)),
        wrapped(7) [:5] + b"\xff\xff\xff\xff", wrapped(7, wrapped(7, ARC[:20])),
    ],
)  # fmt: skip
def test_bytes_that_make_none_are_said_too(content: bytes) -> None:
    made = of_wkb([content, shapely.to_wkb(shapely.Point(1, 2))])
    assert (made.geometry[0], [*made.broken]) == (None, [0])


def test_collections_within_collections_do_not_use_up_the_stack() -> None:
    deep = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 1_000_000 + ARC
    assert [*of_wkb([deep]).broken] == [0]


def test_a_curve_in_a_table_leaves_the_other_rows(tmp_path: Path) -> None:
    rows = read(put(tmp_path, f'名称,wkt\nあ,POINT(1 2)\nい,"{HALF}"\nう,x\n', "a.csv"))
    types = [geometry and geometry.geom_type for geometry in rows.geometry]
    assert types == ["Point", "LineString", None]
    assert "curves_as_lines" in kinds(rows)


def test_a_curve_in_parquet_leaves_the_other_rows(tmp_path: Path) -> None:
    points = [shapely.to_wkb(shapely.Point(1, 2)), ARC, None, b"\x01\x08"]
    table = pyarrow.table({"geometry": points, "名称": ["あ", "い", "う", "え"]})
    pyarrow.parquet.write_table(table.replace_schema_metadata(GEO), tmp_path / "a.parquet")
    rows = read(tmp_path / "a.parquet")
    types = [geometry and geometry.geom_type for geometry in rows.geometry]
    assert types == ["Point", "LineString", None, None]
    assert (kinds(rows), [*rows.unplaced]) == (["curves_as_lines"], [4])


@pytest.mark.parametrize("encoding", [None, "utf-8", "cp932"])
@pytest.mark.parametrize(
    ("content", "kind", "note"),
    [
        (ARC, "LineString", "curves_as_lines"),
        (wrapped(10, RING), "Polygon", "curves_as_lines"),
        (wrapped(7, ARC, line(2, (0, 0), (1, 1))), "MultiLineString", "curves_as_lines"),
        (wrapped(16, TRIANGLE), "Polygon", "surfaces_as_polygons"),
    ],
)
def test_a_curve_in_a_geopackage_leaves_the_other_rows(
    tmp_path: Path, content: bytes, kind: str, note: str, encoding: str | None
) -> None:
    path = tmp_path / "a.gpkg"
    points = [shapely.Point(1, 2)] * 3
    frame = geopandas.GeoDataFrame({"n": [1, 2, 3]}, geometry=points, crs=4326)
    pyogrio.write_dataframe(frame, path, layer="a", geometry_type="Unknown", SPATIAL_INDEX="NO")
    header = b"GP\x00\x01" + struct.pack("<i", 4326)
    with closing(sqlite3.connect(path)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE a SET geom = ? WHERE fid = 2", [header + content])
        database.commit()
    rows = read(path, encoding=encoding)
    assert [geometry.geom_type for geometry in rows.geometry] == ["Point", kind, "Point"]
    assert rows.columns["n"].tolist() == [1, 2, 3]
    if encoding != "cp932":  # GDAL itself makes lines of it
        assert note in kinds(rows)


def test_arcs_of_esri_json_are_lines(tmp_path: Path) -> None:
    geometries = [
        {"curvePaths": [[[0, 0], {"c": [[2, 0], [1, 1]]}, [3, 0]]]},
        {"curveRings": [[[0, 0], {"c": [[2, 0], [1, 1]]}, {"c": [[0, 0], [1, -1]]}]]},
        {"curveRings": [[[0, 0], {"b": [[2, 0], [1, 1], [1, 1]]}, [0, 0]]]},
    ]
    document = {
        "geometryType": "esriGeometryPolyline",
        "features": [{"attributes": {}, "geometry": geometry} for geometry in geometries],
    }
    rows = read(put(tmp_path, json.dumps(document), "a.json"))
    assert_is(rows.geometry[0], "LineString", math.pi + 1, 0)
    assert_is(rows.geometry[1], "Polygon", 2 * math.pi, math.pi)
    assert (rows.geometry[2], [*rows.unplaced]) == (None, [3])
    assert "curves_as_lines" in kinds(rows)


GML = """<a xmlns:gml="http://www.opengis.net/gml/3.2"><gml:featureMember><x><place>
<gml:Curve srsName="http://www.opengis.net/def/crs/EPSG/0/6668"><gml:segments>{}</gml:segments>
</gml:Curve></place></x></gml:featureMember></a>"""


THREE = "<gml:posList>0 0 1 1 0 2</gml:posList>"
POS = "<gml:pos>{}</gml:pos>"
SEGMENTS = {
    f"<gml:Arc>{THREE}</gml:Arc>": math.pi,
    f"<gml:Arc>{POS.format('0 0')}{POS.format('1 1')}{POS.format('0 2')}</gml:Arc>": math.pi,
    "<gml:ArcString><gml:posList>0 0 1 1 0 2 -1 3 0 4</gml:posList></gml:ArcString>": 2 * math.pi,
    f"<gml:Circle>{THREE}</gml:Circle>": 2 * math.pi,
    f"<gml:LineStringSegment><gml:posList>0 -1 0 0</gml:posList></gml:LineStringSegment>"
    f"<gml:Arc>{THREE}</gml:Arc>": 1 + math.pi,
}


@pytest.mark.parametrize("segments", SEGMENTS)
def test_arcs_of_gml_are_lines(tmp_path: Path, segments: str) -> None:
    rows = read(put(tmp_path, GML.format(segments), "a.gml"))
    assert_is(rows.geometry[0], "LineString", SEGMENTS[segments], 0)
    assert "curves_as_lines" in kinds(rows)


@pytest.mark.parametrize("name", ["CircleByCenterPoint", "ArcByCenterPoint", "BSpline", "Bezier"])
def test_other_curves_of_gml_are_named(tmp_path: Path, name: str) -> None:
    """Their positions are no places along them."""
    segment = f"<gml:{name}><gml:posList>0 0 1 1 0 2</gml:posList></gml:{name}>"
    rows = read(put(tmp_path, GML.format(segment), "a.gml"))
    assert rows.geometry[0] is None
    assert name in rows.unplaced[1].message("en")
