"""How long a publisher waits: between looks, for a file to be all there, before another attempt."""

from __future__ import annotations

import time
from dataclasses import dataclass

from layers.store.failure import Trouble

# The limits of `layers.process.sandbox.Limits` that end a reader by a signal: they will again.
LIMITED = frozenset({"SIGXCPU", "SIGXFSZ"})


@dataclass(frozen=True)
class Pauses:
    """How long a publisher waits, in seconds."""

    poll: float = 1.0  # from one look at the files to the next
    settle: float = 3.0  # without a change, after which a file is taken to be all there
    retry: float = 1800.0  # after which what failed is tried again though no file changed
    # The same where the cause may be over soon: the file system refused, or something else than a
    # limit ended the reader. After a reader that was ended again, twice as long each time.
    retry_soon: float = 60.0


PAUSES = Pauses()


class Retries:
    """When what failed is tried again though no file of it changed, by the layer's id."""

    def __init__(self, pauses: Pauses) -> None:
        self._pauses = pauses
        self._tried_at: dict[str, float] = {}
        self._ended: dict[str, int] = {}  # how many times in a row the reader was ended

    def tried(self, key: str, trouble: Trouble | None) -> None:
        """Remember an attempt, and what came of it."""
        self._tried_at[key] = time.monotonic()
        self._ended[key] = self._ended.get(key, 0) + 1 if _was_ended(trouble) else 0

    def is_due(self, key: str, trouble: Trouble) -> bool:
        """Whether it is time to try again."""
        now = time.monotonic()
        return now - self._tried_at.get(key, now) > self.pause(key, trouble)

    def pause(self, key: str, trouble: Trouble) -> float:
        """Seconds from the last attempt to the next."""
        if trouble.problems[0].kind == "file_system":
            return self._pauses.retry_soon
        times = self._ended.get(key, 0)
        soon = self._pauses.retry_soon * 2.0 ** (times - 1)
        return min(soon, self._pauses.retry) if times else self._pauses.retry


def _was_ended(trouble: Trouble | None) -> bool:
    """Whether something else than a limit ended the reader: for one, want of memory elsewhere."""
    problem = trouble.problems[0] if trouble else None
    return problem is not None and problem.kind == "stopped" and problem.value not in LIMITED
