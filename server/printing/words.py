"""What stands beside a picture of the map, in a chat and in print: titles and cautions."""

from __future__ import annotations

from collections.abc import Sequence

from layers.catalog.layer import Layer
from server.texts import Translate
from server.texts.cautions import Caution, cautions
from server.texts.wording import localized
from server.viewer.permalink import ShownMap

SMALL = ("usage", "review")  # kinds of cautions that stand below the others


def titles(layers: Sequence[Layer], lang: str, _: Translate) -> list[str]:
    """The layers' names, samples marked."""
    return [
        _("{title} (sample)").format(title=title) if layer.definition.sample else title
        for layer in layers
        for title in [localized(layer.definition.title, lang)]
    ]


def warnings(shown: ShownMap, hidden: Sequence[Layer], lang: str, _: Translate) -> list[str]:
    """What a reader must know before all else, the most urgent first; `hidden` is not drawn."""
    due = cautions(shown.layers, shown.disasters, lang, _)
    texts = [each.text for each in due if each.kind not in SMALL]
    if hidden:
        listed = _(", ").join(localized(layer.definition.title, lang) for layer in hidden)
        texts.append(_("Not drawn at this scale: {layers}").format(layers=listed))
    return texts


def notes(shown: ShownMap, lang: str, _: Translate) -> list[str]:
    """The fixed words of the layers, each with the layer's name, and whether they were reviewed."""
    due = cautions(shown.layers, shown.disasters, lang, _)
    return [_with_subject(each, _) for each in due if each.kind in SMALL]


def _with_subject(caution: Caution, _: Translate) -> str:
    if not caution.subject:
        return caution.text
    return _("{name}: {said}").format(name=caution.subject, said=caution.text)
