"""Parts as SVG: what a picture of the map is written in. Attributes only, no style, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from layers.geometry.parts import Parts
from layers.geometry.tile import BUFFER, SIZE, Bounds, Floats, columns, digits, rows
from layers.pictures.frame import Frame
from layers.symbology.symbols import PATTERN_SIDE, PATTERNS

FONT = "Noto Sans JP, Hiragino Sans, Noto Sans CJK JP, Meiryo, sans-serif"
DIGITS = 1  # decimals of a CSS pixel
NEAR = 0.15  # CSS pixels of a tile: more than a step of its grid
HATCH = "hatch"
HATCH_STEP = 16  # CSS pixels, as on the map
HATCH_COLOR = "#75818d"
MARK = "mark"
MARK_STEP = 128


def path_data(parts: Parts, frame: Frame, *, closed: bool) -> str:
    """Lines, or rings of polygons, in CSS pixels of the frame. "" for no parts."""
    if not len(parts):
        return ""
    places = frame.project(parts.coordinates).round(DIGITS).tolist()
    end = "Z" if closed else ""
    return "".join(
        "M" + " ".join(f"{x:g} {y:g}" for x, y in places[first:last]) + end
        for first, last in pairwise(parts.offsets[0].tolist())
    )


def edges(parts: Parts, frame: Frame, box: Bounds, z: int) -> str:
    """The outlines of polygons without the sides that are no edge of theirs, but cuts.

    Those lie along `box` (degrees), or along a block of tiles of zoom `z` (see
    `layers.revision.level`).
    """
    if not len(parts):
        return ""
    places = frame.project(parts.coordinates).round(DIGITS).tolist()
    is_cut = _cuts(parts.coordinates, box, z).tolist()
    written: list[str] = []
    for first, last in pairwise(parts.offsets[0].tolist()):
        begun = False
        for index in range(first, last - 1):
            if is_cut[index]:
                begun = False
                continue
            (x, y), (to_x, to_y) = places[index : index + 2]
            written.append(f"L{to_x:g} {to_y:g}" if begun else f"M{x:g} {y:g}L{to_x:g} {to_y:g}")
            begun = True
    return "".join(written)


def _cuts(coordinates: Floats, box: Bounds, z: int) -> npt.NDArray[np.bool_]:
    """Whether the way from each vertex to the next runs along a cut; one less than vertices."""
    along = np.zeros(len(coordinates) - 1, dtype=bool)
    step = 2 * 10.0 ** -digits(z)  # what is cut is laid on the zoom's grid
    for axis, tiles, ends in ((0, columns, box[0::2]), (1, rows, box[1::2])):
        values = coordinates[:, axis]
        inside = tiles(values, z) % 1 * SIZE
        at_block = np.minimum(np.abs(inside - BUFFER), np.abs(inside - SIZE + BUFFER)) < NEAR
        at_box = np.minimum(np.abs(values - ends[0]), np.abs(values - ends[1])) <= step
        along |= (values[1:] == values[:-1]) & (at_block | at_box)[1:]
    return along


def text(
    words: str,
    x: float,
    y: float,
    size: float,
    color: str,
    *,
    halo: bool = False,
    bold: bool = True,
) -> str:
    """Words around a place; a white halo keeps them readable over colours."""
    around = 'stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke" '
    weight = "700" if bold else "400"
    return (
        f'<text x="{x:.1f}" y="{y + size * 0.36:.1f}" font-size="{size:g}" font-weight="{weight}" '
        f'text-anchor="middle" fill="{color}" {around if halo else ""}>{escape(words)}</text>'
    )


def definitions(name: str, patterns: Iterable[int]) -> str:
    """The patterns that shapes are filled with, each called after `name` of the picture."""
    return (
        f'<pattern id="{name}-{HATCH}" width="{HATCH_STEP}" height="{HATCH_STEP}" '
        'patternUnits="userSpaceOnUse">'
        f'<path d="M-1 17L17 -1M-1 1L1 -1M15 17L17 15" stroke="{HATCH_COLOR}" fill="none"/>'
        "</pattern>" + "".join(_pattern(name, number) for number in sorted(set(patterns)))
    )


def _pattern(name: str, number: int) -> str:
    data, width = PATTERNS[number]
    return (
        f'<pattern id="{name}-{number}" width="{PATTERN_SIDE}" height="{PATTERN_SIDE}" '
        f'patternUnits="userSpaceOnUse"><path d="{data}" fill="none" stroke="#000" '
        f'stroke-opacity=".5" stroke-width="{width:g}"/></pattern>'
    )


def marks(name: str, word: str, covered: str, frame: Frame) -> str:
    """A word across the areas `covered` (path data), so that a picture of a sample carries it."""
    look = 'font-size="13" font-weight="700" fill="#3c3232" fill-opacity=".6" text-anchor="middle"'
    said = "".join(
        f'<text {look} transform="translate({x:g} {y:g}) rotate(-20)">{escape(word)}</text>'
        for x, y in _spread(frame)
    )
    return (
        f'<clipPath id="{name}-{MARK}"><path d="{covered}"/></clipPath>'
        f'<g clip-path="url(#{name}-{MARK})" aria-hidden="true">{said}</g>'
    )


def _spread(frame: Frame) -> Iterator[tuple[float, float]]:
    """Places all over the frame, as on the map: each row half a step beside the one before."""
    for row in range(int(2 * frame.height / MARK_STEP) + 1):
        for column in range(int(frame.width / MARK_STEP) + 1):
            yield (column + (0.75 if row % 2 else 0.25)) * MARK_STEP, (row + 0.5) * MARK_STEP / 2
