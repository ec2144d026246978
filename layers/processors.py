"""How many processors there are to share work among."""

from __future__ import annotations

import os


def processors() -> int:
    """Those this process may run on: in a container they can be fewer than the machine's."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
