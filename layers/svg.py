"""Parts as SVG: what a picture of the map is written in. Attributes only, no style, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from layers.frame import Frame
from layers.parts import Parts
from layers.symbols import PATTERN_SIDE, PATTERNS

FONT = "Noto Sans JP, Hiragino Sans, Noto Sans CJK JP, Meiryo, sans-serif"
DIGITS = 1  # decimals of a CSS pixel
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


def edges(parts: Parts, frame: Frame, box: tuple[float, float, float, float]) -> str:
    """The outlines of polygons without those sides that lie along `box`, where they were cut.

    `box` is left, top, right and bottom in CSS pixels of the frame, to `DIGITS` decimals.
    """
    if not len(parts):
        return ""
    left, top, right, bottom = box
    places = frame.project(parts.coordinates).round(DIGITS).tolist()
    written: list[str] = []
    for first, last in pairwise(parts.offsets[0].tolist()):
        begun = False
        for (x, y), (to_x, to_y) in pairwise(places[first:last]):
            along = (x == to_x and x in (left, right)) or (y == to_y and y in (top, bottom))
            if along:
                begun = False
                continue
            written.append(f"L{to_x:g} {to_y:g}" if begun else f"M{x:g} {y:g}L{to_x:g} {to_y:g}")
            begun = True
    return "".join(written)


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
