"""Where features are: geometries in degrees, and problems of those that cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from shapely import GeometryType

from layers.errors import SourceError
from layers.geometry import datum
from layers.geometry.parts import KINDS, MULTI, Geometries, Kind, in_threads, simple_parts
from layers.geometry.region import JAPANESE, Region
from layers.geometry.rings import enclosed_area, valid_polygons
from layers.geometry.tile import WORLD, Bounds
from layers.messages import ProblemKind
from layers.prepare.crs_guess import (
    Choice,
    Mask,
    choose_reading,
    could_be_degrees,
    latitude_first,
    surroundings,
)
from layers.report import Problem, folded
from layers.sources.rows import Rows

SHIFTED: Mapping[datum.ShiftKind, ProblemKind] = {
    "grid": "shifted_by_grid",
    "formula": "shifted_by_formula",
    "same": "not_shifted",
}
MANY = 0.9  # of the rows, from which on "latitude first" is one problem of the whole file


@dataclass(frozen=True)
class Placed:
    """Rows with their geometry in degrees, None where there is none or it is nowhere.

    `crs` is the system they were read in; the way from there to degrees may be wrong by
    `accuracy_m`. `unplaced` are, by row number, the problems of rows without geometry.
    """

    geometry: Geometries
    crs: pyproj.CRS
    accuracy_m: float = 0.0
    problems: list[Problem] = field(default_factory=list)
    unplaced: Mapping[int, Problem] = field(default_factory=dict)


def placed(rows: Rows, city: shapely.Geometry | None, region: Region = JAPANESE) -> Placed:
    """The rows in degrees, in the declared coordinate system or, without one, in a guessed one.

    `city` is the area, in degrees, where most of them should lie: it decides the system and the
    order of axes where the source leaves them open, or declares them wrongly. What lies outside
    `region` is left out.
    Raises `SourceError` when the numbers fit no system.
    """
    flat = shapely.force_2d(rows.geometry) if shapely.has_z(rows.geometry).any() else rows.geometry
    geometry, problems = _opened(flat, rows.numbers)
    geometry, unplaced = _somewhere(geometry, rows.numbers)
    unplaced = {**rows.unplaced, **unplaced}
    crs, datum_notes = _declared(rows, region)
    index = np.flatnonzero(_has_place(geometry))
    if not len(index):
        return Placed(geometry, crs or region.degrees, 0.0, problems, unplaced)
    x, y = _middles(geometry[index])
    choice = choose_reading(crs, x, y, city, region)
    if choice is None:
        raise _no_reading(rows, crs, x, y)
    problems += [*datum_notes, *_reasons(choice, rows.crs, region)]
    crs = choice.reading.crs
    if crs.is_geographic:
        turned = index[latitude_first(x, y, region)]
        problems += _latitude_first(geometry[turned], rows.numbers[turned], len(index))
    else:
        turned = index if choice.reading.exchanged else index[:0]
    as_read = geometry.copy()
    geometry[turned] = shapely.transform(geometry[turned], lambda pairs: pairs[:, ::-1])
    area = surroundings(city, region)
    shift = datum.shift(crs, area)
    if shift is None:
        raise SourceError(rows.path, "crs_no_way", crs.to_string(), key="source.crs")
    if shift.kind != "none":
        kind: ProblemKind = SHIFTED[shift.kind] if region.is_japan else "shifted_abroad"
        problems.append(Problem("note", kind, value=crs.name, detail=f"{shift.accuracy_m:g}"))
    geometry[index] = _degrees(geometry[index], shift)
    geometry, lost = _in_region(geometry, as_read, rows.numbers, area, region)
    return Placed(geometry, crs, shift.accuracy_m, problems, {**unplaced, **lost})


def _no_reading(
    rows: Rows, declared: pyproj.CRS | None, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> SourceError:
    """The error of numbers that are no place here: those of a place elsewhere, or of none."""
    numbers = _pair(float(np.median(x)), float(np.median(y)))
    name = None if declared is None else declared.to_string()
    is_place = declared is not None and declared.is_geographic and could_be_degrees(x, y)
    kind: ProblemKind = "crs_elsewhere" if is_place else "crs_unknown"
    return SourceError(rows.path, kind, name, numbers, key="source.crs")


def _declared(rows: Rows, region: Region) -> tuple[pyproj.CRS | None, list[Problem]]:
    """The system the source declares, and a note where its datum is a guess by the ellipsoid."""
    if rows.crs is None:
        return None, []
    crs, assumed = datum.identified(rows.crs, region.bounds)
    if crs is None:
        raise SourceError(rows.path, "crs_no_place", rows.crs.name, key="source.crs")
    if not assumed:
        return crs, []
    datum_name = rows.crs.datum.name if rows.crs.datum else rows.crs.name
    return crs, [Problem("note", "datum_assumed", value=datum_name, detail=datum.description(crs))]


def _reasons(choice: Choice, declared: pyproj.CRS | None, region: Region) -> list[Problem]:
    """Why the rows are read in another way than declared, or in one that is not declared."""
    description = datum.description(choice.reading.crs)
    problems = []
    if choice.why == "crs_guessed":
        kind: ProblemKind = "crs_guessed" if region.is_japan else "crs_guessed_abroad"
        problems.append(Problem("note", kind, value=description))
    elif choice.why:
        declared_name = declared.name if declared else None
        problems.append(
            Problem("warning", choice.why, value=declared_name or description, detail=description)
        )
    if choice.order:
        problems.append(Problem("warning", choice.order, detail=description))
    return problems


def _latitude_first(
    turned: Geometries, numbers: npt.NDArray[np.int64], total: int
) -> list[Problem]:
    """Rows with the latitude before the longitude: a single problem if the whole file is so."""
    if len(turned) >= MANY * total:
        return [Problem("warning", "latitude_first", value=str(len(turned)))]
    values = map(_pair, *_middles(turned))
    return [
        Problem("warning", "latitude_first_in_row", int(row), value=value)
        for row, value in zip(numbers, values, strict=True)
    ]


def _degrees(geometry: Geometries, shift: datum.Shift) -> Geometries:
    if shift.transformer.definition.startswith("proj=noop"):
        return geometry

    def transformed(pairs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(shift.transformer.transform(pairs[:, 0], pairs[:, 1]))

    return cast(Geometries, shapely.transform(geometry, transformed))


def _opened(
    geometry: Geometries, numbers: npt.NDArray[np.int64]
) -> tuple[Geometries, list[Problem]]:
    """Collections as one geometry of the kind with the most dimensions in them."""
    geometry = geometry.copy()
    problems = []
    for index in np.flatnonzero(shapely.get_type_id(geometry) == GeometryType.GEOMETRYCOLLECTION):
        parts = simple_parts(geometry[index])
        parts = parts[~shapely.is_empty(parts)]
        if not len(parts):
            continue
        dimensions = shapely.get_dimensions(parts)
        most = int(dimensions.max())
        geometry[index] = MULTI[KINDS[most]](parts[dimensions == most])
        others = Counter(part.geom_type for part in parts[dimensions < most])
        if others:
            members = ", ".join(f"{name} × {number}" for name, number in others.items())
            problems.append(
                Problem("warning", "parts_left_out", int(numbers[index]), value=members)
            )
    return geometry, problems


def _somewhere(
    geometry: Geometries, numbers: npt.NDArray[np.int64]
) -> tuple[Geometries, dict[int, Problem]]:
    """Geometries without those at 0/0 or with a coordinate that is no number; and problems."""
    nowhere: dict[int, Problem] = {}
    endless = in_threads(_is_endless, geometry)
    for row, shape in zip(numbers[endless].tolist(), geometry[endless], strict=True):
        pairs = shapely.get_coordinates(shape)
        x, y = pairs[~np.isfinite(pairs).all(axis=1)][0]
        nowhere[row] = Problem("warning", "not_finite", row, value=_pair(x, y), rows_left_out=1)
    zero = (shapely.bounds(geometry) == 0).all(axis=1)
    for row in numbers[zero].tolist():
        nowhere[row] = Problem("warning", "zero_zero", row, value="0, 0", rows_left_out=1)
    geometry[endless | zero] = None
    return geometry, nowhere


def _is_endless(geometry: Geometries) -> Mask:
    """Which geometries have a coordinate that is no number."""
    pairs, owner = shapely.get_coordinates(geometry, return_index=True)
    endless = np.zeros(len(geometry), dtype=np.bool_)
    endless[owner[~np.isfinite(pairs).all(axis=1)]] = True
    return endless


def _in_region(
    geometry: Geometries,
    as_read: Geometries,
    numbers: npt.NDArray[np.int64],
    area: Bounds,
    region: Region,
) -> tuple[Geometries, dict[int, Problem]]:
    """Geometries in degrees without those outside the region; reported as they stand in the source.

    `area` may reach beyond the region.
    """
    bounds = shapely.bounds(geometry)
    outside = _has_place(geometry) & ~(_inside(bounds, region.bounds) | _inside(bounds, area))
    on_earth = _inside(bounds, WORLD)
    elsewhere: ProblemKind = "outside_japan" if region.is_japan else "far_away"
    lost: dict[int, Problem] = {}
    for index, x, y in zip(np.flatnonzero(outside), *_middles(as_read[outside]), strict=True):
        kind: ProblemKind = elsewhere if on_earth[index] else "off_the_earth"
        row = int(numbers[index])
        lost[row] = Problem("warning", kind, row, value=_pair(x, y), rows_left_out=1)
    geometry = geometry.copy()
    geometry[outside] = None
    return geometry, lost


def _inside(bounds: npt.NDArray[np.float64], area: Bounds) -> Mask:
    west, south, east, north = bounds.T
    inside = (
        (west >= area.west) & (south >= area.south) & (east <= area.east) & (north <= area.north)
    )
    return np.asarray(inside)


def _has_place(geometry: Geometries) -> Mask:
    return np.asarray(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))


def _middles(geometry: Geometries) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The middle of each geometry's bounds."""
    bounds = shapely.bounds(geometry)
    return (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2


def _pair(x: float, y: float) -> str:
    return f"{x:.10g}, {y:.10g}"


def usable(
    geometry: Geometries,
    numbers: npt.NDArray[np.int64],
    unplaced: Mapping[int, Problem],
    addresses: pd.Series[Any] | None = None,
) -> tuple[Kind, Mask, list[Problem]]:
    """The layer's kind of geometry, which rows have one of it, and why others do not.

    `unplaced` are, by row number, the problems of rows without geometry; `addresses` are theirs
    where the city has no list of towns to place them by.
    """
    has_place = _has_place(geometry)
    dimension = shapely.get_dimensions(geometry)
    present = Counter(dimension[has_place].tolist())
    most = present.most_common(1)[0][0] if present else 0
    kind = KINDS[most]
    fitting = has_place & (dimension == most)
    column, cells = (
        (str(addresses.name), addresses.to_numpy()) if addresses is not None else ("", None)
    )

    def why() -> Iterator[Problem]:
        for index in np.flatnonzero(~fitting).tolist():
            row = int(numbers[index])
            if has_place[index]:
                geometry_type = geometry[index].geom_type
                yield Problem(
                    "warning",
                    "geometry_type",
                    row,
                    value=geometry_type,
                    detail=kind,
                    rows_left_out=1,
                )
            elif row in unplaced:
                yield unplaced[row]
            elif cells is not None and isinstance(cells[index], str) and cells[index].strip():
                yield Problem("warning", "no_towns", row, column, cells[index], rows_left_out=1)
            else:
                yield Problem("warning", "no_geometry", row, rows_left_out=1)

    return kind, fitting, folded(why())


def repaired(
    geometry: Geometries, retained: Mask, numbers: npt.NDArray[np.int64], *, loose: bool = False
) -> tuple[Geometries, Mask, list[Problem]]:
    """Polygons made valid, which of the rows `retained` still have an area, and the repairs.

    `loose` says that the source tells the rings of a feature, and not which are whose holes.
    """
    broken = retained & ~in_threads(shapely.is_valid, geometry)
    repaired = geometry.copy()
    repaired[broken] = valid_polygons(geometry[broken], loose=loose)
    collapsed = broken & shapely.is_empty(repaired)
    problems = []
    for index in np.flatnonzero(broken):
        row, reason = int(numbers[index]), str(shapely.is_valid_reason(geometry[index]))
        if collapsed[index]:
            problems.append(Problem("warning", "collapsed", row, detail=reason, rows_left_out=1))
        else:
            change = _change(geometry[index], repaired[index])
            problems.append(Problem("note", "repaired", row, value=change, detail=reason))
    return repaired, retained & ~collapsed, problems


def _change(before: shapely.Geometry, after: shapely.Geometry) -> str:
    """How a repair changed a polygon: its parts, and its area as a share of what it enclosed."""
    parts = [int(shapely.get_num_geometries(polygon)) for polygon in (before, after)]
    area = enclosed_area(before)
    share = f"{shapely.area(after) / area - 1:+.1%}" if area else "?"
    return f"{parts[0]} → {parts[1]}, {share}"
