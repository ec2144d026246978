"""A program for `layers.process.forkserver` whose jobs are Python to run: see test_forks.py."""

from __future__ import annotations

import os
import sys
import traceback
from typing import NoReturn

from layers.process.forkserver import serve


def work(job: bytes) -> NoReturn:
    try:
        exec(job.decode(), {})
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    serve(work, *sys.argv[1:])
