"""The lines of a layer's legend in one language, for the panel and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layers.catalog.layer import Layer
from layers.pictures.symbols import badge_svg, legend_svg
from layers.symbology.legend import look_of
from layers.symbology.look import LOOK
from layers.symbology.symbols import pale_color, pattern_of
from server.texts import Translate
from server.texts.shelters import shelter_labels
from server.texts.wording import localized

BADGE_RADIUS = 9  # CSS pixels: half the width of a badge in a legend


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One look. `symbol` is that of a point (see `legend_svg`), "" of others.

    `pattern` is the number of the pattern over its colour, None where there is none: for symbols,
    and for areas of no class.
    """

    label: str
    meaning: str
    color: str
    symbol: str
    pattern: int | None


@dataclass(frozen=True, slots=True)
class CrossedLook:
    """The symbol of a place that is not designated for a disaster whose zones are shown."""

    color: str
    outline: str
    cross: str


@dataclass(frozen=True, slots=True)
class BadgeLine:
    """A badge at a symbol: what it says, and its drawing around 0, 0 (see `badge_svg`)."""

    label: str
    drawing: str


def badge_lines(_: Translate) -> tuple[BadgeLine, ...]:
    """A line for each state that a place can be in."""
    return tuple(
        BadgeLine(label, badge_svg(code, BADGE_RADIUS)) for code, label in shelter_labels(_).items()
    )


def crossed_look(layer: Layer) -> CrossedLook:
    """How the layer's places that are not designated look, in the colour of its first class."""
    legend = layer.legend()
    look = legend[0] if legend else look_of(layer.definition, legend, {})
    is_area = layer.geometry == "polygon"
    outline = LOOK.crossed.box if is_area else LOOK.symbols.outlines[look.shape].path
    return CrossedLook(pale_color(look.color), outline, LOOK.crossed.cross)


def legend_lines(layer: Layer, lang: str) -> Iterator[LegendLine]:
    """A line for each look of the layer, in the order of its legend."""
    entries = layer.legend()
    classes = sum(entry.value is not None for entry in entries)
    for index, entry in enumerate(entries):
        has_pattern = layer.geometry == "polygon" and entry.value is not None
        yield LegendLine(
            label=localized(entry.label, lang),
            meaning=localized(entry.meaning, lang) if entry.meaning else "",
            color=entry.color,
            symbol=legend_svg(entry, hollow=layer.definition.sample)
            if layer.geometry == "point"
            else "",
            pattern=pattern_of(index, classes) if has_pattern else None,
        )
