"""From bytes to text: which encoding a text file is in, why that one, and what does not fit it."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from pathlib import Path

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.report import Problem
from layers.sources.encoding.fields import JAPANESE, surely_utf8
from layers.sources.encoding.legibility import NOT_TEXT, legibility
from layers.sources.encoding.lines import MixedText, mixed, numbered, unreadable
from layers.sources.encoding.names import require_encoding

BOMS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16"}
ENCODINGS = ("utf-8", *JAPANESE)  # that differ from line to line
ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
LOOKED_AT = 1 << 16  # bytes that decide where several encodings would do
JUDGED = 1 << 22  # characters that a file is judged to be text by
TOLERATED = 10  # characters that are no text, in however small a file
BROKEN = 0.1  # share of the characters beyond ASCII that are no text, in a file that is none


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. U+FFFD stands for each byte that the encoding does not know.

    `problems` say which encoding it is and why.
    """

    text: str
    encoding: str
    problems: list[Problem]


def decode(content: bytes, declared: str | None, path: Path) -> Decoded:
    """The text of a file, in the encoding `declared` or else in the one its bytes speak for.

    Raises `SourceError` for an encoding that does not exist, and for a file that is no text.
    """
    why: ProblemKind
    encoding, why = (
        (require_encoding(declared, path), "encoding_declared") if declared else detect(content)
    )
    if not declared and encoding in ENCODINGS and why != "encoding_utf8":
        lines = mixed(content)
        if lines is not None:
            return Decoded(lines.text.replace("\ufeff", ""), lines.encoding, _of_mixed(lines))
    text = content.decode(encoding, errors="replace").replace("\ufeff", "")
    if _is_broken(text[:JUDGED]):
        if declared:
            raise SourceError(path, "encoding_unfit", declared, key="source.encoding")
        if numbers := unreadable(content):
            raise SourceError(path, "unreadable_lines", numbered(numbers))
        raise SourceError(path, "not_text", path.name)
    problems = [Problem("note", why, value=encoding.upper())]
    if declared and encoding != "utf-8" and not content.isascii() and _is_utf8(content):
        problems.append(Problem("warning", "encoding_contradicted", value=encoding.upper()))
    return Decoded(text, encoding, problems)


def _of_mixed(lines: MixedText) -> list[Problem]:
    return [
        Problem("note", "encoding_of_most", value=lines.encoding.upper()),
        Problem(
            "warning", "encoding_of_lines", value=numbered(lines.others), detail=lines.other.upper()
        ),
    ]


def detect(content: bytes) -> tuple[str, ProblemKind]:
    """The encoding that the bytes speak for, and the kind of note that says how."""
    for bom, encoding in BOMS.items():
        if content.startswith(bom):
            return encoding, "encoding_bom"
    wide = _utf16(content[:LOOKED_AT])
    if wide is not None:
        return wide, "encoding_nul"
    if content.isascii() and ISO_2022_JP.search(content):
        return "iso2022_jp_ext", "encoding_escape"
    if _is_utf8(content):
        return "utf-8", "encoding_utf8"
    if surely_utf8([content]):  # it ends amid a character
        return "utf-8", "encoding_utf8_broken"
    # A file in UTF-8 with a broken byte, CP932 or EUC-JP: what reads best is what it is.
    start = _foreign_lines(content)
    best = max((*JAPANESE, "utf-8"), key=lambda name: legibility(start, name))
    return best, "encoding_utf8_broken" if best == "utf-8" else "encoding_japanese"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16(start: bytes) -> str | None:
    """UTF-16 without a mark shows in the zero bytes of digits, commas and line ends."""
    half = len(start) // 2
    high, low = start[: 2 * half : 2].count(0), start[1 : 2 * half : 2].count(0)
    if max(high, low) < 0.05 * half or max(high, low) < 3 * min(high, low):  # 一 is 4E 00
        return None
    return "utf-16-be" if high > low else "utf-16-le"


def _foreign_lines(content: bytes) -> bytes:
    """Lines that are not ASCII, as many as decide: the first of them may be far down."""
    lines, size = [], 0
    for line in content.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > LOOKED_AT:
                break
    return b"".join(lines)


def _is_broken(text: str) -> bool:
    broken = len(NOT_TEXT.findall(text))
    if broken <= TOLERATED:
        return False
    beyond = sum(1 for character in text if character >= "\x80" or NOT_TEXT.match(character))
    return broken > BROKEN * beyond
