"""Clusters on a picture of the map: placed and drawn as `web/map/clusters.js` does on screen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from layers.pictures import svg
from layers.pictures.symbols import pictogram_svg
from layers.symbology.legend import LegendEntry
from layers.symbology.look import LOOK
from layers.symbology.symbols import ink_on, pale_color

CLUSTERS = LOOK.clusters
# A symbol in the way: its place and half its width, in CSS pixels.
Obstacle = tuple[float, float, float]
Pixel = tuple[float, float]


def cluster_radius(count: int) -> float:
    """Return half the width in CSS pixels of the circle of `count` points, without its halo."""
    return min(CLUSTERS.radius + CLUSTERS.growth * math.log10(count), CLUSTERS.largest)


def cluster_place(
    middle: Pixel, count: int, cell: float, corner: Pixel, obstacles: Sequence[Obstacle]
) -> Pixel:
    """Return where to draw a cluster, near the middle of its points.

    It lies whole within its cell, so that no two clusters of a layer lie over each other, and where
    few of `obstacles`, the symbols drawn above it, hide its number. `cell` is a cell's side,
    `corner` where the picture begins in the world of cells; all in CSS pixels.
    """
    room = cluster_radius(count) + CLUSTERS.halo
    columns, rows = (
        _places(value, offset, cell, room) for value, offset in zip(middle, corner, strict=True)
    )

    def cost(place: Pixel) -> float:
        hiding = sum(
            math.dist(place, (x, y)) < radius + CLUSTERS.number for x, y, radius in obstacles
        )
        return math.dist(place, middle) + hiding * cell

    return min(((x, y) for x in columns for y in rows), key=cost)


def _places(middle: float, corner: float, cell: float, room: float) -> list[float]:
    """The nearest place to the middle within its cell along one axis, and one at each stride."""
    start = math.floor((middle + corner) / cell) * cell - corner + room
    end = start + cell - 2 * room
    strides = int((end - start) // CLUSTERS.stride)
    nearest = min(max(middle, start), end)
    return [nearest, *(start + step * CLUSTERS.stride for step in range(strides + 1))]


def cluster_svg(
    place: Pixel, count: int, entry: LegendEntry, *, hollow: bool, pale: bool = False
) -> str:
    """Draw a cluster in the look of its legend's entry; `hollow` for a sample.

    `pale` for one whose places are not known to be designated: it has no sign.
    """
    x, y = place
    radius = cluster_radius(count)
    color = pale_color(entry.color) if pale else entry.color
    outer, inner, ink = ("#fff", color, ink_on(color))
    if hollow or pale:
        outer, inner, ink = color, "#fff", CLUSTERS.ink
    discs: Sequence[tuple[float, str, str]] = (
        (radius + CLUSTERS.halo, color, f' fill-opacity="{CLUSTERS.opacity:g}"'),
        (radius, outer, ""),
        (radius - CLUSTERS.ring, inner, ""),
    )
    circles = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{fill}"{opacity}/>'
        for size, fill, opacity in discs
    )
    label = CLUSTERS.label
    sign = "" if pale else _sign(entry, x, y, color if hollow else ink)
    down = label.down if sign else 0
    return circles + sign + svg.text(str(count), x, y + down, label.size, ink)


def _sign(entry: LegendEntry, x: float, y: float, ink: str) -> str:
    """The pictogram or the letter over the number; "" for none."""
    if entry.pictogram:
        place = CLUSTERS.pictogram
        return pictogram_svg(entry.pictogram, x, y + place.down, place.size, ink)
    if entry.glyph:
        return svg.text(entry.glyph, x, y + CLUSTERS.glyph.down, CLUSTERS.glyph.size, ink)
    return ""
