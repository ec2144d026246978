"""Which encoding the text in a geodata file is in: told field by field, or as it streams."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from layers.sources.encoding.legibility import legibility_of

JAPANESE = ("cp932", "euc-jp")  # encodings that are met beside UTF-8, the likelier first
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
    """The encoding in which all texts decode, and are the most legible; None if in none."""
    sample = list(texts)
    if surely_utf8(sample):
        return "utf-8"
    counts: dict[str, Counter[str]] = {}
    for encoding in ("utf-8", *JAPANESE):
        decodings = [decoded(raw, encoding) for raw in sample]
        if None not in decodings:
            counts[encoding] = Counter("".join(text or "" for text in decodings))
    return _most_legible(counts)


def guess_file(path: Path) -> str | None:
    """The encoding in which a whole file decodes, told without holding it; None if in none."""
    if _counts(path, "utf-8") is not None:
        return "utf-8"
    counts = {encoding: _counts(path, encoding) for encoding in JAPANESE}
    return _most_legible({name: count for name, count in counts.items() if count is not None})


def _most_legible(counts: dict[str, Counter[str]]) -> str | None:
    return max(
        counts,
        key=lambda name: legibility_of(counts[name], name, counts[name].total()),
        default=None,
    )


def _counts(path: Path, encoding: str) -> Counter[str] | None:
    """How often each character is in a file that is not ASCII; None if not in this encoding."""
    counts: Counter[str] = Counter()
    try:
        for text in _chunks(path, encoding):
            if encoding != "utf-8" and not text.isascii():
                counts.update(text)
    except UnicodeDecodeError:
        return None
    return counts


def _chunks(path: Path, encoding: str) -> Iterator[str]:
    decode = codecs.getincrementaldecoder(encoding)("strict").decode
    with path.open("rb") as content:
        while chunk := content.read(1 << 20):
            yield decode(chunk)
    yield decode(b"", final=True)
