"""Names beside their readings: only those that the data has, the same on pages and on the map."""

from __future__ import annotations

import json
import subprocess

import pytest

from layers.draft.infer import field_id
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.layer import FieldDefinition, LayerDefinition
from layers.schema.load import load_layer
from layers.schema.values import NAME_FORMS
from layers.standards.schema import standards
from server.texts import LANGUAGES, name_beside, plain, to_html
from server.texts.wording import feature_name
from server.viewer.layer_config import name_forms
from tests.conftest import ROOT, YAIZU

SCHOOL = {
    "name": "本町小学校",
    "name_kana": "ホンチョウショウガッコウ",
    "name_en": "Honcho Elementary School",
    "name_romaji": "Honchō Shōgakkō",
}
KANA_ALONE = {key: SCHOOL[key] for key in ("name", "name_kana")}
FEATURES = [SCHOOL, KANA_ALONE, {"name": "本町公園"}, {**KANA_ALONE, "name_kana": "ﾎﾝﾁｮｳ "}]


def layer(*extra: str) -> LayerDefinition:
    """A layer whose features have names, and fields of these ids beside them."""
    sites = load_layer(BUNDLED_DEFINITIONS / "emergency_sites.toml")
    fields = {name: FieldDefinition(title=sites.title, column=name) for name in ("name", *extra)}
    return LayerDefinition.model_validate(
        {**sites.model_dump(), "fields": fields, "nearest": None, "source": {"path": "a.csv"}}
    )


EVERY = layer(*(f"name{suffix}" for suffix in NAME_FORMS.values()))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ja", "本町小学校"),
        ("en", "Honcho Elementary School (本町小学校)"),
        ("vi", "Honcho Elementary School (本町小学校)"),
        ("zh", "本町小学校（Honcho Elementary School）"),
        ("ko", "本町小学校 (Honcho Elementary School)"),
    ],
)
def test_a_name_stands_beside_the_form_that_its_readers_know(lang: str, said: str) -> None:
    assert plain(feature_name(EVERY, SCHOOL, lang)) == said


def test_romaji_stand_in_for_english_and_kana_for_romaji() -> None:
    romaji = {key: value for key, value in SCHOOL.items() if key != "name_en"}
    assert plain(feature_name(EVERY, romaji, "en")) == "Honchō Shōgakkō (本町小学校)"
    said = plain(feature_name(EVERY, KANA_ALONE, "en"))
    assert said == "本町小学校 (ホンチョウショウガッコウ)"


def test_easy_japanese_has_kana_as_a_reading() -> None:
    page = to_html(f"<p>{feature_name(EVERY, SCHOOL, 'ja-x-easy')}</p>")
    assert "<ruby>本町小学校<rp>（</rp><rt>ホンチョウショウガッコウ</rt>" in page


def test_each_form_says_which_language_it_is_in() -> None:
    page = to_html(f"<p>{feature_name(EVERY, SCHOOL, 'zh')}</p>")
    assert '<span lang="ja">本町小学校</span>' in page
    assert '<span lang="en">Honcho Elementary School</span>' in page
    assert '<span lang="ja">本町小学校</span>' in to_html(feature_name(EVERY, SCHOOL, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_reading_is_made_up(lang: str) -> None:
    assert plain(feature_name(EVERY, {"name": "本町公園"}, lang)) == "本町公園"
    assert plain(feature_name(layer(), SCHOOL, lang)) == "本町小学校"
    assert plain(name_beside("ABC", lang, {"en": "ABC", "ja-Hrkt": "ABC"})) == "ABC"


def test_a_reading_that_is_for_staff_stays_with_them() -> None:
    document = EVERY.model_dump()
    document["fields"]["name_kana"]["audience"] = "staff"
    assert "ja-Hrkt" not in LayerDefinition.model_validate(document).name_forms


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_writes_names_as_the_pages_do(lang: str) -> None:
    field: dict[str, object] = {
        "id": "name",
        "type": "text",
        "unit": None,
        "codes": [],
        "flag": None,
    }
    document = {
        "definition": {"nameForms": name_forms(EVERY, lang)},
        "field": field,
        "features": FEATURES,
    }
    done = subprocess.run(
        ["tools/with-node.sh", "node", "tests/server/texts/names.mjs"],
        input=json.dumps(document).encode(),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    on_pages = [plain(feature_name(EVERY, properties, lang)) for properties in FEATURES]
    assert [plain(text) for text in json.loads(done.stdout)] == on_pages


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("名称_カナ", "name_kana"),
        ("施設名（フリガナ）", "name_kana"),
        ("よみがな", "name_kana"),
        ("名称_英字", "name_en"),
        ("施設名_英語", "name_en"),
        ("name:en", "name_en"),
        ("名称_ローマ字", "name_romaji"),
        ("name:ko", "name_ko"),
    ],
)
def test_columns_of_readings_are_known_by_their_names(column: str, name: str) -> None:
    assert field_id(column, 1, ()) == name


def test_a_standard_with_kana_publishes_english_names_too() -> None:
    with_kana = [each for each in standards() if "name_kana" in each.fields]
    assert len(with_kana) >= 8
    assert all("name_en" in each.fields for each in with_kana)


@pytest.mark.parametrize("name", ["emergency_sites", "evacuation_shelters", "aed"])
def test_yaizus_lists_have_readings(name: str) -> None:
    assert "ja-Hrkt" in load_layer(YAIZU / f"{name}.toml").name_forms
