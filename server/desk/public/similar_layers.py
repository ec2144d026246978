"""Layers on the map that a wish may be about: AEDの場所 where there is a layer of AEDs.

A layer fits a title that holds what it or one of its classes is called, or a word of which is in
that, or that is nothing but what one of its attributes is called (浸水深). Names that several
layers share tell none of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from layers.catalog.catalog import Catalog
from layers.japanese.likeness import core
from layers.japanese.sound import sound
from layers.query.search.find import is_called
from layers.query.search.index import Index, LayerNames
from server.texts import plain

MOST = 3  # layers that are named
# What a word of a title is: kanji, katakana or letters that stand together, and how many it needs.
WORD = re.compile("[一-鿿々ヶ]{2,}|[ァ-ヺー]{3,}|[a-z0-9]{3,}")
# Words that name nothing. A class that is a rest is no name either, in any language.
_EMPTY = """
場所 位置 所在地 地図 その他 そのほか other others 其他 기타 khác
the and for are from with that this what where which there have would like want show near
place places list map maps layer
"""
EMPTY = frozenset(map(sound, _EMPTY.split()))
LEAST = 2  # characters of the name of a class


class NamedLayers:
    """What the layers of a catalogue, and their attributes, are called."""

    def __init__(self, catalog: Catalog, index: Index) -> None:
        self._layers = (*index.layers, *index.left_out, *index.samples)
        self._names = _telling(
            {names.id: {term[0] for term in names.term_keys} for names in self._layers}
        )
        self._attributes = _telling(
            {
                layer_id: {
                    sound(plain(title))
                    for field in layer.definition.public_fields.values()
                    for title in field.title.values()
                }
                for layer_id, layer in catalog.layers.items()
            }
        )

    def fitting(self, title: str) -> Sequence[str]:
        """The ids of the layers that fit a title, in the order of the map; samples too."""
        bare = core(title)
        spoken = sound(bare)
        words = {sound(word) for word in WORD.findall(bare)} - EMPTY
        return [
            names.id
            for names in self._layers
            if any(name in spoken for name in self._names[names.id])
            or any(
                _begins(names, word) if word.isascii() else is_called(names, word) for word in words
            )
            or spoken in self._attributes[names.id]
        ][:MOST]


def _telling(names: Mapping[str, set[str]]) -> Mapping[str, set[str]]:
    """Of the names of each layer those that are its alone, and written in kanji or Hangul: a title
    holds others by chance.
    """
    count = Counter(name for own in names.values() for name in own)
    return {
        layer_id: {
            name
            for name in own - EMPTY
            if count[name] == 1 and len(name) >= LEAST and not name.isascii()
        }
        for layer_id, own in names.items()
    }


def _begins(names: LayerNames, word: str) -> bool:
    """Whether a word of what the layer is called begins so: ベンチ sounds as in prevention."""
    return any(part.startswith(word) for term in names.term_keys for part in term)
