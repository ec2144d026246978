"""What must be said with a picture of the map: in a chat, in print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layers.catalog.designations import designated_flags, is_designated
from layers.catalog.layer import Layer
from layers.schema.values import Disaster
from server.texts import Translate, wording
from server.texts.wording import disaster_names, localized
from server.viewer.permalink import ShownMap


def titles(layers: Sequence[Layer], lang: str, _: Translate) -> list[str]:
    """The layers' names, samples marked."""
    return [
        _("{title} (sample)").format(title=title) if layer.definition.sample else title
        for layer in layers
        for title in [localized(layer.definition.title, lang)]
    ]


def warnings(shown: ShownMap, hidden: Sequence[Layer], lang: str, _: Translate) -> Iterator[str]:
    """What a reader must know, the most urgent first: each sentence once."""
    definitions = [layer.definition for layer in shown.layers]
    if any(definition.sample for definition in definitions):
        yield _("Sample data is shown. It does not show real places or conditions.")
    hazards = [definition for definition in definitions if definition.hazard is not None]
    yield from dict.fromkeys(wording.beyond_zones(hazard, _) for hazard in hazards)
    if hazards:
        yield _("Hatched areas are not surveyed, or not known to be.")
    for layer in shown.layers:
        yield from _designated(layer, shown.disasters, lang, _)
    if hidden:
        listed = _(", ").join(localized(layer.definition.title, lang) for layer in hidden)
        yield _("Not drawn at this scale: {layers}").format(layers=listed)


def _designated(
    layer: Layer, disasters: Sequence[Disaster], lang: str, _: Translate
) -> Iterator[str]:
    """For which disasters the sites drawn are designated."""
    if not disasters or not is_designated(layer.definition):
        return
    title, names = localized(layer.definition.title, lang), disaster_names(_)
    flags = designated_flags(layer)
    some = _(", ").join(names[disaster] for disaster in disasters if disaster in flags)
    none = _(", ").join(names[disaster] for disaster in disasters if disaster not in flags)
    if some:
        yield _("{title}: only those designated for {disasters}").format(
            title=title, disasters=some
        )
    if none:
        absent = _("This data holds no designation for this kind of disaster.")
        yield _("{title}, {disasters}: {said}").format(title=title, disasters=none, said=absent)
