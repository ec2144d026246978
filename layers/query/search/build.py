"""From a city's catalogue to what can be searched.

Made from what is published, so that it holds nothing that a privacy rule keeps back. A layer's
features are in it by its label, unless that is a class (消火栓), which names no place, or the layer
shows a hazard: a zone is called by its river, and is no place to go to. Of a sample's it has none:
they are no places.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from layers.catalog.base_map import BaseMap
from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.region import Region
from layers.geometry.tile import METRES_PER_DEGREE
from layers.japanese.addresses import Gazetteer, Town, town_of
from layers.japanese.postcodes import area_of
from layers.japanese.sound import sound
from layers.japanese.spelling import nfkc
from layers.query.landmarks import TOWN_REACH
from layers.query.search.index import Index, LayerNames, Named, Names, Postcodes, rounded
from layers.query.search.places import distinct, neighbours_of, places_of
from layers.query.search.rules import ACCEPTS, typed_words
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.values import DOUBT, Scalar, Text

MOST_NAMES = 5000  # in all: some 100 KB to be sent. A layer that goes beyond is left out whole
# Fields of the published standards: the address, and the name in kana and in English.
ADDRESS, NAME_FIELDS = "address", ("name_kana", "name_en")
AZA_READING = re.compile("^(?:オオアザ|おおあざ|アザ|あざ)")
# In texts of やさしい日本語, as `server.texts.marks` reads them.
READING = re.compile("(?:｜([^｜《》]+)|([\u3400-\u9fff々〆ヶ]+))《([^《》]+)》")


def index_of(catalog: Catalog) -> Index:
    """The index of a city: of its base map, and of its layers' features."""
    base = catalog.base
    gazetteer = _gazetteer(catalog.city, base)
    towns = _Towns(gazetteer)
    layers: list[LayerNames] = []
    left_out: list[LayerNames] = []
    samples: list[LayerNames] = []
    room = MOST_NAMES
    for layer in catalog.layers.values():
        definition = layer.definition
        if definition.sample:
            samples.append(_kind(layer))
        elif not is_named(definition):
            layers.append(_kind(layer))
        elif layer.feature_count > room:
            left_out.append(_kind(layer))
        else:
            room -= layer.feature_count
            layers.append(_kind(layer, towns))
    return Index(
        gazetteer,
        layers,
        left_out,
        samples,
        Region.of(catalog.city.extent).bounds,
        [towns.located(group) for group in places_of(base, gazetteer)],
        _readings(base, gazetteer),
        _town_forms(base, gazetteer),
        _postcodes(base, gazetteer),
        neighbours_of(base),
        _city_words(catalog.city),
    )


def is_named(definition: LayerDefinition) -> bool:
    """Whether the layer's features are called by names of their own."""
    label = definition.label
    return label is not None and definition.hazard is None and not definition.fields[label].codes


class _Towns:
    """Which town a place lies in, or nearest to: the map knows no town's borders."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._numbers = {town: number for number, town in enumerate(gazetteer.towns)}
        self._places = np.array([(x, y) for _, x, y in gazetteer.towns.values()])

    def at(self, x: float, y: float, address: str | None = None) -> int:
        """The number of the town of the address, else of the nearest; -1 if none is near."""
        town = self._gazetteer.find(address) if address else None
        if town is not None:
            return self._numbers[town]
        if not self._numbers:
            return -1
        scale = np.array([math.cos(math.radians(y)), 1.0]) * METRES_PER_DEGREE
        metres = np.hypot(*((self._places - (x, y)) * scale).T)
        nearest = int(np.argmin(metres))
        return nearest if metres[nearest] <= TOWN_REACH else -1

    def located(self, group: Names) -> Names:
        """The places with the towns that they are in."""
        names = [
            place if place.town >= 0 else place._replace(town=self.at(*place[1:3]))
            for place in group.names
        ]
        return Names(group.id, group.terms, names)


def _gazetteer(city: CityDefinition, base: BaseMap) -> Gazetteer:
    points = [shapely.Point(town.longitude, town.latitude) for town in base.neighbourhoods]
    names = [town.name for town in base.neighbourhoods]
    return Gazetteer.of(city.name["ja"], city.code, names, np.array(points))


def _city_words(city: CityDefinition) -> list[str]:
    """The words of the city's names in every language; also with 市: Asaka City, Asaka-shi."""
    words = {sound(word) for name in city.name.values() for word in typed_words(name)}
    return sorted({*words, *(word + sound("し") for word in words if word.isascii())})


