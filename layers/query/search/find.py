"""From what somebody typed to the places it may mean, best first and in groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from layers.japanese.addresses import AZA, CHOME, DOUBT_CHOME, DOUBT_TOWN, Town, one_spelling
from layers.query.search.coordinates import coordinates_in
from layers.query.search.index import Index, LayerNames
from layers.query.search.rules import MOST, key, rank, words

Match = TypeVar("Match")


class Hit(NamedTuple):
    """A place in degrees, known to `doubt` metres; `feature` is 0 for what is none."""

    name: str
    longitude: float
    latitude: float
    doubt: int = 0
    feature: int = 0


@dataclass(frozen=True)
class Group:
    """Places of one kind; `more` is how many others there are. `layer` is None for none."""

    kind: Literal["coordinates", "town", "layer"]
    hits: Sequence[Hit]
    more: int = 0
    layer: LayerNames | None = None


def find(index: Index, query: str) -> list[Group]:
    """The places that the query may mean; none for a blank one."""
    query_words = words(query)
    if not query_words:
        return []
    groups = [
        Group("coordinates", _coordinates(index, query)),
        _bounded("town", _towns(index, query)),
    ]
    groups += [_bounded("layer", _of_layer(layer, query_words), layer) for layer in index.layers]
    return [group for group in groups if group.hits]


def _coordinates(index: Index, query: str) -> list[Hit]:
    place = coordinates_in(query, index.region)
    if place is None:
        return []
    longitude, latitude = place
    return [Hit(f"{latitude:.5f}, {longitude:.5f}", round(longitude, 6), round(latitude, 6))]


def _towns(index: Index, query: str) -> list[Hit]:
    """The town an address is in, then those whose names hold what was typed."""
    gazetteer = index.gazetteer
    spelling = one_spelling(query)
    matches = []
    if re.search("[0-9]", spelling) or CHOME.search(spelling):
        town = gazetteer.find(query)
        matches = [] if town is None else [town]
    compared = AZA.sub("", key(gazetteer.within_city(spelling).text))
    if compared:
        names = [(town, name) for town, (name, _x, _y) in gazetteer.towns.items()]
        matches += _best([(rank(AZA.sub("", key(name)), [compared]), town) for town, name in names])
    return [_town_hit(index, town) for town in dict.fromkeys(matches)]


def _town_hit(index: Index, town: Town) -> Hit:
    name, longitude, latitude = index.gazetteer.towns[town]
    doubt = DOUBT_TOWN if town.chome is None else DOUBT_CHOME
    return Hit(name, round(longitude, 5), round(latitude, 5), doubt)


def _of_layer(layer: LayerNames, query_words: list[str]) -> list[Hit]:
    named = zip(layer.keys, layer.names, strict=True)
    matches = _best([(rank(compared, query_words), feature) for compared, feature in named])
    return [
        Hit(feature.name, feature.longitude, feature.latitude, feature.doubt, feature.feature)
        for feature in matches
    ]


def _best(ranked: Iterable[tuple[int | None, Match]]) -> list[Match]:
    """Those that have a rank, in the order of their ranks."""
    matching = [(quality, match) for quality, match in ranked if quality is not None]
    return [match for _, match in sorted(matching, key=lambda pair: pair[0])]


def _bounded(
    kind: Literal["town", "layer"], hits: list[Hit], layer: LayerNames | None = None
) -> Group:
    return Group(kind, hits[:MOST], max(0, len(hits) - MOST), layer)
