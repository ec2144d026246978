"""The words of the interface: gettext catalogues, read as they are, with no compile step.

A message's id is its English text. `<lang>/LC_MESSAGES/*.po` hold the other languages, a file for
each subject: a new one is taken up by being there. Texts on which someone may act in danger are in
`safety.po`; a comment `# Reviewed by …` above one says who has read it in that language.

A text with a count has a form for each of its language's plurals: `Translate.ngettext` chooses one
on the server, `Translate.forms` hands them to a script, which chooses by `Intl.PluralRules`.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
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
from server.texts.marks import in_language, plain, read_as, to_html, with_readings

__all__ = [
    "CATALOGUES",
    "DEFAULT_LANGUAGE",
    "EASY",
    "LANGUAGES",
    "SOURCE_LANGUAGE",
    "Forms",
    "Language",
    "Translate",
    "catalogue",
    "in_words_of",
    "is_reviewed",
    "language_accepted",
    "language_named",
    "name_beside",
    "name_patterns",
    "plain",
    "plural_catalogue",
    "safety_texts",
    "to_html",
    "translator",
]

CATALOGUES = Path(__file__).parent
SAFETY = "safety"
REVIEWED = "reviewed by "

Forms = Mapping[str, str]  # of a text with a count, by the plural category of CLDR ("one", "other")

SAMPLES = range(200)  # whole numbers among which every plural category of a language occurs


class Translate:
    """From a message's English text to its text in `lang`, with marks.

    A message that is not in the catalogue is given in the language that is shown instead. Raises
    `KeyError` for a language that is not one of `LANGUAGES`.
    """

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._chain = (lang, *LANGUAGES[lang].instead)

    def __call__(self, message: str) -> str:
        """The text of a message without a count."""
        for code in self._chain:
            text = message if code == SOURCE_LANGUAGE else catalogue(code).get(message)
            if text:
                return in_words_of(text, code, self._lang)
        return in_words_of(message, SOURCE_LANGUAGE, self._lang)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The text of a message with a count; what it fills in is still to be filled in."""
        for code in self._chain:
            texts = (
                (singular, plural)
                if code == SOURCE_LANGUAGE
                else plural_catalogue(code).get((singular, plural))
            )
            if texts:
                return in_words_of(texts[_plural_index(code)(count)], code, self._lang)
        return self(plural)

    def forms(self, singular: str, plural: str) -> Forms:
        """The texts of a message with a count, for a script."""
        return {
            category: self.ngettext(singular, plural, count)
            for category, count in _plural_samples(self._lang).items()
        }


@cache
def translator(lang: str) -> Translate:
    """The texts in `lang`."""
    return Translate(lang)


def in_words_of(text: str, code: str, lang: str) -> str:
    """`text`, which is in the language `code`, for a page in `lang`: with the marks it needs."""
    if code == EASY:
        text = with_readings(text)
    is_native = LANGUAGES[code].locale == LANGUAGES[lang].locale
    return text if is_native else in_language(text, LANGUAGES[code].tag)


def name_beside(japanese: str, lang: str, forms: Mapping[str, str]) -> str:
    """A Japanese name for a page in `lang`, with the form of it that its readers know best.

    `forms` are the data's own, by BCP 47 tag; nothing is read or translated here. Without one for
    the language the name stands alone. Kana are its reading in easy Japanese; elsewhere a form
    stands before the name or behind it.
    """
    language = LANGUAGES[lang]
    name = in_words_of(japanese, DEFAULT_LANGUAGE, lang)
    tag = next((tag for tag in language.beside if forms.get(tag, japanese) != japanese), None)
    if tag is None:
        return name
    if lang == EASY:
        return read_as(japanese, forms[tag])
    form = forms[tag] if tag == lang else in_language(forms[tag], tag)
    first, second = (form, name) if tag in language.leading else (name, form)
    _ = translator(lang)
    return _("{name} ({form})").format(name=first, form=second)


def name_patterns(lang: str) -> list[tuple[str, str]]:
    """`name_beside` for the scripts: the tags of forms, the best first, each with its pattern."""
    return [(tag, name_beside("{name}", lang, {tag: "{form}"})) for tag in LANGUAGES[lang].beside]


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All translations into `lang` as they are written, by English text; none with a count."""
    return {str(m.id): m.string for m in _messages(lang, "*") if isinstance(m.string, str)}


@cache
def plural_catalogue(lang: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """All translations with a count, a text for each plural, by English singular and plural."""
    return {
        (m.id[0], m.id[1]): tuple(m.string)
        for m in _messages(lang, "*")
        if m.string and not isinstance(m.id, str) and not isinstance(m.string, str)
    }


@cache
def _plural_index(lang: str) -> Callable[[int], int]:
    """Which of a message's texts is for a count, as gettext has it."""
    return gettext.c2py(Catalog(LANGUAGES[lang].locale).plural_expr)


@cache
def _plural_samples(lang: str) -> Mapping[str, int]:
    """A count of each plural category of the language."""
    category = Locale.parse(LANGUAGES[lang].locale).plural_form
    return {category(count): count for count in reversed(SAMPLES)}


@cache
def safety_texts() -> frozenset[str]:
    """The messages on which someone may act in danger."""
    return frozenset(map(_id, _messages(DEFAULT_LANGUAGE, SAFETY)))


@cache
def is_reviewed(lang: str) -> bool:
    """Whether a person has read every safety text in `lang`."""
    reviewed = {
        _id(message)
        for message in _messages(lang, SAFETY)
        if any(comment.lower().startswith(REVIEWED) for comment in message.user_comments)
    }
    return reviewed == safety_texts()


def _id(message: Message) -> str:
    """The English text, of a message with a count its plural."""
    return str(message.id if isinstance(message.id, str) else message.id[1])


def _messages(lang: str, subject: str) -> Iterator[Message]:
    for path in sorted(CATALOGUES.glob(f"{lang}/LC_MESSAGES/{subject}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LANGUAGES[lang].locale, abort_invalid=True):
                if message.id:
                    yield message
