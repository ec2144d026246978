"""One spelling for what sounds alike: kana and rōmaji, long vowels however they are written.

みぞぬま, ミゾヌマ and Mizonuma are one; so are おおいずみ, おーいずみ, Ōizumi and Ooizumi, and
丁目, ちょうめ and chome. Kanji stay what they are. What comes out is compared, never shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from layers.japanese.addresses import KANJI_NUMBER, parse_number
from layers.japanese.spelling import nfkc

# In the spelling of Kunrei (ISO 3602), which has one letter for each consonant. A small kana is as
# a large one: しや is しゃ, as older lists write it. ッ is left out: doubled letters are single.
KATAKANA = (
    "ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ si ス su セ se ソ so "
    "タ ta チ ti ツ tu テ te ト to ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ hu ヘ he ホ ho "
    "マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ン n "
    "ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ zi ズ zu ゼ ze ゾ zo ダ da ヂ zi ヅ zu デ de ド do "
    "バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ bu ヰ i ヱ e ヵ ka ヶ ga "
    "ァ a ィ i ゥ u ェ ye ォ o ャ ya ュ yu ョ yo ヮ wa"
)
HIRAGANA = ord("ア") - ord("あ")  # as far before katakana
MACRONS = re.compile("[\u0300-\u036f]")
LETTER = re.compile("[a-z]")
NUMERALS = re.compile(KANJI_NUMBER)
HAN = "一-鿿々"
HYPHENS = "-‐‑‒–—―−ーｰ~〜"
# Between words; a hyphen is one unless it stands between digits.
APART = r"\s・･,、。·（）()\[\]「」『』【】{}<>〈〉《》\x22'’‘“”′`／/＆&:：;；"
# In this order: what a text must hold for a step, a pattern, and its replacement; $1 is the group.
Step = tuple[str, str, str]
BEFORE: tuple[Step, ...] = (  # kana become letters
    ("丁目", "丁目", "tyome"),
    ("", rf"([{HAN}0-9])[ケがガ](?=[{HAN}])", "$1ga"),  # 朝志ケ丘, 朝志が丘
    ("", rf"([{HAN}0-9])[之のノ](?=[{HAN}])", "$1no"),
    ("", rf"([0-9])[{HYPHENS}](?=[0-9])", "$1\u0001"),
    ("", rf"[{HYPHENS}{APART}]", ""),
    ("\u0001", "\u0001", "-"),
)
AFTER: tuple[Step, ...] = (
    ("tch", "tch", "ch"),
    ("sh", "sh([auoe])", "sy$1"),
    ("sh", "shi", "si"),
    ("ch", "ch([auoe])", "ty$1"),
    ("ch", "chi", "ti"),
    ("tsu", "tsu", "tu"),
    ("j", "j([auoe])", "zy$1"),
    ("j", "jy", "zy"),
    ("j", "ji", "zi"),
    ("d", "di", "zi"),
    ("d", "du", "zu"),
    ("d", "dy", "zy"),
    ("f", "f([aeiou])", "h$1"),
    ("hu", "hu([aieo])", "h$1"),
    ("v", "v", "b"),
    ("wo", "wo", "o"),
    ("iy", "iy([auoe])", "y$1"),
    ("m", "m([bmp])", "n$1"),
    ("", r"([abcdfghikmnprstuyz])\1+", "$1"),
    ("oh", "oh([bcdfgkmnprstyz]|$)", "o$1"),  # Ohta
    ("o", "o[ou]+", "o"),
    ("e", "e[ei]+", "e"),
)
_PAIRS = KATAKANA.split()
LETTERS = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)) | {"ッ": ""}


def sound(text: str) -> str:
    """What the text is compared by; "" for one of nothing but spaces and signs."""
    spelling = _replaced(nfkc(text).lower(), _BEFORE)
    spelling = NUMERALS.sub(lambda match: str(parse_number(match[0])), spelling)
    latin = spelling.translate(_TABLE)
    if not LETTER.search(latin):
        return latin
    bare = MACRONS.sub("", unicodedata.normalize("NFD", latin))
    return _replaced(unicodedata.normalize("NFC", bare), _AFTER)


_Compiled = Sequence[tuple[str, re.Pattern[str], str]]


def _replaced(text: str, steps: _Compiled) -> str:
    for held, pattern, replacement in steps:
        if held in text:
            text = pattern.sub(replacement, text)
    return text


def _compiled(steps: Sequence[Step]) -> _Compiled:
    return [(held, re.compile(pattern), text.replace("$", "\\")) for held, pattern, text in steps]


_BEFORE, _AFTER = _compiled(BEFORE), _compiled(AFTER)
_TABLE = str.maketrans(
    LETTERS | {chr(ord(kana) - HIRAGANA): latin for kana, latin in LETTERS.items()}
)
