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
KANJI_NUMBER = r"[〇一二三四五六七八九十]+"
CHOME = re.compile(rf"(\d+|{KANJI_NUMBER})丁目")
FIRST_NUMBER = re.compile(r"(\d+)(?:[-‐-―−ー]|$)")  # 3-16-13; a number before 番地 is no 丁目
PREFECTURE = re.compile(r"^(?:東京都|北海道|(?:京都|大阪)府|.{2,3}県)")
MUNICIPALITY = re.compile(r"^(?:\D{1,4}郡)?\D{1,7}?[市区町村]")
ONE_SPELLING = str.maketrans(
    {"ヶ": "ケ", "ｹ": "ケ", "が": "ケ", "ガ": "ケ", "之": "ノ", "の": "ノ"}
)
AZA = re.compile(r"^(?:大字|字)")


class Town(NamedTuple):
    """A 町丁目 in one spelling; `chome` is None where there are none."""

    name: str
    chome: int | None


@dataclass(frozen=True)
class Gazetteer:
    """The towns of one city: their names as published, and a point (degrees) of each."""

    city: str
    towns: Mapping[Town, tuple[str, float, float]]

    @classmethod
    def of(cls, city: str, names: Iterable[str], places: Geometries) -> Gazetteer:
        """Towns by their names and points."""
        xy = shapely.get_coordinates(places).tolist()
        towns = {_town(name): (name, x, y) for name, (x, y) in zip(names, xy, strict=True)}
        return cls(one_spelling(city), towns)

    def find(self, address: str) -> Town | None:
        """The town an address is in; None when it names none of this city, or not which one."""
        rest = self.within_city(one_spelling(address))
        # The longest name wins: 根岸台 before 根岸.
        for name in sorted({town.name for town in self.towns}, key=len, reverse=True):
            bare = AZA.sub("", rest)
            if bare.startswith(name):
                # 大字岡3 is lot 3 of 大字岡, 岡3-1 is in 岡三丁目.
                return self._numbered(name, bare[len(name) :] if bare == rest else "")
        return None

    def within_city(self, address: str) -> str:
        """An address, in one spelling, behind the city's name; "" when it is elsewhere."""
        rest = PREFECTURE.sub("", address)
        if rest.startswith(self.city):
            return rest[len(self.city) :]
        is_town = any(AZA.sub("", rest).startswith(town.name) for town in self.towns)
        return rest if is_town or not MUNICIPALITY.match(rest) else ""

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
    return re.sub(r"\s", "", nfkc(text)).translate(ONE_SPELLING)


def parse_number(text: str) -> int:
    """Read a number below 100 in Arabic or kanji numerals."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(DIGITS[digit]) for digit in text))
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _town(name: str) -> Town:
    spelling = AZA.sub("", one_spelling(name))
    match = CHOME.search(spelling)
    if match is None:
        return Town(spelling, None)
    return Town(spelling[: match.start()], parse_number(match[1]))
