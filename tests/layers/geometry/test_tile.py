from __future__ import annotations

import math

import pytest

from layers.errors import InvalidTile
from layers.geometry.tile import (
    GRID,
    MAX_ZOOM,
    WORLD,
    Bounds,
    Tile,
    TileRange,
    digits,
    fitting_zoom,
)


@pytest.mark.parametrize(
    "address", [(0, 1, 0), (3, -1, 0), (3, 0, 8), (-1, 0, 0), (MAX_ZOOM + 1, 0, 0)]
)
def test_an_address_outside_the_world_is_no_tile(address: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidTile, match="wanted"):
        Tile(*address)


def test_the_bounds_of_a_known_tile() -> None:
    # The Web Mercator formula of OpenStreetMap's wiki, computed by hand for 14/14545/6444.
    bounds = Tile(14, 14545, 6444).bounds()
    assert bounds.west == pytest.approx(14545 / 2**14 * 360 - 180)
    north = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * 6444 / 2**14))))
    assert bounds.north == pytest.approx(north)
    assert bounds.south < bounds.north


def test_neighbours_share_their_edge_exactly() -> None:
    tile, east, south = Tile(14, 14545, 6444), Tile(14, 14546, 6444), Tile(14, 14545, 6445)
    assert tile.bounds().east == east.bounds().west
    assert tile.bounds().south == south.bounds().north


@pytest.mark.parametrize("z", range(MAX_ZOOM + 1))
def test_a_place_lies_in_the_tile_its_column_and_row_name(z: int) -> None:
    longitude, latitude = 139.593, 35.797
    tile = Tile.at(z, longitude, latitude)
    west, south, east, north = tile.bounds()
    assert west <= longitude < east
    assert south < latitude <= north


@pytest.mark.parametrize("z", range(MAX_ZOOM + 1))
def test_the_digits_tell_every_step_of_the_grid_apart(z: int) -> None:
    step = 360 / (GRID << z)
    assert 10 ** -digits(z) <= step < 10 ** -(digits(z) - 1)


def test_a_range_is_its_halves_and_its_halves_its_tiles() -> None:
    whole = TileRange.of(14, Bounds(139.57, 35.77, 139.63, 35.84))
    one, two = whole.halves()
    assert {*one, *two} == {*whole}
    assert len({*one} & {*two}) == 0
    assert Tile.at(14, 139.57, 35.84) in {*whole}
    assert TileRange.of(0, Bounds(-180, -85, 180, 85)).is_one()


def test_a_margin_takes_the_neighbours_in() -> None:
    place = Tile(14, 14545, 6443).bounds()
    middle = Bounds(place.west, place.north, place.west, place.north)
    assert len({*TileRange.of(14, middle, 0.5)}) == 4


def test_a_box_fits_into_a_tile_of_its_zoom() -> None:
    for tile in (Tile(14, 14545, 6444), Tile(0, 0, 0), Tile(5, 28, 12)):
        assert fitting_zoom(tile.bounds(-1)) == tile.z
        assert fitting_zoom(tile.bounds(1)) == tile.z - 1
    assert fitting_zoom(WORLD) == 0
    assert fitting_zoom(Bounds(139.6, 35.8, 139.6, 35.8)) == MAX_ZOOM


def test_the_middle_of_a_box_is_in_it() -> None:
    assert Bounds(139.5, 35.7, 139.7, 35.8).middle == (139.6, 35.75)
