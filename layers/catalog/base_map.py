"""The bundled base map, parsed: the city's boundary, its neighbourhoods (町丁目), and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import orjson
import shapely

from layers.schema.base import FAR, BaseKind
from layers.symbology.look import LOOK


class Neighbourhood(NamedTuple):
    """A neighbourhood by its name as published and the point that stands for it, in degrees.

    `names` are further ones, by language tag.
    """

    name: str
    longitude: float
    latitude: float
    names: Mapping[str, str] = {}


class Postcode(NamedTuple):
    """A postcode (7 digits), the text of its area in the city, and how that is read in kana."""

    code: str
    town: str
    kana: str


class Office(NamedTuple):
    """An office with a postcode of its own; its address is that behind the city's name."""

    code: str
    name: str
    kana: str
    address: str


@dataclass(frozen=True)
class BaseFeature:
    """Something of one kind and name, in degrees; `at` is the place that stands for an area."""

    kind: BaseKind
    geometry: shapely.Geometry
    name: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class BaseMap:
    """The base map of a city.

    `content` is GeoJSON, as it is served; `near` the same of lines and areas as they are drawn
    beyond zoom `FAR`, b"" where there are none. `postcodes` and `offices` are not drawn: they are
    those of the city's `address_files`.
    """

    content: bytes
    near: bytes
    boundary: shapely.Geometry
    neighbourhoods: Sequence[Neighbourhood]
    features: Sequence[BaseFeature]
    near_features: Sequence[BaseFeature]
    postcodes: Sequence[Postcode] = ()
    offices: Sequence[Office] = ()

    @classmethod
    def parse(cls, stored: bytes) -> BaseMap:
        """Parse what `layers.publish.base_map` puts into the store."""
        document = orjson.loads(stored)
        features, near = document["features"], document.get("near", [])
        by_kind = {feature["properties"]["kind"]: feature for feature in features}
        towns = [each for each in features if each["properties"]["kind"] == "town"]
        neighbourhoods = [_neighbourhood(town) for town in towns]
        return cls(
            content=_collection(features),
            near=_collection(near) if near else b"",
            boundary=shapely.from_geojson(orjson.dumps(by_kind["boundary"]["geometry"])),
            neighbourhoods=neighbourhoods,
            features=[*_parsed(features)],
            near_features=[*_parsed(near)],
            postcodes=[Postcode(*members) for members in document.get("postcodes", [])],
            offices=[Office(*members) for members in document.get("offices", [])],
        )

    def at_zoom(self, zoom: float) -> Sequence[BaseFeature]:
        """The lines and areas that the map draws at a zoom."""
        return self.near_features if zoom > FAR else self.features


def _neighbourhood(feature: dict[str, Any]) -> Neighbourhood:
    longitude, latitude = feature["geometry"]["coordinates"]
    properties = feature["properties"]
    return Neighbourhood(properties["name"], longitude, latitude, properties.get("names", {}))


def _collection(features: list[dict[str, Any]]) -> bytes:
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _parsed(features: list[dict[str, Any]]) -> list[BaseFeature]:
    shown = [each for each in features if each["properties"]["kind"] not in ("boundary", "town")]
    texts = [orjson.dumps(feature["geometry"]).decode() for feature in shown]
    shapes = shapely.from_geojson(np.array(texts, dtype=object))
    return [
        BaseFeature(geometry=shape, **feature["properties"])
        for shape, feature in zip(shapes, shown, strict=True)
    ]


def name_of(kind: str, name: str, names: Mapping[str, str], tags: Sequence[str]) -> str:
    """The name in the first language of `tags` that there is one in, else in Japanese."""
    tag = next((tag for tag in tags if tag in names), "ja")
    text = name if tag == "ja" else names[tag]
    after = LOOK.base.names.stations.get(tag, "") if kind == "station" else ""
    return text if text.endswith(after) else text + after
