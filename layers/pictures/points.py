"""Points on a picture of the map: symbols, clusters, and circles of doubt.

What stands where is what the map on screen shows (`web/map/shapes.js`, `arranging.js`, `doubt.js`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson

from layers.catalog.designations import flags_chosen, flags_in_view, has_all, is_chosen
from layers.catalog.layer import Layer
from layers.geometry.tile import TileRange
from layers.pictures import svg
from layers.pictures.clusters import Obstacle, cluster_place, cluster_radius, cluster_svg
from layers.pictures.frame import Frame
from layers.pictures.symbols import badge_svg, crossed_svg, symbol_svg
from layers.revision.points import CELL_ZOOM
from layers.schema.values import DOUBT, Disaster
from layers.symbology.legend import LegendEntry, look_of
from layers.symbology.look import LOOK
from layers.symbology.symbols import symbol_radius
from layers.tiles.cut import cut_points

ROOM = 40  # CSS pixels around the frame from which a symbol reaches in
# The symbols of each tile of the screen, by its column and row.
Obstacles = defaultdict[tuple[int, int], list[Obstacle]]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A feature or a cluster at a place in CSS pixels of the frame.

    `designated` is false where it must not look designated for every disaster in view. `badge` is
    the code of a badge at its edge, "" for none.
    """

    x: float
    y: float
    properties: Mapping[str, Any]
    entry: LegendEntry
    designated: bool = True
    badge: str = ""

    @property
    def count(self) -> int | None:
        """How many features it stands for; None for one of them."""
        return self.properties.get("point_count")


@dataclass(frozen=True, slots=True)
class Symbols:
    """What the frame shows of a layer of points, in CSS pixels of the frame.

    `radius` is half the width of the symbols of single features.
    """

    layer: Layer
    singles: Sequence[Symbol]
    clusters: Sequence[Symbol]
    radius: float

    def arranged(self, frame: Frame, above: Obstacles) -> Symbols:
        """Move the clusters out of the way of the layer's singles and of what is drawn `above`.

        As on screen, symbols are in the way of the clusters of their own tile.
        """
        obstacles: Obstacles = defaultdict(list)
        for symbol in self.singles:
            obstacles[_tile_of(symbol, frame)].append((symbol.x, symbol.y, self.radius))
        cell = frame.tile_side / 2**CELL_ZOOM
        clusters = []
        for cluster in self.clusters:
            tile = _tile_of(cluster, frame)
            middle, in_the_way = (cluster.x, cluster.y), [*obstacles[tile], *above[tile]]
            x, y = cluster_place(middle, cluster.count or 1, cell, frame.corner, in_the_way)
            clusters.append(replace(cluster, x=x, y=y))
        return replace(self, clusters=clusters)

    def obstruct(self, frame: Frame, obstacles: Obstacles) -> None:
        """Add what is drawn of the layer to what is in the way of layers below it."""
        for symbol in (*self.singles, *self.clusters):
            radius = self.radius if symbol.count is None else cluster_radius(symbol.count)
            obstacles[_tile_of(symbol, frame)].append((symbol.x, symbol.y, radius))

    def boxes(self) -> Iterator[tuple[float, float, float, float]]:
        """What the symbols cover: left, top, right, bottom."""
        for symbol in (*self.singles, *self.clusters):
            radius = self.radius if symbol.count is None else cluster_radius(symbol.count)
            x, y = symbol.x, symbol.y
            yield x - radius, y - radius, x + radius, y + radius

    def to_svg(self) -> str:
        """Draw the clusters, and the singles over them."""
        hollow = self.layer.definition.sample
        clusters = (
            cluster_svg(
                (each.x, each.y),
                each.count or 1,
                each.entry,
                hollow=hollow,
                pale=not each.designated,
            )
            for each in self.clusters
        )
        singles = (_single_svg(each, self.radius, hollow=hollow) for each in self.singles)
        return "".join([*clusters, *singles])


