"""Where features are: geometries in degrees, and what is wrong with those that cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import cast

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from layers.errors import SourceError
from layers.parts import DIMENSIONS, Geometries, Kind, in_threads, shapes_of
from layers.report import Problem
from layers.sources.rows import Rows
from layers.tile import WORLD

WGS84 = pyproj.CRS("EPSG:4326")


def placed(
    rows: Rows, city: shapely.Geometry | None
) -> tuple[Geometries, pyproj.CRS, list[Problem]]:
    """The geometries in degrees, the CRS they were read in, and what was found of it.

    `city` is the area, in degrees, where most of them should lie: where the source does not say
    which coordinate system or which axis first, the place does. Raises `SourceError`.
    """
    if rows.crs is None:
        wanted = "a CRS such as 'EPSG:6668': the file does not say which it is in"
        raise SourceError(rows.path, "source.crs", None, wanted)
    return to_degrees(rows.geometry, rows.crs), rows.crs, []


def to_degrees(geometry: Geometries, crs: pyproj.CRS) -> Geometries:
    """Geometries in longitude and latitude, without Z; None stays None."""
    if crs == WGS84:
        return (
            cast(Geometries, shapely.force_2d(geometry))
            if shapely.has_z(geometry).any()
            else geometry
        )
    transformer = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)

    def to_degrees(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack([x, y])

    return cast(Geometries, shapely.transform(geometry, to_degrees))


def usable(
    geometry: Geometries, numbers: npt.NDArray[np.int64], unplaced: Mapping[int, Problem]
) -> tuple[Kind, npt.NDArray[np.bool_], list[Problem]]:
    """The layer's kind of geometry, which rows have one of it on Earth, and why others do not.

    `unplaced` says, by row number, what the reader knows of rows without geometry.
    """
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    west, south, east, north = shapely.bounds(geometry).T
    on_earth = (
        (west >= WORLD.west)
        & (south >= WORLD.south)
        & (east <= WORLD.east)
        & (north <= WORLD.north)
    )
    dimension = shapely.get_dimensions(geometry)
    present = Counter(dimension[there & on_earth].tolist())
    most = present.most_common(1)[0][0] if present else 0
    kind = next(kind for kind, number in DIMENSIONS.items() if number == most)
    problems = []
    for index in np.flatnonzero(~(there & on_earth & (dimension == most))):
        row = int(numbers[index])
        if not there[index]:
            found = unplaced.get(row) or Problem("warning", "no_geometry", row, rows_left_out=1)
        elif not on_earth[index]:
            place = f"{west[index]:.6g}, {south[index]:.6g}"
            found = Problem("warning", "off_the_earth", row, value=place, rows_left_out=1)
        else:
            found = Problem(
                "warning",
                "geometry_type",
                row,
                value=geometry[index].geom_type,
                detail=kind,
                rows_left_out=1,
            )
        problems.append(found)
    return kind, there & on_earth & (dimension == most), problems


def repaired(
    geometry: Geometries, kept: npt.NDArray[np.bool_], numbers: npt.NDArray[np.int64]
) -> tuple[Geometries, npt.NDArray[np.bool_], list[Problem]]:
    """Polygons made valid, which rows still have an area, and what was done."""
    broken = kept & ~in_threads(shapely.is_valid, geometry)
    repaired = geometry.copy()
    repaired[broken] = _made_valid(geometry[broken])
    gone = broken & shapely.is_empty(repaired)
    problems = []
    for index in np.flatnonzero(broken):
        row, reason = int(numbers[index]), str(shapely.is_valid_reason(geometry[index]))
        if gone[index]:
            problems.append(Problem("warning", "collapsed", row, detail=reason, rows_left_out=1))
        else:
            problems.append(Problem("note", "repaired", row, detail=reason))
    return repaired, kept & ~gone, problems


def _made_valid(geometry: Geometries) -> Geometries:
    """Polygons made valid: part by part, and then the whole where parts do not go together."""
    made = geometry.copy()
    several = shapely.get_num_geometries(made) > 1
    parts = shapes_of("polygon", made[several])
    valid = parts.with_geometry(_each_made_valid(parts.geometry))
    put_together = np.full(np.count_nonzero(several), shapely.MultiPolygon())
    made[several] = shapely.multipolygons(valid.geometry, indices=valid.owner, out=put_together)
    return _each_made_valid(made)


def _each_made_valid(geometry: Geometries) -> Geometries:
    made, broken = geometry.copy(), ~shapely.is_valid(geometry)
    made[broken] = shapely.make_valid(made[broken], method="structure", keep_collapsed=False)
    return made
