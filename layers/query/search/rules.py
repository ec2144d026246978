"""How words are compared, for this package and, as data, for the browser."""

from __future__ import annotations

from layers.japanese.addresses import (
    AZA,
    CHOME,
    COUNTY,
    DIGITS,
    DOUBT_CHOME,
    DOUBT_TOWN,
    FIRST_NUMBER,
    JO,
    LOT,
    MUNICIPALITY,
    ONE_SPELLING,
    POSTCODE,
    PREFECTURE,
    one_spelling,
    parse_number,
)
from layers.japanese.spelling import MARKS, nfkc
from layers.query.search.coordinates import BRACKETS, LONGITUDE_NAMES, NEGATIVE_NAMES, PAIR

LONGEST = 100  # characters of a query; no address is longer
MOST = 8  # results of a group that are named; of the others it is said how many there are


def key(text: str) -> str:
    """What a text is compared by: one spelling, small letters, 丁目 in Arabic numerals."""
    return CHOME.sub(lambda match: f"{parse_number(match[1])}丁目", one_spelling(text).lower())


def words(query: str) -> list[str]:
    """The words of a query, each to be found in a name."""
    return [key(word) for word in nfkc(query).split()]


def rank(compared: str, query_words: list[str]) -> int | None:
    """How well a name's key answers the words: 0 is best; None when it does not."""
    whole = "".join(query_words)
    if compared == whole:
        return 0
    if compared.startswith(whole):
        return 1
    if whole in compared:
        return 2
    return 3 if all(word in compared for word in query_words) else None


def rules() -> dict[str, object]:
    """All that `key`, addresses and coordinates go by, for a program that does the same."""
    return {
        "signs": {chr(sign): spelling for sign, spelling in ONE_SPELLING.items()},
        "numerals": "".join(DIGITS),
        "chome": CHOME.pattern,
        "number": FIRST_NUMBER.pattern,
        "jo": JO.pattern,
        "lot": LOT.pattern,
        "postcode": POSTCODE.pattern,
        "prefecture": PREFECTURE.pattern,
        "county": COUNTY.pattern,
        "municipality": MUNICIPALITY.pattern,
        "aza": AZA.pattern,
        "marks": {chr(sign): spelling for sign, spelling in MARKS.items()},
        "brackets": BRACKETS,
        "pair": PAIR.pattern,
        "longitude": LONGITUDE_NAMES,
        "negative": NEGATIVE_NAMES,
        "longest": LONGEST,
        "most": MOST,
        "doubt": {"chome": DOUBT_CHOME, "town": DOUBT_TOWN},
    }
