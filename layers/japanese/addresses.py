"""Addresses and 町丁目: from an address to the town it lies in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import shapely

from layers.geometry.parts import Geometries
from layers.japanese.spelling import nfkc

# Metres. Asaka's 42 emergency sites lie up to 403 m from the point of their 丁目, and up to
# 1,417 m from that of a 大字, whose lots are scattered (GSI's list of 2025-10-27).
DOUBT_CHOME, DOUBT_TOWN = 500, 1500
DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
KANJI_NUMBER = r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[〇一二三四五六七八九]+)"
CHOME = re.compile(rf"(\d+|{KANJI_NUMBER})丁目")
FIRST_NUMBER = re.compile(r"(\d+)(?:[-‐-―−ー]|$)")  # 3-16-13; a number before 番地 is no 丁目
JO = re.compile(rf"({KANJI_NUMBER})(?=条)")  # 北五条西四丁目 and 北5条西4丁目 are one town
POSTCODE = re.compile(r"^(?:〒?\d{3}[-‐-―−ー]\d{4}|〒\d{7})")
# In the order of their codes, JIS X 0401.
# fmt: off
PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県",
    "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県",
    "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県",
    "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県",
    "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県",
    "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県",
    "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)
# fmt: on
PREFECTURE = re.compile(rf"^(?:{'|'.join(PREFECTURES)})")
COUNTY = re.compile(r"^\D{1,4}郡")
MUNICIPALITY = re.compile(r"^(?:\D{1,4}郡)?\D{1,7}?[市区町村]")
DOUBLED = re.compile(r"^市(?![役民立営場内街])")  # behind 四日市, 廿日市: the name goes on
ONE_SPELLING = str.maketrans(
    {"ヶ": "ケ", "ｹ": "ケ", "が": "ケ", "ガ": "ケ", "之": "ノ", "の": "ノ"}
)
AZA = re.compile(r"^(?:大字|字)")
# What may follow a town's name where no city is named: 岡3-1, 岡三丁目, 岡字…; 岡山1-1 is no 岡.
LOT = re.compile(rf"^(?:$|[\d(,、]|{KANJI_NUMBER}(?:丁目|番|ノ|-|$)|大?字|番)")


class Town(NamedTuple):
    """A 町丁目 in one spelling; `chome` is None where there are none."""

    name: str
    chome: int | None


class Rest(NamedTuple):
    """An address without the city's name, and whether it has that; the text is "" elsewhere."""

    text: str
    city_named: bool = False


ELSEWHERE = Rest("")


class Elsewhere(NamedTuple):
    """Where an address lies that is of no town here; without a prefecture it is not certain."""

    name: str
    certain: bool


@dataclass(frozen=True)
class Gazetteer:
    """The towns of one city: their names as published, and a point (degrees) of each.

    `prefecture` is "" where the city's code is of none.
    """

    city: str
    prefecture: str
    towns: Mapping[Town, tuple[str, float, float]]

    @classmethod
    def of(cls, city: str, code: str, names: Iterable[str], places: Geometries) -> Gazetteer:
        """Towns by their names and points, of a city by its name and its code (JIS X 0402)."""
        xy = shapely.get_coordinates(places).tolist()
        towns = {town_of(name): (name, x, y) for name, (x, y) in zip(names, xy, strict=True)}
        return cls(one_spelling(city), _prefecture(code), towns)

    def find(self, address: str) -> Town | None:
        """The town an address is in; None when it names none of this city, or not which one.

        An address that names another prefecture or municipality is in no town of this city.
        """
        rest = self.within_city(one_spelling(address))
        bare = AZA.sub("", rest.text)
        # The longest name wins: 根岸台 before 根岸.
        for name in sorted({town.name for town in self.towns}, key=len, reverse=True):
            if bare.startswith(name):
                lot = bare[len(name) :]
                if not rest.city_named and not LOT.match(lot):
                    return None
                # 大字岡3 is lot 3 of 大字岡, 岡3-1 is in 岡三丁目.
                return self._numbered(name, lot if bare == rest.text else "")
        return None

    def within_city(self, address: str) -> Rest:
        """The rest of an address without spaces, in NFKC, behind the city's name."""
        rest = POSTCODE.sub("", address)
        prefecture = PREFECTURE.match(rest)
        if prefecture is not None and prefecture[0] != self.prefecture:
            return ELSEWHERE
        rest = PREFECTURE.sub("", rest)
        # Another prefecture may have a municipality of this name in a county of its own.
        municipality = rest if prefecture is None else COUNTY.sub("", rest)
        length = len(self.city)
        if one_spelling(municipality[:length]) == self.city:
            return Rest(municipality[length:], city_named=True)
        return ELSEWHERE if self._is_of_another(AZA.sub("", rest)) else Rest(rest)

    def elsewhere(self, address: str) -> Elsewhere | None:
        """The other prefecture or municipality that an address names; None for one of this city.

        The address has no spaces and is in NFKC. One without a prefecture may be no address:
        海水浴場前町会 begins as a municipality would.
        """
        rest = POSTCODE.sub("", address)
        prefecture = PREFECTURE.match(rest)
        rest = PREFECTURE.sub("", rest)
        municipality = MUNICIPALITY.match(rest)
        name = municipality[0] if municipality else ""
        if DOUBLED.match(rest[len(name) :]) and name.endswith("市"):
            name += "市"
        if prefecture is not None and prefecture[0] != self.prefecture:
            return Elsewhere(prefecture[0] + name, certain=True)
        if not name or self.within_city(address) is not ELSEWHERE:
            return None
        return Elsewhere((prefecture[0] if prefecture else "") + name, prefecture is not None)

    def _is_of_another(self, rest: str) -> bool:
        """Whether a municipality is named, which no town's name accounts for: 台東区 is no 台."""
        match = MUNICIPALITY.match(rest)
        if match is None:
            return False
        length, spelling = match.end(), one_spelling(rest)
        return not any(
            len(town.name) >= length and spelling.startswith(town.name) for town in self.towns
        )

    def _numbered(self, name: str, rest: str) -> Town | None:
        """The 丁目 that the address goes on with, if the town has such; else the town itself."""
        if (match := CHOME.match(rest) or FIRST_NUMBER.match(rest)) is not None:
            town = Town(name, parse_number(match[1]))
            if town in self.towns:
                return town
        whole = Town(name, None)
        return whole if whole in self.towns else None


def one_spelling(text: str) -> str:
    """Text without spaces, in NFKC, with one of the signs that writers mix up."""
    spelling = re.sub(r"\s", "", nfkc(text)).translate(ONE_SPELLING)
    return JO.sub(lambda match: str(parse_number(match[1])), spelling)


def parse_number(text: str) -> int:
    """Read a number below 100 in Arabic or kanji numerals."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(DIGITS[digit]) for digit in text))
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _prefecture(code: str) -> str:
    number = int(code[:2])
    return PREFECTURES[number - 1] if 1 <= number <= len(PREFECTURES) else ""


def town_of(name: str) -> Town:
    """The town that a name, as published, is of."""
    spelling = AZA.sub("", one_spelling(name))
    match = CHOME.search(spelling)
    if match is None:
        return Town(spelling, None)
    return Town(spelling[: match.start()], parse_number(match[1]))
