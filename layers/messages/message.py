"""The form of a message: the finding and the action about it, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypedDict

from layers.messages.parsers import in_japanese
from layers.messages.words import WORDS

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")


class Text(TypedDict):
    """A text in every language."""

    ja: str
    en: str


class Message(NamedTuple):
    """Templates by language; see `fill_in` for their placeholders."""

    finding: Text
    action: Text


LEFT_OUT: Text = {
    "ja": "この行は地図に載せていません。元のファイルのこの行を直すと載ります。",
    "en": "The row is left out; correct it in the file to have it shown.",
}
VALUE_LEFT_OUT: Text = {
    "ja": "この値だけを空にしました。元のファイルの値を直すと載ります。",
    "en": "The value is left empty; correct it in the file to have it shown.",
}
NOT_PUBLISHED: Text = {"ja": "このデータは公開していません。", "en": "This data is not published."}


def fatal(ja: str, en: str) -> Message:
    """A problem that keeps a layer from being published."""
    return Message({"ja": ja, "en": en}, NOT_PUBLISHED)


def wanted(ja: str, en: str) -> Message:
    """A key of a definition, its value, and the value that was wanted: `ja` asks for it."""
    return fatal("定義の「{key}」{said}。" + ja, "{key} {said}; wanted " + en + ".")


def fill_in(
    template: Text,
    language: Language,
    key: str | None,
    value: str | None,
    detail: str | Mapping[str, str],
) -> str:
    """The template in a language, with its placeholders filled in: `{key}`, `{value}`, `{said}`
    (that the key is the value, or that it is missing) and `{detail}`, which may be by language.
    """
    statement = {
        "ja": "がありません" if value is None else f"は「{value}」です",
        "en": "is missing" if value is None else f"is {value!r}",
    }
    words = detail if isinstance(detail, str) else detail[language]
    return template[language].format(
        key=key,
        value=_word(value, language),
        said=statement[language],
        detail=_explanation(words, language),
    )


def _word(text: str | None, language: Language) -> str | None:
    """A word of ours or of a library's in the language; a position in brackets stays."""
    name, bracket, position = (text or "").partition("[")
    return WORDS[name][language] + bracket + position if name in WORDS else text


def _explanation(text: str | None, language: Language) -> str | None:
    """A parser's explanation, or a word, in the language."""
    word = _word(text, language)
    return in_japanese(word) or word if word and language == "ja" else word
