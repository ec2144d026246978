"""How like two short Japanese titles are, by their letters.

AEDの設置場所 is ＡＥＤ設置場所を地図に.

Words are not told apart, so that no dictionary is needed. What any wish for a map says (の場所,
地図に載せてほしい) counts for nothing; widths of characters and the two kana are one.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from layers.japanese.spelling import nfkc

# What is wished for is beside these: the place of something, on a map, please.
_WISHED = (
    r"の(?:設置)?(?:場所|位置|箇所|所在地|ところ)",
    r"[のが]?ある(?:場所|所|ところ)",
    r"設置(?:場所|箇所|位置|状況)",
    r"(?<=.)[をがものには]*(?:地図|マップ|レイヤー?)[上]?[にのへでをも]*",
    (
        r"[をがもに]?(?:(?:載|の)せて|(?:表示|追加|公開)して|見せて|教えて|(?:作|つく)って|入れて"
        r"|見(?:え|られ)?る?(?:ように)?|知り)?(?:して)?"
        r"(?:ほしい|欲しい|もらいたい|いただきたい|たい|(?:下|くだ)さい|お?願い(?:(?:いた)?します)?"
        r"|希望|要望)(?:です|します)?"
    ),
)
WISHED = [re.compile(pattern) for pattern in _WISHED]
# Between two words, neither in hiragana: 公園のトイレ.
PARTICLE = re.compile(r"(?<=[^\W_ぁ-ん])[のをがにはでとへもや](?=[^\W_ぁ-ん]|$)")
HIRAGANA = {kana: kana - 0x60 for kana in range(ord("ァ"), ord("ヶ") + 1)}


def core(title: str) -> str:
    """What a title names, in NFKC and lower case; all of it where nothing else is left."""
    text = nfkc(title).casefold()
    bare = text
    for pattern in WISHED:
        bare = pattern.sub(" ", bare)
    return PARTICLE.sub("", bare).strip() or text


def letters(title: str) -> str:
    """The letters and digits of what a title names, kana as hiragana."""
    return "".join(
        character
        for character in core(title).translate(HIRAGANA)
        if unicodedata.category(character)[0] in "LMN"
    )


def pairs(text: str) -> frozenset[str]:
    """Each two letters of a text that stand together; of one letter, that letter."""
    if len(text) < 2:
        return frozenset(text)
    return frozenset(first + second for first, second in pairwise(text))


def likeness(one: str, other: str) -> float:
    """How like two texts of `letters` are, from 0 to 1: Dice's coefficient of letters and pairs.

    It is twice what both have, by what each has. Letters count beside pairs so that a word inside
    another (防災無線, 防災行政無線) still is like it.
    """
    own, others = ({*text} | pairs(text) for text in (one, other))
    total = len(own) + len(others)
    return 2 * len(own & others) / total if total else 0.0
