"""One spelling for what Japanese writes in several: widths of characters, signs, column names."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

# Marks that stand for degree, minute and second signs; NFKC would take some of them apart.
MARKS = str.maketrans(
    {
        **dict.fromkeys("゜˚º∘", "°"),
        **dict.fromkeys("′’‘´`｀＇", "'"),
        **dict.fromkeys("″”“〃˝＂", '"'),
        **dict.fromkeys("−‐‑–—", "-"),
    }
)

AT_ONCE = 1_000  # characters
IGNORED = re.compile(r"[\s_()\[\]{}<>「」『』【】〔〕〈〉《》]+")


def nfkc(text: str) -> str:
    """Text in Unicode's normal form KC: full-width digits and letters in ASCII, kana in full."""
    return normal_form("NFKC", text)


def normal_form(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Text in a normal form of Unicode's.

    Putting marks in their order takes the square of their number: a text longer than any that is
    read by its spelling is taken in pieces.
    """
    if len(text) <= AT_ONCE:
        return unicodedata.normalize(form, text)
    pieces = (text[at : at + AT_ONCE] for at in range(0, len(text), AT_ONCE))
    return "".join(unicodedata.normalize(form, piece) for piece in pieces)


def nfkc_with_marks(text: str) -> str:
    """Text in NFKC, with one sign each for degrees, minutes, seconds and minus."""
    return nfkc(text.translate(MARKS)).translate(MARKS)


def normalised_name(name: str) -> str:
    """A column's name without what writers vary: width, case, spaces, line breaks, brackets, _."""
    return IGNORED.sub("", nfkc(name)).casefold()
