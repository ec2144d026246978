"""A definition's mistakes are named by file, key, value and what was wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import DefinitionError
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city, load_layer

FLOOD = (BUNDLED_DEFINITIONS / "flood.toml").read_text(encoding="utf-8")


def load(folder: Path, text: str, name: str = "flood.toml") -> None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    load_layer(path)


def replaced(old: str, new: str) -> str:
    assert old in FLOOD
    return FLOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        (replaced("order = 10", "ordr = 10"), "ordr", "Did you mean “order”?"),
        (replaced("path =", "pth ="), "source.pth", "Did you mean “path”?"),
        (
            replaced('type = "integer"', 'tipe = "integer"'),
            "fields.rank.tipe",
            "Did you mean “type”?",
        ),
        (replaced("order = 10", "order = 10\nminzoom = 30"), "minzoom", "30"),
        (replaced('label = "river_name"', "label = 'nam'"), "label", "'nam'"),
        (replaced('codes = "flood_depth"', 'codes = "depth"'), "fields.rank.codes", "flood_depth"),
        (replaced('surveyed_extent = "boundary"', ""), "surveyed_extent", "is missing"),
        (replaced('scenario = "想定最大規模"', 'scenario = "最大"'), "scenario", "'最大'"),
        (
            replaced('hazard = "洪水"', 'hazard = "こうずい"'),
            "hazard",
            "'洪水', '内水', '高潮', '津波', 'ため池', '土砂災害'",
        ),
        (replaced(' en = "Flood depth"', ' fr = "Flood depth"'), "fields.rank.title", "en"),
        (
            replaced("[fields.rank]", "[fields.point_count]"),
            "fields.point_count",
            "not point_count",
        ),
        (replaced("[fields.rank]", '[fields."深さ"]'), "fields.深さ", "the form"),
        ("title = ", None, "TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, key: str | None, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, text)
    assert caught.value.key == key
    assert "flood.toml" in str(caught.value)
    assert (key or "") in str(caught.value)
    assert said in str(caught.value)


def test_the_file_name_is_the_id(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="file name"):
        load(tmp_path, FLOOD, "Flood Map.toml")
    with pytest.raises(DefinitionError, match="id is"):
        load(tmp_path, 'id = "other"\n' + FLOOD)


def test_a_layer_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"gone\.toml"):
        load_layer(tmp_path / "gone.toml")


def test_code_lists_are_resolved_into_the_definition() -> None:
    ranks = load_layer(BUNDLED_DEFINITIONS / "flood.toml").fields["rank"].codes
    assert [code.value for code in ranks] == [1, 2, 3, 4, 5, 6]
    assert ranks[1].label["ja"] == "0.5m以上3m未満"


def test_the_city_is_strict_too(tmp_path: Path) -> None:
    text = (BUNDLED_DEFINITIONS / "city.toml").read_text(encoding="utf-8")
    path = tmp_path / "city.toml"
    path.write_text(text.replace("official =", "oficial =", 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match="“official”"):
        load_city(path)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("valid_hours = 0", "shelter_states.valid_hours"),
        ("valid_hours = 169", "shelter_states.valid_hours"),
        ('valid_hours = "半日"', "shelter_states.valid_hours"),
        ("hours = 12", "shelter_states.hours"),
    ],
)
def test_how_long_a_state_is_shown_is_some_hours(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "city.toml"
    city = (BUNDLED_DEFINITIONS / "city.toml").read_text(encoding="utf-8")
    path.write_text(f"{city}\n[shelter_states]\n{text}\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_city(path)
    assert caught.value.key == key
    path.write_text(f"{city}\n[shelter_states]\nvalid_hours = 6\n", encoding="utf-8")
    assert load_city(path).shelter_states.valid_hours == 6
