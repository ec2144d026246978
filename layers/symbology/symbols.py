"""What follows from the constants of `look`: patterns, inks, edges, radii."""

from __future__ import annotations

from layers.symbology.look import LOOK


def pattern_of(index: int, count: int) -> int:
    """Return which pattern the class at `index` of `count` has: the first and the last are used."""
    return round(index * (len(LOOK.patterns.lines) - 1) / max(count - 1, 1))


def ink_on(color: str) -> str:
    """Return black or white, whichever reads better on `color` (#rrggbb), by WCAG's contrast."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def edge_color(color: str) -> str:
    """Return the colour (#rrggbb) of the edge around an area of `color`."""
    channels = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(channel * LOOK.areas.shade):02x}" for channel in channels)


def pale_color(color: str) -> str:
    """Return `color` (#rrggbb) as it is for a place that is not designated: paler."""
    share = LOOK.crossed.pale
    channels = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(channel + (255 - channel) * share):02x}" for channel in channels)


def edge_width(zoom: float) -> float:
    """Return the width in CSS pixels of an area's edge at a zoom of the map."""
    return next(width for least, width in LOOK.areas.edges if zoom >= least)


def symbol_radius(zoom: int, *, crowded: bool) -> float:
    """Return half the width in CSS pixels of a symbol at a zoom of the map."""
    radii = LOOK.symbols.crowded if crowded else LOOK.symbols.radii
    return radii[min(max(zoom - LOOK.symbols.zoom, 0), len(radii) - 1)]
