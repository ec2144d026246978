"""Text that is not what was written: broken, unseen or misread characters, in any source's columns.

No such value is published: it is reported with its row and column, and left empty.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from layers.japanese.characters import common, double_bytes, foreign, is_japanese
from layers.messages import ProblemKind
from layers.report import Problem
from layers.sources.rows import Rows

Misreading = tuple[str, str]  # the encoding it was read in, and the one it is in
# What CP932 gives for the bytes 80, A0 and FD-FF, which it does not know, is no text either.
UNDECODABLE = re.compile("[\ufffd\uf8f0-\uf8f3]")
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
GAIJI = re.compile("[\ue000-\uf8ff]")  # characters that one organisation made for itself
BROKEN = re.compile("|".join(pattern.pattern for pattern in (UNDECODABLE, CONTROL, GAIJI)))
# What was read as the first may really be any of the others.
MISREADINGS = {"cp932": ("utf-8", "euc_jp"), "cp1252": ("utf-8", "cp932", "euc_jp")}
EUC_AS_CP932 = ("cp932", "euc_jp")
LENIENT = ("utf-8", "surrogatepass")
ONE_DIGIT = bytes.maketrans(b"123456789", b"000000000")
# The first byte of a character of UTF-8, or one or two of one of EUC-JP: those of CP932 are two.
BEGINNING = re.compile(b"[\xc2-\xf4]|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]|[\xa1-\xfe]")
HALFWIDTH = re.compile("[｡-ﾟ]")
# EUC-JP read as CP932: kana become pairs with ､ or ･, and voicing marks stand where none can be.
NO_KATAKANA = re.compile("[｡｢｣､･]{2}|[､･][ｦ-ﾟ].?[､･]|(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ")


def legible(rows: Rows, published: Collection[str]) -> Rows:
    """The rows without the values that are not what was written; `problems` name each.

    Only in columns that are published: what others hold goes into no tile and no report.
    """
    columns = rows.columns.copy(deep=False)
    problems = list(rows.problems)
    for position, name in enumerate(columns):
        if wrong([str(name)]):
            problems.append(Problem("warning", "garbled_name", column=str(name), value=str(name)))
        cells = columns.iloc[:, position]
        text = pd.api.types.is_object_dtype(cells) or pd.api.types.is_string_dtype(cells)
        if name not in published or not text:
            continue
        if not wrong(_patterns(cells)):
            continue
        kinds = wrong({cell for cell in cells.tolist() if isinstance(cell, str)})
        hit = cells.isin(list(kinds))
        problems += [
            Problem("warning", kinds[cell], int(number), str(name), cell)
            for number, cell in zip(rows.numbers[hit], cells[hit], strict=True)
        ]
        columns.isetitem(position, cells.astype(object).where(~hit, None).array)
    return replace(rows, columns=columns, problems=problems)


def wrong(values: Iterable[str]) -> dict[str, ProblemKind]:
    """Of a column's values those that are not what was written, and the kind of problem.

    Once one is found to be misread, so are the others that give Japanese the same way: by
    itself a short one may look like a word in halfwidth katakana.
    """
    problems: dict[str, ProblemKind] = {}
    possible: dict[str, list[Misreading]] = {}
    for value in values:
        kind = _broken(value)
        if kind:
            problems[value] = kind
        if kind in (None, "gaiji") and not value.isascii():
            possible[value] = misreadings(value)
    certain = {
        reading
        for value, readings in possible.items()
        for reading in readings
        if reading != EUC_AS_CP932 or _is_no_katakana(value)
    }
    misread = (value for value, readings in possible.items() if certain.intersection(readings))
    return problems | dict.fromkeys(misread, "misread")


def _patterns(cells: pd.Series[Any]) -> set[str]:
    """Texts that are wrong in the same ways as a column's: far fewer, as every digit is 0.

    In no encoding is a digit a part of another character.
    """
    texts: Iterable[Any] = cells
    if not isinstance(cells.dtype, pd.StringDtype):
        texts = [cell.encode(*LENIENT) for cell in cells.tolist() if isinstance(cell, str)]
    column = pa.table({"texts": texts}, pa.schema({"texts": pa.large_binary()}))["texts"]
    patterns: set[bytes] = set()
    for chunk in column.chunks:  # all texts in one step, without an object for each
        present, ends, content = chunk.buffers()
        buffers = [present, ends, pa.py_buffer(bytes(content or b"").translate(ONE_DIGIT))]
        alike = pa.Array.from_buffers(chunk.type, len(chunk), buffers, offset=chunk.offset)
        patterns.update(alike.drop_null().unique().to_pylist())
    return {text.decode(*LENIENT) for text in patterns}


def misreadings(text: str) -> list[Misreading]:
    """The encodings a text may have been read in and be in; none for a text that is as it was.

    A misread text gives its bytes back, and they are Japanese in another encoding; what is really
    Japanese does not by chance, but for words in halfwidth katakana.
    """
    return [
        (read_as, encoding)
        for read_as, encodings in MISREADINGS.items()
        if beginnings()[read_as].match(text)
        for content in _bytes(text, read_as)
        for encoding in encodings
        if _is_japanese_in(text, content, read_as, encoding)
    ]


def _broken(text: str) -> ProblemKind | None:
    """The kind of problem with characters that are no text."""
    if not BROKEN.search(text):
        return None
    if UNDECODABLE.search(text):
        return "undecodable"
    if CONTROL.search(text):
        return "control"
    return "gaiji" if GAIJI.search(text) else None


def _bytes(text: str, encoding: str) -> list[bytes]:
    """What a text may have been read from: one or, by CP932's double codes, two forms, or none."""
    try:
        content = text.encode(encoding)
    except UnicodeError:
        return []
    if encoding != "cp932" or double_codes().keys().isdisjoint(text):
        return [content]
    doubles = (double_codes().get(character) or character.encode(encoding) for character in text)
    return [content, b"".join(doubles)]


