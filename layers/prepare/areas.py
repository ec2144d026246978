"""The files that the city's definition names: its boundary, and its neighbourhoods.

Every layer is measured by the boundary. A wrong one is an error of its own, so that no layer is
blamed for it: all of a layer's points lie outside of a boundary that is another city's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import shapely

from layers.errors import SourceError
from layers.geometry.gaps import without_gaps
from layers.geometry.parts import Geometries
from layers.geometry.region import Region
from layers.geometry.rings import valid_polygons
from layers.prepare.positions import placed
from layers.schema.city import CityDefinition
from layers.schema.source import Source
from layers.sources.files import locate
from layers.sources.read import read
from layers.sources.rows import Rows

# Of a boundary's area, in the extent that the city's definition gives: less is another place's, or
# a whole prefecture's. Islands may lie beyond the extent.
LEAST_WITHIN = 0.5
NAMES = "name"  # the column of the neighbourhoods' names


def boundary_of(city: CityDefinition, data: Path) -> shapely.Geometry:
    """The city's area, in degrees. Raises `SourceError` for a file that cannot be it."""
    area = polygon_of("boundary", city.boundary, city, data)
    within = shapely.area(shapely.intersection(area, shapely.box(*city.extent)))
    if within < LEAST_WITHIN * shapely.area(area):
        extent, bounds = _box(city.extent), _box(shapely.bounds(area).tolist())
        raise SourceError(Path(city.boundary), "boundary_elsewhere", bounds, extent, key="boundary")
    return area if city.close_gaps_m is None else without_gaps(area, city.close_gaps_m)


def polygon_of(key: str, path: str, city: CityDefinition, data: Path) -> shapely.Geometry:
    """The area in a file of polygons that the definition's `key` names, in degrees.

    Raises `SourceError`.
    """
    rows, geometry = _placed(key, path, city, data)
    present = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    if not len(present):
        raise SourceError(Path(path), "no_area", key=key)
    if (shapely.get_dimensions(present) != 2).any():
        types = sorted({shape.geom_type for shape in present if shapely.get_dimensions(shape) != 2})
        raise SourceError(Path(path), "not_an_area", types[0], key=key)
    area = shapely.union_all(valid_polygons(present, loose=rows.loose_rings))
    if area.geom_type not in ("Polygon", "MultiPolygon") or not shapely.area(area):
        raise SourceError(Path(path), "no_area", key=key)
    return area


def neighbourhoods_of(city: CityDefinition, data: Path) -> tuple[Rows, Geometries] | None:
    """The rows of the city's neighbourhoods, named in the column `NAMES`, and their points in
    degrees; None without a file. Raises `SourceError`.
    """
    key, path = "neighbourhoods", city.neighbourhoods
    if path is None:
        return None
    rows, points = _placed(key, path, city, data)
    if NAMES not in rows.columns:
        names = ", ".join(map(str, rows.columns))
        raise SourceError(Path(path), "no_column", NAMES, names, key=key)
    others = rows.numbers[shapely.get_type_id(points) != shapely.GeometryType.POINT].tolist()
    if others:
        raise SourceError(Path(path), "not_a_point", others[0], key=key)
    return rows, points


def _placed(key: str, path: str, city: CityDefinition, data: Path) -> tuple[Rows, Geometries]:
    """The rows of a file of the city's and their geometry in degrees: all of it, or none."""
    source = Source(path=path)
    rows = read(source, locate(source, data, key))
    try:
        positions = placed(rows, None, Region.of(city.extent))
    except SourceError as error:
        # There is no key of the city's definition to write a system in.
        raise SourceError(Path(path), "area_crs", error.value, str(error.detail), key=key) from None
    nowhere = [number for number in positions.unplaced if number not in rows.unplaced]
    if nowhere:
        problem = positions.unplaced[min(nowhere)]
        raise SourceError(Path(path), "area_incomplete", min(nowhere), problem.value or "", key=key)
    return rows, positions.geometry


def _box(bounds: Sequence[float]) -> str:
    """Bounds in degrees as a definition has them."""
    return "[" + ", ".join(f"{value:.4f}" for value in bounds) + "]"
