"""A picture of the map: the city, its layers and the names of its towns, as one SVG.

It is drawn from prepared revisions and the bundled base alone: never from another map's tiles,
whose redrawing the Survey Act restricts. Colours, hatches and marks are those of the map on screen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

import numpy as np
import orjson
import shapely

from layers.catalog.catalog import Catalog
from layers.catalog.designations import disasters_in_view
from layers.catalog.layer import Layer
from layers.geometry.parts import Integers
from layers.pictures import svg
from layers.pictures.areas import (
    MARKED_PATTERN,
    Fill,
    areas_svg,
    marked_svg,
    near_parts,
    parts_in,
)
from layers.pictures.base_map import base_svg
from layers.pictures.frame import Frame
from layers.pictures.names import name_labels
from layers.pictures.points import arrange, doubts, symbols_of
from layers.query.here import Place
from layers.schema.values import Disaster
from layers.symbology.legend import look_of
from layers.symbology.look import LOOK
from layers.symbology.symbols import pattern_of


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG, and the layers that this zoom is too far away to show."""

    svg: str
    hidden: Sequence[Layer]


def draw(
    catalog: Catalog,
    layers: Sequence[Layer],
    frame: Frame,
    *,
    title: str,
    mark: str,
    strengths: Mapping[str, float] = MappingProxyType({}),
    disasters: Collection[Disaster] = (),
    patterns: bool = False,
    name: str = "picture",
    around: Place | None = None,
    name_tags: Sequence[str] = (),
    badges: Mapping[str, Mapping[int, str]] = MappingProxyType({}),
    marked: shapely.Geometry | None = None,
) -> Picture:
    """Draw layers, the first of them on top, each as strong as usual or by its share of that.

    With `disasters`, of places designated by kind of disaster only those for all of them; those not
    designated for a disaster whose zones are shown are drawn hollow and crossed.
    `mark` is the word across samples, `patterns` tells ranks apart without colours. `title` says to
    screen readers what the picture is; `name` begins the ids of what it defines. A dashed circle
    stands around the place `around`. Names of places are in the first language of `name_tags` that
    the base map has them in, else in Japanese. `badges` are those of single features, by the ids of
    layer and feature (see `layers.symbology.badges`). `marked` is ground, in degrees, that is
    set off over areas and lines; the word lies across it where any layer is a sample.
    """
    zooms = {layer.id: frame.tile_zoom(layer.minzoom, layer.maxzoom) for layer in layers}
    below = [(layer, z) for layer in reversed(layers) if (z := zooms[layer.id]) is not None]
    city = _city(catalog, frame)
    fill = Fill(name, patterns, mark)
    in_view = disasters_in_view(layers, disasters)
    areas = [
        areas_svg(layer, frame, z, fill, strengths.get(layer.id, 1.0), disasters, in_view)
        for layer, z in below
        if is_area(layer)
    ]
    lines = [
        _paled(_lines(layer, frame, z), strengths.get(layer.id, 1.0))
        for layer, z in below
        if layer.geometry == "line"
    ]
    points = [(layer, z) for layer, z in below if layer.geometry == "point"]
    symbols = arrange(
        [
            symbols_of(layer, frame, z, disasters, in_view, badges.get(layer.id, {}))
            for layer, z in points
        ],
        frame,
    )
    has_sample = any(layer.definition.sample for layer in layers)
    ground = LOOK.ground
    border = f'stroke="{ground.border}" stroke-width="{ground.width:g}"'
    content = "".join(
        [
            f'<rect width="{frame.width:g}" height="{frame.height:g}" fill="{ground.beyond}"/>',
            f'<path d="{city}" fill="{ground.color}" fill-rule="evenodd"/>',
            base_svg(catalog.base, frame),
            *areas,
            f'<path d="{city}" fill="none" {border}/>',
            *lines,
            "" if marked is None else marked_svg(marked, frame, fill, sample=has_sample),
            *(doubts(layer, frame, z, disasters) for layer, z in points),
            *name_labels(
                catalog.base, frame, name_tags, [box for each in symbols for box in each.boxes()]
            ),
            _circle(around, frame) if around else "",
            *(_paled(each.to_svg(), strengths.get(each.layer.id, 1.0)) for each in symbols),
        ]
    )
    used = [number for layer, _ in below if patterns for number in _numbers(layer)]
    used += [MARKED_PATTERN] if marked is not None else []
    size = f'width="{frame.width:g}" height="{frame.height:g}"'
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width:g} {frame.height:g}" '
        f'{size} role="img" aria-label="{escape(title)}" font-family="{svg.FONT}">'
        f"<defs>{svg.definitions(name, used)}</defs>{content}</svg>"
    )
    return Picture(whole, [layer for layer in layers if zooms[layer.id] is None])


def _circle(place: Place, frame: Frame) -> str:
    x, y = frame.project(np.array([[place.longitude, place.latitude]]))[0].tolist()
    color = LOOK.place.color or LOOK.ground.border
    return svg.circle(LOOK.place, (x, y), place.radius / frame.metres, color)


def _paled(content: str, share: float) -> str:
    return content if share >= 1 else f'<g opacity="{share:g}">{content}</g>'


def is_area(layer: Layer) -> bool:
    """Whether the layer's features are areas."""
    return layer.geometry == "polygon"


def _city(catalog: Catalog, frame: Frame) -> str:
    """The city's boundary."""
    return svg.path_data(near_parts(np.array([catalog.base.boundary]), frame), frame, closed=True)


def _lines(layer: Layer, frame: Frame, z: int) -> str:
    parts = parts_in(layer, frame, z)
    legend = layer.legend()
    width, casing = LOOK.lines.width, LOOK.lines.casing
    paths = []
    for index, properties in enumerate(layer.revision.table.properties.take(parts.owner)):
        color = look_of(layer.definition, legend, orjson.loads(properties)).color
        chosen: Integers = np.array([index])
        data = svg.path_data(parts.take(chosen), frame, closed=False)
        paths.append(
            f'<path d="{data}" fill="none" stroke="#fff" stroke-width="{casing:g}"/>'
            f'<path d="{data}" fill="none" stroke="{color}" stroke-width="{width:g}"/>'
        )
    return "".join(paths)


def _numbers(layer: Layer) -> list[int]:
    """The patterns of the layer's classes."""
    count = sum(entry.value is not None for entry in layer.legend())
    return [pattern_of(index, count) for index in range(count)]
