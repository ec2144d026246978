"""Where symbols and clusters stand on paper is where the map's own script puts them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.tile import Bounds, Tile, TileRange
from layers.pictures.clusters import Obstacle, cluster_place, cluster_radius
from layers.pictures.frame import BETWEEN, Frame
from layers.pictures.points import Symbol, Symbols, arrange, symbols_of
from server.texts import translator
from server.viewer.city_map import look_config
from server.viewer.layer_config import layer_config
from tests.conftest import ROOT
from tests.layers.city import SmallCity

SIDE = 512  # CSS pixels of a tile on the screen
CELL = SIDE / 4
Placed = tuple[str, float, float, float]  # kind, place in the tile, half the width


def on_screen(clusters: Sequence[dict[str, Any]] = (), tiles: Sequence[dict[str, Any]] = ()) -> Any:
    """What the script of the map makes of them."""
    content = {"look": look_config(), "clusters": clusters, "tiles": tiles}
    done = subprocess.run(
        ["tools/with-node.sh", "node", "tests/layers/pictures/placement.mjs"],
        input=orjson.dumps(content),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def test_a_cluster_stands_where_the_script_puts_it() -> None:
    random = np.random.default_rng(14)
    crowds = []
    for _ in range(500):
        near = random.uniform(0, SIDE, (random.integers(0, 40), 2)).tolist()
        radii = random.choice([3.5, 6, 9, 12, 22, 30], len(near)).tolist()
        crowds.append(
            {
                "middle": random.uniform(0, SIDE, 2).tolist(),
                "count": int(10 ** random.uniform(0.31, 5)),
                "obstacles": [
                    {"x": x, "y": y, "radius": radius}
                    for (x, y), radius in zip(near, radii, strict=True)
                ],
            }
        )
    screen = on_screen(clusters=crowds)["clusters"]
    corners = random.uniform(0, 1e8, (len(crowds), 2)).round() * SIDE
    for crowd, place, (left, top) in zip(crowds, screen, corners.tolist(), strict=True):
        obstacles: list[Obstacle] = [(o["x"], o["y"], o["radius"]) for o in crowd["obstacles"]]
        middle, count = tuple(crowd["middle"]), crowd["count"]
        printed = cluster_place(middle, count, CELL, (left, top), obstacles)
        assert printed == pytest.approx((place["x"], place["y"]), abs=1e-3), crowd


def test_a_cluster_at_the_edge_of_its_cell_is_drawn_within_it() -> None:
    x, y = cluster_place((4, 60), 50, CELL, (0, 0), [(30, 60, 6)])
    room = cluster_radius(50)
    assert room <= x <= CELL - room
    assert room <= y <= CELL - room


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Two layers of points around the same middles: one of classes, one of few points."""
    random = np.random.default_rng(5)
    city = SmallCity(tmp_path_factory.mktemp("crowds"))
    for name, most in (("many", 60), ("few", 3)):
        rows = ["名称,経度,緯度"]
        for middle in random.uniform((139.05, 35.05), (139.15, 35.15), (40, 2)):
            for place in random.normal(middle, 0.002, (random.integers(1, most), 2)):
                rows.append(f"{len(rows)},{place[0]:.6f},{place[1]:.6f}")
        city.put(f"{name}.csv", "\n".join(rows))
        source = f'path = "{name}.csv"\nlongitude = "経度"\nlatitude = "緯度"'
        city.declare(name, source, top="minzoom = 8\nmaxzoom = 16")
    return city.open()


def test_a_printed_tile_has_the_symbols_of_the_screen(crowds: Catalog) -> None:
    compare(crowds, ["few", "many"], range(10, 16))


def test_the_printed_city_has_the_symbols_of_the_screen(asaka: Catalog) -> None:
    names = [layer.id for layer in asaka.layers.values() if layer.geometry == "point"]
    compare(asaka, names, range(11, 16))


def compare(catalog: Catalog, names: Sequence[str], zooms: range) -> None:
    """See that every tile of these zooms has the same places on paper, layers from the top."""
    layers = [catalog.layers[name] for name in names]
    tiles = [tile for z in zooms for tile in filled(catalog, z)]
    screen = on_screen(tiles=[asked(layers, tile) for tile in tiles])["tiles"]
    kinds = set()
    for tile, shapes in zip(tiles, screen, strict=True):
        for layer, printed, shown in zip(layers, on_paper(layers, tile), shapes, strict=True):
            placed = [tuple(shape.values()) for shape in shown]
            assert sorted(printed) == [
                (kind, *(pytest.approx(value, abs=1e-6) for value in rest))
                for kind, *rest in sorted(placed)
            ], (layer, tile)
            kinds |= {kind for kind, *_ in printed}
    assert kinds == {"point", "cluster"}


def filled(catalog: Catalog, z: int) -> Iterator[Tile]:
    return iter(TileRange.of(z, Bounds(*catalog.city.extent)))


def asked(layers: Sequence[Layer], tile: Tile) -> dict[str, Any]:
    """A tile of the screen with what the page and the service hand to its script."""
    return {
        "coords": {"x": tile.x, "y": tile.y, "z": tile.z + BETWEEN},
        "layers": [
            {
                "definition": layer_config(layer, "ja", translator("ja")),
                "collection": orjson.loads(layer.tile(tile) or b'{"features":[]}'),
            }
            for layer in layers
        ],
    }


def on_paper(layers: Sequence[Layer], tile: Tile) -> list[list[Placed]]:
    """The symbols of a picture that shows just the tile."""
    bounds = tile.bounds()
    frame = Frame.around(bounds, SIDE, SIDE)
    below = [symbols_of(layer, frame, tile.z) for layer in reversed(layers)]
    return [[*placed(symbols)] for symbols in reversed(arrange(below, frame))]


def placed(symbols: Symbols) -> Iterator[Placed]:
    for symbol in symbols.singles:
        if is_inside(symbol):
            yield "point", symbol.x, symbol.y, symbols.radius
    for symbol in symbols.clusters:
        if is_inside(symbol):
            yield "cluster", symbol.x, symbol.y, cluster_radius(symbol.count or 1)


def is_inside(symbol: Symbol) -> bool:
    return 0 <= symbol.x < SIDE and 0 <= symbol.y < SIDE
