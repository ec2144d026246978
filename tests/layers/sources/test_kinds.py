"""Of points, lines and polygons in one source a definition chooses one kind, in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import geopandas
import pytest
import shapely

from layers.draft.add import Reach, add, definition_of, drafted
from layers.errors import SourceError
from layers.geometry.parts import KINDS
from layers.schema.load import load_city
from layers.sources.rows import Rows
from tests.layers.city import SmallCity, check_reports
from tests.layers.sources.geodata import collection, feature, put, read
from tests.sandbox import SANDBOX

Kind = Literal["point", "line", "polygon"]
SHAPES = {
    "第一小学校": shapely.Point(139.6, 35.8),
    "第二小学校": shapely.MultiPoint([(139.61, 35.81), (139.62, 35.81)]),
    "避難経路": shapely.LineString([(139.6, 35.8), (139.61, 35.81)]),
    "がけ": shapely.box(139.6, 35.8, 139.605, 35.805),
}
NAMES: dict[Kind, list[str]] = {
    "point": ["第一小学校", "第二小学校"], "line": ["避難経路"], "polygon": ["がけ"],
}  # fmt: skip
KML = (
    "<kml><Document>"
    "<Folder><name>避難所</name>"
    "<Placemark><name>第一小学校</name><Point><coordinates>139.6,35.8</coordinates></Point>"
    "</Placemark><Placemark><name>第二小学校</name><Point><coordinates>139.61,35.81</coordinates>"
    "</Point></Placemark></Folder>"
    "<Folder><name>経路</name><Placemark><name>避難経路</name><LineString><coordinates>"
    "139.6,35.8 139.61,35.81</coordinates></LineString></Placemark></Folder>"
    "<Folder><name>区域</name><Placemark><name>がけ</name><Polygon><outerBoundaryIs><LinearRing>"
    "<coordinates>139.6,35.8 139.605,35.8 139.605,35.805 139.6,35.8</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"
)
GPX = (
    '<gpx><wpt lat="35.8" lon="139.6"><name>第一小学校</name></wpt>'
    '<wpt lat="35.81" lon="139.61"><name>第二小学校</name></wpt><trk><name>避難経路</name><trkseg>'
    '<trkpt lat="35.8" lon="139.6"/><trkpt lat="35.81" lon="139.61"/></trkseg></trk></gpx>'
)


def geojson(folder: Path) -> Path:
    features = [
        feature(json.loads(shapely.to_geojson(shape)), name=name) for name, shape in SHAPES.items()
    ]
    return put(folder, collection(*features), "図.geojson")


def kml(folder: Path) -> Path:
    return put(folder, KML, "図.kml")


def gpx(folder: Path) -> Path:
    return put(folder, GPX, "図.gpx")


def frame() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"name": [*SHAPES]}, geometry=[*SHAPES.values()], crs=6668)


def one_layer(folder: Path) -> Path:
    frame().to_file(folder / "図.gpkg", layer="図")
    return folder / "図.gpkg"


def several_layers(folder: Path) -> Path:
    shapes = frame()
    for number, kind in enumerate(KINDS):
        of_it = shapes[shapely.get_dimensions(shapes.geometry) == number]
        of_it.to_file(folder / "図.gpkg", layer=kind)
    return folder / "図.gpkg"


def table(folder: Path) -> Path:
    lines = [f'{name},"{shape.wkt}"' for name, shape in SHAPES.items()]
    return put(folder, "\n".join(["name,WKT", *lines]), "図.csv")


FILES: list[Callable[[Path], Path]] = [geojson, kml, one_layer, several_layers, table]


def names(rows: Rows) -> list[str]:
    return list(rows.columns["name"])


@pytest.mark.parametrize("write", FILES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_of_the_chosen_kind_are_read(
    tmp_path: Path, write: Callable[[Path], Path], kind: Kind
) -> None:
    rows = read(write(tmp_path), geometry=kind)
    assert names(rows) == NAMES[kind]
    left_out = sum(problem.rows_left_out for problem in rows.problems)
    assert len(rows.numbers) + left_out == rows.total
    assert len(rows.columns) == len(rows.geometry) == len(rows.numbers)


def test_of_gpx_the_kind_chooses_where_one_sublayer_is_of_it(tmp_path: Path) -> None:
    path = gpx(tmp_path)
    assert names(read(path, geometry="point")) == NAMES["point"]
    assert names(read(path, geometry="line")) == NAMES["line"]
    with pytest.raises(SourceError, match="wanted one of waypoints, tracks"):
        read(path, geometry="polygon")


def test_what_is_left_out_is_a_note(tmp_path: Path) -> None:
    rows = read(geojson(tmp_path), geometry="line")
    (note,) = rows.problems
    assert (note.severity, note.kind, note.rows_left_out) == ("note", "geometry_not_chosen", 3)
    assert not note.loses_ground
    assert "点 2件、面（ポリゴン） 1件" in note.message("ja")
    assert "point × 2, polygon × 1" in note.message("en")
    assert rows.numbers.tolist() == [3]


def test_a_kind_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = put(tmp_path, collection(feature(), feature()))
    with pytest.raises(SourceError, match=r"source.geometry is 'line'.*point × 2") as caught:
        read(path, geometry="line")
    assert caught.value.key == "source.geometry"


def test_of_a_collection_the_parts_of_the_kind_are_left(tmp_path: Path) -> None:
    both = shapely.GeometryCollection([*SHAPES.values()])
    path = put(tmp_path, collection(feature(json.loads(shapely.to_geojson(both)), name="あ")))
    expected = {"point": "MultiPoint", "line": "LineString", "polygon": "Polygon"}
    for kind, name in expected.items():
        (shape,) = read(path, geometry=kind).geometry
        assert shape.geom_type == name


def test_a_row_without_geometry_stays(tmp_path: Path) -> None:
    path = put(tmp_path, collection(feature(), feature(None)))
    rows = read(path, geometry="point")
    assert (rows.total, len(rows.geometry), rows.problems) == (2, 2, [])


def test_the_report_names_the_key(city: SmallCity) -> None:
    text = geojson(city.data).read_text(encoding="utf-8").replace("139.6", "139.1")
    city.put("図.geojson", text.replace("35.8", "35.1").replace('"name"', '"名称"'))
    city.declare("places", 'path = "図.geojson"')
    (report,) = check_reports(city.definitions, city.data)
    problems = [problem for problem in report.problems if problem.kind == "geometry_type"]
    assert problems
    for problem in problems:
        assert "source.geometry" in problem.action("ja")
        assert "source.geometry" in problem.action("en")


@pytest.mark.parametrize("write", [geojson, kml, one_layer])
def test_a_definition_is_proposed_for_each_kind(
    city: SmallCity, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    there = load_city(city.definitions / "city.toml")
    path = write(tmp_path).rename(tmp_path / f"map{write(tmp_path).suffix}")
    added = add(path, None, there, city.definitions, city.data, SANDBOX)
    assert added.definitions[0].name == "map.toml"
    definitions = [
        definition_of(file.stem, file.read_text(encoding="utf-8")) for file in added.definitions
    ]
    assert {definition.id: definition.source.geometry for definition in definitions} == {
        "map": "point", "map_line": "line", "map_polygon": "polygon",
    }  # fmt: skip
    assert "このレイヤーは線だけです" in added.definitions[1].read_text(encoding="utf-8")
    found = [
        names(read(city.data / path.name, geometry=definition.source.geometry))
        for definition in definitions
    ]
    assert found == [*NAMES.values()]


@pytest.mark.parametrize("write", [gpx, several_layers])
def test_a_definition_is_proposed_for_each_sublayer(
    city: SmallCity, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    there = load_city(city.definitions / "city.toml")
    write(tmp_path).rename(city.data / f"map{write(tmp_path).suffix}")
    (path,) = city.data.glob("map.*")
    texts = drafted(Reach(city.data, path.name, there), SANDBOX)
    definitions = [definition_of(*text) for text in texts]
    sublayers = ["waypoints", "tracks"] if write is gpx else [*KINDS]
    assert [definition.source.sublayer for definition in definitions] == sublayers
    assert [definition.id for definition in definitions] == [
        "map", *(f"map_{name}" for name in sublayers[1:]),
    ]  # fmt: skip
