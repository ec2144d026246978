"""The words of a warning follow the layer's hazard, and every hazard has its own."""

from __future__ import annotations

import datetime

import pytest

from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.values import DISASTERS, Hazard, Scenario
from server.texts import LANGUAGES, plain, translator
from server.texts.wording import (
    beyond_zones,
    disaster_names,
    feature_name,
    inside,
    long_date,
    outside,
    scenario,
    unknown,
)

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


def test_a_place_in_a_zone_is_told_the_zone_s_name_in_law() -> None:
    _ = translator("ja")
    assert inside(of(Hazard.FLOOD), _) == ("この場所は、洪水浸水想定区域（想定最大規模）の中です。")
    past = of(Hazard.INLAND_FLOOD, Scenario.PAST_EVENTS)
    assert inside(past, _) == "この場所は、この記録で内水氾濫の実績がある区域の中です。"
    for lang in LANGUAGES:
        words = [inside(of(hazard), translator(lang)) for hazard in Hazard]
        assert len(set(words)) == len(words)


def test_only_floods_by_rain_are_of_an_amount_of_rain() -> None:
    assert "rainfall, L2" in scenario(of(Hazard.FLOOD), ENGLISH)
    assert "rain" not in scenario(of(Hazard.STORM_SURGE), ENGLISH)
    assert "rain" not in scenario(of(Hazard.TSUNAMI, Scenario.DESIGN_SCALE), ENGLISH)


def test_vietnamese_dates_are_written_out() -> None:
    assert long_date(datetime.date(2026, 11, 23), "vi") == "ngày 23 tháng 11 năm 2026"


def test_a_feature_that_is_called_by_a_code_has_the_code_s_name() -> None:
    hydrants = load_layer(BUNDLED_DEFINITIONS / "hydrants.toml")
    assert feature_name(hydrants, {"kind": "井戸"}, "zh") == "水井"
    assert plain(feature_name(hydrants, {}, "zh")) == "消防水源（消火栓、防火水槽）"
