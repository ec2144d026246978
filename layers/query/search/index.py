"""What can be searched: a city's towns and the names that its layers publish.

Made from what is published, so that it holds nothing that a privacy rule keeps back. A layer is in
it by its label, unless that is a class (消火栓), which names no place, or the layer shows a hazard:
a zone is called by its river, and is no place to go to. A sample is not: it speaks of no place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import orjson
import shapely

from layers.catalog.base_map import Neighbourhood
from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.datum import JAPAN
from layers.geometry.region import Region
from layers.geometry.tile import Bounds
from layers.japanese.addresses import Gazetteer
from layers.query.search.rules import key, rules
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.values import DOUBT, Scalar, Text

MOST_NAMES = 5000  # in all: some 100 KB to be sent. A layer that goes beyond is left out whole
PLACE_DIGITS = 5  # of degrees: a metre


class Named(NamedTuple):
    """A feature's name and where it is, in degrees; `doubt` is how many metres that may be off.

    `flags` are the values of the layer's.
    """

    name: str
    longitude: float
    latitude: float
    feature: int
    doubt: int
    flags: tuple[Scalar | None, ...]


@dataclass(frozen=True)
class LayerNames:
    """The named features of a layer, in its order.

    `flags` are the fields that say what they are designated for.
    """

    id: str
    title: Text
    flags: Sequence[str]
    names: Sequence[Named]

    @cached_property
    def keys(self) -> Sequence[str]:
        """What each name is compared by."""
        return [key(feature.name) for feature in self.names]


@dataclass(frozen=True)
class Index:
    """All that is searched.

    `left_out` are the titles of layers with too many names, `samples` those of layers that name
    places that are none. Coordinates outside `region`, in degrees, are no place here.
    """

    gazetteer: Gazetteer
    layers: Sequence[LayerNames]
    left_out: Sequence[Text]
    samples: Sequence[Text]
    region: Bounds = JAPAN

    @cached_property
    def content(self) -> bytes:
        """The index with its rules as JSON, the same bytes for the same contents.

        Of a town: its name, its name without 丁目 in one spelling, its 丁目 or 0, longitude and
        latitude. Of a feature: name, longitude, latitude, id, and where there is any of them, doubt
        and the values of the layer's flags.
        """
        towns = [
            [name, town.name, town.chome or 0, *_rounded(x, y)]
            for town, (name, x, y) in self.gazetteer.towns.items()
        ]
        layers = [
            {
                "id": layer.id,
                "flags": layer.flags,
                "names": [_without_trailing(feature) for feature in layer.names],
            }
            for layer in self.layers
        ]
        document = {
            "rules": {**rules(), "region": [*self.region]},
            "city": self.gazetteer.city,
            "prefecture": self.gazetteer.prefecture,
            "towns": towns,
            "layers": layers,
        }
        return orjson.dumps(document)

    @cached_property
    def revision(self) -> str:
        """What the index's address carries, so that it may be kept for ever."""
        return hashlib.blake2b(self.content, digest_size=8).hexdigest()


def index_of(catalog: Catalog) -> Index:
    """The index of a city's neighbourhoods, from its base map, and of its layers' features."""
    layers, left_out, samples, room = [], [], [], MOST_NAMES
    for layer in catalog.layers.values():
        if not is_named(layer.definition):
            continue
        definition = layer.definition
        if definition.sample:
            samples.append(definition.title)
            continue
        if layer.feature_count > room:
            left_out.append(definition.title)
            continue
        room -= layer.feature_count
        flags = sorted(definition.designation_flags)
        layers.append(LayerNames(layer.id, definition.title, flags, _names(layer, flags)))
    gazetteer = _gazetteer(catalog.city, catalog.base.neighbourhoods)
    return Index(gazetteer, layers, left_out, samples, Region.of(catalog.city.extent).bounds)


def is_named(definition: LayerDefinition) -> bool:
    """Whether the layer's features are called by names of their own."""
    label = definition.label
    return label is not None and definition.hazard is None and not definition.fields[label].codes


def _gazetteer(city: CityDefinition, neighbourhoods: Sequence[Neighbourhood]) -> Gazetteer:
    points = [shapely.Point(town.longitude, town.latitude) for town in neighbourhoods]
    names = [town.name for town in neighbourhoods]
    return Gazetteer.of(city.name["ja"], city.code, names, np.array(points))


def _without_trailing(feature: Named) -> tuple[object, ...]:
    """The feature without a doubt of none that nothing follows."""
    name, longitude, latitude, id, doubt, flags = feature
    rest = (doubt, flags) if flags else (doubt,) if doubt else ()
    return (name, longitude, latitude, id, *rest)


def _names(layer: Layer, flags: Sequence[str]) -> list[Named]:
    """Each name once at a place, which is in the first part of its feature."""
    revision = layer.revision
    owners, firsts = np.unique(revision.source.owner, return_index=True)
    shapes = revision.source.take(firsts).to_shapes().geometry
    places = shapely.get_coordinates(shapely.point_on_surface(shapes))
    names = revision.columns[layer.definition.label or ""].take(owners)
    ids = revision.table.ids[owners].tolist()
    doubts: Sequence[Scalar | None] = [0] * len(owners)
    if DOUBT in revision.columns:
        doubts = revision.columns[DOUBT].take(owners)
    columns = [revision.columns[flag].take(owners) for flag in flags]
    values = [*zip(*columns, strict=True)] if columns else [()] * len(owners)
    named: dict[tuple[object, ...], Named] = {}
    for name, (x, y), id, doubt, row in zip(
        names, places.tolist(), ids, doubts, values, strict=True
    ):
        if name is not None:
            feature = Named(str(name), *_rounded(x, y), id, int(doubt or 0), row)
            named.setdefault(feature[:3], feature)
    return list(named.values())


def _rounded(x: float, y: float) -> tuple[float, float]:
    return round(x, PLACE_DIGITS), round(y, PLACE_DIGITS)
