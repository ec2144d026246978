from __future__ import annotations

import string
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from server.texts import CATALOGUES, LANGUAGES, catalogue, translator

SERVER = CATALOGUES.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "translate": None}
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def used() -> set[str]:
    """Every message that code or a template of the server asks for."""
    found = extract_from_dir(SERVER, method_map=METHODS, keywords=KEYWORDS)
    return {str(message) for _file, _line, message, _comments, _context in found}


def files(language: str) -> list[Path]:
    return sorted(CATALOGUES.glob(f"{language}/LC_MESSAGES/*.po"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    translated = {message for message, text in catalogue(language).items() if text}
    assert translated == used()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_is_translated_in_one_place(language: str) -> None:
    messages: Counter[str] = Counter()
    for path in files(language):
        with path.open("rb") as file:
            messages.update(str(message.id) for message in read_po(file) if message.id)
    assert [message for message, times in messages.items() if times > 1] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_the_original_fills_in(language: str) -> None:
    for message, text in catalogue(language).items():
        assert places(text) == places(message), message


def test_english_is_the_message_itself() -> None:
    assert translator("en")("Category") == "Category"


def test_a_message_that_is_not_in_the_catalogue_stays_english() -> None:
    assert translator("ja")("never written") == "never written"


@pytest.mark.parametrize(
    ("asked", "shown"), [(None, "ja"), ("en", "en"), ("ja", "ja"), ("fr", "ja"), ("", "ja")]
)
def test_a_page_is_japanese_unless_a_known_language_is_asked_for(
    asked: str | None, shown: str
) -> None:
    assert language_of(asked) == shown


def places(text: str) -> set[str]:
    return {name for _before, name, _format, _conversion in string.Formatter().parse(text) if name}
