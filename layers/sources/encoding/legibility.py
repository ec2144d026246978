"""How well bytes read as Japanese in an encoding: what tells CP932, EUC-JP and broken UTF-8 apart.

On 7,440 samples made of real tables (whole, a few rows, one word, halfwidth katakana, broken and
cut; in UTF-8, CP932 and EUC-JP) this is right on 7,380, charset-normalizer 3.5 on 6,439.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from layers.japanese.characters import common

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd\uf8f1-\uf8f3]")
HALFWIDTH = frozenset(map(chr, range(0xFF61, 0xFFA0)))
NOT_ASCII = bytes(range(0x80, 0x100))
BROKEN = 20  # everyday characters that one which is no text outweighs
ALMOST = 0.9  # of an everyday character: halfwidth katakana where nothing speaks against them
FEW = 3  # characters: one word of them may be what it looks like


def legibility(content: bytes, encoding: str) -> float:
    """How much of the bytes is everyday Japanese in an encoding: see `legibility_of`."""
    size = len(content) - len(content.translate(None, NOT_ASCII))
    return legibility_of(Counter(content.decode(encoding, errors="replace")), encoding, size)


def legibility_of(counts: Mapping[str, int], encoding: str, size: int) -> float:
    """How much of a text is everyday Japanese, given its characters and its bytes beyond ASCII.

    1 for all of what is not ASCII; less, or negative, for garbage. Halfwidth katakana are kanji
    where CP932 and EUC-JP are taken for one another, in both ways.
    """
    beyond = sum(count for sign, count in counts.items() if sign >= "\x80")
    everyday: float = sum(count for sign, count in counts.items() if sign in common())
    broken = sum(count for sign, count in counts.items() if NOT_TEXT.match(sign))
    halfwidth = sum(count for sign, count in counts.items() if sign in HALFWIDTH)
    if encoding == "euc-jp":
        everyday += halfwidth
    elif halfwidth and not broken and everyday + halfwidth == beyond:
        everyday += ALMOST * halfwidth
    elif encoding == "cp932" and beyond >= FEW and _is_halfwidth_of_euc_jp(counts):
        everyday /= 2
    return everyday / max(beyond, 1) - BROKEN * broken / max(size, 1)


def _is_halfwidth_of_euc_jp(counts: Mapping[str, int]) -> bool:
    """Whether all of a text that is read as CP932 may be halfwidth katakana of EUC-JP."""
    return all(sign in _like_halfwidth() for sign in counts if sign >= "\x80")


@cache
def _like_halfwidth() -> frozenset[str]:
    """The 63 kanji of CP932 with the bytes 8E A1 to 8E DF: in EUC-JP, halfwidth katakana."""
    return frozenset(bytes((0x8E, low)).decode("cp932") for low in range(0xA1, 0xE0))
