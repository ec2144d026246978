"""The words of a warning follow the layer's hazard, and every hazard has its own."""

from __future__ import annotations

import pytest

from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.values import DISASTERS, Hazard, Scenario
from server.texts import translator
from server.texts.wording import beyond_zones, disaster_names, outside, scenario, unknown

ENGLISH = translator("en")


def of(hazard: Hazard, scenario: Scenario = Scenario.LARGEST_ASSUMED) -> LayerDefinition:
    """A layer of the hazard."""
    flood = load_layer(BUNDLED_DEFINITIONS / "flood.toml")
    return flood.model_copy(update={"hazard": hazard, "scenario": scenario})


@pytest.mark.parametrize("hazard", Hazard)
def test_only_landslides_are_said_not_to_be_floods(hazard: Hazard) -> None:
    definition = of(hazard)
    for words in (outside, beyond_zones, unknown):
        is_flood = "flooded" in words(definition, ENGLISH)
        assert is_flood == (hazard is not Hazard.LANDSLIDE)


def test_a_record_is_not_called_an_assumption() -> None:
    assert "this record" in outside(of(Hazard.FLOOD, Scenario.PAST_EVENTS), ENGLISH)
    assert "this assumption" in outside(of(Hazard.FLOOD), ENGLISH)


def test_every_hazard_in_every_scenario_has_a_name_of_its_own() -> None:
    layers = [of(hazard, event) for hazard in Hazard for event in Scenario]
    assert len({scenario(layer, ENGLISH) for layer in layers}) == len(layers)


def test_every_disaster_has_a_name_of_its_own() -> None:
    names = disaster_names(ENGLISH)
    assert set(names) == set(DISASTERS)
    assert len(set(names.values())) == len(DISASTERS)
