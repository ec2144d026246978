"""Places on a picture of the map: symbols, counts where they are a crowd, and circles of doubt.

Sizes and looks are those of the viewer's `symbols.js`, `clusters.js` and `doubt.js`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson

from layers.catalog.designations import designated_flags, is_designated
from layers.catalog.layer import Layer
from layers.geometry.tile import TileRange
from layers.pictures import svg
from layers.pictures.frame import Frame
from layers.schema.values import DOUBT, Disaster
from layers.symbology.legend import LegendEntry, look_of
from layers.symbology.symbols import GLYPH_DROP, OUTLINES, ink_on
from layers.tiles.cut import cut_points

FIRST_ZOOM = 12
RADII = (6, 9, 10, 11, 12)
CROWDED_RADII = (3.5, 5, 6.5, 10, 12)
CROWD = 150  # features of a layer above which symbols are smaller while seen from far
GLYPH_FROM = 9
HALO = 2
ROOM = 40  # CSS pixels around the frame from which a symbol reaches in
INK = "#1d2a36"
STRIDE = 6  # CSS pixels between the places tried for a crowd
HIDES = 26  # CSS pixels from its middle within which a symbol hides a crowd's number


@dataclass(frozen=True, slots=True)
class _Place:
    """A feature or a crowd at a place in CSS pixels of the frame."""

    x: float
    y: float
    properties: Mapping[str, Any]
    look: LegendEntry

    @property
    def count(self) -> int | None:
        """How many features it stands for; None for one of them."""
        return self.properties.get("point_count")


@dataclass(frozen=True, slots=True)
class Symbols:
    """A layer's places, single ones and crowds, in CSS pixels of the frame."""

    layer: Layer
    singles: Sequence[_Place]
    crowds: Sequence[_Place]
    radius: float

    @property
    def spots(self) -> list[tuple[float, float]]:
        """Where its single symbols stand."""
        return [(place.x, place.y) for place in self.singles]

    def to_svg(self, above: Sequence[tuple[float, float]], cell: float) -> str:
        """Drawn; crowds keep out of the way of the symbols that are drawn `above` them."""
        hollow = self.layer.definition.sample
        obstacles = [*above, *self.spots]
        return "".join(
            [
                *(_crowd(_moved(place, obstacles, cell), hollow) for place in self.crowds),
                *(_symbol(place, self.radius, hollow) for place in self.singles),
            ]
        )


def symbols_of(layer: Layer, frame: Frame, z: int, disasters: Collection[Disaster] = ()) -> Symbols:
    """What the frame shows of a layer of points; `z` is the zoom of its tiles.

    With `disasters`, of places that are designated by kind of disaster only those for all of them.
    """
    places = [*_places(layer, frame, z, disasters)]
    radii = CROWDED_RADII if layer.feature_count > CROWD else RADII
    radius = radii[min(max(round(frame.zoom) - FIRST_ZOOM, 0), len(radii) - 1)]
    singles = sorted((one for one in places if one.count is None), key=lambda one: one.y)
    crowds = [one for one in places if one.count is not None]
    return Symbols(layer, singles, crowds, radius)


def doubts(layer: Layer, frame: Frame, z: int) -> str:
    """Circles as wide as the positions of features are in doubt."""
    if DOUBT not in layer.definition.fields:
        return ""
    return "".join(
        f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" '
        f'r="{place.properties[DOUBT] / frame.metres:.1f}" fill="{place.look.color}" '
        f'fill-opacity=".1" stroke="{place.look.color}" stroke-width="2" stroke-dasharray="6 6"/>'
        for place in _places(layer, frame, z, ())
        if DOUBT in place.properties
    )


