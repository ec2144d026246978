"""How names of columns are compared."""

from __future__ import annotations

import re
import unicodedata

BESIDE_THE_POINT = re.compile(r"[\s_()\[\]{}<>「」『』【】〔〕〈〉《》]+")


def plain(name: str) -> str:
    """A column's name without what writers vary: width, case, spaces, line breaks, brackets, _."""
    return BESIDE_THE_POINT.sub("", unicodedata.normalize("NFKC", name)).casefold()
