"""How many processors there are, and work shared among them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def processors() -> int:
    """Those this process may run on: in a container they can be fewer than the machine's."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each_in_threads(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The result of `function` for each item, by all processors.

    It pays where the work is that of GEOS and numpy, which leave Python's lock alone.
    """
    workers = min(len(items), processors()) if len(items) > 1 else 1
    if workers == 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(workers) as threads:
        return [*threads.map(function, items)]
