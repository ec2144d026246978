"""What can be searched: a city's towns, what its base map names, and the names of its layers.

It is sent to browsers as JSON, with the rules that it is searched by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import orjson

from layers.geometry.datum import JAPAN
from layers.geometry.tile import Bounds
from layers.japanese.addresses import AZA, Gazetteer, Town
from layers.query.search.rules import ACCEPTS, Key, key, rules
from layers.schema.values import Scalar, Text


class Named(NamedTuple):
    """A feature's name and where it is, in degrees; `doubt` is how many metres that may be off.

    `feature` is its id in its layer, 0 for what is in none. `town` is the number of the town it
    lies in or nearest to, -1 for none. `flags` are the values of the layer's. `readings` are other
    names of it, `codes` its own postcodes; `forms` is how the data writes its name for those who
    do not read it, by language tag.
    """

    name: str
    longitude: float
    latitude: float
    feature: int = 0
    town: int = -1
    doubt: int = 0
    flags: tuple[Scalar | None, ...] = ()
    readings: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    forms: Mapping[str, str] = {}

    @property
    def keys(self) -> list[Key]:
        """What it is compared by."""
        return [*map(key, (self.name, *self.readings))]

    def to_json(self) -> list[object]:
        """Its members without those at the end that are as they are by default."""
        members = list(self)
        while members and members[-1] == self._field_defaults.get(self._fields[len(members) - 1]):
            members.pop()
        return members


@dataclass(frozen=True)
class Names:
    """Places of one kind, known by `id`, in their order; `terms` are what the kind is called."""

    id: str
    terms: Sequence[str] = ()
    names: Sequence[Named] = ()

    @cached_property
    def keys(self) -> Sequence[Sequence[Key]]:
        """What each name is compared by."""
        return [place.keys for place in self.names]

    @cached_property
    def term_keys(self) -> Sequence[Key]:
        """What the kind is compared by."""
        return [*map(key, self.terms)]

    @cached_property
    def limited(self) -> Sequence[bool]:
        """Whether each place is only for some people."""
        return [False] * len(self.names)

    def to_json(self) -> dict[str, object]:
        """The members that there are."""
        names = [place.to_json() for place in self.names]
        return {"id": self.id, "terms": self.terms, "names": names}


@dataclass(frozen=True, kw_only=True)
class LayerNames(Names):
    """The named features of a layer; none where they have no names of their own.

    `flags` are the fields that say what they are designated for, and whom they accept. The terms
    are what the layer and its classes are called, in every language.
    """

    title: Text
    flags: Sequence[str] = ()

    @cached_property
    def limited(self) -> Sequence[bool]:
        """Whether each place is only for some people."""
        if ACCEPTS not in self.flags:
            return [False] * len(self.names)
        at = self.flags.index(ACCEPTS)
        return [place.flags[at] is not None for place in self.names]

    def to_json(self) -> dict[str, object]:
        """The members that there are."""
        return {**super().to_json(), "flags": self.flags}


@dataclass(frozen=True)
class Postcodes:
    """The postcodes of a city: of each town, and those that are of none of them."""

    by_town: Mapping[Town, Sequence[str]] = field(default_factory=dict)
    others: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.by_town or self.others)


@dataclass(frozen=True)
class Index:
    """All that is searched.

    `readings` are other names of towns, by their names without 丁目, and `town_forms` how the data
    writes their names, by language tag; `neighbours` the names, each
    with its readings, of municipalities beside the city; `city_words` the words of the city's own
    names, as they sound. Of `left_out`, layers with too many names,
    and of `samples`, which name places that are none, the index has no names. Coordinates outside
    `region`, in degrees, are no place here.
    """

    gazetteer: Gazetteer
    layers: Sequence[LayerNames] = ()
    left_out: Sequence[LayerNames] = ()
    samples: Sequence[LayerNames] = ()
    region: Bounds = JAPAN
    places: Sequence[Names] = ()
    readings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    town_forms: Mapping[Town, Mapping[str, str]] = field(default_factory=dict)
    postcodes: Postcodes = Postcodes()
    neighbours: Sequence[Sequence[str]] = ()
    city_words: Sequence[str] = ()

    @cached_property
    def towns(self) -> Sequence[Town]:
        """The towns in the order of their numbers."""
        return [*self.gazetteer.towns]

    @cached_property
    def numbers(self) -> Mapping[Town, int]:
        """The number of each town."""
        return {town: number for number, town in enumerate(self.towns)}

    @cached_property
    def town_keys(self) -> Sequence[Sequence[Key]]:
        """What each town is compared by: its name and its readings, each with its 丁目."""
        return [
            [*map(key, (AZA.sub("", self.gazetteer.towns[town][0]), *self._readings(town)))]
            for town in self.towns
        ]

    def _readings(self, town: Town) -> list[str]:
        chome = "" if town.chome is None else f"{town.chome}丁目"
        return [reading + chome for reading in self.readings.get(town.name, ())]

    @cached_property
    def content(self) -> bytes:
        """The index with its rules as JSON, the same bytes for the same contents.

        Of a town: its name, its name without 丁目 in one spelling, its 丁目 or 0, longitude,
        latitude, and its postcodes and forms, if there are any. Of a feature: see `Named`.
        """
        towns = [
            [name, town.name, town.chome or 0, *rounded(x, y), *self._told(town)]
            for town, (name, x, y) in self.gazetteer.towns.items()
        ]
        document = {
            "rules": {**rules(), "region": [*self.region]},
            "city": self.gazetteer.city,
            "prefecture": self.gazetteer.prefecture,
            "cityWords": self.city_words,
            "neighbours": self.neighbours,
            "towns": towns,
            "readings": self.readings,
            "hasPostcodes": bool(self.postcodes),
            "otherPostcodes": self.postcodes.others,
            "places": [group.to_json() for group in self.places],
            "layers": [layer.to_json() for layer in [*self.layers, *self.left_out]],
            "samples": [layer.to_json() for layer in self.samples],
        }
        return orjson.dumps(document)

    def _told(self, town: Town) -> list[object]:
        codes, forms = self.postcodes.by_town.get(town, []), self.town_forms.get(town, {})
        return [codes, forms] if forms else [codes] if codes else []

    @cached_property
    def revision(self) -> str:
        """What the index's address carries, so that it may be kept for ever."""
        return hashlib.blake2b(self.content, digest_size=8).hexdigest()


PLACE_DIGITS = 5  # of degrees: a metre


def rounded(x: float, y: float) -> tuple[float, float]:
    """A place in degrees as the index has it."""
    return round(x, PLACE_DIGITS), round(y, PLACE_DIGITS)
