"""How far a long command is, on one line of a terminal that is written over."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

SILENT = 2.0  # seconds in which most are done
PAUSE = 0.2  # seconds from one line to the next
ERASE = "\r\x1b[K"


class ProgressLine:
    """The line, on the error output: of what takes longer than `SILENT` seconds, on a terminal."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = time.monotonic() + SILENT
        self._is_shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._is_shown:
            self._write(ERASE)

    def tell(self, done: int, of: int) -> None:
        """So much is done, of how much."""
        now = time.monotonic()
        if now >= self._next and sys.stderr.isatty():
            self._next, self._is_shown = now + PAUSE, True
            self._write(f"{ERASE}{self._name}: {100 * done // max(of, 1)} %")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
