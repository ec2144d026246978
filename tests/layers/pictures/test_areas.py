"""Areas on a picture: places that are not designated for a disaster in view."""

from __future__ import annotations

import json
from typing import Any

import pytest

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Bounds, Tile
from layers.pictures.frame import Frame
from layers.pictures.picture import draw
from layers.publish.open import open_catalog
from layers.store.folder import HomeFolder
from layers.symbology.look import LOOK
from layers.symbology.symbols import pale_color
from tests.area_sites import area_sites
from tests.sandbox import SANDBOX

CROSSED = 'url(#picture-emergency_sites-crossed)"'
GREEN = "#00673E"  # of the sites


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    definitions, data, home = area_sites(tmp_path_factory.mktemp("areas"))
    return open_catalog(definitions, data, HomeFolder(home), SANDBOX)


def drawn(catalog: Catalog, *names: str, **how: Any) -> str:
    frame = Frame.around(Bounds(*catalog.city.extent), 800, 600, margin=10)
    layers = [catalog.layers[name] for name in names]
    return draw(catalog, layers, frame, title="map", mark="SAMPLE", **how).svg


def squares(svg: str, fill: str) -> int:
    """How many rings are filled so."""
    paths = [path for path in svg.split("<path ")[1:] if f'fill="{fill}"' in path]
    return sum(path.count("Z") for path in paths)


def test_beside_flood_zones_only_designated_areas_look_designated(catalog: Catalog) -> None:
    alone, flood = drawn(catalog, "emergency_sites"), drawn(catalog, "emergency_sites", "flood")
    assert (squares(alone, GREEN), CROSSED in alone) == (42, False)
    assert squares(flood, GREEN) == 30
    assert squares(flood, "url(#picture-emergency_sites-crossed)") == 12
    assert f'stroke="{pale_color(GREEN)}" stroke-width="{LOOK.crossed.width:g}"' in flood


def test_of_areas_too_only_those_for_the_chosen_disaster_are_shown(catalog: Catalog) -> None:
    chosen = drawn(catalog, "emergency_sites", "flood", disasters=["flood"])
    assert (squares(chosen, GREEN), CROSSED in chosen) == (30, False)
    assert squares(drawn(catalog, "emergency_sites", disasters=["large_fire"]), GREEN) == 0


def test_a_styled_tile_says_what_an_area_is_designated_for(catalog: Catalog) -> None:
    tile = Tile(10, 909, 402)
    styled = json.loads(catalog.layers["emergency_sites"].tile(tile, "styled"))["features"]
    designated = [each["properties"]["指定されている災害"] for each in styled]
    assert len(designated) == 42
    assert sum("洪水" in words for words in designated) == 30
