"""A layer's features as a list: in the order of one of its fields, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import orjson
import shapely

from layers.catalog.layer import Layer
from layers.geometry.parts import Integers
from layers.schema.values import DOUBT, Disaster

# By field and direction, as long as the layer is served: what was withdrawn leaves this too.
_ORDERS: WeakKeyDictionary[Layer, dict[tuple[str, bool], Integers]] = WeakKeyDictionary()


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
    the order of the source.
    """
    if field is None:
        order = np.arange(layer.feature_count)[:: -1 if descending else 1]
    else:
        orders = _ORDERS.setdefault(layer, {})
        if (field, descending) not in orders:
            orders[field, descending] = _order(layer, field, descending)
        order = orders[field, descending]
    return [_listed(layer, index) for index in order[first : first + count].tolist()]


def _order(layer: Layer, field: str, descending: bool) -> Integers:
    said = layer.revision.table.properties.take(np.arange(layer.feature_count))
    values = [orjson.loads(one).get(field) for one in said]
    known = [index for index, value in enumerate(values) if value is not None]
    unknown = [index for index, value in enumerate(values) if value is None]
    known.sort(key=values.__getitem__, reverse=descending)
    return np.array(known + unknown, dtype=np.int64)


def _listed(layer: Layer, index: int) -> Listed:
    table = layer.revision.table
    properties = orjson.loads(table.properties.take(np.array([index]))[0])
    point = _point_on(layer, index)
    return Listed(int(table.ids[index]), properties, *point)


def _point_on(layer: Layer, index: int) -> tuple[float, float]:
    """A point on the feature: on its largest part where it has several."""
    source = layer.revision.source
    first, after = np.searchsorted(source.owner, [index, index + 1])
    parts = source.take(np.arange(first, after)).to_shapes().geometry
    size = shapely.area(parts) if source.kind == "polygon" else shapely.length(parts)
    point = shapely.point_on_surface(parts[int(size.argmax())])
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def sites_for(layer: Layer, disaster: Disaster) -> Sequence[Listed]:
    """The sites of a layer of them that are designated for this kind of disaster, by name.

    A sample names none: it says nothing of any place.
    """
    definition = layer.definition
    flag = definition.nearest.valid_for.get(disaster) if definition.nearest else None
    if definition.sample or flag is None:
        return []
    said = layer.revision.table.properties.take(np.arange(layer.feature_count))
    valid = [index for index, one in enumerate(said) if orjson.loads(one).get(flag) is True]
    sites = [_listed(layer, index) for index in valid]
    label = definition.label
    return sorted(sites, key=lambda one: str(one.properties.get(label, ""))) if label else sites
