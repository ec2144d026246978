"""Places to ask about: anywhere, on borders, at what is near, with and without a radius."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely

from layers.catalog.catalog import Catalog
from layers.geometry.parts import Coordinates
from layers.query.here import Place
from layers.schema.values import DISASTERS, Disaster
from server.texts import LANGUAGES

SEED = 15


class Question(NamedTuple):
    """What a device is asked, and the service beside it."""

    lang: str
    place: Place
    disaster: Disaster | None

    def to_json(self) -> dict[str, Any]:
        place = {
            "longitude": self.place.longitude,
            "latitude": self.place.latitude,
            "radius": self.place.radius,
        }
        return {"lang": self.lang, "place": place, "disaster": self.disaster}


def questions(catalog: Catalog, count: int) -> list[Question]:
    """`count` questions, the same each time: half of them in Japanese and English."""
    random = np.random.default_rng(SEED)
    kinds = [_anywhere, _at_vertices, _on_edges, _at_places]
    shares = [count - 3 * (count // 5), *[count // 5] * 3]
    places = np.concatenate(
        [kind(catalog, random, share) for kind, share in zip(kinds, shares, strict=True)]
    )
    return [*_asked(places, random)]


def _asked(places: Coordinates, random: np.random.Generator) -> Iterator[Question]:
    langs, disasters = [*LANGUAGES, "ja", "en"], [None, *DISASTERS]
    for longitude, latitude in places.tolist():
        radius = random.choice([0.0, 0.0, 0.0, 25.0, float(random.integers(1, 1500))])
        lang, disaster = random.choice(len(langs)), random.choice(len(disasters))
        place = Place(longitude, latitude, float(radius))
        yield Question(langs[lang], place, disasters[disaster])


def _anywhere(catalog: Catalog, random: np.random.Generator, count: int) -> Coordinates:
    """In the city and around it, a few of them far away."""
    west, south, east, north = shapely.bounds(catalog.base.boundary)
    across = np.array([east - west, north - south])
    spread = np.where(random.random(count) < 0.9, 1.2, 20.0)[:, None]
    middle = np.array([west + east, south + north]) / 2
    places: Coordinates = middle + (random.random((count, 2)) - 0.5) * across * spread
    return places


def _at_vertices(catalog: Catalog, random: np.random.Generator, count: int) -> Coordinates:
    """Exactly on the borders of the city and of zones."""
    borders = _borders(catalog)
    return np.concatenate(
        [
            border[random.integers(len(border), size=1)]
            for border in (borders[at] for at in random.integers(len(borders), size=count))
        ]
    )


def _on_edges(catalog: Catalog, random: np.random.Generator, count: int) -> Coordinates:
    """As near to borders as numbers are."""
    borders = _borders(catalog)
    places = []
    for at in random.integers(len(borders), size=count):
        border = borders[at]
        start = random.integers(len(border) - 1)
        share = random.choice([0.5, random.random()])
        places.append(border[start] + (border[start + 1] - border[start]) * share)
    return np.array(places)


def _borders(catalog: Catalog) -> list[Coordinates]:
    shapes = [catalog.base.boundary]
    for layer in catalog.layers.values():
        if layer.definition.hazard is not None:
            shapes += [*layer.revision.source.to_shapes().geometry]
    rings = shapely.get_rings(np.array(shapes))
    return [shapely.get_coordinates(ring) for ring in rings]


def _at_places(catalog: Catalog, random: np.random.Generator, count: int) -> Coordinates:
    """Exactly at places that answers name, or a step beside them."""
    layers = [each for each in catalog.layers.values() if each.definition.nearest is not None]
    if not layers:
        return _anywhere(catalog, random, count)
    every = np.concatenate([layer.point_index.coordinates for layer in layers])
    places = every[random.integers(len(every), size=count)]
    return np.where(random.random((count, 1)) < 0.5, places, places + 1e-5)
