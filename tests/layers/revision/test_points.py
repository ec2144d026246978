"""Points by themselves, or counted: at every zoom the counts add up to the number of features."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter

import numpy as np
import pytest

from layers.geometry.parts import Parts
from layers.geometry.tile import Tile
from layers.revision.points import (
    Points,
    cell_ids,
    deinterleave,
    fullest_tile,
    interleave,
    points_of,
)
from layers.revision.table import FeatureTable, Slices
from layers.tiles import cut, geojson
from layers.tiles.content import TileContent
from layers.tiles.cut import cut_all_points, cut_points

CLASSES = ["消火栓", "井戸", None]


def crowd(count: int, crowded: int = 50, maxzoom: int = 16) -> tuple[FeatureTable, Points]:
    chance = np.random.default_rng(1)
    places = np.array([139.6, 35.8]) + chance.normal(0, 0.02, (count, 2))
    class_of = chance.integers(0, len(CLASSES), count)
    parts = Parts("point", places, (), np.arange(count))
    properties = Slices.of(b'{"n":%d}' % number for number in range(count))
    table = FeatureTable(np.arange(1, count + 1), properties)
    return table, points_of(parts, class_of, CLASSES, crowded, maxzoom)


def whole_zoom(table: FeatureTable, points: Points, z: int) -> TileContent:
    """What all tiles of the zoom show; so few points are cut at once."""
    (shown,) = cut_all_points(table, points, z)
    return shown


def counts(shown: TileContent) -> Counter[str]:
    """Points in the tiles: by themselves, in all clusters, and in clusters by class."""
    found: Counter[str] = Counter()
    for properties in map(json.loads, shown.properties):
        found["points"] += properties.get("point_count", 1)
        found["clusters"] += "point_count" in properties
        for key, value in properties.items():
            if key.startswith("count:"):
                found[key] += value
                found["in classes"] += value
            elif key == "point_count":
                found["in clusters"] += value
    return found


@pytest.mark.parametrize("z", range(17))
def test_counts_add_up_at_every_zoom(z: int) -> None:
    table, points = crowd(3000)
    found = counts(whole_zoom(table, points, z))
    assert found["points"] == 3000
    assert found["in classes"] == found["in clusters"]
    assert bool(found["clusters"]) is (z < points.unclustered_from)


@pytest.mark.parametrize("z", [8, 11, 13, 15])
def test_each_point_is_in_one_tile_only(z: int) -> None:
    table, points = crowd(3000)
    whole = whole_zoom(table, points, z)
    assert sum(counts(cut_points(table, points, t))["points"] for t in whole.tiles) == 3000


@pytest.mark.parametrize("z", [11, 13, 15])
def test_a_zoom_in_pieces_has_the_same_tiles(z: int, monkeypatch: pytest.MonkeyPatch) -> None:
    table, points = crowd(3000)
    whole = whole_zoom(table, points, z)
    monkeypatch.setattr(cut, "POINTS_AT_ONCE", 70)
    pieces = list(cut_all_points(table, points, z))
    assert len(pieces) > 1
    assert [tile for shown in pieces for tile in shown.tiles] == list(whole.tiles)
    assert [tile for shown in pieces for tile in geojson.encode(shown)] == geojson.encode(whole)
    shares = [[*cut_all_points(table, points, z, slice(nth, None, 2))] for nth in range(2)]
    assert min(map(len, shares)) > 0
    tiles = [tile for share in shares for shown in share for tile in shown.tiles]
    assert sorted(tiles) == sorted(whole.tiles)


def test_a_class_for_every_point_takes_no_more_memory() -> None:
    count = 6000
    chance = np.random.default_rng(1)
    parts = Parts("point", chance.uniform(30, 40, (count, 2)), (), np.arange(count))
    table = FeatureTable(np.arange(1, count + 1), Slices.of([b"{}"] * count))
    points = points_of(parts, np.arange(count), [*range(count)], 2, 16)
    tracemalloc.start()
    try:
        shown = [*cut_all_points(table, points, 9)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(counts(one)["points"] for one in shown) == count
    assert max(len(one.ids) for one in shown) > 100  # else too few are counted at once to tell
    assert most < 100e6


def test_no_tile_is_crowded_where_points_stand_by_themselves() -> None:
    _, points = crowd(3000, crowded=50)
    first = points.unclustered_from
    assert fullest_tile(points.codes, first) <= 50
    assert fullest_tile(points.codes, first - 1) > 50


def test_the_last_zoom_counts_nothing() -> None:
    _, points = crowd(3000, crowded=1, maxzoom=10)
    assert points.unclustered_from == 10


def test_few_points_are_never_counted() -> None:
    _, points = crowd(40, crowded=50)
    assert points.unclustered_from == 0


def test_a_clusters_id_is_its_cells_address_and_its_place_is_in_the_cell() -> None:
    table, points = crowd(3000)
    z = points.unclustered_from - 1
    shown = whole_zoom(table, points, z)
    clusters = ["point_count" in json.loads(one) for one in shown.properties]
    ids = np.array(shown.ids)[clusters]
    assert (ids >> 48 == z + 2).all()
    assert (ids < 1 << 53).all()
    x, y = deinterleave((ids & ((1 << 48) - 1)).astype(np.uint64))
    for place, column, row in zip(
        shown.parts.coordinates[clusters].tolist(), x.tolist(), y.tolist(), strict=True
    ):
        assert Tile.at(z + 2, *place) == Tile(z + 2, column, row)


def test_a_cells_counts_are_of_the_tile_it_lies_in() -> None:
    table, points = crowd(3000)
    z = points.unclustered_from - 1
    for tile in whole_zoom(table, points, z).tiles:
        box = tile.bounds()
        for x, y in cut_points(table, points, tile).parts.coordinates:
            assert box.west <= x < box.east
            assert box.south < y <= box.north


def test_a_feature_of_several_points_is_never_counted() -> None:
    places = np.array([[139.6, 35.8], [139.61, 35.8], [139.6, 35.8]])
    parts = Parts("point", places, (), np.array([0, 0, 1]))
    points = points_of(parts, np.zeros(2, dtype=np.int16), [None], 1, 16)
    assert points.unclustered_from == 0
    table = FeatureTable(np.array([7, 8]), Slices.of([b"{}", b"{}"]))
    shown = whole_zoom(table, points, 5)
    assert (shown.ids, shown.ends) == ([7, 8], [2])
    assert [end - start for start, end in shown.runs] == [2, 1]


def test_z_order_numbers_read_back() -> None:
    chance = np.random.default_rng(2)
    x, y = chance.integers(0, 1 << 24, (2, 1000))
    back = deinterleave(interleave(x, y))
    assert (back[0] == x).all()
    assert (back[1] == y).all()
    assert len(set(cell_ids(interleave(x, y), 24).tolist())) == len(
        set(zip(x.tolist(), y.tolist(), strict=True))
    )
