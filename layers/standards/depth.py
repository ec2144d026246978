"""Depth classes in words (「0.3m以上0.5m未満の区域」) as metres and as ranks of A31a."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from layers.japanese.spelling import nfkc

RANK_BOUNDS_M = (0.0, 0.5, 3.0, 5.0, 10.0, 20.0, math.inf)  # of ranks 1 to 6: codelists/flood_depth
NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(cm|m|センチ|メートル)?")


def depth_range(label: str) -> tuple[float, float] | None:
    """The least and the greatest depth of a class, in metres; infinite where the class is open.

    None when the label names no class.
    """
    text = nfkc(label)
    depths = NUMBER.findall(text)
    units = [unit for _, unit in depths]
    metres = [
        float(number) / (100 if (unit or max(units)) in ("cm", "センチ") else 1)
        for number, unit in depths
    ]
    match metres:
        case [least, most] if least < most:
            return least, most
        case [most] if re.search("未満|以下|まで", text):
            return 0.0, most
        case [least] if re.search("以上|超|より", text):
            return least, math.inf
    return None


def depth_rank(least: float, most: float) -> int:
    """The rank of the deepest water in a class of metres; of its least depth where it is open."""
    for rank, (lower, upper) in enumerate(pairwise(RANK_BOUNDS_M), 1):
        if lower <= least < upper and most == math.inf:
            return rank
        if lower < most <= upper and most != math.inf:
            return rank
    raise ValueError(f"no depth: {least} to {most} m")
