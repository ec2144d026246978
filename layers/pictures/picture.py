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
from layers.geometry.clip import clip
from layers.geometry.parts import Integers, Parts, empty, from_shapes, shapes_of
from layers.geometry.tile import digits
from layers.pictures import svg
from layers.pictures.base_map import base_svg
from layers.pictures.frame import Frame
from layers.pictures.names import name_labels
from layers.pictures.points import arrange, doubts, symbols_of
from layers.query.here import Place
from layers.schema.values import Disaster
from layers.symbology.legend import look_of
from layers.symbology.look import LOOK
from layers.symbology.symbols import edge_color, edge_width, pattern_of

BEYOND = 8  # CSS pixels drawn around the frame, so that no edge of a cut is seen


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
) -> Picture:
    """Draw layers, the first of them on top, each as strong as usual or by its share of that.

    With `disasters`, of places designated by kind of disaster only those for all of them; those not
    designated for a disaster whose zones are shown are drawn hollow and crossed.
    `mark` is the word across samples, `patterns` tells ranks apart without colours. `title` says to
    screen readers what the picture is; `name` begins the ids of what it defines. A dashed circle
    stands around the place `around`. Names of places are in the first language of `name_tags` that
    the base map has them in, else in Japanese.
    """
    zooms = {layer.id: frame.tile_zoom(layer.minzoom, layer.maxzoom) for layer in layers}
    below = [(layer, z) for layer in reversed(layers) if (z := zooms[layer.id]) is not None]
    city = _city(catalog, frame)
    fill = _Fill(name, patterns, mark)
    areas = [
        _areas(layer, frame, z, fill, strengths.get(layer.id, 1.0))
        for layer, z in below
        if is_area(layer)
    ]
    lines = [
        _paled(_lines(layer, frame, z), strengths.get(layer.id, 1.0))
        for layer, z in below
        if layer.geometry == "line"
    ]
    points = [(layer, z) for layer, z in below if layer.geometry == "point"]
    in_view = disasters_in_view(layers, disasters)
    symbols = arrange(
        [symbols_of(layer, frame, z, disasters, in_view) for layer, z in points], frame
    )
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
            *(doubts(layer, frame, z, disasters) for layer, z in points),
            *name_labels(
                catalog.base, frame, name_tags, [box for each in symbols for box in each.boxes()]
            ),
            _circle(around, frame) if around else "",
            *(_paled(each.to_svg(), strengths.get(each.layer.id, 1.0)) for each in symbols),
        ]
    )
    used = [number for layer, _ in below if patterns for number in _numbers(layer)]
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
    return svg.path_data(_near(np.array([catalog.base.boundary]), frame), frame, closed=True)


def _near(areas: np.ndarray, frame: Frame) -> Parts:
    """Of areas in degrees what the frame shows."""
    cut = shapely.clip_by_rect(areas, *frame.bounds(BEYOND))
    return from_shapes(shapes_of("polygon", cut))


@dataclass(frozen=True, slots=True)
class _Fill:
    """How areas are filled: the ids of patterns begin with `name`, `mark` lies over samples."""

    name: str
    patterns: bool
    mark: str


def _areas(layer: Layer, frame: Frame, z: int, fill: _Fill, strength: float) -> str:
    """A layer of areas: what is not surveyed hatched, and over it each class, the last on top.

    Its strength is that of the colours: the hatch and the mark stay as they are.
    """
    parts = _parts(layer, frame, z)
    legend = layer.legend()
    properties = layer.revision.table.properties.take(parts.owner)
    looks = [look_of(layer.definition, legend, orjson.loads(each)) for each in properties]
    classes = [entry for entry in (None, *legend) if entry is None or entry.value is not None]
    paths = []
    for index, entry in enumerate(classes):
        value = entry.value if entry else None
        chosen = np.array([look.value == value for look in looks], dtype=bool)
        if not chosen.any():
            continue
        look = looks[int(chosen.argmax())]
        number = pattern_of(index - 1, len(classes) - 1) if fill.patterns and entry else None
        paths.append(_class(parts.take(chosen), frame, z, look.color, number, fill.name))
    covered = svg.path_data(parts, frame, closed=True)
    marked = layer.definition.sample and covered
    return (
        (_hatch(layer, frame, fill.name, covered) if layer.definition.hazard else "")
        + f'<g opacity="{LOOK.areas.opacity * strength:g}">{"".join(paths)}</g>'
        + (svg.marks(f"{fill.name}-{layer.id}", fill.mark, covered, frame) if marked else "")
    )


def _class(parts: Parts, frame: Frame, z: int, color: str, number: int | None, name: str) -> str:
    """Areas of one look. Where they overlap they are one: rings wind as RFC 7946 wants."""
    data = svg.path_data(parts, frame, closed=True)
    edge = f'stroke="{edge_color(color)}" stroke-width="{edge_width(frame.zoom)}"'
    pattern = f'<path d="{data}" fill="url(#{name}-{number})"/>' if number is not None else ""
    outline = svg.edges(parts, frame, frame.bounds(BEYOND), z)
    return f'<path d="{data}" fill="{color}"/>{pattern}<path d="{outline}" fill="none" {edge}/>'


def _parts(layer: Layer, frame: Frame, z: int) -> Parts:
    """What the frame shows of lines or areas, cut a little outside of it."""
    level = layer.revision.level(z)
    box = frame.bounds(BEYOND)
    left, bottom, right, top = level.bounds.T
    touching = (left <= box.east) & (right >= box.west) & (bottom <= box.north) & (top >= box.south)
    near = np.flatnonzero(touching)
    if not len(near):
        return empty(level.parts.kind)
    cut, _ = clip(level.parts, near, level.bounds[near], box, digits(z))
    return cut


def _lines(layer: Layer, frame: Frame, z: int) -> str:
    parts = _parts(layer, frame, z)
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


def _hatch(layer: Layer, frame: Frame, name: str, covered: str) -> str:
    """All that is not known to be surveyed, but for the areas `covered` with a colour."""
    surveyed = layer.coverage()
    whole = f"M0 0H{frame.width:g}V{frame.height:g}H0Z"
    if surveyed is not None:
        areas = np.array([shapely.from_geojson(surveyed)])
        whole += svg.path_data(_near(areas, frame), frame, closed=True)
    mask = f"{name}-{layer.id}-uncovered"
    return (
        f'<mask id="{mask}"><rect width="{frame.width:g}" height="{frame.height:g}" fill="#fff"/>'
        f'<path d="{covered}" fill="#000"/></mask><path d="{whole}" mask="url(#{mask})" '
        f'fill="url(#{name}-{svg.HATCH})" fill-rule="evenodd"/>'
    )


def _numbers(layer: Layer) -> list[int]:
    """The patterns of the layer's classes."""
    count = sum(entry.value is not None for entry in layer.legend())
    return [pattern_of(index, count) for index in range(count)]
