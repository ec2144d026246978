"""What is generalised is tested against the source, not against ourselves."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import shapely

from layers.catalog import Catalog
from layers.generalise import ALONE, MAX_DEVIATION, coverages, levels
from layers.layer import Layer
from layers.parts import Parts, parts_of
from layers.tile import Tile, column, pixel, row

PLACE = (139.6, 35.8)
STRETCH = 1 / math.cos(math.radians(35.8))


def square(parts: Parts) -> Parts:
    """Parts in a space where a pixel is square."""
    geometry = shapely.transform(parts.geometry, lambda c: c * (1.0, STRETCH))
    return Parts(parts.kind, geometry, parts.owner)


def farthest(of: shapely.Geometry, other: shapely.Geometry) -> float:
    """How far the farthest vertex of one geometry's border is from the other geometry's."""
    vertices = shapely.points(shapely.get_coordinates(of))
    shapely.prepare(other)
    return float(shapely.distance(vertices, shapely.boundary(other)).max())


def deviation(layer: Layer, z: int) -> float:
    """The largest distance, in CSS pixels, between a feature's border and its source's."""
    source, shown = square(layer.revision.source), square(layer.revision.level(z))
    worst = 0.0
    for index in range(layer.feature_count):
        before = shapely.union_all(source.geometry[source.owner == index])
        after = shapely.union_all(shown.geometry[shown.owner == index])
        worst = max(worst, farthest(before, after), farthest(after, before))
    return worst / pixel(z)


@pytest.mark.parametrize("z", [9, 11, 13, 15])
def test_asakas_flood_stays_near_its_source(asaka: Catalog, z: int) -> None:
    assert deviation(asaka.layer("flood"), z) <= MAX_DEVIATION


@pytest.mark.parametrize("z", [11, 13, 15])
def test_ranks_of_one_river_do_not_overlap_after_generalising(asaka: Catalog, z: int) -> None:
    layer = asaka.layer("flood")
    level = layer.revision.level(z)
    rivers = layer.revision.features()["river_code"].to_numpy()
    for river in set(rivers):
        geometry = level.geometry[rivers[level.owner] == river]
        overlap = shapely.area(geometry).sum() - shapely.area(shapely.union_all(geometry))
        assert overlap <= pixel(z) ** 2


def test_rivers_overlap_by_right(asaka: Catalog) -> None:
    layer = asaka.layer("flood")
    frame = layer.revision.features()
    one, two = (
        frame[frame["river_code"] == code].geometry.union_all()
        for code in sorted(set(frame["river_code"]))
    )
    share = shapely.intersection(one, two).area / two.area
    level = layer.revision.level(12)
    rivers = frame["river_code"].to_numpy()[level.owner]
    shown = [shapely.union_all(level.geometry[rivers == code]) for code in sorted(set(rivers))]
    assert shapely.intersection(shown[0], shown[1]).area / shown[1].area == pytest.approx(
        share, rel=0.05
    )


def test_a_polygon_smaller_than_a_pixel_stays_visible() -> None:
    x, y = PLACE
    crumbs = np.array(
        [shapely.box(x + i * 1e-5, y, x + i * 1e-5 + 2e-6, y + 2e-6) for i in range(20)]
    )
    source = parts_of("polygon", crumbs)
    for z, shown in levels(source, np.full(20, ALONE), 5, 16):
        assert set(shown.owner) == set(range(20))
        for index in range(20):
            area = shapely.area(square(shown).geometry[shown.owner == index]).sum()
            assert area == pytest.approx(pixel(z) ** 2, rel=1e-3)


def test_parts_of_one_feature_merge_when_they_share_a_pixel() -> None:
    x, y = PLACE
    crumbs = shapely.MultiPolygon(
        [shapely.box(x + i * 1e-5, y, x + i * 1e-5 + 2e-6, y + 2e-6) for i in range(20)]
    )
    source = parts_of("polygon", np.array([crumbs]))
    counts = {z: len(shown) for z, shown in levels(source, np.array([ALONE]), 8, 20)}
    assert counts[8] == 1
    assert counts[20] == 20


def test_areas_that_overlap_are_no_coverage() -> None:
    boxes = np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1), shapely.box(9, 0, 10, 1)])
    together, share = coverages(parts_of("polygon", boxes), np.array([0, 0, 1]))
    assert together.tolist() == [ALONE, ALONE, 1]
    assert share == pytest.approx(1 / 4)


def test_points_are_the_same_at_every_zoom() -> None:
    source = parts_of("point", np.array([shapely.Point(PLACE)]))
    assert [len(shown) for _, shown in levels(source, np.array([ALONE]), 3, 9)] == [1] * 7


def cut(layer: Layer, z: int) -> dict[int, shapely.Geometry]:
    """Each feature put together from its pieces in all tiles, buffers cut off."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    pieces: dict[int, list[shapely.Geometry]] = {}
    for x in range(int(column(west, z)), int(column(east, z)) + 1):
        for y in range(int(row(north, z)), int(row(south, z)) + 1):
            tile = Tile(z, x, y)
            content = layer.tile(tile)
            for feature in json.loads(content)["features"] if content else ():
                geometry = shapely.geometry.shape(feature["geometry"])
                assert geometry.is_valid, (tile, feature["id"])
                inside = shapely.clip_by_rect(geometry, *tile.bounds())
                pieces.setdefault(feature["id"], []).append(inside)
    return {number: shapely.union_all(parts) for number, parts in pieces.items()}


@pytest.mark.parametrize("z", [11, 13, 15])
def test_tiles_put_together_are_the_generalised_layer(asaka: Catalog, z: int) -> None:
    layer = asaka.layer("flood")
    level = layer.revision.level(z)
    joined = cut(layer, z)
    grid = pixel(z) / 16
    for index, number in enumerate(layer.revision.ids):
        whole = shapely.union_all(level.geometry[level.owner == index])
        difference = shapely.symmetric_difference(whole, joined[number])
        # All that differs lies along the borders, within one step of the tile's grid.
        assert shapely.buffer(difference, -grid).is_empty
