"""What the base map names, as places to be searched: stations, parks, rivers, offices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import shapely

from layers.catalog.base_map import BaseFeature, BaseMap, name_of
from layers.japanese.addresses import DOUBT_CHOME, DOUBT_TOWN, Gazetteer
from layers.japanese.sound import sound
from layers.query.search.index import Named, Names, rounded
from layers.schema.base import BaseKind


class PlaceKind(NamedTuple):
    """The kinds of the base map that are one in the search, and what people call them."""

    id: str
    of_base: tuple[BaseKind, ...]
    terms: tuple[str, ...] = ()


# In the order in which they are listed; those of `rules.BEFORE_LAYERS` before layers.
KINDS = (
    PlaceKind("station", ("station",), ("駅", "station", "stations", "车站", "역", "nhà ga")),
    PlaceKind("landmark", ("landmark",)),
    PlaceKind("park", ("park",), ("公園", "park", "parks", "公园", "공원", "công viên")),
    PlaceKind("office", ()),
    PlaceKind("area", ("area_name",)),
    PlaceKind("water", ("river", "water"), ("川", "かわ", "河川", "river", "rivers", "강", "sông")),
    PlaceKind("road", ("road", "expressway"), ("道路", "どうろ", "road", "roads", "도로")),
)
PARTS = ("water", "road")  # of which a place is one point


def places_of(base: BaseMap, gazetteer: Gazetteer) -> list[Names]:
    """The named places in the city, and all stations of the map, by kind and without empty ones."""
    shapely.prepare(base.boundary)
    groups = [
        Names(kind.id, kind.terms, [*_offices(base, gazetteer)])
        if kind.id == "office"
        else Names(kind.id, kind.terms, [*_named(base, kind)])
        for kind in KINDS
    ]
    return [group for group in groups if group.names]


def neighbours_of(base: BaseMap) -> list[list[str]]:
    """The municipalities beside the city that the base map names, each with its readings."""
    return [
        distinct([str(feature.name), *feature.names.values()])
        for feature in base.features
        if feature.kind == "area_name" and not shapely.intersects(base.boundary, feature.geometry)
    ]


def distinct(names: Sequence[str]) -> list[str]:
    """The names without those that sound as one before."""
    return [*{sound(name): name for name in reversed(names)}.values()][::-1]


def _named(base: BaseMap, kind: PlaceKind) -> Iterator[Named]:
    lines: set[str] = set()  # a river that is a line and an area is one
    for of_base in kind.of_base:
        for feature in base.features:
            if feature.kind != of_base or not feature.name:
                continue
            if kind.id != "station" and not shapely.intersects(base.boundary, feature.geometry):
                continue
            is_point = shapely.get_type_id(feature.geometry) == shapely.GeometryType.POINT
            if not is_point and feature.name in lines:
                continue
            lines |= set() if is_point else {feature.name}
            name = name_of(of_base, feature.name, feature.names, ["ja"])
            readings = _readings(name, feature.name, feature.names)
            place = _place(feature, base.boundary)
            forms = {
                tag: name_of(of_base, feature.name, feature.names, [tag]) for tag in feature.names
            }
            yield Named(name, *place, readings=readings, forms=forms)


def _readings(name: str, bare: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """What a place is called beside its name: 朝霞, Asaka, Asakaえき, Asaka Station of 朝霞駅."""
    readings = [bare, *names.values()]
    if name != bare:
        read = [names[tag] for tag in ("ja-Hrkt", "ja-Latn", "en") if tag in names]
        readings += [reading + word for word in ("えき", " Station") for reading in read]
    return tuple(distinct([name, *readings])[1:])


def _place(feature: BaseFeature, city: shapely.Geometry) -> tuple[float, float]:
    """The point that stands for it: of a line that which is nearest to the city's middle."""
    if feature.at is not None:
        return rounded(*feature.at)
    if shapely.get_dimensions(feature.geometry) == 0:
        return _xy(feature.geometry)
    within = shapely.intersection(feature.geometry, city)
    nearest = shapely.shortest_line(shapely.centroid(city), within)
    return _xy(shapely.get_point(nearest, 1))


def _xy(point: shapely.Geometry) -> tuple[float, float]:
    x, y = shapely.get_coordinates(point)[0].tolist()
    return rounded(x, y)


def _offices(base: BaseMap, gazetteer: Gazetteer) -> Iterator[Named]:
    """Offices with a postcode of their own, in the middle of the town of their address."""
    numbers = {town: number for number, town in enumerate(gazetteer.towns)}
    for office in base.offices:
        town = gazetteer.find(gazetteer.city + office.address)
        if town is not None:
            _, x, y = gazetteer.towns[town]
            doubt = DOUBT_TOWN if town.chome is None else DOUBT_CHOME
            yield Named(
                office.name,
                *rounded(x, y),
                town=numbers[town],
                doubt=doubt,
                readings=(office.kana,),  # no form of the name: the post writes シヤクシヨ
                codes=(office.code,),
            )
