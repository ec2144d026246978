"""Where the rows of a table are is found in its columns, and said; what cannot be read is said."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.tables import column_names
from layers.sources.tables.coordinates import Positions, find_positions

TABLE = Path("表.csv")
E, N = 139.6, 35.79


def found(rows: list[dict[str, object]], **declared: str) -> Positions:
    columns = pd.DataFrame(rows, dtype=object)
    numbers = np.arange(2, len(rows) + 2)
    source = Source.model_validate({"path": TABLE.name, **declared})
    return find_positions(source, TABLE, columns, numbers)


def positions(rows: list[dict[str, object]], **declared: str) -> list[tuple[float, float] | None]:
    geometry = found(rows, **declared).geometry
    return [None if one is None else (one.x, one.y) for one in geometry]


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        ("経度", "緯度"),
        ("東経", "北緯"),
        ("lon", "lat"),
        ("lng", "lat"),
        ("Long", "Lat"),
        ("Longitude", "LATITUDE"),
        ("十進経度", "十進緯度"),
        ("経度（10進）", "緯度（10進）"),
        ("経度_世界測地系", "緯度_世界測地系"),
        ("施設経度", "施設緯度"),
        ("facility_lon", "facility_lat"),
        ("wgs84 longitude", "wgs84 latitude"),
        (" 経　度 ", "緯 度"),
        ("経度(東経)", "緯度(北緯)"),
        ("X", "Y"),
        ("X座標", "Y座標"),
        ("Ｘ座標", "Ｙ座標"),
        ("座標X", "座標Y"),
        ("世界測地系_X", "世界測地系_Y"),
    ],
)
def test_columns_of_coordinates_are_known_by_their_names(longitude: str, latitude: str) -> None:
    rows: list[dict[str, object]] = [{"名称": "あ", latitude: str(N), longitude: str(E)}]
    read = found(rows)
    assert [(one.x, one.y) for one in read.geometry] == [(E, N)]
    assert [(one.kind, one.value) for one in read.problems] == [
        ("coordinate_columns", f"{longitude}, {latitude}")
    ]


def test_columns_that_the_definition_names_are_taken_without_a_word() -> None:
    rows: list[dict[str, object]] = [{"緯度": "0", "経度": "0", "a": str(E), "b": str(N)}]
    read = found(rows, longitude="a", latitude="b")
    assert (read.geometry[0].x, read.geometry[0].y) == (E, N)
    assert read.problems == []


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("緯度経度", "35.79, 139.6"),
        ("座標", "(35.79,139.6)"),
        ("位置情報", "北緯35度47分24秒 東経139度36分0秒"),
        ("LatLon", "35.79 139.6"),
        ("経度・緯度", "139.6,35.79"),
        ("lonlat", "139.6,35.79"),
        ("座標", "E139.6 N35.79"),
    ],
)
def test_both_coordinates_in_one_column_are_known(name: str, cell: str) -> None:
    assert positions([{name: cell}]) == [pytest.approx((E, N), abs=1e-9)]


def test_one_column_named_for_both_coordinates_is_taken_apart() -> None:
    assert positions([{"場所": "35.79,139.6"}], longitude="場所", latitude="場所") == [(E, N)]


def test_degrees_minutes_and_seconds_in_columns_of_their_own_are_put_together() -> None:
    row: dict[str, object] = {
        "緯度_度": "35", "緯度_分": "47", "緯度_秒": "24",
        "経度_度": "139", "経度_分": "36", "経度_秒": "",
    }  # fmt: skip
    assert positions([row]) == [pytest.approx((E, N), abs=1e-9)]


def test_decimal_degrees_are_preferred_to_minutes_and_fuller_columns_to_emptier_ones() -> None:
    both: dict[str, object] = {
        "緯度": "35°47'00\"", "経度": "139°36'00\"", "十進緯度": "35.79", "十進経度": "139.6",
    }  # fmt: skip
    assert positions([both]) == [(E, N)]
    emptier = [both, {**both, "十進緯度": "", "十進経度": ""}]
    assert positions(emptier) == [pytest.approx((E, 35 + 47 / 60))] * 2


def test_the_new_datum_is_preferred_and_the_old_one_is_said() -> None:
    old: dict[str, object] = {"緯度(日本測地系)": "35.7868", "経度(日本測地系)": "139.6032"}
    new: dict[str, object] = {"緯度(世界測地系)": str(N), "経度(世界測地系)": str(E)}
    read = found([{**old, **new}])
    assert read.crs is None
    assert (read.geometry[0].x, read.geometry[0].y) == (E, N)
    alone = found([old])
    assert alone.crs is not None
    assert alone.crs.to_epsg() == 4301


def test_geometry_in_a_column_is_read_whatever_its_kind_and_case() -> None:
    cells = [
        "POINT (139.6 35.79)", "polygon((139 35,140 35,140 36,139 35))", "POINT Z (139.6 35.79 3)",
        "SRID=6668;LINESTRING(139 35,140 36)", "POLYGON((139 35,140 35))", "", "POINT (139.6)",
    ]  # fmt: skip
    read = found([{"the_geom": cell} for cell in cells])
    assert [one and one.geom_type for one in read.geometry] == [
        "Point", "Polygon", "Point", "LineString", None, None, None,
    ]  # fmt: skip
    assert {row: (one.kind, one.column, one.value) for row, one in read.unplaced.items()} == {
        6: ("wkt", "the_geom", "POLYGON((139 35,140 35))"),
        7: ("no_geometry", "the_geom", ""),
        8: ("wkt", "the_geom", "POINT (139.6)"),
    }


def test_geometry_is_preferred_to_coordinates_and_says_its_own_system() -> None:
    row: dict[str, object] = {"X": "1", "Y": "2", "wkt": "SRID=6677;POINT(-21000 -22000)"}
    read = found([row])
    assert read.crs is not None
    assert read.crs.to_epsg() == 6677
    assert read.geometry[0].equals(shapely.Point(-21000, -22000))


def test_a_preferred_kind_that_places_few_rows_is_not_taken() -> None:
    rows: list[dict[str, object]] = [{"wkt": "", "lat": str(N), "lon": str(E)} for _ in range(4)]
    rows[0]["wkt"] = "POINT (1 2)"
    assert positions(rows) == [(E, N)] * 4


def test_a_cell_that_cannot_be_read_is_reported_with_row_column_and_value() -> None:
    read = found(
        [
            {"緯度": "35.79", "経度": "139.6"},
            {"緯度": "三五", "経度": "139.6"},
            {"緯度": "", "経度": " "},
            {"緯度": 35.79, "経度": math.inf},
            {"緯度": 35.79, "経度": None},
        ]
    )
    assert [one is None for one in read.geometry] == [False, True, True, True, True]
    assert {row: (one.kind, one.column, one.value) for row, one in read.unplaced.items()} == {
        3: ("coordinate", "緯度", "三五"),
        4: ("no_geometry", "経度", ""),
        5: ("coordinate", "経度", "inf"),
        6: ("no_geometry", "経度", ""),
    }
    assert all(problem.rows_left_out == 1 for problem in read.unplaced.values())


def test_degrees_minutes_and_seconds_in_one_number_are_read_and_said() -> None:
    read = found([{"北緯": "354724", "東経": "1393600.0"}, {"北緯": "35.8", "東経": "139.5"}])
    assert read.geometry[0].coords[0] == pytest.approx((E, N), abs=1e-9)
    packed = [one for one in read.problems if one.kind == "packed_degrees"]
    assert [(one.value, one.detail) for one in packed] == [("1393600, 354724", "1")]


@pytest.mark.parametrize(
    ("names", "column"),
    [
        (["名称", "住所", "所在地_連結表記"], "所在地_連結表記"),
        (["所在地_全国地方公共団体コード", "所在地"], "所在地"),
        (["名称", "設置場所住所"], "設置場所住所"),
        (["公園名", "住所（番地まで）"], "住所（番地まで）"),
        (["施設の住所", "住所_カナ"], "施設の住所"),
        (["住所コード", "メール住所ID"], None),
    ],
)
def test_the_column_of_addresses_is_known(names: list[str], column: str | None) -> None:
    assert column_names.address(names) == column


def test_a_table_with_addresses_only_is_left_to_be_placed_by_them() -> None:
    read = found([{"名称": "あ", "住所": "朝霞市本町1-1-1", "位置": "正面入口"}])
    assert (read.address, read.geometry.tolist(), read.unplaced) == ("住所", [None], {})


def test_a_table_that_says_nowhere_where_anything_is_is_refused_with_its_columns() -> None:
    with pytest.raises(SourceError, match=r"no column has positions.*名称, 電話"):
        found([{"名称": "あ", "電話": "048"}])


@pytest.mark.parametrize("key", ["wkt", "address"])
def test_a_column_that_is_named_and_not_there_is_said(key: str) -> None:
    with pytest.raises(SourceError, match=rf"source.{key} is '図'; wanted one of the columns 緯度"):
        found([{"緯度": "35"}], **{key: "図"})