def _places(
    layer: Layer, frame: Frame, z: int, disasters: Collection[Disaster]
) -> Iterator[_Place]:
    revision, legend = layer.revision, layer.legend()
    flags = _flags(layer, disasters)
    # A number says nothing of what its places are designated for.
    single = flags is not None
    points = replace(revision.points, unclustered_from=0) if single else revision.points
    for tile in TileRange.of(z, frame.bounds(ROOM)):
        shown = cut_points(revision.table, points, tile)
        said = [orjson.loads(one) for one in shown.properties]
        owner = np.repeat(np.arange(len(said)), [end - start for start, end in shown.runs])
        spots = frame.project(shown.parts.coordinates).tolist()
        for (x, y), index in zip(spots, owner.tolist(), strict=True):
            one = said[index]
            if flags is None or (flags and all(one.get(flag) is True for flag in flags)):
                yield _Place(x, y, one, look_of(layer.definition, legend, one))


def _flags(layer: Layer, disasters: Collection[Disaster]) -> list[str] | None:
    """The flags a place must have to be shown; None for every place, none for no place.

    A disaster that no place is designated for asks for nothing: what shows the picture says so.
    """
    if not disasters or not is_designated(layer.definition):
        return None
    flags = designated_flags(layer)
    return [flag for disaster, flag in flags.items() if disaster in disasters]


def _moved(place: _Place, obstacles: Sequence[tuple[float, float]], cell: float) -> _Place:
    """A crowd within its cell, where few symbols hide its number; see `clusters.js`."""
    room = _crowd_radius(place) + 4
    best = min(
        ((x, y) for x in _along(place.x, room, cell) for y in _along(place.y, room, cell)),
        key=lambda spot: (
            math.dist(spot, (place.x, place.y))
            + cell * sum(math.dist(spot, other) < HIDES for other in obstacles)
        ),
    )
    return replace(place, x=best[0], y=best[1])


def _along(middle: float, room: float, cell: float) -> list[float]:
    """Places along one axis: the middle, and others up to half a cell away."""
    reach = max(0.0, cell / 2 - room)
    steps = int(reach // STRIDE)
    return [middle, *(middle + way * STRIDE for way in range(-steps, steps + 1) if way)]


def _symbol(place: _Place, radius: float, hollow: bool) -> str:
    look = place.look
    fill, ink = ("#fff", look.color) if hollow else (look.color, ink_on(look.color))
    edge = (look.color, 2.0) if hollow else ("#555", 0.75)
    outline = f'd="{OUTLINES[look.shape]}" stroke-linejoin="round"'
    glyph = ""
    if look.glyph and radius >= GLYPH_FROM:
        drop = radius * GLYPH_DROP[look.shape]
        glyph = svg.text(look.glyph, 0, drop, radius * 1.15, ink)
    return (
        f'<g transform="translate({place.x:.1f} {place.y:.1f})"><g transform="scale({radius})">'
        f'<path {outline} stroke="#fff" stroke-width="{2 * HALO / radius:.3f}"/>'
        f'<path {outline} fill="{fill}" stroke="{edge[0]}" stroke-width="{edge[1] / radius:.3f}"/>'
        f"</g>{glyph}</g>"
    )


def _crowd(place: _Place, hollow: bool) -> str:
    look = place.look
    count = place.count or 0
    radius = _crowd_radius(place)
    outer, inner, ink = look.color, "#fff", INK
    if not hollow:
        outer, inner, ink = "#fff", look.color, ink_on(look.color)
    discs: Sequence[tuple[float, str, str]] = (
        (radius + 4, look.color, ' fill-opacity=".35"'),
        (radius, outer, ""),
        (radius - 3, inner, ""),
    )
    middle = f'cx="{place.x:.1f}" cy="{place.y:.1f}"'
    drawn = "".join(
        f'<circle {middle} r="{r:.1f}" fill="{fill}"{more}/>' for r, fill, more in discs
    )
    glyph_ink = look.color if hollow else ink
    glyph = svg.text(look.glyph, place.x, place.y - 7, 9, glyph_ink) if look.glyph else ""
    down = 5 if look.glyph else 0
    return drawn + glyph + svg.text(str(count), place.x, place.y + down, 14, ink)


def _crowd_radius(place: _Place) -> float:
    return min(14 + 4 * math.log10(place.count or 1), 30)
