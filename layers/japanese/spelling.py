"""How names of columns are compared."""

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

BESIDE_THE_POINT = re.compile(r"[\s_()\[\]{}<>「」『』【】〔〕〈〉《》]+")


def plain(name: str) -> str:
    """A column's name without what writers vary: width, case, spaces, line breaks, brackets, _."""
    return BESIDE_THE_POINT.sub("", unicodedata.normalize("NFKC", name)).casefold()
