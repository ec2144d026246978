"""What was asked for since it was last written down, counted in memory.

Nothing here is about who asked, but for one thing: of a search in vain the line of the sender is
kept, as a keyed hash, until the next writing (see `senders.py`).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

# A layer's tiles, its pages and its files; pages of the map; searches, and those in vain.
FigureKind = Literal["tiles", "pages", "downloads", "opened", "searches", "missing_word"]
ALL, IN_VAIN = "all", "in_vain"  # names of searches
MOST_PENDING = 1000  # searches in vain from one writing to the next


@dataclass(frozen=True, slots=True)
class Token:
    """A word that was searched for in vain, and what stands for it and for its sender for a day."""

    text: str
    word: bytes
    sender: bytes


Tokens = Callable[[str, str | None], Token | None]


class Tally:
    """Counts. Nothing of it fails, waits or grows with what is made up.

    `tokens` makes of a word and an address what stands for both; None of what is not to be kept.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._counts: Counter[tuple[FigureKind, str]] = Counter()
        self._tiles: dict[bytes, int] = {}
        self._pending: list[Token] = []
        self._lock = threading.Lock()

    def tile(self, target: bytes) -> None:
        """A tile was sent; `target` is its address, which begins with /tiles/ and the layer.

        Of the event loop's thread alone: it is on the way of every tile, and takes no lock.
        """
        tiles = self._tiles
        tiles[target] = tiles.get(target, 0) + 1

    def count(self, kind: FigureKind, name: str) -> None:
        """Something was sent that the service has: `name` is one of few."""
        with self._lock:
            self._counts[kind, name] += 1

    def search(self, words: str, address: str | None, *, is_in_vain: bool) -> None:
        """A search was answered."""
        self.count("searches", ALL)
        if is_in_vain:
            self.count("searches", IN_VAIN)
            token = self._tokens(words, address)
            with self._lock:
                if token is not None and len(self._pending) < MOST_PENDING:
                    self._pending.append(token)

    def take(self) -> tuple[Counter[tuple[FigureKind, str]], Sequence[Token]]:
        """What was counted since this was last asked, and the searches in vain."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            tiles, self._tiles = self._tiles, {}
            pending, self._pending = self._pending, []
        for target, number in tiles.copy().items():  # one may be counted in it meanwhile
            counts["tiles", target.split(b"/", 3)[2].decode("ascii")] += number
        return counts, pending
