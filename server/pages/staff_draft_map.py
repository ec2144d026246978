"""A draft on a map, as a picture: what it would show, and what would change by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.parts import Array
from layers.geometry.tile import Bounds
from layers.pictures.frame import Frame
from layers.pictures.picture import draw
from layers.revision.revision import Revision

WIDTH, HEIGHT, MARGIN = 720, 480, 24  # CSS pixels
LEAST = 0.004  # degrees: a few hundred metres around a layer of one place
ADDED, REMOVED, MOVED = "#00603a", "#b00020", "#5b2a86"  # a sign of its own for each, too
RADIUS = 9  # CSS pixels
MOST = 500  # features whose way is drawn


def picture(catalog: Catalog, revision: Revision, title: str, mark: str) -> str:
    """The layer of a revision on the bundled map, as SVG."""
    layer = Layer(revision)
    return draw(catalog, [layer], _frame(revision), title=title, mark=mark).svg


def difference_picture(
    catalog: Catalog,
    before: Revision | None,
    after: Revision,
    stored: Mapping[str, Any],
    title: str,
) -> str:
    """What is added, removed and moved, each with its sign, over a pale picture of the layer."""
    frame = _frame(after, before)
    ground = draw(
        catalog, [Layer(after)], frame, title=title, mark="", strengths={after.definition.id: 0.45}
    )
    signs = [
        *_signs(frame, after, stored["added_ids"], _plus),
        *(_signs(frame, before, stored["removed_ids"], _cross) if before else ()),
        *_signs(frame, after, [moved["id"] for moved in stored["moved"]], _ring),
        *_signs(frame, after, [changed["id"] for changed in stored["changed"]], _square),
    ]
    return ground.svg.replace("</svg>", "".join(signs) + "</svg>")


def privacy_picture(catalog: Catalog, exact: Revision, after: Revision, title: str) -> str:
    """Where features are moved to by the privacy rule, and which are left out; at most `MOST`."""
    frame = _frame(after, exact) if after.bounds else _frame(exact)
    ground = draw(
        catalog, [Layer(after)], frame, title=title, mark="", strengths={after.definition.id: 0.45}
    )
    same, old, new = np.intersect1d(exact.rows, after.rows, return_indices=True)
    lines = []
    for index, other in zip(old[:MOST].tolist(), new[:MOST].tolist(), strict=True):
        ends = np.array([_middle(exact, index), _middle(after, other)])
        (x, y), (to_x, to_y) = frame.project(ends).tolist()
        lines.append(
            f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="{MOVED}" stroke-width="2"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#fff" stroke="{MOVED}" '
            'stroke-width="2"/>'
        )
    left_out = exact.table.ids[~np.isin(exact.rows, same)][:MOST]
    signs = [*lines, *_signs(frame, exact, left_out.tolist(), _cross)]
    return ground.svg.replace("</svg>", "".join(signs) + "</svg>")


def _frame(revision: Revision, other: Revision | None = None) -> Frame:
    boxes = [each.bounds for each in (revision, other) if each is not None and each.bounds]
    west, south = (min(box[side] for box in boxes) for side in (0, 1))
    east, north = (max(box[side] for box in boxes) for side in (2, 3))
    wider, taller = max(0.0, LEAST - (east - west)) / 2, max(0.0, LEAST - (north - south)) / 2
    box = Bounds(west - wider, south - taller, east + wider, north + taller)
    return Frame.around(box, WIDTH, HEIGHT, MARGIN)


def _signs(frame: Frame, revision: Revision, ids: Sequence[int], sign: Any) -> Iterator[str]:
    indices = np.flatnonzero(np.isin(revision.table.ids, np.asarray(ids, dtype=np.int64)))
    places = np.array([_middle(revision, index) for index in indices.tolist()]).reshape(-1, 2)
    for x, y in frame.project(places).tolist() if len(places) else ():
        yield sign(x, y)


def _middle(revision: Revision, index: int) -> Array:
    """A place of the feature: the middle of the vertices of its first part."""
    parts = revision.source
    first = int(np.searchsorted(parts.owner, index))
    starts = parts.vertices()
    middle: Array = parts.coordinates[int(starts[first]) : int(starts[first + 1])].mean(axis=0)
    return middle


def _plus(x: float, y: float) -> str:
    return _sign(f"M{x - 6:.1f} {y:.1f}H{x + 6:.1f}M{x:.1f} {y - 6:.1f}V{y + 6:.1f}", x, y, ADDED)


def _cross(x: float, y: float) -> str:
    left, right, top, bottom = (f"{v:.1f}" for v in (x - 5, x + 5, y - 5, y + 5))
    cross = f"M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}"
    return _sign(cross, x, y, REMOVED)


def _ring(x: float, y: float) -> str:
    return _sign(f"M{x - 5:.1f} {y:.1f}H{x + 5:.1f}l-4 -4m4 4l-4 4", x, y, MOVED)


def _square(x: float, y: float) -> str:
    return _sign(f"M{x - 4:.1f} {y:.1f}h.1M{x:.1f} {y:.1f}h.1M{x + 4:.1f} {y:.1f}h.1", x, y, "#333")


def _sign(path: str, x: float, y: float, color: str) -> str:
    color = escape(color)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" fill="#fff" stroke="{color}" '
        f'stroke-width="2"/><path d="{path}" fill="none" stroke="{color}" stroke-width="2.5" '
        'stroke-linecap="round"/>'
    )
