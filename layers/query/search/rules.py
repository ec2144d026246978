"""How words are compared, for this package and, as data, for the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from layers.japanese.addresses import (
    AZA,
    CHOME,
    COUNTY,
    DIGITS,
    DOUBLED,
    DOUBT_CHOME,
    DOUBT_TOWN,
    FIRST_NUMBER,
    JO,
    KANJI_NUMBER,
    LOT,
    MUNICIPALITY,
    ONE_SPELLING,
    POSTCODE,
    PREFECTURE,
)
from layers.japanese.sound import AFTER, APART, BEFORE, LETTERS, MACRONS, sound
from layers.japanese.spelling import MARKS, nfkc
from layers.query.search.coordinates import BRACKETS, LONGITUDE_NAMES, NEGATIVE_NAMES, PAIR

LONGEST = 100  # characters of a query; no address is longer
MOST = 8  # results of a group that are named; of the others it is said how many there are
# How well a name answers, the best first: it is what was typed, begins with it, has a word that
# begins with it, or holds it; it holds every word; or its kind or its town answers some of them.
EXACT, BEGINS, WORD, INSIDE, WORDS, AROUND = range(6)
LEAST_INSIDE = 3  # letters looked for within a name: a single vowel is in every reading
LETTER = re.compile("^[a-z]+$")
BOUNDARY = re.compile(rf"[{APART}]+|[-‐‑–—](?![0-9])")
NUMBER = re.compile("[0-9]+")
LONGEST_NUMBER = 8  # digits
# A postcode, or so much of it that it is no other number.
CODE = re.compile(r"^〒?([0-9]{3})(?:[-‐-―−ー]([0-9]{0,4})|([0-9]{2,4}))$")
# Of an address by its reading: the town, and the first number of a lot.
READ_LOT = re.compile("^([^0-9]+)([0-9]+)(?:tyome|-)[0-9]")
CODE_LENGTH = 7  # digits of a whole one
CHOME_SOUND = sound("丁目")
# Kinds of places that are listed before those of layers that answer as well.
BEFORE_LAYERS = ("station", "landmark", "park")
# The field of the standards that says which people alone a place takes in. Of those that are only
# asked for by their kind, the places for everybody come first.
ACCEPTS = "accepts"
# Words that are typed as they are read, or in English, for those that names have.
_READINGS = {
    "駅": "えき station",
    "公園": "こうえん park",
    "池": "いけ pond",
    "橋": "はし bridge",
    "学校": "がっこう school",
    "小学校": "しょうがっこう",
    "中学校": "ちゅうがっこう",
    "高校": "こうこう",
    "高等学校": "こうとうがっこう",
    "大学": "だいがく university",
    "幼稚園": "ようちえん kindergarten",
    "保育園": "ほいくえん nursery",
    "保育所": "ほいくしょ",
    "児童館": "じどうかん",
    "公民館": "こうみんかん",
    "市民センター": "しみんせんたー",
    "体育館": "たいいくかん gym",
    "図書館": "としょかん library",
    "病院": "びょういん hospital",
    "市役所": "しやくしょ",
    "役場": "やくば",
    "交番": "こうばん",
    "警察署": "けいさつしょ police",
    "消防署": "しょうぼうしょ",
    "郵便局": "ゆうびんきょく",
    "神社": "じんじゃ shrine",
    "寺": "てら temple",
}
READ_WORDS = {
    sound(reading): sound(word)
    for word, readings in _READINGS.items()
    for reading in readings.split()
}

# What a name is compared by: all of it, and what is left from each later word on.
Key = tuple[str, ...]


class Wanted(NamedTuple):
    """What is looked for: all that was typed, and its words."""

    whole: str
    words: Sequence[str] = ()

    @classmethod
    def of(cls, words: Iterable[str]) -> Wanted:
        """Words as they were typed; those of nothing but signs are left out."""
        sounds = [READ_WORDS.get(each, each) for word in words if (each := sound(word))]
        return cls(sound("".join(words)) if len(sounds) > 1 else "".join(sounds), sounds)


def typed_words(query: str) -> list[str]:
    """The words of a query, in NFKC."""
    return nfkc(query).split()


def typed_postcode(query: str) -> str | None:
    """The digits of a postcode, or of its beginning; None for what is none."""
    match = CODE.match("".join(typed_words(query)))
    return None if match is None else match[1] + (match[2] or match[3] or "")


def key(name: str) -> Key:
    """What a name, in Japanese or a reading, is compared by."""
    parts = [part for part in BOUNDARY.split(nfkc(name)) if part]
    later = ("".join(parts[start:]) for start in range(1, len(parts)))
    return (sound(name), *filter(None, map(sound, later)))


def rank(keys: Sequence[Key], wanted: Wanted) -> int | None:
    """How well a thing of these keys answers; None when it does not."""
    ranks = [each for key in keys if (each := _rank(key, wanted)) is not None]
    return min(ranks, default=None)


def _rank(key: Key, wanted: Wanted) -> int | None:
    whole, words = wanted
    if key[0] == whole:
        return EXACT
    if key[0].startswith(whole):
        return BEGINS
    if any(later.startswith(whole) for later in key[1:]):
        return WORD
    if _is_inside(key[0], whole):
        return INSIDE
    return WORDS if len(words) > 1 and all(_has(key, word) for word in words) else None


def holds(keys: Sequence[Key], word: str) -> bool:
    """Whether one of the keys has the word."""
    return any(_has(key, word) for key in keys)


def _has(key: Key, word: str) -> bool:
    return any(text.startswith(word) for text in key) or _is_inside(key[0], word)


def is_short(word: str) -> bool:
    """Whether a word is too short to be looked for within a name."""
    return len(word) < LEAST_INSIDE and LETTER.match(word) is not None


def _is_inside(text: str, word: str) -> bool:
    """Whether the text holds the word; 1丁目 is not in 11丁目."""
    if is_short(word):
        return False
    place = text.find(word)
    while place > 0 and NUMBER.match(word) and NUMBER.match(text[place - 1]):
        place = text.find(word, place + 1)
    return place >= 0


def in_order(text: str) -> str:
    """What names are sorted by: 2 comes before 10."""
    return NUMBER.sub(lambda match: match[0].rjust(LONGEST_NUMBER, "0"), text)


def rules() -> dict[str, object]:
    """All that keys, addresses and coordinates go by, for a program that does the same."""
    return {
        "signs": {chr(sign): spelling for sign, spelling in ONE_SPELLING.items()},
        "numerals": "".join(DIGITS),
        "number": FIRST_NUMBER.pattern,
        "kanjiNumber": KANJI_NUMBER,
        "letters": LETTERS,
        "before": BEFORE,
        "after": AFTER,
        "macrons": MACRONS.pattern,
        "boundary": BOUNDARY.pattern,
        "leastInside": LEAST_INSIDE,
        "longestNumber": LONGEST_NUMBER,
        "code": CODE.pattern,
        "codeLength": CODE_LENGTH,
        "readLot": READ_LOT.pattern,
        "chome": CHOME.pattern,
        "chomeSound": CHOME_SOUND,
        "beforeLayers": BEFORE_LAYERS,
        "accepts": ACCEPTS,
        "readWords": READ_WORDS,
        "jo": JO.pattern,
        "lot": LOT.pattern,
        "postcode": POSTCODE.pattern,
        "prefecture": PREFECTURE.pattern,
        "county": COUNTY.pattern,
        "municipality": MUNICIPALITY.pattern,
        "doubled": DOUBLED.pattern,
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
