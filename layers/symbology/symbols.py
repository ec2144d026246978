"""How features look beside their colour: one source for legends, the map and pictures of it."""

from __future__ import annotations

from layers.schema.values import Shape

# SVG path data in a box from -1 to 1.
OUTLINES: dict[Shape, str] = {
    "circle": "M1 0A1 1 0 0 1 -1 0A1 1 0 0 1 1 0Z",
    "square": "M-.7 -.9H.7Q.9 -.9 .9 -.7V.7Q.9 .9 .7 .9H-.7Q-.9 .9 -.9 .7V-.7Q-.9 -.9 -.7 -.9Z",
    "diamond": "M0 -1.12L1.12 0L0 1.12L-1.12 0Z",
    "triangle": "M0 -1.05L1.1 .85H-1.1Z",
}
# How far below the middle of the box a glyph stands, in the same units.
GLYPH_DROP: dict[Shape, float] = {"circle": 0.0, "square": 0.0, "diamond": 0.0, "triangle": 0.25}

# For those who do not tell a scale's colours apart, and for print in black and white: SVG paths in
# a square of PATTERN_SIDE CSS pixels, which divides the tiles' sides, with the width of their line.
# Each is darker than the one before. None is slanting, as the hatch of what is not surveyed is.
PATTERN_SIDE = 8
PATTERNS: tuple[tuple[str, float], ...] = (
    ("M3 4H5", 2.0),
    ("M0 4H8", 1.0),
    ("M0 2H8M0 6H8", 1.0),
    ("M0 4H8M4 0V8", 1.0),
    ("M0 2H8M0 6H8M2 0V8M6 0V8", 1.0),
    ("M0 2H8M0 6H8M2 0V8M6 0V8", 2.0),
)


def pattern_of(index: int, count: int) -> int:
    """Which of PATTERNS the class at `index` of `count` has: the first and the last are used."""
    return round(index * (len(PATTERNS) - 1) / max(count - 1, 1))


def ink_on(color: str) -> str:
    """Black or white, whichever reads better on `color` (#rrggbb), by WCAG's contrast."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
