"""From what somebody typed to the places it may mean, best first and in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layers.japanese.addresses import Gazetteer, one_spelling
from layers.japanese.sound import sound
from layers.query.search.coordinates import coordinates_in
from layers.query.search.index import Index, LayerNames, Named, Names
from layers.query.search.ranked import Hit, Ranked
from layers.query.search.rules import (
    AROUND,
    BEFORE_LAYERS,
    BEGINS,
    CODE_LENGTH,
    EXACT,
    MOST,
    Key,
    Wanted,
    holds,
    in_order,
    is_short,
    key,
    rank,
    typed_postcode,
    typed_words,
)
from layers.query.search.towns import towns_called, towns_with

LAST = "\uffff"  # before what is sorted behind every name


@dataclass(frozen=True)
class Group:
    """Places of one kind; `more` is how many others there are. `layer` is None for none.

    `kind` is "coordinates", "town", "layer" or a kind of `places.KINDS`; `quality` is how well the
    best of them answers (see `rules`).
    """

    kind: str
    hits: Sequence[Hit]
    more: int = 0
    layer: LayerNames | None = None
    quality: int = EXACT


@dataclass(frozen=True)
class Finding:
    """What a query may mean. `layers` are those it calls by their kind, as are the `samples`.

    `elsewhere` is the place outside the city that it names, or the postcode that is not the city's.
    `no_postcodes` is whether it is a postcode where there are none to compare it with.
    """

    groups: Sequence[Group] = ()
    layers: Sequence[LayerNames] = ()
    samples: Sequence[LayerNames] = ()
    elsewhere: str | None = None
    no_postcodes: bool = False


def find(index: Index, query: str) -> Finding:
    """What the query may mean; nothing for a blank one."""
    words = _behind_code(typed_words(query))
    wanted = Wanted.of(_without_city(index.gazetteer, words))
    if not wanted.words:
        return Finding()
    if (code := typed_postcode(query)) is not None:
        return _of_postcode(index, code)
    text = "".join(words)
    around = _Around(index, wanted)
    kinds = [_group(places.id, around.places(places)) for places in index.places]
    groups = _in_order(
        [
            Group("coordinates", _coordinates(index, query)),
            _group("town", towns_called(index, text)),
            *(group for group in kinds if group.kind in BEFORE_LAYERS),
            *(_group("layer", around.places(layer), layer) for layer in index.layers),
            *(group for group in kinds if group.kind not in BEFORE_LAYERS),
        ]
    )
    layers = [layer for layer in (*index.layers, *index.left_out) if is_called(layer, wanted.whole)]
    samples = [layer for layer in index.samples if is_called(layer, wanted.whole)]
    is_answered = bool(groups or layers or samples)
    elsewhere = _elsewhere(index, text, wanted, groups, is_answered)
    others = [word for word in words if sound(word) not in index.city_words]
    if not is_answered and elsewhere is None and 0 < len(others) < len(words):
        return find(index, " ".join(others))  # Mizonuma 7-chome, Asaka-shi
    return Finding(groups, layers, samples, elsewhere)


def is_called(names: Names, word: str) -> bool:
    """Whether a word is what places of this kind are called, or enough of it."""
    if len(word) < 2 or is_short(word):
        return any(term[0] == word for term in names.term_keys)
    return holds(names.term_keys, word)


def _behind_code(words: Sequence[str]) -> Sequence[str]:
    """The words without the postcode before an address."""
    code = typed_postcode(words[0]) if len(words) > 1 else None
    return words[1:] if code and len(code) == CODE_LENGTH else words


def _without_city(gazetteer: Gazetteer, words: Sequence[str]) -> Sequence[str]:
    """The words without the city's name and that of its prefecture, if there are others."""
    own = (gazetteer.city, gazetteer.prefecture, gazetteer.prefecture + gazetteer.city)
    return [word for word in words if one_spelling(word) not in own] or words


