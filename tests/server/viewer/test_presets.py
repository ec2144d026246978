"""What the city's file declares for the panel: presets, and layers without data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.designations import designated_flags
from layers.errors import DefinitionError
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.city import Preset
from layers.schema.load import load_city
from server.viewer.presets import preset_buttons

CITY = (BUNDLED_DEFINITIONS / "city.toml").read_text(encoding="utf-8")
TITLE = {"ja": "試し", "en": "Trial"}


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('disasters = ["flood"', 'disasters = ["floods"', "presets.0.disasters.0", "'floods'"),
        (
            'layers = ["crime_prevention", "hydrants", "extinguishers"]',
            "layers = []",
            "presets.5.layers",
            "at least 1",
        ),
        ('id = "earthquake"', 'id = "flood"', "presets.3.id", "no other preset has"),
        ('group = "disaster"\nmissing', 'group = "gone"\nmissing', "planned.0.group", "evacuation"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, key: str, said: str) -> None:
    assert old in CITY
    path = tmp_path / "city.toml"
    path.write_text(CITY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_city(path)
    assert caught.value.key == key
    assert said in str(caught.value)


def with_preset(catalog: Catalog, **options: object) -> Catalog:
    view = Preset.model_validate({"id": "trial", "title": TITLE, **options})
    return replace(catalog, city=catalog.city.model_copy(update={"presets": (view,)}))


def test_a_view_of_disasters_leaves_shelters_out(asaka: Catalog) -> None:
    layers = ("evacuation_shelters", "emergency_sites", "flood")
    (flood,) = preset_buttons(with_preset(asaka, layers=layers, disasters=("flood",)), "ja")
    assert flood.layers == ("flood", "emergency_sites")
    (other,) = preset_buttons(with_preset(asaka, layers=layers), "ja")
    assert "evacuation_shelters" in other.layers


def test_a_view_of_layers_that_are_not_there_is_left_out(asaka: Catalog) -> None:
    assert list(preset_buttons(with_preset(asaka, layers=("gone",)), "ja")) == []
    (half,) = preset_buttons(with_preset(asaka, layers=("gone", "hydrants")), "en")
    assert (half.title, half.layers) == ("Trial", ("hydrants",))


def test_only_disasters_that_a_place_is_designated_for_have_a_flag(asaka: Catalog) -> None:
    found = designated_flags(asaka.layers["emergency_sites"])
    assert found.keys() == {"flood", "landslide", "earthquake"}
    assert designated_flags(asaka.layers["evacuation_shelters"]) == {}
