"""What a place lies near, by name: for those who see no map.

The base map knows no town's borders: of its points the nearest is named, as what lies near.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from layers.catalog.base_map import BaseFeature, BaseMap, name_of
from layers.geometry.tile import METRES_PER_DEGREE, Floats

TOWN_REACH = 1_000.0  # metres from a town's point at which it still says where one is
REACH = 400.0  # metres from what one finds the way by
KINDS = ("station", "river", "landmark", "park", "road", "expressway", "water")


def near_names(
    base: BaseMap, longitude: float, latitude: float, tags: Sequence[str] = ()
) -> list[str]:
    """The names of the nearest town and of the nearest thing of `KINDS`, none beyond their reach.

    In the first language of `tags` that the base map has them in, else in Japanese.
    """
    scale = np.array([math.cos(math.radians(latitude)), 1.0]) * METRES_PER_DEGREE
    place = shapely.Point(np.array([longitude, latitude]) * scale)
    return [*_town(base, place, scale, tags), *_thing(base, place, scale, tags)]


def _town(base: BaseMap, place: shapely.Point, scale: Floats, tags: Sequence[str]) -> Iterator[str]:
    if not base.neighbourhoods:
        return
    places = np.array([(town.longitude, town.latitude) for town in base.neighbourhoods])
    metres = np.hypot(*(places * scale - shapely.get_coordinates(place)).T)
    nearest = int(np.argmin(metres))
    if metres[nearest] <= TOWN_REACH:
        town = base.neighbourhoods[nearest]
        yield name_of("town", town.name, town.names, tags)


def _thing(
    base: BaseMap, place: shapely.Point, scale: Floats, tags: Sequence[str]
) -> Iterator[str]:
    """What is nearest; of things as near, to the millimetre, that which comes first in `KINDS`."""
    named = [feature for feature in base.features if feature.name and feature.kind in KINDS]
    if not named:
        return
    shapes = np.array([feature.geometry for feature in named], dtype=object)
    metres = shapely.distance(shapely.transform(shapes, lambda pairs: pairs * scale), place)

    # What is computed on another machine, or in a browser, differs in the last digits.
    millimetres = np.rint(metres * 1000)

    def order(index: int) -> tuple[float, int]:
        return millimetres[index], KINDS.index(named[index].kind)

    nearest = min(range(len(named)), key=order)
    if metres[nearest] <= REACH:
        thing: BaseFeature = named[nearest]
        yield name_of(thing.kind, thing.name or "", thing.names, tags)
