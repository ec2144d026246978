"""Sample flood areas of two rivers, in the columns of 国土数値情報 A31a (想定最大規模).

The rivers' courses are drawn by eye. The depths follow no hydraulics: they grow from an edge of the
low ground towards the river, with smooth noise. Nothing here says what a real flood would do.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from data.sampling import ground
from data.sampling.chance import Chance
from data.sampling.contour import Floats, Grid, area_reaching
from data.sampling.ground import METRES_PER_LATITUDE, METRES_PER_LONGITUDE, Position
from data.sampling.noise import smooth_noise
from data.sampling.shapefile import JGD2011, Column, write

RANK_FROM_METRES = (0.01, 0.5, 3.0, 5.0, 10.0)  # ranks 1 to 5; what lies under 1 cm is dry
PRECISION = 1e-6  # degrees
SIMPLIFY = 3e-5  # degrees, 3 m
LEAST_AREA = 900.0  # square metres; smaller islands and ponds of a rank go to the rank around them
SQUARE_METRES = METRES_PER_LONGITUDE * METRES_PER_LATITUDE  # in one square degree

GRID = Grid(west=139.568, south=35.774, step_x=0.00025, step_y=0.0002, columns=240, rows=326)

# The foot of the terrace, from the north-west to the south-east: low ground lies to its left.
TERRACE = (
    (139.5850, 35.8400),
    (139.5925, 35.8300),
    (139.5945, 35.8262),
    (139.5945, 35.8232),
    (139.5975, 35.8175),
    (139.6020, 35.8142),
    (139.6065, 35.8112),
    (139.6105, 35.8078),
    (139.6170, 35.8030),
    (139.6300, 35.7960),
)
VALLEY = (
    (139.5700, 35.7950),
    (139.5760, 35.7967),
    (139.5808, 35.7978),
    (139.5845, 35.8010),
    (139.5862, 35.8050),
    (139.5878, 35.8085),
    (139.5905, 35.8118),
    (139.5950, 35.8146),
    (139.5995, 35.8172),
    (139.6045, 35.8182),
    (139.6085, 35.8170),
)

COLUMNS = (
    Column("A31a_201", "C", 10),
    Column("A31a_202", "C", 40),
    Column("A31a_203", "C", 2),
    Column("A31a_204", "C", 40),
    Column("A31a_205", "N", 2),
)


@dataclass(frozen=True)
class River:
    """A sample river and the depth of its flood at the nodes of the grid, in metres."""

    code: str
    name: str
    depth: Floats


def write_flood(path: Path, *, written: datetime.date) -> None:
    """Write the sample as a Shapefile in JGD2011, CP932 and without .cpg, one row a polygon."""
    city = ground.boundary()
    geometries: list[shapely.Polygon] = []
    rows: list[list[str]] = []
    for river in _rivers():
        for rank, area in enumerate(_rank_areas(river.depth, city), start=1):
            for polygon in _in_order(area):
                geometries.append(polygon)
                rows.append([river.code, river.name, "00", "見本 河川管理者", str(rank)])
    write(path, geometries, COLUMNS, rows, prj=JGD2011, cpg=None, written=written)


def _rivers() -> tuple[River, River]:
    longitude, latitude = GRID.nodes()
    east = (longitude - GRID.west) * METRES_PER_LONGITUDE
    north = (latitude - GRID.south) * METRES_PER_LATITUDE
    return (
        River("0000000001", "見本 荒川筋", _plain_depth(east, north)),
        River("0000000002", "見本 黒目川筋", _valley_depth(east, north)),
    )


def _plain_depth(east: Floats, north: Floats) -> Floats:
    """Depth on the low ground, growing with the distance from the foot of the terrace."""
    chance = Chance(11227)
    distance, _, side = _along(TERRACE, east, north)
    inland = distance * side
    inland = inland + 150.0 * smooth_noise(east, north, 520.0, chance)
    inland = inland + 70.0 * smooth_noise(east, north, 190.0, chance)
    profile = ((-400.0, -3.0), (0.0, 0.0), (90.0, 0.6), (280.0, 3.0), (650.0, 5.0), (2000.0, 11.3))
    depth = _piecewise(_with_sites(inland, east, north, scale=140.0), profile)
    relief = 1.3 * smooth_noise(east, north, 430.0, chance)
    relief = relief + 0.8 * smooth_noise(east, north, 160.0, chance)
    relief = relief + 0.4 * smooth_noise(east, north, 75.0, chance)
    return _off_the_edge(depth + relief * np.clip(depth / 5.0, 0.0, 1.0))


def _valley_depth(east: Floats, north: Floats) -> Floats:
    """Depth beside the small river, in a valley that widens downstream."""
    chance = Chance(2024)
    distance, share, _ = _along(VALLEY, east, north)
    half_width = 120.0 + 250.0 * share
    half_width = half_width + 80.0 * smooth_noise(east, north, 330.0, chance)
    half_width = half_width + 45.0 * smooth_noise(east, north, 130.0, chance)
    inland = _with_sites(half_width - distance, east, north, scale=110.0)
    profile = ((-400.0, -3.0), (0.0, 0.0), (45.0, 0.5), (170.0, 3.0), (330.0, 4.2))
    depth = _piecewise(inland, profile)
    relief = 0.5 * smooth_noise(east, north, 140.0, chance)
    relief = relief + 0.25 * smooth_noise(east, north, 70.0, chance)
    return _off_the_edge(depth + relief * np.clip(depth / 2.0, 0.0, 1.0))


def _along(line: Sequence[Position], east: Floats, north: Floats) -> tuple[Floats, Floats, Floats]:
    """Distance to `line` in metres, how far along it (0 to 1), and the side: 1 left, -1 right."""
    vertices = [
        ((x - GRID.west) * METRES_PER_LONGITUDE, (y - GRID.south) * METRES_PER_LATITUDE)
        for x, y in line
    ]
    nearest = np.full_like(east, np.inf)
    share, side = np.zeros_like(east), np.ones_like(east)
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(vertices)):
        dx, dy = x1 - x0, y1 - y0
        across, up = east - x0, north - y0
        along = np.clip((across * dx + up * dy) / (dx * dx + dy * dy), 0.0, 1.0)
        off_x, off_y = across - along * dx, up - along * dy
        squared = off_x * off_x + off_y * off_y
        closer = squared < nearest
        nearest = np.where(closer, squared, nearest)
        share = np.where(closer, (number + along) / (len(vertices) - 1), share)
        side = np.where(closer, np.where(dx * up - dy * across >= 0, 1.0, -1.0), side)
    return np.sqrt(nearest), share, side


def _with_sites(inland: Floats, east: Floats, north: Floats, *, scale: float) -> Floats:
    """Pushed dry around the sites that are designated for floods.

    So that the sample never seems to contradict the real list that is drawn over it.
    """
    for longitude, latitude in ground.flood_sites():
        across = east - (longitude - GRID.west) * METRES_PER_LONGITUDE
        up = north - (latitude - GRID.south) * METRES_PER_LATITUDE
        nearness = np.clip(1.0 - (across * across + up * up) / (scale * scale * 4.0), 0.0, 1.0)
        inland = inland - nearness * nearness * scale * 2.0
    return inland


def _piecewise(value: Floats, profile: Sequence[tuple[float, float]]) -> Floats:
    depth = np.full_like(value, profile[0][1])
    for (start, low), (end, high) in pairwise(profile):
        slope = (high - low) / (end - start)
        depth = depth + slope * np.clip(value - start, 0.0, end - start)
    return depth


def _off_the_edge(depth: Floats) -> Floats:
    depth[[0, -1], :] = -1.0
    depth[:, [0, -1]] = -1.0
    return depth


def _rank_areas(depth: Floats, city: shapely.Polygon) -> list[shapely.Geometry]:
    """The area of each rank inside the city. Neighbours share their borders vertex by vertex."""
    reaching: list[shapely.Geometry] = []
    for level in RANK_FROM_METRES:
        area = shapely.simplify(_without_specks(area_reaching(GRID, depth, level)), SIMPLIFY)
        reaching.append(shapely.intersection(reaching[-1] if reaching else city, area))
    borders = shapely.union_all(shapely.boundary(reaching), grid_size=PRECISION)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    middles = shapely.point_on_surface(faces)
    ranks = np.sum([shapely.contains(area, middles) for area in reaching], axis=0)
    return [
        shapely.coverage_union_all(faces[ranks == rank]) for rank in range(1, len(reaching) + 1)
    ]


def _without_specks(area: shapely.Geometry) -> shapely.Geometry:
    kept = [
        shapely.Polygon(
            polygon.exterior,
            [hole for hole in polygon.interiors if _square_metres(hole) >= LEAST_AREA],
        )
        for polygon in shapely.get_parts(area)
        if _square_metres(polygon.exterior) >= LEAST_AREA
    ]
    return shapely.MultiPolygon(kept)


def _square_metres(ring: shapely.LinearRing) -> float:
    return float(shapely.Polygon(ring).area) * SQUARE_METRES


def _in_order(area: shapely.Geometry) -> list[shapely.Polygon]:
    """The polygons of `area`, in an order and with starting points that are always the same."""
    polygons = [part for part in shapely.get_parts(area) if isinstance(part, shapely.Polygon)]
    return sorted((shapely.normalize(part) for part in polygons), key=lambda part: part.bounds)
