"""What is known of a place: hazard zones it lies in, and what is near. From source geometry.

On a border, and with an inexact position, the worst that is possible is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from layers.catalog.layer import Layer
from layers.geometry.ellipsoid import GEOD
from layers.geometry.parts import Integers
from layers.japanese.spelling import nfkc
from layers.schema.layer import Code, LayerDefinition
from layers.schema.values import DOUBT, Disaster

CORNERS = 64  # of the polygon that stands for a circle, drawn around it so that nothing is missed
NEAREST = 3
TELEPHONE_FIELDS = ("phone", "contact_phone")  # as `layers/standards/columns.toml` names them
TELEPHONE = re.compile(r"\+?[0-9][0-9()-]{6,}")

State = Literal["inside", "outside", "not_surveyed", "sample"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in degrees, known to `radius` metres (0: exactly)."""

    longitude: float
    latitude: float
    radius: float = 0.0

    def area(self) -> shapely.Geometry:
        """Where the place may be, in degrees."""
        if not self.radius:
            return shapely.Point(self.longitude, self.latitude)
        around = np.arange(CORNERS) * (360.0 / CORNERS)
        every = np.ones(CORNERS)
        reach = self.radius / np.cos(np.pi / CORNERS)
        x, y, _ = GEOD.fwd(self.longitude * every, self.latitude * every, around, reach * every)
        return shapely.Polygon(np.column_stack([x, y]))


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone a place lies in; `code` says its class in words, None where it has none.

    `name` is what the layer calls it by, such as the river.
    """

    feature: int
    code: Code | None
    name: str | None
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HazardFinding:
    """What a hazard layer says of a place: the worst zone of each partition, the worst first.

    `state` is never "outside" where the layer does not say that it was surveyed, nor where rows of
    its source are missing that may lie there. `names` are all the names of the layer's zones, such
    as its rivers: what it speaks of at all.
    """

    layer: Layer
    state: State
    zones: Sequence[Zone] = ()
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A feature near a place: how far (metres, geodesic) and in which direction (degrees from
    north, clockwise), as measured from the place."""

    feature: int
    longitude: float
    latitude: float
    metres: float
    azimuth: float
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NearFinding:
    """The nearest features of a layer. `disaster` is what they are designated for, if any is.

    Where all of them turn people away (`is_refused`), `further` is the nearest that is not known
    to; None where none is left. `uncertain` is how many were left out because their own position
    is not exact.
    """

    layer: Layer
    disaster: Disaster | None
    places: Sequence[NearPlace] = ()
    further: NearPlace | None = None
    uncertain: int = 0
    is_refused: bool = False
    sample: bool = field(default=False)


def hazards_at(layer: Layer, place: Place) -> HazardFinding:
    """What a hazard layer says of a place. A sample says nothing."""
    definition = layer.definition
    if definition.sample:
        return HazardFinding(layer, "sample")
    area = place.area()
    features = np.unique(layer.revision.source.owner[layer.parts_in(area)])
    if len(features):
        return HazardFinding(layer, "inside", _worst(layer, features))
    state: State = "outside" if layer.is_surveyed(area) else "not_surveyed"
    return HazardFinding(layer, state, names=names_of(layer))


def nearest(
    layer: Layer, place: Place, disaster: Disaster | None, refusing: Collection[int] = ()
) -> NearFinding:
    """The features of a layer of places that are nearest.

    Those designated by kind of disaster are only those valid for `disaster`: with None, or when
    none is, there are none. `refusing` are the ids of features that turn people away. Features
    known only roughly are not measured. A sample says nothing.
    """
    definition = layer.definition
    assert definition.nearest is not None
    if definition.sample:
        return NearFinding(layer, disaster, sample=True)
    columns, source, table = layer.revision.columns, layer.revision.source, layer.revision.table
    valid = np.ones(layer.feature_count, dtype=bool)
    if valid_for := definition.nearest.valid_for:
        flag = valid_for.get(disaster) if disaster is not None else None
        valid = columns[flag].is_true() if flag is not None else ~valid
    rough = columns[DOUBT].present if DOUBT in columns else np.zeros_like(valid)
    exact = (valid & ~rough)[source.owner]
    places, further = _near(layer, place, exact, NEAREST), None
    is_refused = bool(places) and all(near.feature in refusing for near in places)
    if is_refused:
        others = exact & ~np.isin(table.ids[source.owner], [*refusing])
        further = next(iter(_near(layer, place, others, 1)), None)
    uncertain = int(np.count_nonzero(valid & rough))
    return NearFinding(layer, disaster, places, further, uncertain, is_refused)


