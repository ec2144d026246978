"""Small discs at a symbol's edge that say whether a place is open: a colour and a sign each.

The signs tell them apart without colours, and are read alike in Japan: ○, △, ×, and the bar of
a closed road.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Badge:
    """A disc's colour and its sign: SVG path data in a box from -1 to 1, drawn as a line."""

    color: str
    sign: str


def _looks() -> Mapping[str, Badge]:
    return {
        "open": Badge("#0a6b2d", "M.5 0A.5 .5 0 0 1 -.5 0A.5 .5 0 0 1 .5 0Z"),
        "crowded": Badge("#8a4b00", "M0 -.55L.55 .4H-.55Z"),
        "full": Badge("#b00020", "M-.42 -.42L.42 .42M.42 -.42L-.42 .42"),
        "closed": Badge("#1b1b1b", "M-.55 0H.55"),
    }


@dataclass(frozen=True, slots=True)
class Badges:
    """How badges lie at a symbol; `looks` are by the state's code.

    `share` is half a badge's width in the symbol's radii, `least` that in CSS pixels; its middle is
    `away` radii to the right of the symbol's and as far above it. `line` is the sign's width and
    `edge` the white line's around the disc, in half the badge's widths.
    """

    share: float = 0.6
    least: float = 6
    away: float = 0.72
    line: float = 0.26
    edge: float = 0.24
    looks: Mapping[str, Badge] = field(default_factory=_looks)

    def radius(self, symbol_radius: float) -> float:
        """Half the width of the badge of a symbol."""
        return max(self.least, self.share * symbol_radius)
