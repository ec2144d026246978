"""Rows compared with one another, with the city's boundary, and dates with dates."""

from __future__ import annotations

import pytest

from layers.report import Problem
from tests.layers.city import SmallCity, findings

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
HEADER = "名称,緯度,経度\n"


def problems(city: SmallCity, table: str, source: str = SOURCE, fields: str = "") -> list[Problem]:
    city.put("points.csv", table)
    city.declare("points", source, fields=fields, top='label = "name"')
    return findings(city.open().layer("points").revision.report)


def test_the_same_row_twice_is_named_with_the_row_it_repeats(city: SmallCity) -> None:
    found = problems(city, HEADER + "あ,35.1,139.1\nい,35.1,139.1\nあ,35.1,139.1\n")
    assert [(p.kind, p.row, p.value) for p in found] == [("duplicate", 4, "2")]


def test_two_of_a_kind_within_five_metres_are_pointed_out(city: SmallCity) -> None:
    # A ten-thousandth of a degree of latitude is 11.1 m.
    found = problems(
        city, HEADER + "あ,35.1,139.1\nあ,35.10003,139.1\nい,35.10001,139.1\nあ,35.1001,139.1\n"
    )
    assert [(p.kind, p.row, p.value, p.detail) for p in found] == [
        ("near_duplicate", 3, "2", "3.3")
    ]


@pytest.mark.parametrize("step", [0.00004, -0.00004])
@pytest.mark.parametrize("start", [35.1, 35.10002, 35.10004, 35.10006, 35.10008])
def test_neighbours_are_found_wherever_a_grid_would_part_them(
    city: SmallCity, start: float, step: float
) -> None:
    found = problems(city, HEADER + f"あ,{start},139.1\nあ,{start + step},139.1\n")
    assert [p.kind for p in found] == ["near_duplicate"]


def test_a_hundred_pairs_are_named_by_row_and_the_others_counted(city: SmallCity) -> None:
    found = problems(city, HEADER + "あ,35.1,139.1\n" * 151)
    assert sum(p.count for p in found if p.kind == "duplicate") == 100
    assert [p.value for p in found if p.kind == "duplicates"] == ["50"]


def test_near_misses_of_the_boundary_are_named_with_their_distance(city: SmallCity) -> None:
    table = HEADER + "中,35.1,139.1\n近,35.1,139.201\n遠,35.1,140.1\n"
    found = problems(city, table, SOURCE + '\nclip_to = "boundary"')
    assert [(p.kind, p.row, p.value, p.rows_left_out) for p in found] == [
        ("outside", None, "2", 2),
        ("near_outside", 3, "91", 0),
    ]


def test_rows_outside_that_stay_are_counted(city: SmallCity) -> None:
    found = problems(city, HEADER + "中,35.1,139.1\n遠,35.1,140.1\n")
    assert [(p.kind, p.value, p.rows_left_out) for p in found] == [("outside_kept", "1", 0)]


def test_dates_in_several_forms_are_read_and_said(city: SmallCity) -> None:
    dates = ["2026-04-01", "2026/4/1", "令和8年4月1日", "R8.4.1", "20260401", "平成元年1月8日"]
    rows = "".join(f"{date},35.1{i},139.1,{date}\n" for i, date in enumerate(dates))
    words = '[fields.on]\ntitle = { ja = "日", en = "Date" }\ncolumn = "日"\ntype = "date"'
    found = problems(city, "名称,緯度,経度,日\n" + rows, fields=words)
    assert [(p.kind, p.column) for p in found] == [("date_forms", "日")]
    frame = city.open().layer("points").revision.features()
    assert frame["on"].tolist() == ["2026-04-01"] * 5 + ["1989-01-08"]


def test_an_id_that_stands_twice_is_named_with_its_row(city: SmallCity) -> None:
    table = "番号,名称,緯度,経度\n1,あ,35.1,139.1\n1,い,35.12,139.1\n"
    found = problems(city, table, SOURCE + '\nid = "番号"')
    assert [(p.kind, p.row, p.column, p.value) for p in found] == [("id", 3, "番号", "1")]
