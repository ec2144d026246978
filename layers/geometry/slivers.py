"""Shapes finer than a grid of coordinates, as the finest that the grid can say.

Rounded, a strip two millimetres wide is a line, and a polygon of it is nothing. What is handed on
must hold every feature: such a one is made a step of the grid wider to each side.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from layers.geometry.clip import on_grid
from layers.geometry.features import whole_geometries
from layers.geometry.parts import Parts, from_shapes, in_order, shapes_of


def on_grid_whole(parts: Parts, digits: int) -> Parts:
    """Lines or polygons on the grid as `on_grid` puts them there, and every owner among them.

    An owner of which the grid shows nothing is shown at most two steps beyond where it lies.
    """
    visible = on_grid(parts, digits)
    vanished = parts.take(~np.isin(parts.owner, visible.owner))
    if not len(vanished):
        return visible
    thick = (_lengthened if parts.kind == "line" else _widened)(vanished, digits)
    return in_order([visible, on_grid(thick, digits)])


def _widened(parts: Parts, digits: int) -> Parts:
    """Polygons a step wider to each side: two steps, which no rounding makes a line."""
    whole = whole_geometries(parts.to_shapes())
    geometry = shapely.buffer(whole, 10.0**-digits, join_style="bevel")
    widened = from_shapes(shapes_of("polygon", geometry))
    return replace(widened, owner=np.unique(parts.owner)[widened.owner])


def _lengthened(parts: Parts, digits: int) -> Parts:
    """Of each owner one line of a step, along its longer side, from where it begins."""
    step = 10.0**-digits
    owners, first = np.unique(parts.owner, return_index=True)
    start = np.round(parts.coordinates[parts.offsets[0][first]], digits)
    size = parts.bounds()[first].reshape(-1, 2, 2)
    upright = np.diff(size[:, :, 1], axis=1) > np.diff(size[:, :, 0], axis=1)
    end = start + np.where(upright, (0.0, step), (step, 0.0))
    coordinates = np.stack([start, end], axis=1).reshape(-1, 2)
    return Parts("line", coordinates, (np.arange(len(owners) + 1) * 2,), owners)
