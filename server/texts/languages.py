"""The languages that pages are shown in, and which of them a reader is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Language(NamedTuple):
    """`name` is in the language itself. `tag` is what `lang` attributes say (BCP 47), `locale`
    whose dates and numbers are written. `gap` stands between two sentences. `instead` are the
    languages a text is shown in, the best first, that is not there in this one. `names` are those
    (readings too) that names of places are shown in where the data has them, the best first;
    without one, they are Japanese. `beside` are those that stand beside the Japanese name of a
    feature; of these, `leading` stand before it.
    """

    name: str
    tag: str
    locale: str
    gap: str
    instead: tuple[str, ...]
    names: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()


# By the code that addresses (`?lang=`), catalogues and definitions use. For やさしい日本語
# no tag is registered: its own is private (RFC 5646, 2.2.7), and Japanese to who does not know it.
EASY = "ja-x-easy"
# Of a Japanese name, for those who do not read kanji: kana is the last resort.
READINGS = ("en", "ja-Latn", "ja-Hrkt")
LANGUAGES = {
    "ja": Language("日本語", "ja", "ja", "", ("en",)),
    EASY: Language("やさしい日本語", EASY, "ja", "", ("ja", "en"), beside=("ja-Hrkt",)),
    "en": Language(
        "English", "en", "en", " ", ("ja",), ("en", "ja-Latn"), READINGS, ("en", "ja-Latn")
    ),
    "zh": Language(
        "中文（简体）", "zh-Hans", "zh_Hans_CN", "", ("en", "ja"), ("zh",), ("zh", *READINGS)
    ),
    "ko": Language(
        "한국어", "ko", "ko", " ", ("en", "ja"), ("ko", "en", "ja-Latn"), ("ko", *READINGS)
    ),
    "vi": Language(
        "Tiếng Việt",
        "vi",
        "vi",
        " ",
        ("en", "ja"),
        ("vi", "en", "ja-Latn"),
        ("vi", *READINGS),
        ("vi", "en", "ja-Latn"),
    ),
}
DEFAULT_LANGUAGE = "ja"
SOURCE_LANGUAGE = "en"

LONGEST_TAG = 35  # characters: RFC 5646, 4.4.1 lets nobody cut a shorter one
MOST_RANGES = 32  # of an `Accept-Language`: browsers send a handful
LONGEST_QUALITY = 5  # characters, as in 0.875 (RFC 9110, 12.4.2)
CODES = {
    name.lower(): code for code, language in LANGUAGES.items() for name in (code, language.tag)
}


def language_named(tag: str | None) -> str | None:
    """The code of the language that a tag such as `zh-TW` asks for; None when there is none.

    It is shortened from its end until it is known (RFC 4647, 3.4): one who reads Traditional
    Chinese is given Simplified rather than Japanese. One of more than `LONGEST_TAG` characters
    names none.
    """
    if tag is None or len(tag) > LONGEST_TAG:
        return None
    parts = tag.strip().lower().replace("_", "-").split("-")
    while parts:
        if "-".join(parts) in CODES:
            return CODES["-".join(parts)]
        parts.pop()
    return None


def language_accepted(accept_language: str | None) -> str | None:
    """The language that an `Accept-Language` header likes best (RFC 9110, 12.5.4), if there is one.

    Of equals the first; `*` says nothing, nor does what comes after `MOST_RANGES`.
    """
    ranges = sorted(_ranges(accept_language or ""), key=lambda accepted: -accepted[1])
    return next((code for tag, _ in ranges if (code := language_named(tag))), None)


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for item in header.split(",", MOST_RANGES)[:MOST_RANGES]:
        tag, _, parameter = (part.strip() for part in item.partition(";"))
        name, _, value = (part.strip() for part in parameter.partition("="))
        try:
            quality = float(value[:LONGEST_QUALITY]) if name.lower() == "q" else 1.0
        except ValueError:
            quality = 0.0
        if 0 < quality <= 1:
            yield tag, quality
