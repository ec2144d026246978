"""A layer's features as a list: in the order of one of its fields, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from layers.catalog.designations import has_states
from layers.catalog.layer import Layer
from layers.geometry.features import points_on
from layers.geometry.parts import Integers
from layers.schema.values import DOUBT, Disaster


@dataclass(frozen=True, slots=True)
class Listed:
    """A feature with its published properties and a point that stands for it, in degrees.

    `doubt` is how many metres the feature may be away from there; None where it is exact.
    """

    id: int
    properties: Mapping[str, Any]
    longitude: float
    latitude: float

    @property
    def doubt(self) -> int | None:
        return self.properties.get(DOUBT)


def listing(
    layer: Layer, field: str | None, *, descending: bool, first: int, count: int
) -> Sequence[Listed]:
    """Features number `first` (from 0) and on, at most `count` of them.

    They are in the order of the published `field`, those without a value last; without a field in
    the order of the source. A sample lists none: it says nothing of any place.
    """
    if layer.definition.sample:
        return []
    if field is None:
        order = np.arange(layer.feature_count)[:: -1 if descending else 1]
    else:
        order = layer.revision.columns[field].order(descending=descending)
    return [*listed(layer, order[first : first + count])]


def feature_of(layer: Layer, id: int) -> Listed | None:
    """The layer's feature of this id; None where there is none, and of a sample."""
    if layer.definition.sample:
        return None
    index = np.flatnonzero(layer.revision.table.ids == id)
    return next(listed(layer, index[:1]), None)


def sites_for(layer: Layer, disaster: Disaster) -> Sequence[Listed]:
    """The sites of a layer of them that are designated for this kind of disaster, by name.

    A sample names none: it says nothing of any place.
    """
    definition = layer.definition
    flag = definition.nearest.valid_for.get(disaster) if definition.nearest else None
    if definition.sample or flag is None:
        return []
    valid = np.flatnonzero(layer.revision.columns[flag].is_true())
    sites = [*listed(layer, valid)]
    label = definition.label
    return sorted(sites, key=lambda site: str(site.properties.get(label, ""))) if label else sites


def shelters_of(layer: Layer) -> Sequence[Listed]:
    """The places of a layer that the city opens and closes, by name; none of another layer."""
    if not has_states(layer.definition):
        return []
    count, label = layer.feature_count, layer.definition.label
    return listing(layer, label, descending=False, first=0, count=count)


def listed(layer: Layer, index: Integers) -> Iterator[Listed]:
    """The features at these indices, in their order; those of a sample, too."""
    table = layer.revision.table
    ids, properties = table.ids[index].tolist(), table.properties.take(index)
    for feature, id, encoded in zip(index.tolist(), ids, properties, strict=True):
        yield Listed(id, orjson.loads(encoded), *_point_on(layer, feature))


def _point_on(layer: Layer, feature: int) -> tuple[float, float]:
    """A point on the feature, in degrees."""
    source = layer.revision.source
    first, after = np.searchsorted(source.owner, [feature, feature + 1])
    ((longitude, latitude),) = points_on(source.take(np.arange(first, after))).tolist()
    return longitude, latitude
