"""The base map on a picture: areas, lines and stations, as `web/map/ground.js` draws them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from layers.catalog.base_map import BaseFeature, BaseMap
from layers.geometry.parts import KINDS, from_shapes, shapes_of
from layers.pictures import svg
from layers.pictures.frame import Frame
from layers.symbology.look import LOOK

BEYOND = 20  # CSS pixels drawn around the frame: more than half of the widest line
STYLE = LOOK.base


def base_svg(base: BaseMap, frame: Frame) -> str:
    """What lies over the city's ground and under every layer."""
    shapes = "".join([*_shapes(base, frame), *_stations(base, frame)])
    return f'<g stroke-linejoin="round">{shapes}</g>'


def _shapes(base: BaseMap, frame: Frame) -> Iterator[str]:
    features = base.at_zoom(frame.zoom)
    for kind in STYLE.order:
        lines = _path([feature for feature in features if feature.kind == kind], frame, 1)
        areas = _path([feature for feature in features if feature.kind == kind], frame, 2)
        if areas and kind in STYLE.fills:
            yield f'<path d="{areas}" fill="{STYLE.fills[kind]}" fill-rule="evenodd"/>'
        for stroke in STYLE.strokes.get(kind, ()):
            if lines or areas:
                index = min(max(round(frame.zoom) - STYLE.first, 0), len(stroke.widths) - 1)
                dash = " ".join(f"{length:g}" for length in stroke.dash)
                end = f'stroke-dasharray="{dash}"' if dash else 'stroke-linecap="round"'
                yield (
                    f'<path d="{lines}{areas}" fill="none" stroke="{stroke.color}" '
                    f'stroke-width="{stroke.widths[index]:g}" {end}/>'
                )


def _path(features: list[BaseFeature], frame: Frame, dimension: int) -> str:
    """The lines or the areas of these as path data."""
    shapes = np.array([feature.geometry for feature in features], dtype=object)
    shapes = shapes[shapely.get_dimensions(shapes) == dimension] if len(shapes) else shapes
    if not len(shapes):
        return ""
    cut = shapely.clip_by_rect(shapes, *frame.bounds(BEYOND))
    parts = from_shapes(shapes_of(KINDS[dimension], cut))
    return svg.path_data(parts, frame, closed=dimension == 2)


def _stations(base: BaseMap, frame: Frame) -> Iterator[str]:
    places = [
        shapely.get_coordinates(feature.geometry)[0]
        for feature in base.features
        if feature.kind == "station"
    ]
    if not places:
        return
    look = STYLE.station
    half = look.side / 2
    for x, y in frame.project(np.array(places)).tolist():
        if -half <= x <= frame.width + half and -half <= y <= frame.height + half:
            yield (
                f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{look.side:g}" '
                f'height="{look.side:g}" rx="2" fill="{look.color}" stroke="{look.edge}" '
                f'stroke-width="{look.width:g}"/>'
            )
