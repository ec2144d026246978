"""The cautions due where layers are shown, listed or spoken of: one set for every output."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from layers.catalog.designations import (
    designated_flags,
    disaster_of,
    disasters_in_view,
    is_designated,
    undesignated_flags,
)
from layers.catalog.layer import Layer
from layers.schema.layer import LayerDefinition
from layers.schema.values import Disaster, Hazard
from server.texts import Translate, wording
from server.texts.wording import disaster_names, localized

Kind = Literal["sample", "designation", "choice", "zones", "hatch", "usage", "review"]


@dataclass(frozen=True, slots=True)
class Caution:
    """A sentence that is due as long as one of `layers` is shown, by their ids.

    Where `zones` names layers, one of these has to be shown too, and `disaster`, which they are
    about, not to be chosen. `subject` is what a usage note is about, where it stands among others.
    """

    kind: Kind
    text: str
    layers: tuple[str, ...]
    zones: tuple[str, ...] = ()
    disaster: Disaster | None = None
    subject: str = ""


def cautions(
    layers: Sequence[Layer], disasters: Collection[Disaster], lang: str, _: Translate
) -> list[Caution]:
    """What a reader must know of the layers shown, the most urgent first: each sentence once.

    Of places designated by kind of disaster only those for `disasters` are shown; all with none.
    """
    return [
        *_of_samples(layers, _),
        *_of_designations(layers, disasters, lang, _),
        *_of_choices(layers, disasters, lang, _),
        *_of_zones(layers, _),
        *_of_usage(layers, lang, _),
        *_of_review(layers, lang, _),
    ]


def sentences(due: Sequence[Caution], *kinds: Kind) -> list[str]:
    """The texts of these kinds, of any kind where none is named."""
    return [each.text for each in due if not kinds or each.kind in kinds]


def usage(definition: LayerDefinition, lang: str, _: Translate) -> str:
    """The fixed words of the layer, or the least that must be said of a place to flee to.

    "" for another layer without such words.
    """
    if definition.usage_note:
        return localized(definition.usage_note.text, lang)
    if not (is_designated(definition) or definition.shelters):
        return ""
    return _("These are designated places. Check the city's announcements for whether one is open.")


def _of_samples(layers: Sequence[Layer], _: Translate) -> Iterator[Caution]:
    samples = tuple(layer.id for layer in layers if layer.definition.sample)
    if samples:
        text = _("Sample data is shown. It does not show real places or conditions.")
        yield Caution("sample", text, samples)


def _of_designations(
    layers: Sequence[Layer], disasters: Collection[Disaster], lang: str, _: Translate
) -> Iterator[Caution]:
    """That places beside the zones of a disaster are not designated for it: some, or all."""
    names = disaster_names(_)
    for disaster in disasters_in_view(layers, disasters):
        zones = tuple(layer.id for layer in layers if disaster_of(layer.definition) == disaster)
        for layer in layers:
            if disaster not in undesignated_flags(layer):
                continue
            title = localized(layer.definition.title, lang)
            if disaster in designated_flags(layer):
                text = _(
                    "Some places of “{title}” are not designated for {disaster} "
                    "(hollow symbols with a cross)."
                ).format(title=title, disaster=names[disaster])
            else:
                text = _absent(title, names[disaster], _)
            yield Caution("designation", text, (layer.id,), zones, disaster)
    yield from _beside_reservoirs(layers, _)


def _beside_reservoirs(layers: Sequence[Layer], _: Translate) -> Iterator[Caution]:
    """That the symbols beside the zones of a reservoir say nothing of it: see `DISASTER_OF`."""
    zones = [x.id for x in layers if x.definition.hazard is Hazard.RESERVOIR_FLOOD]
    places = [x.id for x in layers if is_designated(x.definition)]
    if zones and places:
        text = _(
            "No place is designated for reservoir floods as such: "
            "the symbols show designations for river floods."
        )
        yield Caution("designation", text, tuple(places), tuple(zones))


def _of_choices(
    layers: Sequence[Layer], disasters: Collection[Disaster], lang: str, _: Translate
) -> Iterator[Caution]:
    """For which disasters the places shown are designated."""
    names = disaster_names(_)
    for layer in layers:
        if not disasters or not is_designated(layer.definition):
            continue
        title, flags = localized(layer.definition.title, lang), designated_flags(layer)
        some = _(", ").join(names[disaster] for disaster in disasters if disaster in flags)
        none = _(", ").join(names[disaster] for disaster in disasters if disaster not in flags)
        if some:
            text = _("{title}: only places designated for {disasters} are shown.")
            yield Caution("choice", text.format(title=title, disasters=some), (layer.id,))
        if none:
            yield Caution("choice", _absent(title, none, _), (layer.id,))


def _absent(title: str, disasters: str, _: Translate) -> str:
    absent = _("This data lists no designated site for this type of disaster.")
    return _("{title}, {disasters}: {said}").format(title=title, disasters=disasters, said=absent)


def _of_zones(layers: Sequence[Layer], _: Translate) -> Iterator[Caution]:
    hazards = [layer for layer in layers if layer.definition.hazard is not None]
    for text in dict.fromkeys(wording.beyond_zones(layer.definition, _) for layer in hazards):
        ids = [each.id for each in hazards if wording.beyond_zones(each.definition, _) == text]
        yield Caution("zones", text, tuple(ids))
    if hazards:
        text = _("Hatched areas: not surveyed, or survey status unknown.")
        yield Caution("hatch", text, tuple(layer.id for layer in hazards))


def _of_usage(layers: Sequence[Layer], lang: str, _: Translate) -> Iterator[Caution]:
    """The fixed words of each layer, those of several layers once."""
    notes = {layer.id: usage(layer.definition, lang, _) for layer in layers}
    for text in dict.fromkeys(filter(None, notes.values())):
        of_text = [layer for layer in layers if notes[layer.id] == text]
        titles = _(", ").join(localized(layer.definition.title, lang) for layer in of_text)
        yield Caution("usage", text, tuple(layer.id for layer in of_text), subject=titles)


def _of_review(layers: Sequence[Layer], lang: str, _: Translate) -> Iterator[Caution]:
    unreviewed = [layer for layer in layers if wording.review(lang, _, layer.definition.usage_note)]
    if unreviewed:
        text = wording.review(lang, _, unreviewed[0].definition.usage_note)
        yield Caution("review", text, tuple(layer.id for layer in unreviewed))
