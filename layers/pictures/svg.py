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
from layers.symbology.look import LOOK, Circle

FONT = "Noto Sans JP, Hiragino Sans, Noto Sans CJK JP, Meiryo, sans-serif"
DIGITS = 1  # decimals of a CSS pixel
NEAR = 0.15  # CSS pixels of a tile: more than a step of its grid
HATCH, MARK = "hatch", "mark"  # what the ids of the definitions end in


def path_data(parts: Parts, frame: Frame, *, closed: bool) -> str:
    """Lines, or rings of polygons, in CSS pixels of the frame. "" for no parts."""
    if not len(parts):
        return ""
    pixels = frame.project(parts.coordinates).round(DIGITS).tolist()
    end = "Z" if closed else ""
    return "".join(
        "M" + " ".join(f"{x:g} {y:g}" for x, y in pixels[first:last]) + end
        for first, last in pairwise(parts.offsets[0].tolist())
    )


def edges(parts: Parts, frame: Frame, box: Bounds, z: int) -> str:
    """The outlines of polygons without the sides that are no edge of theirs, but cuts.

    Those lie along `box` (degrees), or along a block of tiles of zoom `z` (see
    `layers.revision.level`).
    """
    if not len(parts):
        return ""
    pixels = frame.project(parts.coordinates).round(DIGITS).tolist()
    is_cut = _cuts(parts.coordinates, box, z).tolist()
    commands: list[str] = []
    for first, last in pairwise(parts.offsets[0].tolist()):
        is_begun = False
        for index in range(first, last - 1):
            if is_cut[index]:
                is_begun = False
                continue
            (x, y), (to_x, to_y) = pixels[index : index + 2]
            line = f"L{to_x:g} {to_y:g}"
            commands.append(line if is_begun else f"M{x:g} {y:g}{line}")
            is_begun = True
    return "".join(commands)


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
    return _hatch(name) + "".join(_pattern(name, number) for number in sorted(set(patterns)))


def _hatch(name: str) -> str:
    """A line from corner to corner of a square, and what it lacks at the two other corners."""
    step = LOOK.hatch.step
    data = f"M-1 {step + 1}L{step + 1} -1M-1 1L1 -1M{step - 1} {step + 1}L{step + 1} {step - 1}"
    return (
        f'<pattern id="{name}-{HATCH}" width="{step}" height="{step}" '
        f'patternUnits="userSpaceOnUse"><path d="{data}" stroke="{LOOK.hatch.color}" '
        'fill="none"/></pattern>'
    )


def _pattern(name: str, number: int) -> str:
    side, (data, width) = LOOK.patterns.side, LOOK.patterns.lines[number]
    return (
        f'<pattern id="{name}-{number}" width="{side}" height="{side}" '
        f'patternUnits="userSpaceOnUse"><path d="{data}" fill="none" '
        f'stroke="{LOOK.patterns.color}" stroke-width="{width:g}"/></pattern>'
    )


def marks(name: str, word: str, covered: str, frame: Frame) -> str:
    """A word across the areas `covered` (path data), so that a picture of a sample carries it."""
    mark = LOOK.mark
    style = (
        f'font-size="{mark.size:g}" font-weight="700" fill="{mark.color}" '
        f'fill-opacity="{mark.opacity:g}" text-anchor="middle"'
    )
    texts = "".join(
        f'<text {style} transform="translate({x:g} {y:g}) rotate({mark.angle:g})">'
        f"{escape(word)}</text>"
        for x, y in _spread(frame, mark.step)
    )
    return (
        f'<clipPath id="{name}-{MARK}"><path d="{covered}"/></clipPath>'
        f'<g clip-path="url(#{name}-{MARK})" aria-hidden="true">{texts}</g>'
    )


def _spread(frame: Frame, step: int) -> Iterator[tuple[float, float]]:
    """Places all over the frame, as on the map: each row half a step beside the one before."""
    for row in range(int(2 * frame.height / step) + 1):
        for column in range(int(frame.width / step) + 1):
            yield (column + (0.75 if row % 2 else 0.25)) * step, (row + 0.5) * step / 2


def circle(look: Circle, middle: tuple[float, float], radius: float, color: str) -> str:
    """A dashed circle on the ground; `middle` and `radius` in CSS pixels of the frame."""
    return (
        f'<circle cx="{middle[0]:.1f}" cy="{middle[1]:.1f}" r="{radius:.1f}" fill="{color}" '
        f'fill-opacity="{look.opacity:g}" stroke="{color}" stroke-width="{look.width:g}" '
        f'stroke-dasharray="{look.dash}"/>'
    )
