"""What is known of a town (町丁目): of the surroundings of the one point that stands for it.

The bundled base knows no town's borders, only a point of each: what is said holds for as far around
it as an address in the town may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson
import shapely

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.tile import Bounds
from layers.japanese.addresses import CHOME, DOUBT_CHOME, DOUBT_TOWN
from layers.query.here import Place
from layers.symbology.legend import LegendEntry, look_of


@dataclass(frozen=True, slots=True)
class Town:
    """A town by its name as published, and its surroundings: a point known to some metres.

    `names` are further ones, by language tag.
    """

    name: str
    place: Place
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def bounds(self) -> Bounds:
        """Of its surroundings, in degrees."""
        return Bounds(*shapely.bounds(self.place.area()).tolist())


def towns(catalog: Catalog) -> Sequence[Town]:
    """The towns of the bundled base, in its order."""
    return [
        Town(town.name, Place(town.longitude, town.latitude, _reach(town.name)), town.names)
        for town in catalog.base.neighbourhoods
    ]


def _reach(name: str) -> float:
    return DOUBT_CHOME if CHOME.search(name) else DOUBT_TOWN


def classes_around(layer: Layer, place: Place) -> Sequence[LegendEntry]:
    """The classes of a hazard layer's zones that touch the place, in the legend's order."""
    features = np.unique(layer.revision.source.owner[layer.parts_in(place.area())])
    legend = layer.legend()
    properties = layer.revision.table.properties.take(features)
    values = {
        look_of(layer.definition, legend, orjson.loads(encoded)).value for encoded in properties
    }
    return [entry for entry in legend if entry.value in values]


def is_surveyed(layer: Layer, place: Place) -> bool:
    """Whether all of the place is known to be surveyed."""
    return layer.is_surveyed(place.area())
