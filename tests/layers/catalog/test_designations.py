"""What looks designated on a map of hazards: the same in pictures and in the map's own script."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.designations import (
    DISASTER_OF,
    designated_for,
    disasters_in_view,
    flags_in_view,
    has_all,
    has_states,
)
from layers.catalog.layer import Layer
from layers.geometry.tile import Bounds, Tile
from layers.pictures.frame import Frame
from layers.pictures.picture import draw
from layers.pictures.points import symbols_of
from layers.revision.points import Points
from layers.revision.table import FeatureTable
from layers.schema.values import DISASTERS, Disaster, Hazard
from layers.symbology.look import LOOK
from layers.tiles.content import TileContent
from layers.tiles.cut import cut_points
from server.texts import translator
from server.viewer.layer_config import layer_config
from tests.conftest import ROOT

CLUSTER = {"id": 0, "properties": {"point_count": 7}}


def of_hazards(*hazards: Hazard) -> list[Layer]:
    """Stand-ins for layers of these hazards."""
    return [
        cast(Layer, SimpleNamespace(definition=SimpleNamespace(hazard=hazard)))
        for hazard in hazards
    ]


def places(layer: Layer) -> list[dict[str, Any]]:
    table = layer.revision.table
    every = np.arange(layer.feature_count)
    return [
        {"id": int(table.ids[index]), "properties": orjson.loads(content)}
        for index, content in zip(every, table.properties.take(every), strict=True)
    ]


def looking_undesignated(layer: Layer, in_view: Sequence[Disaster]) -> int:
    flags = flags_in_view(layer, in_view)
    return sum(not has_all(flags, place["properties"]) for place in places(layer))


def frame(catalog: Catalog) -> Frame:
    return Frame.around(Bounds(*catalog.city.extent), 800, 600, margin=10)


def test_every_hazard_has_the_disaster_that_places_must_be_designated_for() -> None:
    assert set(DISASTER_OF) == set(Hazard)


def test_on_a_flood_map_twelve_of_the_sites_do_not_look_designated(asaka: Catalog) -> None:
    sites = asaka.layers["emergency_sites"]
    in_view = disasters_in_view([asaka.layers["flood"], sites])
    assert in_view == ("flood",)
    assert looking_undesignated(sites, in_view) == 12
    assert looking_undesignated(sites, ()) == 0
    # Nothing in this data is designated for 内水氾濫, and never falls back to another disaster.
    assert looking_undesignated(sites, ("flood", "inland_flood")) == 42
    assert looking_undesignated(sites, ("earthquake",)) == 0


@pytest.mark.parametrize(("chosen", "crossed"), [((), 12), (("earthquake",), 12), (("flood",), 0)])
def test_a_picture_crosses_the_places_that_are_not_designated(
    asaka: Catalog, chosen: tuple[Disaster, ...], crossed: int
) -> None:
    layers = [asaka.layers["flood"], asaka.layers["emergency_sites"]]
    picture = draw(asaka, layers, frame(asaka), title="map", mark="SAMPLE", disasters=chosen)
    assert picture.svg.count(LOOK.crossed.cross) == crossed
    alone = draw(asaka, layers[1:], frame(asaka), title="map", mark="SAMPLE")
    assert LOOK.crossed.cross not in alone.svg


def test_a_number_does_not_claim_that_its_places_are_designated(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = asaka.layers["emergency_sites"]
    around = frame(asaka)
    in_view: tuple[Disaster, ...] = ("flood",)

    def clustered(table: FeatureTable, points: Points, tile: Tile) -> TileContent:
        return cut_points(table, replace(points, unclustered_from=16), tile)

    monkeypatch.setattr("layers.pictures.points.cut_points", clustered)
    symbols = symbols_of(sites, around, 10, (), in_view)
    assert symbols.clusters
    assert not any(each.designated for each in symbols.clusters)
    assert all(each.designated for each in symbols_of(sites, around, 10).clusters)


def test_the_script_decides_the_same(asaka: Catalog, yaizu: Catalog) -> None:
    cases, expected = [], []
    for catalog in (asaka, yaizu):
        sites = catalog.layers["emergency_sites"]
        definition = layer_config(sites, "ja", translator("ja"))
        features = [*places(sites), CLUSTER]
        for hazards in ([], *([each] for each in Hazard), [*Hazard]):
            shown = of_hazards(*hazards)
            for chosen in ((), *((each,) for each in DISASTERS)):
                in_view = disasters_in_view(shown, chosen)
                flags = flags_in_view(sites, in_view)
                crossed = [not has_all(flags, each["properties"]) for each in features[:-1]]
                expected.append((set(in_view), [*crossed, bool(flags)]))
                hazards_shown = [{"hazard": {"disaster": DISASTER_OF[each]}} for each in hazards]
                cases.append(
                    {
                        "shown": [{"hazard": None}, *hazards_shown],
                        "chosen": chosen,
                        "definition": definition,
                        "features": features,
                    }
                )
    done = subprocess.run(
        ["tools/with-node.sh", "node", "tests/layers/catalog/designated.mjs"],
        input=orjson.dumps({"cases": cases}),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    decided = json.loads(done.stdout)
    assert [(set(each["inView"]), each["crossed"]) for each in decided] == expected


def test_the_city_says_of_designated_places_whether_they_are_open(asaka: Catalog) -> None:
    definitions = {layer.id: layer.definition for layer in asaka.layers.values()}
    stated = {id for id, definition in definitions.items() if has_states(definition)}
    assert stated == {"emergency_sites", "evacuation_shelters"}
    for id in stated:
        assert not has_states(definitions[id].model_copy(update={"sample": True}))
    plain = definitions["evacuation_shelters"].model_copy(update={"shelters": False})
    assert not has_states(plain)


def test_what_a_place_is_designated_for_is_told(asaka: Catalog) -> None:
    definition = asaka.layers["emergency_sites"].definition
    properties = {"earthquake": True, "flood": True, "landslide": False}
    assert designated_for(definition, properties) == ["flood", "earthquake"]
    assert designated_for(definition, {}) == []
    assert designated_for(asaka.layers["evacuation_shelters"].definition, {}) is None


def test_no_badge_is_drawn_at_a_place_that_is_crossed(asaka: Catalog) -> None:
    layer = asaka.layers["emergency_sites"]
    layers = [asaka.layers["flood"], layer]
    frame = Frame.around(Bounds(*asaka.city.extent), 800, 600, margin=10)
    badges = {layer.id: {place["id"]: "open" for place in places(layer)}}
    color = LOOK.badges.looks["open"].color

    def count(shown: list[Layer]) -> int:
        drawn = draw(asaka, shown, frame, title="", mark="", badges=badges)
        return drawn.svg.count(f'fill="{color}"')

    assert count([layer]) == layer.feature_count
    assert count(layers) == layer.feature_count - looking_undesignated(layer, ["flood"])
