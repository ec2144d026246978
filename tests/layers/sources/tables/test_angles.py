"""A coordinate in a cell is read however it is written, and never as what it is not."""

from __future__ import annotations

import math

import pytest

from layers.sources.tables.angles import coordinate_of, degrees_of, two_coordinates

LONGITUDE = 139 + 35 / 60 + 58.2 / 3600
WRITTEN = [
    "139.5995", "１３９．５９９５", " 139.5995 ", '"139.5995"', "'139.5995", "139,5995",
    "E139.5995", "139.5995E",
    "139.5995°", "東経139.5995度", "経度：139.5995", "139°35′58.2″", "139゜35′58.2″",
    "139°35'58.2\"", "139°35’58.2”", "139°35'58.2''", "139度35分58.2秒", "１３９度３５分５８．２秒",
    "139度35分58秒2", "東経139度35分58.2秒", "139.35.58.2", "139:35:58.2", "139-35-58.2",
    "139 35 58.2", "139/35/58.2", "E139 35 58.2", "E1393558.2", "東経1393558.2", "139°35.97'",
    "139 35.97", "139:35.97", "139°35′58.2″E", "139deg 35min 58.2sec",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_every_usual_spelling_is_the_same_angle(text: str) -> None:
    assert coordinate_of(text).value == pytest.approx(LONGITUDE, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("-23,456.78", -23456.78),
        ("−23456.78", -23456.78),
        ("－２３４５６．７８", -23456.78),
        ("-23456.78m", -23456.78),
        ("-2.345678E+04", -23456.78),
        (-23456.78, -23456.78),
        (5, 5.0),
    ],
)
def test_metres_are_read_as_they_are(text: object, metres: float) -> None:
    assert coordinate_of(text) == (metres, "plain", None)


@pytest.mark.parametrize("text", ["", "  ", "　", None, math.nan])
def test_an_empty_cell_is_blank(text: object) -> None:
    assert coordinate_of(text).form == "blank"


@pytest.mark.parametrize(
    "text",
    [
        "不明", "nan", "inf", "1e999", "北緯", "139°60'0\"", "139°35'60\"", "139.5°35'", math.inf,
        "N35.8E", "2026-04-01", "(054)626-1139", True, "0x8b", "139°35.5'58\"",
    ],
)  # fmt: skip
def test_what_is_no_coordinate_is_not_made_one(text: object) -> None:
    assert coordinate_of(text).form == "unreadable"


def test_south_and_west_are_negative() -> None:
    assert coordinate_of("S35.5").value == -35.5
    assert coordinate_of("西経139度30分").value == -139.5


@pytest.mark.parametrize(
    "text",
    [
        "35.79, 139.6", "(35.79,139.60)", "３５．７９，１３９．６", "35.79、139.6", "35.79 139.6",
        "35.79/139.6", "35.79;139.6", "N35.79E139.6", "北緯35.79度東経139.6度",
        "35°47'24\" 139°36'0\"", "35 47 24 139 36 00", "北緯35度47分24秒　東経139度36分0秒",
        "35°47'24\"N 139°36'0\"E", "[35.79, 139.6]",
    ],
)  # fmt: skip
def test_two_coordinates_in_one_cell_are_taken_apart(text: str) -> None:
    assert [one.value for one in two_coordinates(text)] == pytest.approx([35.79, 139.6], abs=1e-9)


@pytest.mark.parametrize("text", ["２階正面入口", "35.79", "35.79,139.6,12", "35.79,", "a, b"])
def test_a_cell_that_holds_no_two_coordinates_is_not_taken_apart(text: str) -> None:
    assert [one.form for one in two_coordinates(text)] == ["unreadable", "unreadable"]


def test_degrees_minutes_and_seconds_in_one_number_are_told_from_metres() -> None:
    assert degrees_of(1393558.2, 354712.0) == pytest.approx((LONGITUDE, 35 + 47 / 60 + 12 / 3600))
    assert degrees_of(354712.0, 1393558.2) == pytest.approx((35 + 47 / 60 + 12 / 3600, LONGITUDE))
    assert degrees_of(1396058.2, 354712.0) is None  # 60 minutes
    assert degrees_of(373_421.5, 3_961_234.0) is None  # UTM
    assert degrees_of(-20_000.0, -25_000.0) is None  # a plane zone
    assert degrees_of(139.6, 35.8) is None
