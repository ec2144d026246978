"""Places and organic rings, in degrees of longitude and latitude."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.tile import Bounds, Tile

Coordinates = npt.NDArray[np.float64]

CITY = Bounds(139.55, 35.76, 139.65, 35.86)
REGION = Bounds(137.0, 34.5, 141.0, 38.5)
FAR = Bounds(141.0, 36.5, 145.0, 43.0)
NEAR = 1_000  # points of a growing layer that lie in the city; the others lie far away
TOWNS = 200
HARMONICS = 200  # coves and capes of a ring, from large to small
COAST = (140.0, 36.0)  # the middle of the huge polygon
COAST_RADIUS = 1.0
SEED = 11227


def scattered(random: np.random.Generator, box: Bounds, count: int) -> Coordinates:
    """Places anywhere in the box."""
    return random.uniform((box.west, box.south), (box.east, box.north), (count, 2))


def in_towns(random: np.random.Generator, box: Bounds, count: int) -> Coordinates:
    """Places crowded around towns, and some of the country between them."""
    towns = scattered(random, box, TOWNS)
    crowd = random.integers(0, TOWNS, count * 7 // 10)
    around = towns[crowd] + random.normal(0, 0.04, (len(crowd), 2))
    return np.vstack([around, scattered(random, box, count - len(crowd))])


def near_and_far(count: int) -> Coordinates:
    """The same `NEAR` places in the city whatever the count; the others where no tile of it is."""
    random = np.random.default_rng(SEED)
    near = scattered(random, CITY, NEAR)
    return np.vstack([near, scattered(random, FAR, count - NEAR)])


def ring(
    random: np.random.Generator, centre: npt.ArrayLike, radius: float, vertices: int
) -> Coordinates:
    """A closed ring that never crosses itself: seen from its centre, a star."""
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    order = np.arange(2, HARMONICS + 2)
    size = random.normal(0, 0.25, HARMONICS) / order
    shift = random.uniform(0, 2 * np.pi, HARMONICS)
    distance = np.ones(vertices)
    for k, amplitude, phase in zip(order, size, shift, strict=True):
        distance += amplitude * np.cos(k * turn + phase)
    return _around(turn, np.maximum(distance, 0.2) * radius, np.asarray(centre))


def coast(vertices: int) -> Coordinates:
    """One huge ring with detail at every scale."""
    random = np.random.default_rng(SEED)
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    walk = np.cumsum(random.normal(0, 1, vertices)) / np.sqrt(vertices)
    closed = walk - walk[-1] * turn / (2 * np.pi)
    return _around(turn, COAST_RADIUS * (1 + 0.02 * closed), np.asarray(COAST))


def piece_of(ring: Coordinates) -> Coordinates:
    """What of the coast lies in the tiles around `coast_tile`."""
    box = shapely.box(*around(coast_tile(ring)))
    pieces = shapely.get_parts(shapely.intersection(shapely.polygons(ring), box))
    largest = pieces[np.argmax(shapely.area(pieces))]
    return shapely.get_coordinates(shapely.get_exterior_ring(largest))


def coast_tile(ring: Coordinates, z: int = 14) -> Tile:
    """The tile at the coast's eastern end."""
    longitude, latitude = ring[0].tolist()
    return Tile.at(z, longitude, latitude)


def around(tile: Tile) -> Bounds:
    """The tile and its eight neighbours."""
    west, _, _, north = Tile(tile.z, tile.x - 1, tile.y - 1).bounds()
    _, south, east, _ = Tile(tile.z, tile.x + 1, tile.y + 1).bounds()
    return Bounds(west, south, east, north)


def _around(turn: Coordinates, distance: Coordinates, centre: Coordinates) -> Coordinates:
    upright = np.cos(np.radians(centre[1]))  # a degree of latitude is longer on the ground
    outward = np.column_stack([np.cos(turn), np.sin(turn) * upright])
    points: Coordinates = outward * distance[:, None] + centre
    return np.vstack([points, points[:1]])
