"""The areas of postcodes as 日本郵便 writes them in its 町域 column.

溝沼; 岡（１～３丁目）; 本町（その他）; 以下に掲載がない場合, which is all the rest of a city.
https://www.post.japanpost.jp/zipcode/dl/readme.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from layers.japanese.addresses import AZA, Town, one_spelling
from layers.japanese.spelling import nfkc

BRACKET = re.compile(r"^([^(]*)(?:\((.*?)\)?)?$")
CHOMES = re.compile(r"^([0-9]+)(?:[~〜-]([0-9]+))?(?:丁目)?$")
REST = re.compile("場合$|.一円$")  # the whole of a city, or what of it is in no other area


class Area(NamedTuple):
    """A town's name in one spelling, "" for no town; `chomes` are None for all there are."""

    name: str
    chomes: frozenset[int] | None = None

    def covers(self, town: Town) -> bool:
        """Whether the town, or part of it, is in the area."""
        return town.name == self.name and (self.chomes is None or town.chome in self.chomes)


def area_of(text: str) -> Area:
    """The area that the text of a 町域 column is."""
    match = BRACKET.match(nfkc(text))
    if match is None or REST.search(match[1]):
        return Area("")
    name = AZA.sub("", one_spelling(match[1]))
    return Area(name, _chomes(match[2] or ""))


def _chomes(text: str) -> frozenset[int] | None:
    """The 丁目 that a bracket lists; None for one that lists anything else."""
    if "丁目" not in text:
        return None
    matches = [CHOMES.match(part) for part in text.split("、")]
    chomes: set[int] = set()
    for match in matches:
        if match is None:
            return None
        chomes |= {*range(int(match[1]), int(match[2] or match[1]) + 1)}
    return frozenset(chomes)
