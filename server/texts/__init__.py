"""The words of the interface: gettext catalogues, read as they are, with no compile step.

A message's id is its English text. `<lang>/LC_MESSAGES/*.po` hold the other languages, a file for
each subject: a new one is taken up by being there. Texts on which someone may act in danger are in
`safety.po`; a comment `# Reviewed by …` above one says who has read it in that language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from server.texts.languages import (
    DEFAULT_LANGUAGE,
    EASY,
    LANGUAGES,
    SOURCE_LANGUAGE,
    Language,
    language_accepted,
    language_named,
)
from server.texts.marks import in_language, plain, to_html, with_readings

__all__ = [
    "CATALOGUES",
    "DEFAULT_LANGUAGE",
    "EASY",
    "LANGUAGES",
    "SOURCE_LANGUAGE",
    "Language",
    "Translate",
    "catalogue",
    "in_words_of",
    "is_reviewed",
    "language_accepted",
    "language_named",
    "plain",
    "safety_texts",
    "to_html",
    "translator",
]

CATALOGUES = Path(__file__).parent
SAFETY = "safety"
REVIEWED = "reviewed by "

Translate = Callable[[str], str]


def translator(lang: str) -> Translate:
    """A function from a message's English text to its text in `lang`, with marks.

    A message that is not in the catalogue is given in the language that is shown instead. Raises
    `KeyError` for a language that is not one of `LANGUAGES`.
    """
    chain = {code: catalogue(code) for code in (lang, *LANGUAGES[lang].instead)}

    def translate(message: str) -> str:
        for code, messages in chain.items():
            text = message if code == SOURCE_LANGUAGE else messages.get(message)
            if text:
                return in_words_of(text, code, lang)
        return in_words_of(message, SOURCE_LANGUAGE, lang)

    return translate


def in_words_of(text: str, code: str, lang: str) -> str:
    """`text`, which is in the language `code`, for a page in `lang`: with the marks it needs."""
    if code == EASY:
        text = with_readings(text)
    is_native = LANGUAGES[code].locale == LANGUAGES[lang].locale
    return text if is_native else in_language(text, LANGUAGES[code].tag)


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All translations into `lang` as they are written, by English text."""
    return {str(m.id): m.string for m in _messages(lang, "*") if isinstance(m.string, str)}


@cache
def safety_texts() -> frozenset[str]:
    """The messages on which someone may act in danger."""
    return frozenset(str(message.id) for message in _messages(DEFAULT_LANGUAGE, SAFETY))


@cache
def is_reviewed(lang: str) -> bool:
    """Whether a person has read every safety text in `lang`."""
    reviewed = {
        str(message.id)
        for message in _messages(lang, SAFETY)
        if any(comment.lower().startswith(REVIEWED) for comment in message.user_comments)
    }
    return reviewed == safety_texts()


def _messages(lang: str, subject: str) -> Iterator[Message]:
    for path in sorted(CATALOGUES.glob(f"{lang}/LC_MESSAGES/{subject}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LANGUAGES[lang].locale, abort_invalid=True):
                if message.id:
                    yield message
