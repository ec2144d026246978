"""What follows from the constants of the map's look."""

from __future__ import annotations

import pytest

from layers.symbology.look import LOOK
from layers.symbology.symbols import edge_color, edge_width, pattern_of, symbol_radius
from tests.conftest import ROOT


def test_a_scale_uses_the_lightest_and_the_darkest_pattern() -> None:
    last = len(LOOK.patterns.lines) - 1
    assert [pattern_of(index, 6) for index in range(6)] == [0, 1, 2, 3, 4, 5]
    assert [pattern_of(index, 3) for index in range(3)] == [0, 2, last]
    assert pattern_of(0, 1) == 0


@pytest.mark.parametrize(("zoom", "width"), [(10, 0.3), (12.9, 0.3), (13, 0.6), (15, 1), (18, 1)])
def test_areas_seen_from_far_have_thin_edges(zoom: float, width: float) -> None:
    assert edge_width(zoom) == width


def test_an_edge_is_darker_than_its_area() -> None:
    assert edge_color("#ff8000") == "#9e4f00"


def test_symbols_grow_with_the_zoom_and_those_of_a_crowd_start_smaller() -> None:
    zooms = range(10, 19)
    usual = [symbol_radius(zoom, crowded=False) for zoom in zooms]
    crowded = [symbol_radius(zoom, crowded=True) for zoom in zooms]
    assert usual == [6, 6, 6, 9, 10, 11, 12, 12, 12]
    assert crowded == [3.5, 3.5, 3.5, 5, 6.5, 10, 12, 12, 12]


def test_the_stylesheet_has_the_same_ground_around_the_city() -> None:
    style = (ROOT / "server/viewer/web/style/stage.css").read_text(encoding="utf-8")
    rule = style.split(".city-map {")[1].split("}")[0]
    assert f"background: {LOOK.ground.beyond};" in rule
