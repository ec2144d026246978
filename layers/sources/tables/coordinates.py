"""Positions of a table's rows: coordinates, geometry or addresses in its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from layers.errors import SourceError
from layers.geometry import datum
from layers.messages import ProblemKind
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.rows import Geometries
from layers.sources.tables import column_names
from layers.sources.tables.angles import LEAST_PACKED, coordinate_of, degrees_of, two_coordinates
from layers.sources.tables.column_names import Axis
from layers.sources.vector import curves

EWKT = re.compile(r"\s*(?:SRID=(\d+);)?(.*)", re.IGNORECASE | re.DOTALL)
Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
ENOUGH = 0.5  # of the rows that the fullest columns place, so that others are preferred to them


@dataclass(frozen=True)
class Positions:
    """Geometry as the table has it, None where there is none; `unplaced` says why, by row number.

    It is made from the columns `names`. `crs` is what these themselves say of it; `address` is a
    column with addresses.
    """

    names: tuple[str, ...]
    geometry: Geometries
    unplaced: dict[int, Problem]
    crs: CRS | None
    address: str | None
    problems: list[Problem]


class BadCell(NamedTuple):
    """Why a row has no place: what is wrong with the cell of a column."""

    kind: ProblemKind
    column: str
    cell: str = ""


Bad = dict[int, BadCell]  # by the index of the row


@dataclass(frozen=True)
class _Candidate:
    """The positions that some columns give; `bad` has the cells without one, by index.

    `decimal` counts the rows with plain numbers; `packed` are the cells of degrees, minutes and
    seconds in one number; `notes` are on all of the column.
    """

    names: tuple[str, ...]
    geometry: Geometries
    bad: Bad
    decimal: int = 0
    packed: tuple[str, ...] = ()
    notes: Sequence[Problem] = ()
    crs: CRS | None = None

    @property
    def usable(self) -> int:
        """How many rows have a place."""
        return len(self.geometry) - len(self.bad)


def find_positions(
    source: Source, path: Path, columns: pd.DataFrame, numbers: npt.NDArray[np.int64]
) -> Positions:
    """Find the rows' positions in the columns the definition names, else in likely ones.

    Raises `SourceError` where a named column is missing, or there are no positions at all.
    """
    names = [str(name) for name in columns.columns]
    for key in ("longitude", "latitude", "wkt", "address"):
        name = getattr(source, key)
        if name is not None and name not in names:
            raise SourceError(path, "no_column", name, ", ".join(names), key=f"source.{key}")
    address = source.address or column_names.address(names)
    chosen = _declared(source, columns) or _best(list(_candidates(columns, names)))
    if chosen is None and address is None:
        raise SourceError(path, "no_positions", None, ", ".join(names))
    if chosen is None:
        return Positions((), np.full(len(columns), None, dtype=object), {}, None, address, [])
    problems = [*chosen.notes]
    if source.wkt is None and source.longitude is None:
        problems.append(Problem("note", "coordinate_columns", value=", ".join(chosen.names)))
    if chosen.packed:
        count, example = str(len(chosen.packed)), chosen.packed[0]
        problems.append(Problem("note", "packed_degrees", value=example, detail=count))
    unplaced = {
        (row := int(numbers[index])): Problem("warning", kind, row, name, cell, rows_left_out=1)
        for index, (kind, name, cell) in chosen.bad.items()
    }
    return Positions(chosen.names, chosen.geometry, unplaced, chosen.crs, address, problems)


def _declared(source: Source, columns: pd.DataFrame) -> _Candidate | None:
    """The positions of the columns that the definition names."""
    if source.wkt is not None:
        return _shapes(columns, source.wkt)
    if source.longitude is None or source.latitude is None:
        return None
    if source.longitude == source.latitude:
        return _points_of_one(columns, source.longitude, longitude_first=False)
    return _points(columns, (source.longitude,), (source.latitude,))


def _candidates(columns: pd.DataFrame, names: list[str]) -> Iterator[list[_Candidate]]:
    """The positions of columns with usual names, by kind, the preferred kind first."""
    yield [_shapes(columns, name) for name in column_names.wkt(names)]
    yield [_points(columns, *pair) for pair in column_names.pairs(names)]
    # "位置" and the like may hold words, and are no coordinates then.
    both = [_points_of_one(columns, *column) for column in column_names.in_one(names)]
    yield [candidate for candidate in both if candidate.usable]
    yield [_points(columns, *pair) for pair in column_names.plane_axes(names)]


def _best(candidates: list[list[_Candidate]]) -> _Candidate | None:
    """The columns to take: of the first kind that places enough rows, those of the new datum with
    most rows and plain numbers. Where none places a row, the first, so that it is reported.
    """
    every = [candidate for kind in candidates for candidate in kind]
    most = max((candidate.usable for candidate in every), default=0)
    full = (
        [candidate for candidate in kind if candidate.usable >= ENOUGH * most]
        for kind in candidates
    )
    enough = next((kind for kind in full if kind), [])
    return max(enough, key=_preference, default=None)


def _preference(candidate: _Candidate) -> tuple[bool, int, int]:
    return candidate.crs != datum.TOKYO, candidate.usable, candidate.decimal


def _points(columns: pd.DataFrame, longitude: Axis, latitude: Axis) -> _Candidate:
    """Points of a column for each coordinate."""
    axes = []
    bad: Bad = {}
    for axis in (longitude, latitude):
        cells = _joined(columns, axis)
        # Almost all cells are plain numbers: only the others are looked at one by one.
        values = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").to_numpy(float)
        values, plain = values.copy(), np.isfinite(values)
        for index in np.flatnonzero(~plain).tolist():
            value, form, _ = coordinate_of(cells[index])
            values[index], plain[index] = value, form == "plain"
            if form == "blank":
                bad.setdefault(index, BadCell("no_geometry", axis[0]))
            elif form == "unreadable":
                bad.setdefault(index, BadCell("coordinate", axis[0], str(cells[index])))
        axes.append((values, plain))
    (x, plain_x), (y, plain_y) = axes
    points = _of_pairs((*longitude, *latitude), x, y, plain_x & plain_y, bad)
    return replace(points, crs=datum.TOKYO if column_names.says_tokyo_datum(longitude) else None)


def _points_of_one(columns: pd.DataFrame, name: str, longitude_first: bool) -> _Candidate:
    """Points of a column with both coordinates, in the order its cells say, else `name`'s."""
    bad: Bad = {}
    pairs = np.empty((len(columns), 2))
    plain = np.zeros(len(columns), dtype=bool)
    for index, cell in enumerate(columns[name]):
        first, second = two_coordinates(cell)
        if first.form in ("blank", "unreadable"):
            blank = first.form == "blank"
            bad[index] = (
                BadCell("no_geometry", name) if blank else BadCell("coordinate", name, str(cell))
            )
        says = first.axis == "longitude" or second.axis == "latitude"
        in_order = says if first.axis or second.axis else longitude_first
        pairs[index] = (first.value, second.value) if in_order else (second.value, first.value)
        plain[index] = first.form == second.form == "plain"
    return _of_pairs((name,), pairs[:, 0], pairs[:, 1], plain, bad)


