"""The words of the interface: gettext catalogues, read as they are, with no compile step.

A message's id is its English text. `<lang>/LC_MESSAGES/*.po` hold the other languages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("ja", "en")
DEFAULT_LANGUAGE = "ja"
SOURCE_LANGUAGE = "en"
CATALOGUES = Path(__file__).parent

Translate = Callable[[str], str]


def language_of(asked: str | None) -> str:
    """The language a page is shown in when its reader asks for `asked`: Japanese unless known."""
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def translator(lang: str) -> Translate:
    """A function from a message's English text to its text in `lang`.

    A message that is not in the catalogue stays English. Raises `KeyError` for a language
    that is not one of `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise KeyError(lang)
    messages = catalogue(lang)
    return lambda message: messages.get(message, message)


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All translations into `lang`, by English text."""
    messages: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob(f"{lang}/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang, abort_invalid=True):
                if isinstance(message.id, str) and message.id and isinstance(message.string, str):
                    messages[message.id] = message.string
    return messages
