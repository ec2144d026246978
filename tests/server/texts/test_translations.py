"""What is missing of the texts, by language: interface, safety texts, built-in layers."""

from __future__ import annotations

import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import layers
from server.texts import (
    CATALOGUES,
    DEFAULT_LANGUAGE,
    EASY,
    LANGUAGES,
    catalogue,
    plural_catalogue,
    safety_texts,
    translator,
)
from server.texts.marks import ANY, WRITTEN, plain
from server.viewer.words_script import script_words

SERVER = CATALOGUES.parent
LAYERS = Path(layers.__file__).parent
STAFFS = re.compile(r"(^|/)staff(_\w+)?[./]")
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "translate": None, "ngettext": (1, 2), "forms": (1, 2)}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
KANJI = re.compile(r"[\u3400-\u9fff々〆ヶ]+")
# What a standard itself is called is said in reports, which are for those who publish layers.
OF_REPORTS = ("title", "publisher")


@cache
def used_in() -> list[tuple[str, str | tuple[str, ...]]]:
    """Every message that code or a template asks for, a pair if it has a count, and in which."""
    found = extract_from_dir(SERVER, method_map=METHODS, keywords=KEYWORDS)
    return [(file, message) for file, _line, message, _comments, _context in found]


def used() -> set[str | tuple[str, ...]]:
    return {message for _file, message in used_in()}


def shown_to_residents() -> set[str | tuple[str, ...]]:
    """The messages of all files that are not named for the staff, but those of the desk: its words
    reach residents through these.
    """
    return {
        message
        for file, message in used_in()
        if not STAFFS.search(file) and not file.startswith("desk/")
    }


def wanted(language: str) -> set[str | tuple[str, ...]]:
    """The messages that have to be in a language: the staff's are in Japanese beside English."""
    return used() if language == DEFAULT_LANGUAGE else used() - subjects(DEFAULT_LANGUAGE, "staff*")


def subjects(language: str, names: str) -> set[str | tuple[str, ...]]:
    """The messages of the catalogues that are named so."""
    found: set[str | tuple[str, ...]] = set()
    for path in CATALOGUES.glob(f"{language}/LC_MESSAGES/{names}.po"):
        with path.open("rb") as file:
            ids = [message.id for message in read_po(file) if message.id]
        found.update(each if isinstance(each, str) else tuple(each) for each in ids)
    return found


def written(language: str) -> dict[Any, tuple[str, ...]]:
    """Every text of the language's catalogues by its message: those with a count have several."""
    texts = {message: (text,) for message, text in catalogue(language).items()}
    return {**texts, **plural_catalogue(language)}


def files(language: str) -> list[Path]:
    return sorted(CATALOGUES.glob(f"{language}/LC_MESSAGES/*.po"))


def built_in() -> Iterator[tuple[str, dict[str, str]]]:
    """Every table of texts in the files that ship, with where it stands."""
    for folder in ("definitions", "codelists", "standards"):
        for path in sorted((LAYERS / folder).glob("*.toml")):
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            if folder == "standards":
                document = {key: one for key, one in document.items() if key not in OF_REPORTS}
            yield from tables(document, f"{folder}/{path.name}")


def tables(found: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(found, list):
        for place, one in enumerate(found):
            yield from tables(one, f"{where}[{place}]")
    elif isinstance(found, dict) and {"ja", "en"} <= found.keys():
        yield where, found
    elif isinstance(found, dict):
        for key, one in found.items():
            yield from tables(one, f"{where}.{key}")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    translated = {message for message, texts in written(language).items() if all(texts)}
    assert {
        "missing": wanted(language) - translated,
        "left over": translated - wanted(language),
    } == {"missing": set(), "left over": set()}


def test_the_staffs_own_texts_are_subjects_of_their_own_in_japanese() -> None:
    assert subjects(DEFAULT_LANGUAGE, "staff*") & shown_to_residents() == set()
    paths = list(CATALOGUES.glob("*/LC_MESSAGES/staff*.po"))
    assert {path.parts[-3] for path in paths} == {DEFAULT_LANGUAGE}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_safety_text_is_in_the_file_whose_texts_are_reviewed(language: str) -> None:
    with (CATALOGUES / language / "LC_MESSAGES" / "safety.po").open("rb") as file:
        texts = {
            message.id if isinstance(message.id, str) else message.id[1]
            for message in read_po(file)
            if message.id and message.string
        }
    assert texts == safety_texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_script_is_in_the_language(language: str) -> None:
    words = script_words(language, translator(language))
    assert [name for name, text in words.items() if "\ufdd0" in str(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_layers_that_ship_is_translated(language: str) -> None:
    missing = [where for where, text in built_in() if not text.get(language, "").strip()]
    assert missing == []


def test_every_kanji_of_easy_japanese_has_its_reading() -> None:
    texts = {where: text[EASY] for where, text in built_in()}
    texts |= {str(message): "".join(forms) for message, forms in written(EASY).items()}
    unread = {where: KANJI.findall(WRITTEN.sub("", text)) for where, text in texts.items()}
    assert {where: kanji for where, kanji in unread.items() if kanji} == {}


# No text says that a place is safe, but to say that it does not say so (DOMAIN.md).
SAFE = {
    "ja": "安全",
    EASY: "安全",
    "en": " safe",
    "zh": "安全",
    "ko": "안전",
    "vi": "an toàn",
}
DENIED = {
    "ja": "という意味ではありません|示すものではありません",
    EASY: "という意味《いみ》ではありません|示《しめ》すものではありません",
    "en": "not mean|not show",
    "zh": "不意味着|不表示",
    "ko": "뜻이 아닙니다|나타내는 것이 아닙니다",
    "vi": "không có nghĩa|không bao giờ có nghĩa|không thể hiện",
}


# 緊急安全確保 is the name of level 5, and says that nobody is.
CALLS_TO_SAFETY = (
    "Alert level 5: emergency safety measures",
    "Your life is in danger. Take the best action you can to protect your life right now.",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_calls_a_place_safe(language: str) -> None:
    interface = [
        said if language != "en" else str(message)
        for message, texts in written(language if language != "en" else "ja").items()
        for said in texts
        if message not in CALLS_TO_SAFETY
    ]
    texts = [*interface, *(text[language] for _where, text in built_in())]
    said = [text for text in texts if SAFE[language] in text]
    assert said
    assert [text for text in said if not re.search(DENIED[language], text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_is_translated_in_one_place(language: str) -> None:
    messages: Counter[str] = Counter()
    for path in files(language):
        with path.open("rb") as file:
            messages.update(str(message.id) for message in read_po(file) if message.id)
    assert [message for message, times in messages.items() if times > 1] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_the_original_fills_in(language: str) -> None:
    for message, texts in written(language).items():
        for text in texts:
            original = message if isinstance(message, str) else message[-1]
            assert places(text) == places(original), message


def test_english_is_the_message_itself() -> None:
    assert translator("en")("Category") == "Category"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_that_is_not_in_the_catalogue_is_english_and_says_so(language: str) -> None:
    said = translator(language)("never written")
    assert said == "\ufdd0en\ufdd1never written\ufdd2"
    assert plain(said) == "never written"


def test_no_data_holds_the_marks() -> None:
    assert not any(ANY.search(text) for _where, table in built_in() for text in table.values())


def places(text: str) -> set[str]:
    return {name for _before, name, _format, _conversion in string.Formatter().parse(text) if name}
