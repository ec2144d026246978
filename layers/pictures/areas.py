"""Areas on a picture of the map: their classes, what is not surveyed, places not designated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import shapely

from layers.catalog.designations import flags_chosen, flags_in_view, has_all, is_chosen
from layers.catalog.layer import Layer
from layers.geometry.clip import clip
from layers.geometry.parts import Parts, empty, from_shapes, shapes_of
from layers.geometry.tile import digits
from layers.pictures import svg
from layers.pictures.frame import Frame
from layers.schema.values import Disaster
from layers.symbology.legend import look_of
from layers.symbology.look import LOOK
from layers.symbology.symbols import edge_color, edge_width, pale_color, pattern_of

MARKED, MARKED_OPACITY, MARKED_PATTERN = "#b3261e", 0.25, 0  # ground that a picture is about
BEYOND = 8  # CSS pixels drawn around the frame, so that no edge of a cut is seen


@dataclass(frozen=True, slots=True)
class Fill:
    """How areas are filled: the ids of patterns begin with `name`, `mark` lies over samples."""

    name: str
    patterns: bool
    mark: str


def areas_svg(
    layer: Layer,
    frame: Frame,
    z: int,
    fill: Fill,
    strength: float = 1.0,
    disasters: Collection[Disaster] = (),
    in_view: Collection[Disaster] = (),
) -> str:
    """A layer of areas: what is not surveyed hatched, and over it each class, the last on top.

    Its strength is that of the colours: the hatch and the mark stay as they are. With `disasters`,
    of places designated by kind of disaster only those for all of them; those that are not
    designated for all `in_view` lie below the others, hollow and crossed.
    """
    parts = parts_in(layer, frame, z)
    properties = _properties(layer, parts)
    if (chosen_flags := flags_chosen(layer, disasters)) is not None:
        parts = parts.take(np.array([is_chosen(chosen_flags, each) for each in properties], bool))
        properties = _properties(layer, parts)
    legend = layer.legend()
    looks = [look_of(layer.definition, legend, each) for each in properties]
    flags = flags_in_view(layer, in_view)
    designated = np.array([has_all(flags, each) for each in properties], dtype=bool)
    classes = [entry for entry in (None, *legend) if entry is None or entry.value is not None]
    paths = []
    if not designated.all():
        color = looks[int(designated.argmin())].color
        paths.append(_crossed(parts.take(~designated), frame, z, color, f"{fill.name}-{layer.id}"))
    for index, entry in enumerate(classes):
        value = entry.value if entry else None
        chosen = np.array([look.value == value for look in looks], dtype=bool) & designated
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


def marked_svg(ground: shapely.Geometry, frame: Frame, fill: Fill, *, sample: bool) -> str:
    """Ground, in degrees, that the picture is about: tinted, with a pattern for black and white.

    With `sample` the mark lies over it.
    """
    parts = near_parts(np.array([ground]), frame)
    if not len(parts):
        return ""
    data = svg.path_data(parts, frame, closed=True)
    return (
        f'<path d="{data}" fill="{MARKED}" fill-opacity="{MARKED_OPACITY:g}" stroke="{MARKED}" '
        f'stroke-width="0.5" fill-rule="evenodd"/><path d="{data}" fill-rule="evenodd" '
        f'fill="url(#{fill.name}-{MARKED_PATTERN})" opacity="0.5"/>'
        + (svg.marks(f"{fill.name}-marked", fill.mark, data, frame) if sample else "")
    )


def _class(parts: Parts, frame: Frame, z: int, color: str, number: int | None, name: str) -> str:
    """Areas of one look. Where they overlap they are one: rings wind as RFC 7946 wants."""
    data = svg.path_data(parts, frame, closed=True)
    edge = f'stroke="{edge_color(color)}" stroke-width="{edge_width(frame.zoom)}"'
    pattern = f'<path d="{data}" fill="url(#{name}-{number})"/>' if number is not None else ""
    outline = svg.edges(parts, frame, frame.bounds(BEYOND), z)
    return f'<path d="{data}" fill="{color}"/>{pattern}<path d="{outline}" fill="none" {edge}/>'


def _crossed(parts: Parts, frame: Frame, z: int, color: str, name: str) -> str:
    """Places that are not designated for a disaster in view: hollow, pale, full of crosses."""
    crossed, pale = LOOK.crossed, pale_color(color)
    data = svg.path_data(parts, frame, closed=True)
    outline = svg.edges(parts, frame, frame.bounds(BEYOND), z)
    pattern = f"{name}-crossed"
    line = f'fill="none" stroke="{pale}" stroke-width="{crossed.width:g}"'
    return (
        f'<pattern id="{pattern}" width="{crossed.side}" height="{crossed.side}" '
        f'patternUnits="userSpaceOnUse"><path d="{crossed.repeated}" {line}/></pattern>'
        f'<path d="{data}" fill="#fff"/><path d="{data}" fill="url(#{pattern})"/>'
        f'<path d="{outline}" {line}/>'
    )


def _hatch(layer: Layer, frame: Frame, name: str, covered: str) -> str:
    """All that is not known to be surveyed, but for the areas `covered` with a colour."""
    surveyed = layer.coverage()
    whole = f"M0 0H{frame.width:g}V{frame.height:g}H0Z"
    if surveyed is not None:
        areas = np.array([shapely.from_geojson(surveyed)])
        whole += svg.path_data(near_parts(areas, frame), frame, closed=True)
    mask = f"{name}-{layer.id}-uncovered"
    return (
        f'<mask id="{mask}"><rect width="{frame.width:g}" height="{frame.height:g}" fill="#fff"/>'
        f'<path d="{covered}" fill="#000"/></mask><path d="{whole}" mask="url(#{mask})" '
        f'fill="url(#{name}-{svg.HATCH})" fill-rule="evenodd"/>'
    )


def _properties(layer: Layer, parts: Parts) -> list[dict[str, Any]]:
    """The properties of the feature of each part."""
    return [orjson.loads(each) for each in layer.revision.table.properties.take(parts.owner)]


def near_parts(areas: np.ndarray, frame: Frame) -> Parts:
    """Of areas in degrees what the frame shows."""
    cut = shapely.clip_by_rect(areas, *frame.bounds(BEYOND))
    return from_shapes(shapes_of("polygon", cut))


def parts_in(layer: Layer, frame: Frame, z: int) -> Parts:
    """What the frame shows of lines or areas, cut a little outside of it."""
    box = frame.bounds(BEYOND)
    level = layer.revision.level(z, box)
    left, bottom, right, top = level.bounds.T
    touching = (left <= box.east) & (right >= box.west) & (bottom <= box.north) & (top >= box.south)
    near = np.flatnonzero(touching)
    if not len(near):
        return empty(level.parts.kind)
    cut, _ = clip(level.parts, near, level.bounds[near], box, digits(z))
    return cut