def _of_postcode(index: Index, code: str) -> Finding:
    """The towns and offices of a postcode, or of the beginning of one."""
    quality = EXACT if len(code) == CODE_LENGTH else BEGINS
    groups = [_group("town", towns_with(index, code))]
    for places in index.places:
        coded = [
            _ranked(quality, keys, place)
            for keys, place in zip(places.keys, places.names, strict=True)
            if any(own.startswith(code) for own in place.codes)
        ]
        groups.append(_group(places.id, coded))
    groups = _in_order(groups)
    is_others = len(code) == CODE_LENGTH and not groups and code not in index.postcodes.others
    return Finding(
        groups,
        elsewhere=f"〒{code[:3]}-{code[3:]}" if is_others and index.postcodes else None,
        no_postcodes=not groups and not index.postcodes,
    )


class _Around:
    """Places by their names, their kind and their town."""

    def __init__(self, index: Index, wanted: Wanted) -> None:
        self._wanted = wanted
        # The numbers of the towns that each word names.
        self._towns = [
            {
                number
                for number, keys in enumerate(index.town_keys)
                if len(wanted.words) > 1 and any(key[0].startswith(word) for key in keys)
            }
            for word in wanted.words
        ]

    def places(self, names: Names) -> list[Ranked]:
        """Those of the places that answer."""
        by_kind = [is_called(names, word) for word in self._wanted.words]
        is_kind = is_called(names, self._wanted.whole) or all(by_kind)
        return [
            _ranked(quality, keys, place, is_last=is_limited and quality == AROUND)
            for keys, place, is_limited in zip(names.keys, names.names, names.limited, strict=True)
            if (quality := self._quality(keys, place, by_kind, is_kind)) is not None
        ]

    def _quality(
        self, keys: Sequence[Key], place: Named, by_kind: Sequence[bool], is_kind: bool
    ) -> int | None:
        quality = rank(keys, self._wanted)
        if quality is not None or is_kind:
            return AROUND if quality is None else quality
        by_name = [holds(keys, word) for word in self._wanted.words]
        by_town = [place.town in towns for towns in self._towns]
        answers = [any(each) for each in zip(by_name, by_kind, by_town, strict=True)]
        return AROUND if all(answers) and any((*by_name, *by_kind)) else None


def _ranked(quality: int, keys: Sequence[Key], place: Named, is_last: bool = False) -> Ranked:
    at = place.longitude, place.latitude
    hit = Hit(place.name, *at, place.doubt, place.feature, place.forms)
    return Ranked(quality, LAST * is_last + in_order(keys[0][0]), hit)


def _coordinates(index: Index, query: str) -> list[Hit]:
    place = coordinates_in(query, index.region)
    if place is None:
        return []
    longitude, latitude = place
    return [Hit(f"{latitude:.5f}, {longitude:.5f}", round(longitude, 6), round(latitude, 6))]


def _group(kind: str, places: Sequence[Ranked], layer: LayerNames | None = None) -> Group:
    """The best of the places, those that answer as well in the order of their names."""
    ordered = sorted(places, key=lambda place: place[:2])
    hits = [place.hit for place in ordered[:MOST]]
    quality = ordered[0].quality if ordered else EXACT
    return Group(kind, hits, max(0, len(places) - MOST), layer, quality)


def _in_order(groups: Sequence[Group]) -> list[Group]:
    """Those with places, by how well the best of each answers."""
    return sorted((group for group in groups if group.hits), key=lambda group: group.quality)


def _elsewhere(
    index: Index, text: str, wanted: Wanted, groups: Sequence[Group], is_answered: bool
) -> str | None:
    """The place outside the city that the text names.

    What only looks like a municipality is one where nothing else answers.
    """
    for name, *readings in index.neighbours:
        if any(key(each)[0] == wanted.whole for each in (name, *readings)):
            return name
    place = index.gazetteer.elsewhere(text)
    if place is None or any(group.quality == EXACT for group in groups):
        return None
    if place.certain or any(place.name.endswith(name) for name, *_ in index.neighbours):
        return place.name
    # Where no town is known, a 町 or 村 may be one of the city's.
    is_municipality = bool(index.towns) or place.name.endswith(("市", "区"))
    return place.name if is_municipality and not is_answered else None
