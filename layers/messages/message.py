"""The form of a message: what was found and what was done, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypedDict

from layers.messages.words import WORDS

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")


class Text(TypedDict):
    """A text in every language."""

    ja: str
    en: str


class Message(NamedTuple):
    """Templates by language; see `filled` for what they may name."""

    found: Text
    action: Text


LEFT_OUT: Text = {"ja": "この行は地図に載せていません。", "en": "The row is left out."}
VALUE_LEFT_OUT: Text = {"ja": "この値だけを空にしました。", "en": "The value is left empty."}
NOT_PUBLISHED: Text = {"ja": "このデータは公開していません。", "en": "This data is not published."}


def fatal(ja: str, en: str) -> Message:
    """What keeps a layer from being published."""
    return Message({"ja": ja, "en": en}, NOT_PUBLISHED)


def wanted(ja: str, en: str) -> Message:
    """A key of a definition, what it says, and what it should: `en` is what was wanted."""
    return fatal("定義の「{key}」{said}。" + ja, "{key} {said}; wanted " + en + ".")


def filled(
    template: Text,
    language: Language,
    key: str | None,
    value: str | None,
    detail: str | Mapping[str, str],
) -> str:
    """The template in a language: `{key}`, `{value}`, `{said}` (the value, or that there is none)
    and `{detail}`, which may be a text by language itself.
    """
    said = {
        "ja": "がありません" if value is None else f"は「{value}」です",
        "en": "is missing" if value is None else f"is {value!r}",
    }
    detail = detail if isinstance(detail, str) else detail[language]
    return template[language].format(
        key=key, value=_word(value, language), said=said[language], detail=_word(detail, language)
    )


def _word(text: str | None, language: Language) -> str | None:
    """A word of ours or of a library's as the language has it; a place in brackets stays."""
    name, bracket, place = (text or "").partition("[")
    return WORDS[name][language] + bracket + place if name in WORDS else text
