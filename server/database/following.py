"""When to look into a database again: whether anything was written costs little to ask.

Of a SQLite file its state on the disk tells. No connection is kept for it: the last one that closes
leaves everything in the one file. PostgreSQL is asked for its snapshot, which is another one after
each transaction that wrote; so is it after those of other databases beside this one.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server.database.engine import reading

EVERY = 5.0  # seconds after which to look anyway: time passes without anything being written
# A file that changed so lately may change again without another time: clocks of disks are coarse.
UNSETTLED_NS = 50_000_000


class Following:
    """Of one who follows a database: whether it is to be looked into again.

    That is when anything was written since, by any process, when that cannot be told, and every few
    seconds.
    """

    def __init__(self, engine: Engine, every: float = EVERY) -> None:
        self._engine, self._every = engine, every
        self._now: Hashable | None = None
        self._seen: Hashable | None = None
        self._looked_at = -every

    def is_due(self) -> bool:
        """Whether to look now. Who has looked says so by `done`; until then it stays due."""
        self._now = _state(self._engine)
        is_known = self._now is not None and self._now == self._seen
        return not is_known or time.monotonic() - self._looked_at >= self._every

    def done(self) -> None:
        """All that was there when `is_due` was asked has been seen."""
        self._seen, self._looked_at = self._now, time.monotonic()


def _state(engine: Engine) -> Hashable | None:
    """What is another one after each transaction that wrote; None while that cannot be told."""
    if engine.dialect.name == "sqlite":
        return _state_of_file(Path(engine.url.database or ""))
    with suppress(SQLAlchemyError), reading(engine) as connection:
        snapshot = connection.exec_driver_sql("SELECT pg_current_snapshot()::text")
        return str(snapshot.scalar_one())
    return None


def _state_of_file(path: Path) -> Hashable | None:
    """That of a SQLite file and of its log; an empty log comes and goes with readers."""
    try:
        file = path.stat()
    except OSError:
        return None
    changed, state = file.st_ctime_ns, [(file.st_ino, file.st_ctime_ns, file.st_size)]
    with suppress(FileNotFoundError):
        log = path.with_name(f"{path.name}-wal").stat()
        if log.st_size:
            changed = max(changed, log.st_ctime_ns)
            state.append((log.st_ino, log.st_ctime_ns, log.st_size))
    return tuple(state) if time.time_ns() - changed > UNSETTLED_NS else None