def _of_pairs(names: tuple[str, ...], x: Numbers, y: Numbers, plain: Mask, bad: Bad) -> _Candidate:
    """Points at these coordinates; `plain` are those written as plain numbers."""
    large = np.flatnonzero(plain & (np.minimum(x, y) >= LEAST_PACKED)).tolist()
    degrees = {index: pair for index in large if (pair := degrees_of(x[index], y[index]))}
    packed = []
    if len(degrees) > ENOUGH * len(large):  # of metres of other countries, every third would be
        for index, pair in degrees.items():
            packed.append(f"{x[index]:.10g}, {y[index]:.10g}")
            x[index], y[index] = pair
    points = np.empty(len(x), dtype=object)
    points[:] = shapely.points(x, y)
    points[list(bad)] = None
    return _Candidate(names, points, bad, int(plain.sum()) - len(packed), tuple(packed))


def _shapes(columns: pd.DataFrame, name: str) -> _Candidate:
    """Geometry of a column with WKT, with PostGIS's SRID before it or without."""
    cells = ["" if _missing(cell) else str(cell) for cell in columns[name]]
    matches = [match for cell in cells if (match := EWKT.fullmatch(cell))]
    with np.errstate(invalid="ignore"):  # a coordinate "nan": positions report it
        made = curves.of_wkt([match[2] for match in matches])
    geometry = made.geometry
    bad = {}
    for index in np.flatnonzero(shapely.is_missing(geometry)).tolist():
        blank = not cells[index].strip()
        bad[index] = (
            BadCell("no_geometry", name) if blank else BadCell("wkt", name, cells[index][:80])
        )
    srids = {match[1] for match, shape in zip(matches, geometry, strict=True) if shape is not None}
    srid = srids.pop() if len(srids) == 1 else None
    crs = CRS.from_epsg(srid) if srid else None
    return _Candidate((name,), geometry, bad, crs=crs, notes=made.notes())


def _joined(columns: pd.DataFrame, axis: Axis) -> list[Any]:
    """The cells of a coordinate, as one text where degrees, minutes and seconds are columns."""
    if len(axis) == 1:
        return columns[axis[0]].tolist()
    rows = zip(*(columns[name].tolist() for name in axis), strict=True)
    return [
        "" if _missing(cells[0]) else "{}°{}'{}\"".format(*(0 if _missing(c) else c for c in cells))
        for cells in rows
    ]


def _missing(cell: object) -> bool:
    return cell is None or cell != cell or not str(cell).strip()  # NaN and NaT
