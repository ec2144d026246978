"""Withdraws a feature, or publishes what is left, and is killed at a step of it.

    python -m tests.server.killed.withdrawing WHAT FOLDER DATABASE STEP

A step is a file put in its place, synced or deleted, or a commit of the database. Prints "done".
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from layers.publish.open import open_catalog
from layers.query.matches import matches
from layers.store.folder import HomeFolder
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from tests.server.layer_desk import NAME, changes_of


def kill_at(step: int) -> None:
    """End this process without any warning at the step of this number."""
    left = [step]

    def counting(name: str) -> Any:
        act = getattr(os, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments, **options)

        return counted

    for name in ("replace", "rename", "fsync", "unlink"):
        setattr(os, name, counting(name))


def main(what: str, folder: Path, database: str, step: int) -> None:
    engine, home = open_database(database), folder / "home"
    if what == "withdraw":
        catalog = open_catalog(folder / "definitions", folder / "data", HomeFolder(home))
        layer = catalog.layer("points")
        feature = int(layer.revision.table.ids[matches(layer, NAME)[0]])
        synced = os.open(folder, os.O_RDONLY)
        event.listen(engine, "commit", lambda _connection: os.fsync(synced))
        kill_at(step)
        changes_of(engine, home).withdraw_feature(
            layer, feature, catalog, "試験", actor=COMMAND_LINE
        )
    else:
        kill_at(step)
        open_catalog(folder / "definitions", folder / "data", HomeFolder(home))
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
