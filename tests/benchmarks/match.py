"""Bringing a peer to as many vertices as we write, so that both do the same work."""

from __future__ import annotations

import math
from collections.abc import Callable

from tests.benchmarks.content import SAME

CLOSE = SAME / 2
TRIES = 4
STEP = 4.0  # the most that one try may differ from the one before, as a factor

# How many times as many vertices we write as the peer does with this setting.
Surplus = Callable[[float], float]


def tolerance(surplus: Surplus) -> float:
    """The simplification, of 4096, with which a peer keeps as many vertices as we do."""
    return _matched(1.7, 0.5, surplus)


def cluster_size(surplus: Surplus) -> float:
    """The reach in pixels at which a peer joins points into as many as we do."""
    return _matched(54.0, 1.0, surplus)


def _matched(first: float, slope: float, surplus: Surplus) -> float:
    """The best setting of a few tries, the first of which met our engine when this was written.

    The surplus grows about as setting ** slope, a guess that what is found corrects.
    """
    tried: dict[float, float] = {}
    setting = first
    for _ in range(TRIES):
        if setting in tried:
            break
        tried[setting] = math.log(surplus(setting))
        if abs(tried[setting]) <= CLOSE:
            break
        if len(tried) > 1:
            (a, at_a), (b, at_b) = list(tried.items())[-2:]
            slope = max(0.1, (at_b - at_a) / math.log(b / a))
        step = math.exp(-tried[setting] / slope)
        setting *= min(max(step, 1 / STEP), STEP)
    return min(tried, key=lambda setting: abs(tried[setting]))
