"""Waits for states, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0  # seconds, of a machine that has much else to do


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until a condition holds; `patience` in seconds is for what takes long itself."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