def _near(
    layer: Layer, place: Place, among: npt.NDArray[np.bool_], count: int
) -> tuple[NearPlace, ...]:
    """The `count` nearest of the layer's points that `among` is true for."""
    table, index = layer.revision.table, layer.point_index
    near = index.nearest(place.longitude, place.latitude, among, count)
    features = layer.revision.source.owner[near.indices]
    return tuple(
        NearPlace(id, longitude, latitude, metres, azimuth, orjson.loads(properties))
        for id, (longitude, latitude), metres, azimuth, properties in zip(
            table.ids[features].tolist(),
            index.coordinates[near.indices].tolist(),
            near.metres.tolist(),
            near.azimuth.tolist(),
            table.properties.take(features),
            strict=True,
        )
    )


def telephone_of(properties: Mapping[str, Any]) -> str | None:
    """The number to call a place at, of digits and signs, if one is published."""
    for field_id in TELEPHONE_FIELDS:
        number = nfkc(str(properties.get(field_id) or "")).strip()
        if TELEPHONE.fullmatch(number):
            return number
    return None


def original_field(definition: LayerDefinition) -> str | None:
    """The field that keeps a class as the source calls it: text of the same column, as written.

    None where there is none.
    """
    ranked = definition.fields.get(definition.style.field or "")
    if ranked is None:
        return None
    return next(
        (
            name
            for name, field in definition.fields.items()
            if field.column == ranked.column
            and field.type == "text"
            and not (field.codes or field.values)
        ),
        None,
    )


def names_of(layer: Layer) -> list[str]:
    """All the names of the layer's zones, in the order in which they appear."""
    label = layer.definition.label
    if label is None:
        return []
    names = layer.revision.columns[label].in_order_of_appearance()
    return [*dict.fromkeys(map(str, names))]


def zones_of(layer: Layer, features: Integers) -> list[Zone]:
    """Features as zones."""
    properties = layer.revision.table.properties.take(features)
    return [
        _zone(layer, index, orjson.loads(encoded))
        for index, encoded in zip(features.tolist(), properties, strict=True)
    ]


def severity_in(definition: LayerDefinition) -> Callable[[Zone], tuple[int, int]]:
    """How bad each zone of the layer is: by its class, then by the class of the source."""
    ranks, finer = _ranks(definition), _original_ranks(definition)
    original = original_field(definition) or ""

    def severity(zone: Zone) -> tuple[int, int]:
        code = zone.code.value if zone.code else None
        return ranks.get(code, -1), finer.get(zone.properties.get(original), -1)

    return severity


def _worst(layer: Layer, features: Integers) -> list[Zone]:
    """The worst zone of each partition among features, the worst first."""
    definition = layer.definition
    zones = sorted(zones_of(layer, features), key=severity_in(definition), reverse=True)
    first: dict[Any, Zone] = {}
    for zone in zones:
        first.setdefault(zone.properties.get(definition.partition or ""), zone)
    return list(first.values())


def _original_ranks(definition: LayerDefinition) -> dict[Any, int]:
    """How bad each class of the source is among those of one rank: as the definition lists them."""
    ranked = definition.fields.get(definition.style.field or "")
    return {value: rank for rank, value in enumerate(ranked.values if ranked else ())}


def _zone(layer: Layer, index: int, properties: Mapping[str, Any]) -> Zone:
    definition = layer.definition
    value = properties.get(definition.style.field or "")
    codes = definition.fields[definition.style.field].codes if definition.style.field else ()
    name = properties.get(definition.label or "")
    return Zone(
        feature=int(layer.revision.table.ids[index]),
        code=next((code for code in codes if code.value == value), None),
        name=None if name is None else str(name),
        properties=properties,
    )


def _ranks(definition: LayerDefinition) -> dict[Any, int]:
    """How bad each class is: codes stand in the order of the legend, the worst last."""
    if definition.style.field is None:
        return {}
    codes = definition.fields[definition.style.field].codes
    return {code.value: rank for rank, code in enumerate(codes)}
