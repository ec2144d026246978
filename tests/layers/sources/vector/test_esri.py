"""Esri JSON: features with attributes, in the system the file names, rings by how they lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fiona
import pandas
import pytest
import shapely
from shapely.geometry import shape

from layers.errors import SourceError
from tests.layers.sources.geodata import found, put, read

SQUARE: list[list[float]] = [
    [0, 0],
    [0, 4],
    [4, 4],
    [4, 0],
    [0, 0],
]  # clockwise: an outer ring for Esri
HOLE: list[list[float]] = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]
ISLAND: list[list[float]] = [[1.5, 1.5], [1.5, 2], [2, 2], [2, 1.5], [1.5, 1.5]]
BESIDE: list[list[float]] = [[6, 0], [6, 4], [10, 4], [10, 0], [6, 0]]


def esri(*geometries: object, **members: Any) -> str:
    features = [
        {"attributes": {"名称": f"地点{number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries, 1)
    ]
    document = {"geometryType": "esriGeometryPoint", "spatialReference": {"wkid": 4326}}
    return json.dumps({**document, **members, "features": features}, ensure_ascii=False)


def geometries(path: Path) -> list[str | None]:
    return [shape and shape.wkt for shape in read(path).geometry]


def test_each_kind_of_geometry_is_read(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        esri(
            {"x": 139.6, "y": 35.8, "z": 3},
            {"points": [[1, 2], [3, 4]]},
            {"paths": [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]},
            {"rings": [SQUARE]},
            {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4},
            {"x": "NaN", "y": "NaN"},
            {"x": None, "y": None},
            {"rings": []},
            None,
        ),
        "a.json",
    )
    rows = read(path)
    assert [shape and shape.wkt for shape in rows.geometry] == [
        "POINT (139.6 35.8)",
        "MULTIPOINT ((1 2), (3 4))",
        "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
        "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))",
        shapely.box(1, 2, 3, 4).wkt,
        None, None, None, None,
    ]  # fmt: skip
    assert rows.columns["名称"].tolist() == [f"地点{number}" for number in range(1, 10)]
    assert (rows.total, rows.unplaced, rows.problems) == (9, {}, [])


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("order", [1, -1])
def test_roles_of_rings_are_by_containment_whatever_their_order_and_winding(
    tmp_path: Path, turned: bool, order: int
) -> None:
    rings = [SQUARE, HOLE, ISLAND, BESIDE][::order]
    rings = [ring[::-1] if turned else ring for ring in rings]
    (polygon,) = read(put(tmp_path, esri({"rings": rings}), "a.json")).geometry
    expected = shapely.union_all(
        [shapely.Polygon(SQUARE, [HOLE]), shapely.Polygon(ISLAND), shapely.Polygon(BESIDE)]
    )
    assert polygon.is_valid
    assert shapely.equals(polygon, expected)


def test_gdal_sees_the_same(tmp_path: Path) -> None:
    fields = [{"name": "名称", "type": "esriFieldTypeString"}]
    rings = {"rings": [SQUARE, HOLE, BESIDE]}
    text = esri(rings, geometryType="esriGeometryPolygon", fields=fields)
    path = put(tmp_path, text, "a.json")
    with fiona.open(path) as collection:
        assert collection.driver == "ESRIJSON"
        (expected,) = [shape(feature.geometry) for feature in collection]
    (polygon,) = read(path).geometry
    assert shapely.equals(polygon, expected)


@pytest.mark.parametrize(
    ("system", "epsg"),
    [
        ({"wkid": 6668}, 6668),
        ({"wkid": 102100, "latestWkid": 3857}, 3857),
        ({"wkid": 102100}, 3857),
        ({"wkid": 4612}, 4612),
        ({"wkid": 2451, "latestWkid": 2451}, 2451),
    ],
)
def test_the_system_is_the_files(tmp_path: Path, system: object, epsg: int) -> None:
    crs = read(put(tmp_path, esri({"x": 1, "y": 2}, spatialReference=system), "a.json")).crs
    assert crs is not None
    assert crs.to_epsg() == epsg or (crs.to_authority() == ("ESRI", "102100"))


def test_a_system_may_stand_in_the_geometries_or_nowhere(tmp_path: Path) -> None:
    inside = {"x": 1, "y": 2, "spatialReference": {"wkid": 6668}}
    text = esri(inside).replace('"spatialReference": {"wkid": 4326}, ', "", 1)
    crs = read(put(tmp_path, text, "a.json")).crs
    assert crs is not None
    assert crs.to_epsg() == 6668
    assert read(put(tmp_path, esri({"x": 1, "y": 2}, spatialReference=None), "b.json")).crs is None


def test_a_system_that_is_not_known_is_said(tmp_path: Path) -> None:
    rows = read(put(tmp_path, esri({"x": 1, "y": 2}, spatialReference={"wkid": 7}), "a.json"))
    assert rows.crs is None
    assert found(rows) == [("crs_member", None, None, "7")]


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ([1775001600000, None], ["2026-04-01", None]),  # midnight of UTC
        ([1774969200000, 1775055600000], ["2026-04-01", "2026-04-02"]),  # of Japan
        (
            [1774969200000, 1774969260000],
            ["2026-04-01T00:00:00+09:00", "2026-04-01T00:01:00+09:00"],
        ),
        (["2026-04-01", 1775001600000], ["2026-04-01", "2026-04-01"]),
        ([-86400000], ["1969-12-31"]),
    ],
)
def test_instants_are_dates(tmp_path: Path, cells: list[Any], texts: list[str | None]) -> None:
    fields = [{"name": "指定日", "type": "esriFieldTypeDate"}, {"name": "数", "type": "x"}]
    features = [{"attributes": {"指定日": cell, "数": 1}, "geometry": None} for cell in cells]
    document = {"geometryType": "esriGeometryPoint", "features": features, "fields": fields}
    columns = read(put(tmp_path, json.dumps(document), "a.json")).columns
    assert [None if pandas.isna(cell) else cell for cell in columns["指定日"]] == texts
    assert columns["数"].tolist() == [1] * len(cells)


def test_features_may_come_first(tmp_path: Path) -> None:
    text = '{"features": [{"attributes": {"a": 1}, "geometry": {"x": 1, "y": 2}}]}'
    assert geometries(put(tmp_path, text, "a.json")) == ["POINT (1 2)"]


def test_what_makes_no_geometry_is_a_problem_of_its_row(tmp_path: Path) -> None:
    broken = [
        {"curveRings": [[[0, 0], {"b": []}]]}, {"x": "a", "y": 1}, {"rings": [[[0, 0], [1, 1]]]},
        {"paths": "a"}, {"x": 1}, {"rings": [[[0, 0], [1, "b"], [2, 2], [0, 0]]]},
    ]  # fmt: skip
    rows = read(put(tmp_path, esri(*broken, {"x": 1, "y": 2}), "a.json"))
    assert sorted(rows.unplaced) == [1, 2, 3, 4, 5, 6]
    assert rows.geometry[6].wkt == "POINT (1 2)"


def test_members_of_the_list_that_are_no_features_are_counted(tmp_path: Path) -> None:
    text = esri({"x": 1, "y": 2}).replace('"features": [', '"features": ["a", ')
    rows = read(put(tmp_path, text, "a.json"))
    assert (rows.total, rows.numbers.tolist()) == (2, [2])
    assert found(rows) == [("no_feature", 1, None, None)]


@pytest.mark.parametrize("length", [30, 100, 140, -1, -2])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, length: int) -> None:
    text = esri({"x": 1, "y": 2})
    with pytest.raises(SourceError):
        read(put(tmp_path, text[:length], "a.json"))
