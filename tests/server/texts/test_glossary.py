"""Every text uses the field's terms as the glossary has them, and easy Japanese stays easy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import layers
from server.texts import CATALOGUES, EASY, LANGUAGES, SOURCE_LANGUAGE, catalogue, plural_catalogue

LAYERS = Path(layers.__file__).parent
READING = re.compile("《[^》]*》")
LONGEST = 45  # characters of a sentence of easy Japanese, without readings and what is filled in
DOUBLE_NEGATIVE = re.compile("という意味ではありません|ないことはありません|ないわけではありません")
# Sentences end here; a reader takes a line that is headed by a colon as a heading and what it says.
SENTENCE = re.compile("[。！？：]")


def glossary() -> dict[str, dict[str, Any]]:
    return tomllib.loads((CATALOGUES / "glossary.toml").read_text(encoding="utf-8"))


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every text a reader of the language is shown, without readings, with where it stands."""
    own = language if language != SOURCE_LANGUAGE else "ja"
    for message, text in catalogue(own).items():
        yield message, READING.sub("", message if language == SOURCE_LANGUAGE else text)
    for messages, forms in plural_catalogue(own).items():
        for text in messages if language == SOURCE_LANGUAGE else forms:
            yield messages[0], READING.sub("", text)
    for folder in ("definitions", "standards", "codelists"):
        for path in sorted((LAYERS / folder).glob("*.toml")):
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            for where, table in tables(document, f"{folder}/{path.name}"):
                if language in table:
                    yield where, READING.sub("", table[language])


def tables(value: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from tables(item, f"{where}[{index}]")
    elif isinstance(value, dict) and {"ja", "en"} <= value.keys():
        yield where, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from tables(item, f"{where}.{key}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_holds_a_form_that_the_glossary_rejects(language: str) -> None:
    rejected = [
        form for term in glossary().values() for form in term.get("rejected", {}).get(language, ())
    ]
    assert rejected
    found = [
        (where, form, text)
        for where, text in texts(language)
        for form in rejected
        if re.search(form, text)
    ]
    assert found == []


def test_a_term_is_given_in_every_language_with_its_source() -> None:
    for name, term in glossary().items():
        assert {*LANGUAGES, "source"} <= term.keys(), name
        assert term.keys() - {*LANGUAGES, "source", "rejected"} == set(), name
        for language, forms in term.get("rejected", {}).items():
            own = READING.sub("", term[language])
            assert [form for form in forms if re.search(form, own)] == [], name


def test_a_sentence_of_easy_japanese_is_short() -> None:
    long = [
        (where, sentence)
        for where, text in texts(EASY)
        for sentence in SENTENCE.split(re.sub(r"\{[^}]*\}", "", text))
        if len(sentence) > LONGEST
    ]
    assert long == []


def test_easy_japanese_says_what_may_be_and_not_what_is_not_meant() -> None:
    assert [(where, text) for where, text in texts(EASY) if DOUBLE_NEGATIVE.search(text)] == []


@pytest.mark.parametrize("heading", ["Layers", "Layers on the map"])
def test_easy_japanese_explains_what_a_layer_is(heading: str) -> None:
    assert glossary()["layer"][EASY] in catalogue(EASY)[heading]


PAGES = [
    "/",
    "/layers",
    "/layers/flood",
    "/layers/hydrants/table",
    "/here?lat=35.797&lon=139.593",
    "/light",
    "/search",
    "/towns",
    "/requests",
    "/requests/new",
    "/notices",
    "/terms",
    "/privacy",
    "/accessibility",
    "/contact",
]
READ_ALOUD = re.compile("<(rt|rp)>.*?</(rt|rp)>")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_in_easy_japanese_explains_a_layer_where_it_first_says_it(
    asaka_client: TestClient, address: str
) -> None:
    joint = "&" if "?" in address else "?"
    page = asaka_client.get(f"{address}{joint}lang={EASY}", headers={"Accept": "text/html"}).text
    body = re.sub("<[^>]*>", "", READ_ALOUD.sub("", page[page.index("<body") :]))
    said = body.replace("防災レイヤーマップ", "").partition("レイヤー")
    assert said[1]
    assert said[2].startswith("（地図に重ねる情報）"), said[2][:40]


# The form of ability that learners know is 〜ことができる (やさしい日本語の手引き).
ABLE = re.compile("(使え|読め|選べ|探せ|送れ)[るまな]|開け(ます|ません)")


def test_easy_japanese_says_that_something_can_be_done_in_one_way() -> None:
    assert [(where, text) for where, text in texts(EASY) if ABLE.search(text)] == []