def symbols_of(
    layer: Layer,
    frame: Frame,
    z: int,
    disasters: Collection[Disaster] = (),
    in_view: Collection[Disaster] = (),
    badges: Mapping[int, str] = MappingProxyType({}),
) -> Symbols:
    """Return what the frame shows of a layer of points; `z` is the zoom of its tiles.

    With `disasters`, of places that are designated by kind of disaster only those for all of them;
    with `in_view`, those that are not designated for all of these are drawn otherwise. Clusters
    stand in the middle of their points. `badges` are by the feature's id.
    """
    flags = flags_in_view(layer, in_view)
    symbols = [
        replace(symbol, designated=_has_all(flags, symbol))
        for symbol in _symbols(layer, frame, z, disasters, badges)
    ]
    # Where most are in clusters, the others are no crowd.
    is_clustered = z < layer.revision.unclustered_from and flags_chosen(layer, disasters) is None
    crowded = layer.feature_count > LOOK.symbols.crowd and not is_clustered
    singles = sorted((each for each in symbols if each.count is None), key=lambda each: each.y)
    clusters = [each for each in symbols if each.count is not None]
    return Symbols(layer, singles, clusters, symbol_radius(round(frame.zoom), crowded=crowded))


def arrange(layers: Sequence[Symbols], frame: Frame) -> list[Symbols]:
    """Move clusters out of the way of the symbols above them; `layers` from below to above."""
    above: Obstacles = defaultdict(list)
    arranged = []
    for symbols in reversed(layers):
        arranged.append(symbols.arranged(frame, above))
        arranged[-1].obstruct(frame, above)
    return arranged[::-1]


def doubts(layer: Layer, frame: Frame, z: int, disasters: Collection[Disaster] = ()) -> str:
    """Draw circles as wide as the positions of features are in doubt, equal ones once."""
    if DOUBT not in layer.definition.fields:
        return ""
    circles = (
        svg.circle(
            LOOK.doubt,
            (symbol.x, symbol.y),
            symbol.properties[DOUBT] / frame.metres,
            symbol.entry.color,
        )
        for symbol in _symbols(layer, frame, z, disasters)
        if DOUBT in symbol.properties
    )
    return "".join(dict.fromkeys(circles))


def _symbols(
    layer: Layer,
    frame: Frame,
    z: int,
    disasters: Collection[Disaster],
    badges: Mapping[int, str] = MappingProxyType({}),
) -> Iterator[Symbol]:
    revision, legend = layer.revision, layer.legend()
    flags = flags_chosen(layer, disasters)
    # A number says nothing of what its places are designated for.
    points = revision.points if flags is None else replace(revision.points, unclustered_from=0)
    for tile in TileRange.of(z, frame.bounds(ROOM)):
        content = cut_points(revision.table, points, tile)
        features = [orjson.loads(properties) for properties in content.properties]
        owner = np.repeat(np.arange(len(features)), [end - start for start, end in content.runs])
        pixels = frame.project(content.parts.coordinates).tolist()
        for (x, y), index in zip(pixels, owner.tolist(), strict=True):
            properties = features[index]
            if is_chosen(flags, properties):
                entry = look_of(layer.definition, legend, properties)
                yield Symbol(x, y, properties, entry, badge=badges.get(content.ids[index], ""))


def _has_all(flags: Sequence[str | None], symbol: Symbol) -> bool:
    """Whether what it stands for has all the flags; a number does not tell that of its places."""
    return not flags or (symbol.count is None and has_all(flags, symbol.properties))


def _tile_of(symbol: Symbol, frame: Frame) -> tuple[int, int]:
    """The column and row of the tile of the screen that the symbol lies in."""
    left, top = frame.corner
    side = frame.tile_side
    return math.floor((symbol.x + left) / side), math.floor((symbol.y + top) / side)


def _single_svg(symbol: Symbol, radius: float, *, hollow: bool) -> str:
    drawing = (
        symbol_svg(symbol.entry, radius, hollow=hollow)
        if symbol.designated
        else crossed_svg(symbol.entry, radius)
    )
    # That it is open offers no place that is not designated for what the map is about.
    badge = _badge_svg(symbol.badge, radius) if symbol.badge and symbol.designated else ""
    return f'<g transform="translate({symbol.x:.1f} {symbol.y:.1f})">{drawing}{badge}</g>'


def _badge_svg(code: str, radius: float) -> str:
    away = LOOK.badges.away * radius
    badge = badge_svg(code, LOOK.badges.radius(radius))
    return f'<g transform="translate({away:.1f} {-away:.1f})">{badge}</g>'
