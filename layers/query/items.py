"""A layer's features as programs ask for them: which, in which order, in which coordinates."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial

import numpy as np
import orjson
import shapely

from layers.catalog.layer import Layer
from layers.errors import InvalidFilter
from layers.geometry.parts import Coordinates, Integers, Parts
from layers.geometry.reference_systems import ReferenceSystem
from layers.geometry.slivers import on_grid_whole
from layers.geometry.tile import SOURCE_DIGITS
from layers.query.filter.evaluate import ID, selected
from layers.query.filter.operands import Constant, Field, Id, Numbers, Type, types_of
from layers.query.filter.parse import Language, parse
from layers.query.filter.spatial import boxes, related, source_of
from layers.query.filter.times import Times, bound, instant
from layers.revision.columns import Mask
from layers.tiles import geojson
from layers.tiles.content import whole_layer

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")  # within 64 bits
WANTED: Mapping[Type, str] = {
    "text": "a text",
    "number": "a number",
    "flag": "true or false",
    "date": "a date",
}
STEPS = 32  # into which each side of a box in metres is parted: its edges are curves in degrees


def by_bbox(layer: Layer, numbers: Sequence[float], system: ReferenceSystem) -> Mask:
    """Where a feature touches a bbox of 4 numbers, or of 6 with heights, in this system.

    Raises `InvalidFilter`.
    """
    wanted = "4 numbers (the lower corner, then the upper one) or 6 with heights"
    if len(numbers) not in (4, 6):
        raise InvalidFilter(f"has {len(numbers)} numbers", wanted)
    half = len(numbers) // 2
    corners = [*numbers[:2], *numbers[half : half + 2]]
    if system.is_swapped:
        corners = [corners[1], corners[0], corners[3], corners[2]]
    if system.is_degrees:
        west, south, east, north = corners
        if not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
            raise InvalidFilter("is beyond the degrees of the world", wanted)
        return related(layer, "s_intersects", boxes(corners, lambda area: _moved(area, system)))
    west, south, east, north = corners
    if west > east or south > north:
        raise InvalidFilter("has its corners the wrong way around", wanted)
    side = max(east - west, north - south) / STEPS
    box: shapely.Geometry = shapely.box(west, south, east, north)
    area = _moved(shapely.segmentize(box, side) if side > 0 else box, system)
    if not np.isfinite(shapely.bounds(area)).all():
        raise InvalidFilter("is beyond where its system reaches", wanted)
    return related(layer, "s_intersects", area)


def by_filter(layer: Layer, text: str, language: Language, system: ReferenceSystem) -> Mask:
    """Where a filter in CQL2 is true, its geometries being in this system.

    Raises `InvalidFilter`.
    """

    def to_degrees(geometry: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(geometry, system.to_degrees)

    return selected(layer, parse(text, language), to_degrees)


def queryables(layer: Layer) -> list[str]:
    """The names by which `by_value` asks for features."""
    fields = [*layer.definition.public_fields]
    return fields if ID in fields else [ID, *fields]


def by_value(layer: Layer, name: str, text: str) -> Mask:
    """Where a published field has the value that the text writes, or the id is it.

    Flags are `true` and `false`, dates a day. Raises `InvalidFilter`.
    """
    if name == ID and ID not in layer.definition.public_fields:
        operand: Field | Numbers = Id(layer.revision.table.ids).numbers()
        types: Collection[Type] = {"number"}
    else:
        operand = Field.of(layer, name)
        types = operand.types
    values = [value for value in map(partial(_read, text), types) if value is not None]
    if not values:
        wanted = " or ".join(WANTED[each] for each in sorted(types))
        raise InvalidFilter(f"is {text[:50]!r}", wanted)
    matches = np.zeros(layer.feature_count, dtype=bool)
    for value in values:
        matches |= operand.compare("=", value).true
    return matches


def _read(text: str, wanted: Type) -> Constant | None:
    """The value of this type that the text writes; None where it writes none."""
    if wanted == "flag":
        return Constant(text == "true", wanted) if text in ("true", "false") else None
    if wanted == "number":
        return Constant(orjson.loads(text), wanted) if NUMBER.fullmatch(text) else None
    return Constant(text, "text")  # which a date is read from


def by_time(layer: Layer, text: str) -> Mask:
    """Where a date of a feature lies in `text`: an instant, or an interval `start/end`.

    A date is a whole day, and an instant stands for its day. Of a layer whose features have no
    dates, all lie at that of its data. Raises `InvalidFilter`.
    """
    start, end = _days(text)
    fields = date_fields(layer)
    if not fields:
        day = instant(layer.definition.credit.date.isoformat())
        return np.full(layer.feature_count, start <= day <= end)
    matches = np.zeros(layer.feature_count, dtype=bool)
    for name in fields:
        times: Times = Field.of(layer, name).times()
        matches |= times.present & (times.start >= start) & (times.start <= end)
    return matches


def date_fields(layer: Layer) -> list[str]:
    """The published fields that hold dates."""
    fields = layer.definition.public_fields.items()
    return [name for name, field in fields if types_of(field) == {"date"}]


def dates_of(layer: Layer) -> tuple[str, str] | None:
    """The first and the last date of features that have some."""
    columns = [layer.revision.columns[name] for name in date_fields(layer)]
    dates = [date for column in columns for date in column.in_order_of_appearance()]
    texts = [date for date in dates if isinstance(date, str)]
    return (min(texts), max(texts)) if texts else None


def _days(text: str) -> tuple[int, int]:
    ends = text.split("/")
    if len(ends) > 2 or (len(ends) == 2 and all(end in ("", "..") for end in ends)):
        wanted = "a date, a time, or start/end of which one may be .."
        raise InvalidFilter(f"is {text[:50]!r}", wanted)
    first, last = (_day(end) for end in (ends[0], ends[-1]))
    if len(ends) == 1 and first in ("", ".."):
        raise InvalidFilter(f"is {text[:50]!r}", "a date or a time")
    start, end = bound(first, is_end=False), bound(last, is_end=True)
    if start > end:
        raise InvalidFilter(f"is {text[:50]!r}", "an interval that starts before it ends")
    return start, end


def _day(text: str) -> str:
    """The day of a date or an instant, as it is written there."""
    if text not in ("", ".."):
        instant(text)
    return text[:10]


def in_order(layer: Layer, chosen: Mask, keys: Sequence[tuple[str, bool]]) -> Integers:
    """The chosen features, by these fields, the first one first; descending where true.

    Those without a value come last; equal ones stay as the source has them.
    """
    index: Integers = np.flatnonzero(chosen)
    if not keys:
        return index
    ranks = []
    for name, descending in reversed(keys):
        column = layer.revision.columns[name]
        values = column.keys[index]
        if values.dtype != np.float64:
            values = values.astype(np.int64)
        ranks += [-values if descending else values, ~column.present[index]]
    return index[np.lexsort(ranks)]


def features(
    layer: Layer,
    index: Integers,
    system: ReferenceSystem,
    properties: Collection[str] | None = None,
) -> list[bytes]:
    """A GeoJSON Feature for each, in this order, with all its fields: null where there is none.

    With `properties` only with these fields.
    """
    parts = source_of(layer, index)
    order = np.repeat(np.arange(len(index)), _counts(layer, index))
    if parts.kind == "point":
        parts = Parts("point", np.round(parts.coordinates, SOURCE_DIGITS), (), order)
    else:
        parts = on_grid_whole(
            Parts(parts.kind, parts.coordinates, parts.offsets, order), SOURCE_DIGITS
        )
    coordinates = system.from_degrees(parts.coordinates)
    parts = Parts(parts.kind, coordinates, parts.offsets, parts.owner)
    ids = layer.revision.table.ids[index].tolist()
    return geojson.features(whole_layer(parts, ids, _properties(layer, index, properties)))


def index_of(layer: Layer, id: int) -> Integers:
    """The index of the feature of this id, as an array; empty without one."""
    matches: Integers = np.flatnonzero(layer.revision.table.ids == id)
    return matches[:1]


def _counts(layer: Layer, index: Integers) -> Integers:
    owner = layer.revision.source.owner
    first, after = np.searchsorted(owner, [index, index + 1])
    counts: Integers = after - first
    return counts


def _properties(layer: Layer, index: Integers, properties: Collection[str] | None) -> list[bytes]:
    stored = layer.revision.table.properties.take(index)
    fields = list(layer.definition.public_fields)
    if properties is not None:
        return [
            orjson.dumps({name: values.get(name) for name in fields if name in properties})
            for values in map(orjson.loads, stored)
        ]
    columns = layer.revision.columns
    absent = np.zeros(len(index), dtype=object)
    for place, name in enumerate(fields):
        absent[~columns[name].present[index]] += 1 << place
    nulls: dict[int, bytes] = {}
    for pattern in set(absent.tolist()):
        names = [name for place, name in enumerate(fields) if pattern >> place & 1]
        nulls[pattern] = orjson.dumps(dict.fromkeys(names))[1:]
    return [
        _joined(values, nulls[pattern])
        for values, pattern in zip(stored, absent.tolist(), strict=True)
    ]


def _joined(values: bytes, nulls: bytes) -> bytes:
    """An object with the members of another one, which lacks its opening bracket."""
    if nulls == b"}":
        return values
    return values[:-1] + (b"," if len(values) > 2 else b"") + nulls


def _moved(geometry: shapely.Geometry, system: ReferenceSystem) -> shapely.Geometry:
    """A geometry whose easting comes first, in degrees."""
    swapped = system.is_swapped

    def moved(coordinates: Coordinates) -> Coordinates:
        return system.to_degrees(coordinates[:, ::-1] if swapped else coordinates)

    return shapely.transform(geometry, moved)
