"""Tiles are cut from one zoom's geometry: put together again, they are that geometry."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.parts import Kind, from_shapes, shapes_of
from layers.geometry.tile import BUFFER, Bounds, Tile, TileRange, digits, pixel
from layers.revision.level import MAX_VERTICES, Level, level_of
from layers.tiles.cut import cut_whole_level
from layers.tiles.geojson import encode

PLACE = np.array([139.6, 35.8])


def blob(vertices: int, radius: float) -> shapely.Geometry:
    """A lobed polygon around PLACE with a wavy border, a wave each 20 vertices, in degrees."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    wave = 2 / vertices * np.sin(vertices / 20 * angle)
    away = radius * (1 + 0.1 * np.sin(7 * angle) + wave)
    border = PLACE + np.column_stack([away * np.cos(angle), away * np.sin(angle)])
    return shapely.Polygon(border)


def one(kind: Kind, geometry: shapely.Geometry, z: int) -> Level:
    return level_of(from_shapes(shapes_of(kind, np.array([geometry]))), z)


def pieces(layer: Layer, z: int) -> dict[int, list[shapely.Geometry]]:
    """Each feature's geometry in every tile, its buffer cut off."""
    assert layer.bounds is not None
    found: dict[int, list[shapely.Geometry]] = {}
    for tile, content in layer.tiles(z):
        for feature in json.loads(content)["features"]:
            geometry = shapely.geometry.shape(feature["geometry"])
            assert geometry.is_valid, (tile, feature["id"])
            inside = shapely.clip_by_rect(geometry, *tile.bounds())
            found.setdefault(feature["id"], []).append(inside)
    return found


def check_joined(layer: Layer, z: int) -> None:
    level = layer.revision.level(z).parts.to_shapes()
    found = pieces(layer, z)
    grid = pixel(z) / 16
    for index, number in enumerate(layer.revision.table.ids.tolist()):
        whole = shapely.union_all(level.geometry[level.owner == index])
        joined = shapely.union_all(found[number])
        difference = shapely.symmetric_difference(whole, joined)
        # All that differs lies along the borders, within one step of the tile's grid.
        assert shapely.buffer(difference, -grid).is_empty


@pytest.mark.parametrize("z", [11, 13, 15])
def test_tiles_put_together_are_the_generalised_layer(asaka: Catalog, z: int) -> None:
    check_joined(asaka.layer("flood"), z)


@pytest.mark.shared
@pytest.mark.parametrize("z", [10, 13, 15])
def test_tiles_of_yaizu_put_together_are_the_generalised_layer(yaizu: Catalog, z: int) -> None:
    check_joined(yaizu.layer("flood"), z)


def test_a_tile_holds_no_more_than_itself_and_its_buffer() -> None:
    level = one("polygon", blob(20_000, 0.05), 14)
    for tile in TileRange.of(14, Bounds(139.5, 35.7, 139.7, 35.9)):
        box = tile.bounds(BUFFER + 0.1)
        for west, south, east, north in level.cut(tile).bounds():
            assert west >= box.west
            assert south >= box.south
            assert east <= box.east
            assert north <= box.north


def test_a_large_polygon_is_stored_in_pieces_each_for_its_own_tiles() -> None:
    level = one("polygon", blob(50_000, 0.05), 14)
    sizes = np.diff(level.parts.vertices())
    left, top, right, bottom = level.blocks.T
    assert ((sizes <= MAX_VERTICES) | ((right - left == 1) & (bottom - top == 1))).all()
    claimed = [
        (x, y)
        for x0, y0, x1, y1 in level.blocks.tolist()
        for x in range(x0, x1)
        for y in range(y0, y1)
    ]
    # One part of one feature: a tile is given it once, in as many pieces as the cut made.
    assert len(set(claimed)) > 1


def test_a_new_tiles_work_does_not_grow_with_what_lies_outside_it() -> None:
    """The vertices that are looked at, not the time that takes."""
    looked_at = []
    for vertices in (10_000, 1_000_000):
        radius = 0.05 * vertices / 10_000  # the same detail a degree, a border 100 times as long
        level = one("polygon", blob(vertices, radius), 14)
        edge = Tile.at(14, PLACE[0] + radius, PLACE[1])
        left, top, right, bottom = level.blocks.T
        meant = (left <= edge.x) & (edge.x < right) & (top <= edge.y) & (edge.y < bottom)
        looked_at.append(int(np.diff(level.parts.vertices())[meant].sum()))
    assert max(looked_at) <= 40 * MAX_VERTICES


def test_lines_are_cut_too() -> None:
    line = shapely.LineString([(139.5, 35.8), (139.7, 35.81)])
    level = one("line", line, 13)
    ((tiles, parts),) = level.cut_all()
    assert len(tiles) > 3
    assert parts.kind == "line"
    joined = shapely.line_merge(shapely.union_all(parts.to_shapes().geometry, grid_size=1e-6))
    assert shapely.hausdorff_distance(line, joined) < 10.0 ** -digits(13)


def test_a_zoom_cut_some_tiles_at_a_time_is_the_same(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = asaka.layer("flood")
    whole = [*layer.tiles(14)]
    monkeypatch.setattr("layers.revision.level.AT_ONCE", 1000)
    monkeypatch.setattr("layers.geometry.parts.AT_ONCE", 1000)
    assert [*layer.tiles(14)] == whole
    shares = [[*layer.tiles(14, "geojson", slice(nth, None, 3))] for nth in range(3)]
    assert min(map(len, shares)) > 0
    assert sorted(tile for share in shares for tile in share) == sorted(whole)


def test_some_tiles_of_a_zoom_are_cut_as_all_are(asaka: Catalog) -> None:
    revision = asaka.layer("flood").revision
    level = revision.level(15)
    numbers = np.unique(level.pairs()[0])[::3]
    chosen = {Tile(15, *divmod(number, 1 << 15)) for number in numbers.tolist()}
    cut = cut_whole_level(revision.table, level, only=numbers)
    some = [content for shown in cut for content in encode(shown)]
    every = dict(asaka.layer("flood").tiles(15))
    assert some == [content for tile, content in every.items() if tile in chosen]


def test_a_sliver_thinner_than_the_grid_is_not_lost() -> None:
    sliver = shapely.Polygon([(139.5, 35.8), (139.7, 35.8), (139.7, 35.8 + 1e-9)])
    for z in (5, 10, 16):
        level = one("polygon", sliver, z)
        assert len(level.parts)
        shown = shapely.union_all(level.parts.to_shapes().geometry)
        assert shapely.hausdorff_distance(shown, sliver) <= pixel(z)
