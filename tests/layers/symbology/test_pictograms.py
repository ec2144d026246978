"""Pictograms: one drawing for each name, told apart without colour and without letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from layers.errors import DefinitionError
from layers.messages.message import Language
from layers.pictures.clusters import cluster_svg
from layers.pictures.symbols import symbol_svg
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.values import PictogramId, Shape
from layers.standards.schema import standards
from layers.symbology.legend import LegendEntry, legend_of
from layers.symbology.look import LOOK
from layers.symbology.pictograms import PICTOGRAMS
from tests.conftest import ROOT

YAIZU = ROOT / "tests/cities/yaizu"
NAME = {"ja": "名", "en": "Name"}
EXTINGUISHERS = (BUNDLED_DEFINITIONS / "extinguishers.toml").read_text(encoding="utf-8")
# Layers whose symbols are to be understood by those who read no kanji.
LETTER_FREE = (
    "emergency_sites",
    "evacuation_shelters",
    "hydrants",
    "extinguishers",
    "crime_prevention",
    "aed",
)


def definitions(folder: Path) -> list[LayerDefinition]:
    return [load_layer(path) for path in folder.glob("*.toml") if path.stem in LETTER_FREE]


def entry(pictogram: PictogramId | None, glyph: str = "", shape: Shape = "circle") -> LegendEntry:
    return LegendEntry(None, NAME, None, "#B3261E", shape, glyph, pictogram)


def test_every_name_has_a_drawing_and_every_shape_an_outline() -> None:
    assert {*PICTOGRAMS} == {*get_args(PictogramId)}
    assert {*LOOK.symbols.outlines} == {*get_args(Shape)}


@pytest.mark.parametrize("name", PICTOGRAMS)
def test_a_drawing_stays_in_its_box_and_is_like_no_other(name: PictogramId) -> None:
    pictogram = PICTOGRAMS[name]
    data = pictogram.solid + pictogram.line
    assert not re.search("[a-z]", data)  # no relative command: each number is a place
    assert all(abs(float(number)) <= 1 for number in re.findall(r"-?[0-9.]+", data))
    others = [PICTOGRAMS[other] for other in PICTOGRAMS if other != name]
    assert all((other.solid, other.line) != (pictogram.solid, pictogram.line) for other in others)


def test_a_line_is_wide_enough_to_be_seen_in_the_smallest_symbol_that_has_one() -> None:
    rooms = [outline.room for outline in LOOK.symbols.outlines.values()]
    widths = [pictogram.width for pictogram in PICTOGRAMS.values() if pictogram.line]
    assert min(widths) * LOOK.symbols.least * min(rooms) > 0.8  # CSS pixels


@pytest.mark.parametrize("folder", [BUNDLED_DEFINITIONS, YAIZU], ids=["asaka", "yaizu"])
def test_layers_are_told_apart_by_their_outlines_alone(folder: Path) -> None:
    shapes = [layer.style.shape for layer in definitions(folder)]
    assert len(shapes) >= 4
    assert len({*shapes}) == len(shapes)


@pytest.mark.parametrize("folder", [BUNDLED_DEFINITIONS, YAIZU], ids=["asaka", "yaizu"])
def test_the_classes_of_a_layer_are_told_apart_without_colour_or_letters(folder: Path) -> None:
    for layer in definitions(folder):
        values = [code.value for field in layer.fields.values() for code in field.codes]
        legend = [each for each in legend_of(layer, values) if each.value is not None]
        assert all(each.pictogram and not each.glyph for each in legend)
        if len({each.shape for each in legend}) > 1 or len(layer.style.classes) > 3:
            seen = [(each.shape, each.pictogram) for each in legend]
            assert len({*seen}) == len(seen), layer.id


@pytest.mark.parametrize(
    ("standard", "pictogram"),
    [
        ("aed", "aed"),
        ("hydrants", "water_drop"),
        ("emergency_sites", "emergency_site"),
        ("gsi_emergency_sites", "emergency_site"),
        ("gsi_evacuation_shelters", "evacuation_shelter"),
    ],
)
def test_a_standard_proposes_its_pictogram(standard: str, pictogram: str) -> None:
    (style,) = (each.style for each in standards() if each.id == standard)
    assert (style.pictogram, style.glyph) == (pictogram, "")


def test_a_name_that_is_none_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "extinguishers.toml"
    old = 'pictogram = "extinguisher"'
    assert old in EXTINGUISHERS
    path.write_text(EXTINGUISHERS.replace(old, 'pictogram = "fire_extinguisher"'), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_layer(path)
    assert caught.value.key == "style.pictogram"
    wanted_in: Mapping[Language, str] = {"ja": "次のどれか", "en": "one of"}
    for language, wanted in wanted_in.items():
        message = caught.value.message(language)
        assert "fire_extinguisher" in message
        assert wanted in message
        assert "'extinguisher'" in message


def test_a_small_symbol_is_its_outline_alone() -> None:
    drawing = PICTOGRAMS["aed"].solid
    least = LOOK.symbols.least
    assert drawing in symbol_svg(entry("aed"), least, hollow=False)
    assert drawing not in symbol_svg(entry("aed"), least - 1, hollow=False)


def test_a_pictogram_is_drawn_instead_of_a_letter() -> None:
    assert "<text" in symbol_svg(entry(None, "消"), 10, hollow=False)
    assert "<text" not in symbol_svg(entry("extinguisher", "消"), 10, hollow=False)
    assert cluster_svg((0, 0), 12, entry("well", "井"), hollow=False).count("<text") == 1  # 12
    assert PICTOGRAMS["well"].solid not in cluster_svg(
        (0, 0), 12, entry("well"), hollow=False, pale=True
    )


def test_the_letter_of_a_class_is_drawn_instead_of_the_layers_pictogram() -> None:
    layer = load_layer(BUNDLED_DEFINITIONS / "hydrants.toml").model_dump()
    layer["style"]["classes"] = [
        {"value": "プール", "glyph": "泳"},
        {"value": "井戸", "pictogram": "well"},
        {"value": "消火栓"},
    ]
    legend = legend_of(LayerDefinition.model_validate(layer), ["プール", "井戸", "消火栓"])
    looks = {each.value: (each.glyph, each.pictogram) for each in legend}
    assert looks["プール"] == ("泳", None)
    assert looks["井戸"] == ("", "well")
    assert looks["消火栓"] == ("", "water_drop")
