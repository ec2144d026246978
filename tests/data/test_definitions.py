"""The definitions of both cities name files and columns that exist."""

from __future__ import annotations

import csv
from pathlib import Path

import pyogrio
import pytest

from layers.schema.layer import LayerDefinition
from layers.schema.load import load_city, load_layer

ROOT = Path(__file__).parents[2]
ASAKA = ROOT / "layers" / "definitions"
YAIZU = ROOT / "tests" / "cities" / "yaizu"


def layers(folder: Path) -> dict[str, LayerDefinition]:
    paths = [path for path in folder.glob("*.toml") if path.name != "city.toml"]
    return {path.stem: load_layer(path) for path in paths}


def columns(definition: LayerDefinition, data: Path) -> set[str]:
    path = data / definition.source.name
    if path.suffix == ".csv":
        with path.open(encoding=definition.source.encoding or "utf-8-sig", newline="") as file:
            return set(next(csv.reader(file)))
    return set(pyogrio.read_info(path, encoding=definition.source.encoding)["fields"])


def named(definition: LayerDefinition) -> set[str]:
    source = definition.source
    positions = [source.longitude, source.latitude, source.id]
    fields = {field.column for field in definition.fields.values()}
    return fields | {column for column in positions if column is not None}


def test_asaka_names_only_what_its_files_hold() -> None:
    for definition in layers(ASAKA).values():
        assert named(definition) <= columns(definition, ROOT / "data"), definition.id


def test_asaka_has_its_six_layers_and_four_of_them_are_sample() -> None:
    found = layers(ASAKA)
    assert {layer_id: definition.sample for layer_id, definition in found.items()} == {
        "flood": True,
        "hydrants": True,
        "extinguishers": True,
        "crime_prevention": True,
        "emergency_sites": False,
        "evacuation_shelters": False,
    }


@pytest.mark.shared
def test_yaizu_names_only_what_its_files_hold(shared: Path) -> None:
    for definition in layers(YAIZU).values():
        assert named(definition) <= columns(definition, shared / "yaizu"), definition.id


@pytest.mark.shared
def test_yaizu_has_its_seven_layers_and_none_is_sample(shared: Path) -> None:
    found = layers(YAIZU)
    assert set(found) == {
        "flood",
        "hydrants",
        "crime_prevention",
        "emergency_sites",
        "evacuation_shelters",
        "aed",
        "care_facilities",
    }
    assert not any(definition.sample for definition in found.values())
    assert (shared / "yaizu" / load_city(YAIZU / "city.toml").boundary).exists()


def test_each_layer_of_both_cities_lies_in_a_group_of_its_city() -> None:
    for folder in (ASAKA, YAIZU):
        groups = {group.id for group in load_city(folder / "city.toml").groups}
        assert {definition.group for definition in layers(folder).values()} <= groups
