"""The legend of what is drawn, layer by layer, for paper: looks, words, dates and sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from layers.catalog.designations import disasters_in_view, flags_in_view
from layers.catalog.layer import Layer
from layers.schema.values import Disaster
from server.texts import LANGUAGES, Translate, wording
from server.texts.wording import localized
from server.viewer.legend import CrossedLook, LegendLine, crossed_look, legend_lines


@dataclass(frozen=True, slots=True)
class LayerLegend:
    """A layer's part of the legend; `colourless` says what a place without colour means.

    `crossed` is how its places look that are not designated for a disaster whose zones are shown;
    None where all are, and where the layer's are none to be.
    """

    title: str
    geometry: str
    sample: bool
    scenario: str
    lines: Sequence[LegendLine]
    crossed: CrossedLook | None
    hatched: bool
    colourless: str
    date: str
    source: str


def legends(
    layers: Sequence[Layer], lang: str, _: Translate, disasters: Collection[Disaster] = ()
) -> Iterator[LayerLegend]:
    """The legend of each layer, in their order, where only places for `disasters` are shown."""
    in_view = disasters_in_view(layers, disasters)
    for layer in layers:
        definition = layer.definition
        hazard = definition.hazard is not None
        yield LayerLegend(
            title=localized(definition.title, lang),
            geometry=layer.geometry,
            sample=definition.sample,
            scenario=wording.scenario(definition, _) if hazard else "",
            lines=tuple(legend_lines(layer, lang)),
            crossed=crossed_look(layer) if flags_in_view(layer, in_view) else None,
            hatched=hazard,
            colourless=colourless(layer, lang, _) if hazard else "",
            date=_("as of {date}").format(date=wording.long_date(definition.credit.date, lang)),
            source=localized(definition.credit.attribution, lang),
        )


def colourless(layer: Layer, lang: str, _: Translate) -> str:
    """What it means that a hazard layer has no colour at a place."""
    definition = layer.definition
    if definition.sample:
        return _("This is sample data: with or without a colour, it says nothing about any place.")
    gap = LANGUAGES[lang].gap
    if layer.coverage() is None:
        unsurveyed = _("This data does not say which area was surveyed.")
        return unsurveyed + gap + wording.unknown(definition, _)
    outside = _("{scenario}: places without a colour or hatching are outside the zones.").format(
        scenario=wording.scenario(definition, _)
    )
    return outside + gap + wording.beyond_zones(definition, _)
