"""Text that was put together of lines in several encodings, and which line is in which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from layers.japanese.characters import common, foreign
from layers.report import LISTED_SPANS, spans_of
from layers.sources.encoding.fields import JAPANESE, THREE_BYTES, decoded
from layers.sources.encoding.legibility import HALFWIDTH, legibility

CLEAR = 0.8  # share of everyday characters in a line that is surely in an encoding
MARGIN = 0.3  # by which all such lines together are less legible in another


@dataclass(frozen=True, slots=True)
class MixedText:
    """A text of lines in `encoding`, but for the lines `others`, counted from 1, in `other`."""

    text: str
    encoding: str
    other: str
    others: tuple[int, ...]


def mixed(content: bytes) -> MixedText | None:
    """The text of lines in UTF-8 among lines in CP932 or EUC-JP; None where it is not certain.

    A line that is in neither is read in the encoding of most lines, with U+FFFD in it.
    """
    lines = content.splitlines(keepends=True)
    foreign = [index for index, line in enumerate(lines) if not line.isascii()]
    utf8 = {index for index in foreign if _is_clearly(lines[index], "utf-8")}
    rest = [index for index in foreign if index not in utf8]
    encoding = _encoding_of([lines[index] for index in rest]) if utf8 else None
    if encoding is None:
        return None
    japanese = {index for index in rest if _is_clearly(lines[index], encoding)}
    if len(japanese) > len(utf8):
        most, other, others = encoding, "utf-8", utf8
    else:
        most, other, others = "utf-8", encoding, japanese
    text = "".join(
        line.decode(other if index in others else most, errors="replace")
        for index, line in enumerate(lines)
    )
    return MixedText(text, most, other, tuple(index + 1 for index in sorted(others)))


def unreadable(content: bytes) -> list[int]:
    """The numbers, from 1, of lines that are in none of the encodings, in a file of which most
    others clearly are; none in what is no text at all.
    """
    numbers, clear = [], 0
    for number, line in enumerate(content.splitlines(), 1):
        if line.isascii():
            continue
        if any(_is_clearly(line, encoding) for encoding in ("utf-8", *JAPANESE)):
            clear += 1
        else:
            numbers.append(number)
    return numbers if clear > len(numbers) else []


def numbered(lines: Iterable[int]) -> str:
    """Line numbers as "3, 7-9": the first of them, where they are many."""
    spans = spans_of(lines)
    texts = [f"{first}-{last}" if first < last else f"{first}" for first, last in spans]
    return ", ".join(texts[:LISTED_SPANS]) + (" …" if len(texts) > LISTED_SPANS else "")


def _encoding_of(lines: Sequence[bytes]) -> str | None:
    """The one encoding, other than UTF-8, in which some of the lines are clearly Japanese."""
    together = b"".join(
        line for line in lines if any(_is_clearly(line, encoding) for encoding in JAPANESE)
    )
    share = {encoding: legibility(together, encoding) for encoding in JAPANESE}
    best, second = sorted(JAPANESE, key=lambda encoding: -share[encoding])
    return best if together and share[best] - share[second] >= MARGIN else None


def _is_clearly(line: bytes, encoding: str) -> bool:
    text = decoded(line, encoding)
    if text is None:
        return False
    beyond = foreign(text)
    everyday = sum(sign in HALFWIDTH or sign in common() for sign in beyond)
    if everyday < CLEAR * len(beyond):
        return False
    # A single character of three bytes may be halves of two: 蜻浦 of CP932 is 呉 and a Y.
    return encoding != "utf-8" or sum(sign >= THREE_BYTES for sign in beyond) > 1