@cache
def beginnings() -> dict[str, re.Pattern[str]]:
    """What a text that was misread matches, by the encoding it was read in. Others do so rarely.

    In CP932 its first byte beyond ASCII begins a character of UTF-8 or of EUC-JP. Kana and most
    kanji do not. CP1252 has 251 characters, and the text is of these.
    """
    signs = [*map(chr, range(0x80, 0xD800)), *map(chr, range(0xE000, 0x10000))]
    # All in one step: a line break is in no character's code.
    codes = "\n".join(signs).encode("cp932", errors="ignore").split(b"\n")
    known = [(sign, code) for sign, code in zip(signs, codes, strict=True) if code]
    ascii_signs = "".join([*map(chr, range(0x80)), *(s for s, code in known if code.isascii())])
    doubles = double_codes().items()
    begins = {sign for sign, code in [*known, *doubles] if BEGINNING.match(code)}
    western = bytes(range(0x100)).decode("cp1252", errors="ignore")
    return {
        "cp932": re.compile(f"[{re.escape(ascii_signs)}]*[{re.escape(''.join(begins))}]"),
        "cp1252": re.compile(f"[{re.escape(western)}]*\\Z"),
    }


@cache
def double_codes() -> dict[str, bytes]:
    """CP932's characters of two codes (≡ 81DF, 879E), with the one that is not written."""
    nec, ibm = (0x8740, 0x879C), (0xFA40, 0xFC4B)  # whose characters Microsoft took in both
    codes = (*double_bytes(*nec), *double_bytes(*ibm))
    return {sign: code for code, sign in codes if sign.encode("cp932") != code}


def _is_japanese_in(text: str, content: bytes, read_as: str, encoding: str) -> bool:
    try:
        real = content.decode(encoding)
    except UnicodeError:
        return False
    beyond = len(foreign(real))
    if encoding != "utf-8":
        return beyond >= 2 and beyond * len(foreign(text)) >= len(text) and is_japanese(real)
    # Two bytes that agree by chance give no more than Latin, Greek and Cyrillic letters, and a
    # rare kanji before another (蜻浦) one character with half of the other left over.
    no_remainder = beyond > 1 or len(real) - beyond == len(text) - len(foreign(text))
    return no_remainder and is_japanese(real) and (read_as == "cp1252" or max(real) >= "\u2000")


def _is_no_katakana(text: str) -> bool:
    """Whether halfwidth katakana stand as in no word, or beside kanji that are rare, or gaiji."""
    if not HALFWIDTH.search(text):
        return False
    rare = any("\u4e00" <= sign <= "\uf8ff" and sign not in common() for sign in text)
    return rare or bool(NO_KATAKANA.search(text))
