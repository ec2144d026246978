"""Texts compared without regard to case, width and accents, and by patterns.

CASEI folds case, and the widths that Japanese is written in: NFKC and then Unicode's case folding,
as the search does (ＡＥＤ, AED and aed are one; ｶﾞ and ガ too). ACCENTI leaves accents out, but
not the marks of kana: は, ば and ぱ are letters of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from layers.geometry.parts import Integers
from layers.japanese.spelling import nfkc, normal_form
from layers.revision.columns import Mask, Texts

KANA_MARKS = "\u3099\u309a"  # of voiced and half-voiced sounds, combining
END = "\0"  # stands between texts


def without_case(text: str) -> str:
    """CASEI of a text."""
    return nfkc(nfkc(text).casefold())


def without_accents(text: str) -> str:
    """ACCENTI of a text."""
    kept = (
        character
        for character in unicodedata.normalize("NFD", text)
        if character in KANA_MARKS or unicodedata.category(character) != "Mn"
    )
    return normal_form("NFC", "".join(kept))


FOLDS: Mapping[str, Callable[[str], str]] = {
    "casei": without_case,
    "accenti": without_accents,
}


def folded(text: str, folds: Iterable[str]) -> str:
    """The text after these functions, the first one first."""
    for name in folds:
        text = FOLDS[name](text)
    return text


class Pattern:
    """A LIKE pattern: `%` is any text, `_` one character, a backslash takes their meaning away.

    What is folded is what stands between the wildcards: a full-width ％ is none.
    """

    def __init__(self, pattern: str, folds: Sequence[str]) -> None:
        pieces: list[list[str | None]] = [[]]  # None is any one character
        escaped = iter(pattern)
        for character in escaped:
            if character == "%":
                pieces.append([])
            else:
                literal = next(escaped, "\\") if character == "\\" else character
                pieces[-1].append(None if character == "_" else literal)
        self._pieces = [_Piece(piece, folds) for piece in pieces]

    @property
    def literal(self) -> str:
        """The longest text that whatever matches must hold."""
        return max((piece.literal for piece in self._pieces), key=len)

    @property
    def needle(self) -> str | None:
        """A text that stands among `Lines` wherever they match, and nowhere else.

        None for a pattern of more than a beginning, an end or a middle.
        """
        first, *others = self._pieces
        if not others or not all(piece.is_plain for piece in self._pieces):
            return None
        if len(others) == 1 and (first.is_empty or others[0].is_empty):
            return f"{END}{first.literal}" if others[0].is_empty else f"{others[0].literal}{END}"
        is_middle = len(others) == 2 and first.is_empty and others[1].is_empty
        return others[0].literal if is_middle else None

    @property
    def length(self) -> int:
        """Characters of the shortest text that matches."""
        return sum(piece.length for piece in self._pieces)

    @property
    def is_open(self) -> bool:
        """Whether a longer text may match as well."""
        return len(self._pieces) > 1

    def matches(self, text: str) -> bool:
        """Whether the whole text matches. Takes no longer than its length times the pattern's."""
        first, *others = self._pieces
        start = first.match(text, 0)
        if not others:
            return start == len(text)
        for piece in others[:-1]:
            start = piece.search(text, start)
        return start >= 0 and others[-1].ends(text, start)


class _Piece:
    """What stands between two `%` of a pattern."""

    def __init__(self, characters: Sequence[str | None], folds: Sequence[str]) -> None:
        runs: list[str] = [""]
        literals: list[str] = []
        for character in characters:
            if character is None:
                runs.append("")
            else:
                runs[-1] += character
        literals = [folded(run, folds) for run in runs]
        self.literal = max(literals, key=len)
        self.is_plain, self.is_empty = len(runs) == 1, not characters
        self.length = sum(map(len, literals)) + len(runs) - 1
        self._form = re.compile(".".join(map(re.escape, literals)), re.DOTALL)

    def match(self, text: str, start: int) -> int:
        """Where the piece that begins at `start` ends; -1 where it does not stand there."""
        match = self._form.match(text, start)
        return match.end() if match else -1

    def search(self, text: str, start: int) -> int:
        """Where the first such piece from `start` on ends; -1 without one."""
        match = self._form.search(text, start) if start >= 0 else None
        return match.end() if match else -1

    def ends(self, text: str, start: int) -> bool:
        """Whether the text ends in the piece, and that from `start` on."""
        at = len(text) - self.length
        return at >= start and self.match(text, at) == len(text)


class Lines:
    """Texts in one string, each between two NULs, searched all at once."""

    def __init__(self, text: str, starts: Integers) -> None:
        self._text, self._starts = text, starts
        self._folded: dict[tuple[str, ...], Lines] = {}

    @classmethod
    def of(cls, texts: Iterable[str]) -> Lines:
        """The texts, end to end."""
        every = [text.replace(END, "\ufffd") for text in texts]
        lengths = np.array([len(text) + 1 for text in every], dtype=np.int64)
        return cls(END + END.join([*every, ""]), np.cumsum(lengths) - lengths + 1)

    @classmethod
    def of_stored(cls, texts: Texts) -> Lines:
        """Texts of a revision: no step for each of them."""
        content = np.where(texts.content == 0, np.uint8(0x1A), texts.content)
        ends = texts.ends.astype(np.int64)
        parted = np.insert(content, ends, 0)
        begins = (content & 0xC0) != 0x80  # of characters
        before = np.concatenate([[0], np.cumsum(begins)])[np.concatenate([[0], ends])[:-1]]
        starts = before + np.arange(1, len(ends) + 1)
        return cls(END + parted.tobytes().decode(), starts)

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    @cached_property
    def texts(self) -> list[str]:
        """The texts, one by one."""
        return self._text[1:-1].split(END) if len(self) else []

    def folded(self, folds: tuple[str, ...]) -> Lines:
        """The texts after these functions; kept."""
        if not folds:
            return self
        if folds not in self._folded:
            self._folded[folds] = Lines.of(folded(text, folds) for text in self.texts)
        return self._folded[folds]

    def equal(self, text: str) -> Mask:
        """Which are this text."""
        if END in text:
            return np.zeros(len(self), dtype=bool)
        is_as_long: Mask = self._lengths == len(text)
        return self._holding(END + text) & is_as_long

    def like(self, pattern: Pattern) -> Mask:
        """Which match the pattern."""
        if not pattern.literal:
            enough: Mask = self._lengths >= pattern.length
            return enough if pattern.is_open else enough & (self._lengths <= pattern.length)
        if END in pattern.literal:
            return np.zeros(len(self), dtype=bool)
        needle = pattern.needle
        if needle is not None:
            return self._holding(needle)
        holding = self._holding(pattern.literal)
        texts = self.texts
        for index in np.flatnonzero(holding).tolist():
            holding[index] = pattern.matches(texts[index])
        return holding

    def _holding(self, needle: str) -> Mask:
        """Which hold the needle; NUL is their beginning if it is its first character, or end."""
        between = self._text.split(needle)[:-1]
        lengths = np.fromiter(map(len, between), dtype=np.int64, count=len(between))
        places = np.cumsum(lengths + len(needle)) - len(needle) + needle.startswith(END)
        holding = np.zeros(len(self), dtype=bool)
        holding[np.searchsorted(self._starts, places, side="right") - 1] = True
        return holding

    @cached_property
    def _lengths(self) -> Integers:
        ends = np.append(self._starts[1:], len(self._text)) - 1
        return ends - self._starts
