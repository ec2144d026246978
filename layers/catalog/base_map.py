"""The bundled base map, parsed: the city's boundary and its neighbourhoods (町丁目)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
import shapely


class Neighbourhood(NamedTuple):
    """A neighbourhood by its name as published and the point that stands for it, in degrees."""

    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class BaseMap:
    """The base map of a city. `content` is GeoJSON, as it is served."""

    content: bytes
    boundary: shapely.Geometry
    neighbourhoods: Sequence[Neighbourhood]

    @classmethod
    def parse(cls, content: bytes) -> BaseMap:
        """Parse the GeoJSON that `layers.prepare.pipeline.base` writes."""
        features = orjson.loads(content)["features"]
        (boundary,) = (
            feature["geometry"]
            for feature in features
            if feature["properties"]["kind"] == "boundary"
        )
        neighbourhoods = tuple(
            Neighbourhood(feature["properties"]["name"], *feature["geometry"]["coordinates"])
            for feature in features
            if feature["properties"]["kind"] == "town"
        )
        return cls(content, shapely.from_geojson(orjson.dumps(boundary)), neighbourhoods)