def _readings(base: BaseMap, gazetteer: Gazetteer) -> Mapping[str, Sequence[str]]:
    """Other names of towns by their names without 丁目, and without that of a 大字."""
    readings: dict[str, list[str]] = defaultdict(list)
    for place in base.neighbourhoods:
        town = town_of(place.name)
        for name in place.names.values():
            bare = AZA_READING.sub("", nfkc(name))
            readings[town.name].append(re.split("[ -]*[0-9]", bare)[0] if town.chome else bare)
    for area in base.postcodes:
        readings[area_of(area.town).name].append(nfkc(area.kana).split("(")[0])
    own = {town.name for town in gazetteer.towns}
    return {name: distinct(others) for name, others in readings.items() if name in own}


def _town_forms(base: BaseMap, gazetteer: Gazetteer) -> Mapping[Town, Mapping[str, str]]:
    names = {town_of(place.name): place.names for place in base.neighbourhoods if place.names}
    return {town: names[town] for town in gazetteer.towns if town in names}


def _postcodes(base: BaseMap, gazetteer: Gazetteer) -> Postcodes:
    by_town: dict[Town, list[str]] = defaultdict(list)
    others = []
    for postcode in base.postcodes:
        area = area_of(postcode.town)
        covered = [town for town in gazetteer.towns if area.covers(town)]
        for town in covered:
            by_town[town].append(postcode.code)
        if not covered:
            others.append(postcode.code)
    return Postcodes(by_town, others)


def _kind(layer: Layer, towns: _Towns | None = None) -> LayerNames:
    """The layer as it is called, with the names of its features unless there are no `towns`."""
    definition = layer.definition
    texts = [definition.title]
    if not is_named(definition) and definition.hazard is None:
        texts += [entry.label for entry in layer.legend()]
    told = definition.designation_flags | ({ACCEPTS} & definition.public_fields.keys())
    flags = sorted(told) if towns else []
    names = _names(layer, flags, towns) if towns else []
    return LayerNames(layer.id, _terms(texts), names, title=definition.title, flags=flags)


def _terms(texts: Sequence[Text]) -> list[str]:
    """The texts in every language, and as they are read where they say so."""
    terms = []
    for text in texts:
        for words in text.values():
            terms += [READING.sub(r"\1\2", words), READING.sub(r"\3", words)]
    return distinct(terms)


def _names(layer: Layer, flags: Sequence[str], towns: _Towns) -> list[Named]:
    """Each name once at a place, which is in the first part of its feature."""
    revision = layer.revision
    owners, firsts = np.unique(revision.source.owner, return_index=True)
    shapes = revision.source.take(firsts).to_shapes().geometry
    places = shapely.get_coordinates(shapely.point_on_surface(shapes))
    ids = revision.table.ids[owners].tolist()

    def column(name: str) -> Sequence[Scalar | None]:
        columns = revision.columns
        return columns[name].take(owners) if name in columns else [None] * len(owners)

    labels, doubts, addresses = map(column, (layer.definition.label or "", DOUBT, ADDRESS))
    rows = [*zip(*map(column, flags), strict=True)] if flags else [()] * len(owners)
    others = [*zip(*map(column, NAME_FIELDS), strict=True)]
    tags = layer.definition.name_forms
    forms = [*zip(*map(column, tags.values()), strict=True)] if tags else [()] * len(owners)
    named: dict[tuple[object, ...], Named] = {}
    for index, (x, y) in enumerate(places.tolist()):
        if labels[index] is None:
            continue
        name, address = str(labels[index]), addresses[index]
        feature = Named(
            name,
            *rounded(x, y),
            ids[index],
            towns.at(x, y, None if address is None else str(address)),
            int(doubts[index] or 0),
            rows[index],
            tuple(distinct([name, *(str(other) for other in others[index] if other)])[1:]),
            forms={
                tag: nfkc(str(form)).strip()
                for tag, form in zip(tags, forms[index], strict=True)
                if form
            },
        )
        named.setdefault(feature[:3], feature)
    return [*named.values()]
