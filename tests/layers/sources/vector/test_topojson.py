"""TopoJSON: features of arcs, quantised and not, of one object of several."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fiona
import pytest
import shapely
from shapely.geometry import shape

from layers.errors import SourceError
from tests.layers.sources.geodata import put, read

# Two squares side by side: arc 0 is the border that they share, 1 and 2 the rest of each.
ARCS = [
    [[1, 0], [1, 1]],
    [[1, 1], [0, 1], [0, 0], [1, 0]],
    [[1, 0], [2, 0], [2, 1], [1, 1]],
]
SQUARES = [
    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"名称": "西"}, "id": 7},
    {"type": "Polygon", "arcs": [[~0, 2]], "properties": {"名称": "東"}},
]
WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def topology(objects: dict[str, Any], **members: Any) -> str:
    return json.dumps({"type": "Topology", "objects": objects, "arcs": ARCS, **members})


def collection(*geometries: object) -> dict[str, Any]:
    return {"type": "GeometryCollection", "geometries": geometries}


def test_features_are_of_the_arcs_they_share(tmp_path: Path) -> None:
    path = put(tmp_path, topology({"zones": collection(*SQUARES)}), "a.json")
    rows = read(path)
    assert [shapely.equals(*pair) for pair in zip(rows.geometry, [WEST, EAST], strict=True)] == [
        True, True,
    ]  # fmt: skip
    assert rows.columns["名称"].tolist() == ["西", "東"]
    assert rows.columns["id"].tolist()[0] == 7
    assert (rows.total, rows.crs and rows.crs.to_epsg(), rows.problems) == (2, 4326, [])


def test_gdal_sees_the_same(tmp_path: Path) -> None:
    lines = {"type": "MultiLineString", "arcs": [[1], [~2]]}
    both = {"type": "MultiPolygon", "arcs": [[[0, 1]], [[~0, 2]]]}
    path = put(tmp_path, topology({"zones": collection(*SQUARES, lines, both)}), "a.json")
    with fiona.open(path) as features:
        assert features.driver == "TopoJSON"
        expected = [shape(feature.geometry) for feature in features]
    assert [shapely.equals(*pair) for pair in zip(read(path).geometry, expected, strict=True)] == [
        True
    ] * 4


def test_quantised_positions_are_counted_each_from_the_one_before(tmp_path: Path) -> None:
    members = {
        "transform": {"scale": [0.5, 0.25], "translate": [100, 10]},
        "arcs": [[[2, 4], [2, 0], [0, -4]]],
    }
    objects = {
        "a": collection(
            {"type": "LineString", "arcs": [0]},
            {"type": "LineString", "arcs": [-1]},
            {"type": "Point", "coordinates": [2, 4]},
            {"type": "MultiPoint", "coordinates": [[0, 0], [2, 4]]},
        )
    }
    rows = read(put(tmp_path, topology(objects, **members), "a.json"))
    assert [shape.wkt for shape in rows.geometry] == [
        "LINESTRING (101 11, 102 11, 102 10)",
        "LINESTRING (102 10, 102 11, 101 11)",
        "POINT (101 11)",
        "MULTIPOINT ((100 10), (101 11))",
    ]


def test_of_several_objects_the_sublayer_chooses_or_they_are_named(tmp_path: Path) -> None:
    path = put(tmp_path, topology({"西": SQUARES[0], "両方": collection(*SQUARES)}), "a.json")
    for sublayer in (None, "北"):
        with pytest.raises(SourceError, match="wanted one of 西, 両方") as caught:
            read(path, sublayer=sublayer)
        assert caught.value.key == "source.sublayer"
    assert (read(path, sublayer="西").total, read(path, sublayer="両方").total) == (1, 2)


def test_a_topology_is_known_whose_type_comes_last(tmp_path: Path) -> None:
    arcs = [[[n, n], [n + 1, n + 1]] for n in range(2000)]
    document = {
        "arcs": arcs, "objects": {"a": {"type": "LineString", "arcs": [5]}}, "type": "Topology",
    }  # fmt: skip
    rows = read(put(tmp_path, json.dumps(document), "a.json"))
    assert rows.geometry[0].wkt == "LINESTRING (5 5, 6 6)"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "arcs": [[0, 9]]},
        {"type": "Polygon", "arcs": [[-4]]},
        {"type": "Polygon", "arcs": [0]},
        {"type": "Polygon"},
        {"type": "LineString", "arcs": ["a"]},
        {"type": "Point", "coordinates": ["a", 1]},
        {"type": "Circle"},
    ],
)
def test_what_makes_no_geometry_is_a_problem_of_its_row(tmp_path: Path, geometry: object) -> None:
    objects = {"a": collection(geometry, SQUARES[0], {"type": None, "properties": {}})}
    rows = read(put(tmp_path, topology(objects), "a.json"))
    assert sorted(rows.unplaced) == [1]
    assert [shape is None for shape in rows.geometry] == [True, False, True]


@pytest.mark.parametrize(
    "members",
    [
        {"arcs": [[1]]}, {"arcs": 5}, {"arcs": [[["a", 1]]]},
        {"transform": {"scale": [1]}}, {"transform": [1]}, {"transform": 1},
    ],
)  # fmt: skip
def test_a_topology_that_is_none_is_refused(tmp_path: Path, members: dict[str, Any]) -> None:
    text = topology({"a": collection(*SQUARES)}, **members)
    with pytest.raises(SourceError):
        read(put(tmp_path, text, "a.json"))
    for objects in ("{}", "null", "[]"):
        with pytest.raises(SourceError, match="without features"):
            read(put(tmp_path, f'{{"type": "Topology", "objects": {objects}}}', "b.json"))


@pytest.mark.parametrize("length", [30, 100, -1, -2])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, length: int) -> None:
    text = topology({"a": collection(*SQUARES)})
    with pytest.raises(SourceError):
        read(put(tmp_path, text[:length], "a.json"))
