"""One spelling for what Japanese writes in several: widths of characters, signs, column names."""

from __future__ import annotations

import re
import unicodedata

# Marks that stand for degree, minute and second signs; NFKC would take some of them apart.
MARKS = str.maketrans(
    {
        **dict.fromkeys("゜˚º∘", "°"),
        **dict.fromkeys("′’‘´`｀＇", "'"),
        **dict.fromkeys("″”“〃˝＂", '"'),
        **dict.fromkeys("−‐‑–—", "-"),
    }
)

IGNORED = re.compile(r"[\s_()\[\]{}<>「」『』【】〔〕〈〉《》]+")


def nfkc(text: str) -> str:
    """Text in Unicode's normal form KC: full-width digits and letters in ASCII, kana in full."""
    return unicodedata.normalize("NFKC", text)


def nfkc_with_marks(text: str) -> str:
    """Text in NFKC, with one sign each for degrees, minutes, seconds and minus."""
    return nfkc(text.translate(MARKS)).translate(MARKS)


def normalised_name(name: str) -> str:
    """A column's name without what writers vary: width, case, spaces, line breaks, brackets, _."""
    return IGNORED.sub("", nfkc(name)).casefold()
