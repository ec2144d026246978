"""What is generalised is tested against the source, not against ourselves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.parts import Shapes, from_shapes, shapes_of
from layers.geometry.tile import pixel
from layers.prepare.generalise import ALONE, MAX_DEVIATION, Generalised, coverages
from tests.layers.prepare.areas import near_each_other

PLACE = (139.6, 35.8)


def square(shapes: Shapes, latitude: float = 35.8) -> Shapes:
    """Shapes in a space where a pixel is square."""
    stretch = 1 / math.cos(math.radians(latitude))
    geometry = shapely.transform(shapes.geometry, lambda c: c * (1.0, stretch))
    return Shapes(shapes.kind, geometry, shapes.owner)


def whole(shapes: Shapes, count: int) -> npt.NDArray[Any]:
    """Each feature in one piece, pieces that were split for blocks of tiles put together."""
    return np.array([shapely.union_all(shapes.geometry[shapes.owner == i]) for i in range(count)])


def generalised(layer: Layer, z: int) -> npt.NDArray[Any]:
    """Each feature as zoom `z` shows it, where a pixel is square."""
    return whole(square(layer.revision.level(z).parts.to_shapes()), layer.feature_count)


def check_deviation(layer: Layer, z: int) -> None:
    """Every place of a feature is near a place of its source, and the other way round."""
    step = layer.revision.pixels[z] * pixel(z)
    source = whole(square(layer.revision.source.to_shapes()), layer.feature_count)
    for pair in zip(source, generalised(layer, z), strict=True):
        assert near_each_other(*pair, MAX_DEVIATION * step, step)


@pytest.mark.parametrize("z", [9, 11, 13, 14])
def test_asakas_flood_stays_near_its_source(asaka: Catalog, z: int) -> None:
    check_deviation(asaka.layer("flood"), z)


@pytest.mark.shared
@pytest.mark.parametrize("z", [9, 12, pytest.param(14, marks=pytest.mark.soak)])
def test_yaizus_flood_stays_near_its_source(yaizu: Catalog, z: int) -> None:
    check_deviation(yaizu.layer("flood"), z)


@pytest.mark.parametrize("z", [11, 13, 15])
def test_ranks_of_one_river_do_not_overlap_after_generalising(asaka: Catalog, z: int) -> None:
    layer = asaka.layer("flood")
    features = generalised(layer, z)
    rivers = layer.revision.features()["river_code"].to_numpy()
    for river in set(rivers):
        ranks = features[rivers == river]
        overlap = shapely.area(ranks).sum() - shapely.area(shapely.union_all(ranks))
        assert overlap <= pixel(z) ** 2


def test_rivers_overlap_by_right(asaka: Catalog) -> None:
    layer = asaka.layer("flood")
    frame = layer.revision.features()
    codes = sorted(set(frame["river_code"]))
    one, two = (frame[frame["river_code"] == code].geometry.union_all() for code in codes)
    share = shapely.intersection(one, two).area / two.area
    features, rivers = generalised(layer, 12), frame["river_code"].to_numpy()
    shown = [shapely.union_all(features[rivers == code]) for code in codes]
    both = shapely.intersection(shown[0], shown[1])
    assert both.area / shown[1].area == pytest.approx(share, rel=0.05)


def shown_at(source: Shapes, minzoom: int, maxzoom: int) -> dict[int, Shapes]:
    generalised = Generalised.of(from_shapes(source), np.full(len(source), ALONE))
    shown = {}
    for z in range(maxzoom, minzoom - 1, -1):
        generalised = generalised.coarsened(z)
        shown[z] = generalised.parts_at(z).to_shapes()
    return shown


def test_a_polygon_smaller_than_a_pixel_stays_visible() -> None:
    x, y = PLACE
    crumbs = np.array(
        [shapely.box(x + i * 1e-5, y, x + i * 1e-5 + 2e-6, y + 2e-6) for i in range(20)]
    )
    for z, shown in shown_at(shapes_of("polygon", crumbs), 5, 16).items():
        assert set(shown.owner) == set(range(20))
        for index in range(20):
            area = shapely.area(square(shown).geometry[shown.owner == index]).sum()
            assert area == pytest.approx(pixel(z) ** 2, rel=1e-3)


def test_parts_of_one_feature_merge_when_they_share_a_pixel() -> None:
    x, y = PLACE
    crumbs = shapely.MultiPolygon(
        [shapely.box(x + i * 1e-5, y, x + i * 1e-5 + 2e-6, y + 2e-6) for i in range(20)]
    )
    shown = shown_at(shapes_of("polygon", np.array([crumbs])), 8, 20)
    assert len(shown[8]) == 1
    assert len(shown[20]) == 20


def test_areas_that_overlap_are_no_coverage() -> None:
    boxes = np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1), shapely.box(9, 0, 10, 1)])
    _, together, share = coverages(shapes_of("polygon", boxes), np.array([0, 0, 1]))
    assert together.tolist() == [ALONE, ALONE, 1]
    assert share == pytest.approx(1 / 4)
