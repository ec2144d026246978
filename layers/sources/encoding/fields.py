"""Which encoding the text in a geodata file is in: told field by field, or as it streams."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from pathlib import Path

# In the order they are tried: UTF-8 is never met by chance, CP932 decodes almost anything.
GUESSES = ("utf-8", "cp932", "euc-jp")
HALFWIDTH_KATAKANA = re.compile("[\uff61-\uff9f]")
THREE_BYTES = "\u0800"  # the first character that UTF-8 writes in three bytes


def decoded(raw: bytes, encoding: str) -> str | None:
    """The text of bytes that may end amid a character, which is left out; None if they do not fit.

    Fields of a fixed width cut text wherever it is full.
    """
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(raw, final=False)
    except UnicodeDecodeError:
        return None


def surely_utf8(texts: Iterable[bytes]) -> bool:
    """Whether all are UTF-8 and one holds a character of three bytes, which chance does not make.

    Halfwidth katakana of CP932 can pass for UTF-8's characters of two bytes.
    """
    decodings = [decoded(raw, "utf-8") for raw in texts]
    return None not in decodings and any(max(text or " ") >= THREE_BYTES for text in decodings)


def guess(texts: Iterable[bytes]) -> str | None:
    """The encoding in which all texts decode with the fewest halfwidth katakana; None if in none.

    EUC-JP read as CP932 turns into halfwidth katakana.
    """
    sample = list(texts)
    katakana: dict[str, int] = {}
    for encoding in GUESSES:
        decodings = [decoded(raw, encoding) for raw in sample]
        if None not in decodings:
            katakana[encoding] = sum(
                len(HALFWIDTH_KATAKANA.findall(text)) for text in decodings if text
            )
    return min(katakana, key=lambda encoding: katakana[encoding], default=None)


def guess_file(path: Path) -> str | None:
    """The encoding in which a whole file decodes, told without holding it; None if in none."""
    utf8, *others = GUESSES
    if _katakana(path, utf8) is not None:
        return utf8
    counts = {name: _katakana(path, name) for name in others}
    fitting = {name: count for name, count in counts.items() if count is not None}
    return min(fitting, key=lambda name: fitting[name], default=None)


def _katakana(path: Path, encoding: str) -> int | None:
    """The number of halfwidth katakana in a file; None if it is not in this encoding."""
    decode, count = codecs.getincrementaldecoder(encoding)("strict").decode, 0
    try:
        with path.open("rb") as content:
            while chunk := content.read(1 << 20):
                text = decode(chunk)
                count += 0 if text.isascii() else len(HALFWIDTH_KATAKANA.findall(text))
            decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return count
