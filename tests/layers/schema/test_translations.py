"""A definition in two languages is given the standards' others where its Japanese is theirs."""

from __future__ import annotations

from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city, load_layer
from layers.schema.translations import NAMES, missing_languages, with_translations
from layers.schema.values import PAGE_LANGUAGES, REQUIRED_LANGUAGES
from server.texts import LANGUAGES
from tests.conftest import YAIZU


def test_the_flood_warning_of_a_second_city_is_in_every_language() -> None:
    flood = load_layer(YAIZU / "flood.toml")
    assert flood.usage_note is not None
    assert set(flood.usage_note.text) == set(LANGUAGES)


def test_the_languages_of_pages_are_those_of_the_service() -> None:
    assert set(PAGE_LANGUAGES) == set(LANGUAGES)
    assert {*NAMES, *REQUIRED_LANGUAGES} == set(LANGUAGES)


def test_a_second_citys_own_definition_is_given_languages_too() -> None:
    city = load_city(YAIZU / "city.toml")
    titles = {group.title["ja"]: group.title for group in city.groups}
    assert set(titles["避難"]) == set(LANGUAGES)


def test_each_file_has_one_warning_with_the_languages_it_lacks() -> None:
    assert missing_languages(load_city(BUNDLED_DEFINITIONS / "city.toml")) == []
    (problem,) = missing_languages(load_layer(YAIZU / "aed.toml"))
    assert (problem.severity, problem.kind, problem.value) == ("warning", "languages_missing", "3")
    assert "中国語（zh）、韓国語（ko）、ベトナム語（vi）" in problem.message("ja")
    assert "easy Japanese (ja-x-easy), Chinese (zh)" in problem.message("en")


def test_another_japanese_text_takes_no_translation() -> None:
    document = {"title": {"ja": "指定避難所", "en": "Own words", "vi": "Riêng"}}
    title = with_translations(document)["title"]
    assert title["zh"] == "指定避难所"
    assert (title["en"], title["vi"]) == ("Own words", "Riêng")
    other = {"title": {"ja": "指定避難所ほか", "en": "Shelters and others"}}
    assert with_translations(other) == other


def test_what_ships_is_signed_by_nobody() -> None:
    for path in sorted(BUNDLED_DEFINITIONS.glob("*.toml")):
        if path.stem != "city":
            definition = load_layer(path)
            assert definition.usage_note is None or definition.usage_note.reviewed_on is None
