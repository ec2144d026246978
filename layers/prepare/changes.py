"""What the desk changed of a layer, put on top of its file's rows before anything is made of them.

Changes name features by the ids that the file gives them. So the file is read once as it is, to
know which row is which feature, and everything is made from the rows with the changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from layers.geometry.ellipsoid import GEOD
from layers.geometry.parts import Geometries
from layers.prepare import privacy
from layers.prepare.ids import LIMIT
from layers.report import Problem
from layers.revision.anchors import label_hashes, place_hashes, values_hashes
from layers.schema.changes import (
    Added,
    Anchor,
    Changes,
    ChangeState,
    Corrected,
    Moved,
    WithheldFeature,
)
from layers.schema.layer import FieldDefinition
from layers.schema.values import Scalar
from layers.sources.rows import Rows

# Degrees within which two places are the same (about a metre), and metres within which features
# of the same name may be one.
SAME_PLACE = 1e-5
NEAR_M = 30.0
MOST_ALIKE = 5  # features: what more of them share tells none of them from the others

Place = tuple[float, float]  # degrees, longitude first


@dataclass(frozen=True)
class Identified:
    """The features of the file as it is; the members but `fields` and `values` run in parallel.

    `values` are the published values of each field by row number.
    """

    layer_id: str
    ids: Sequence[int]
    numbers: npt.NDArray[np.int64]
    geometry: Geometries
    properties: Sequence[bytes]
    labels: Sequence[object]
    fields: Mapping[str, FieldDefinition]
    values: Mapping[str, Mapping[int, Scalar | None]]
    is_rounded: bool


@dataclass(frozen=True)
class Changed:
    """A file's rows with the changes. `places` are those that the desk gave, `ids` those that rows
    keep, both by row number; `problems` says what was changed; `states` are those known by now.
    """

    rows: Rows
    places: Mapping[int, Place]
    ids: Mapping[int, int]
    problems: list[Problem]
    states: Mapping[int, ChangeState]

    def placed(self, geometry: Geometries, numbers: npt.NDArray[np.int64]) -> Geometries:
        """The rows' places in degrees, those that the desk gave in the place of the file's."""
        if not self.places:
            return geometry
        placed = geometry.copy()
        for index in np.flatnonzero(np.isin(numbers, [*self.places])).tolist():
            placed[index] = shapely.Point(self.places[int(numbers[index])])
        return placed

    def identify(self, ids: Sequence[int], numbers: npt.NDArray[np.int64]) -> list[int]:
        """The ids of the rows: those of the file as it is, whatever was changed of a row."""
        kept = [self.ids.get(number) for number in numbers.tolist()]
        seen = {id for id in kept if id is not None}
        result = []
        for id, own in zip(kept, ids, strict=True):
            while id is None and own in seen:  # by chance, or one that was withheld until now
                own = own % (LIMIT - 1) + 1
            result.append(own if id is None else id)
            seen.add(result[-1])
        return result


def with_changes(
    changes: Changes, rows: Rows, file: Identified, convert: Callable[[str, str], Scalar | None]
) -> Changed:
    """The rows with the changes of single features.

    `convert` gives the published value of a field for the text of a cell.
    """
    find = _Finder(file)
    states: dict[int, ChangeState] = {}
    withheld, problems = _withheld(changes.features, find, states)
    removed = _removed(changes, find, states)
    rows = _without(rows, withheld | removed, withheld)
    cells = _corrections(changes.corrected, find, file, convert, states)
    rows = _with_cells(rows, file.fields, cells)
    places = _moved(changes.moved, find, file, states)
    added = [entry for entry in changes.added if _is_missing(entry, file, states)]
    rows, new = _with_added(rows, added, file.fields)
    numbers = dict(zip(file.numbers.tolist(), file.ids, strict=True))
    return Changed(
        rows,
        {**places, **{number: (e.longitude, e.latitude) for number, e in new.items()}},
        {**numbers, **{number: entry.feature for number, entry in new.items()}},
        [*problems, *_counted(changes, states, withheld, removed)],
        states,
    )


class _Finder:
    """Finds the rows of features in the file."""

    def __init__(self, file: Identified) -> None:
        self._file = file
        self._number = dict(zip(file.ids, file.numbers.tolist(), strict=True))
        self._hashes: tuple[pd.Series[Any], ...] | None = None

    def row(self, feature: int, anchor: Anchor) -> int | None:
        """The number of the feature's row; None where there is none, or more than one could be."""
        rows = self.rows(feature, anchor)
        return rows[0] if len(rows) == 1 else None

    def rows(self, feature: int, anchor: Anchor) -> list[int]:
        """The numbers of all rows that could be the feature's: by its id, or else what is left."""
        if feature in self._number:
            return [self._number[feature]]
        place, label, values = self._of_file()
        same_place, same_values = place == anchor.place, values == anchor.values
        same_label = (label == anchor.label) & (anchor.label is not None)
        for alike in (
            same_place & same_values,
            same_place & same_label,
            same_place,
            same_values,
            same_label,
        ):
            if 0 < alike.sum() <= MOST_ALIKE:
                numbers: list[int] = self._file.numbers[alike.to_numpy()].tolist()
                return numbers
        return []

    def is_by_id(self, feature: int) -> bool:
        return feature in self._number

    def is_at(self, anchor: Anchor, number: int) -> bool:
        """Whether the row lies where the feature did."""
        at = int(np.flatnonzero(self._file.numbers == number)[0])
        bounds = shapely.bounds(self._file.geometry[at : at + 1])
        return place_hashes(self._file.layer_id, bounds)[0] == anchor.place

    def _of_file(self) -> tuple[pd.Series[Any], ...]:
        if self._hashes is None:
            file = self._file
            self._hashes = (
                pd.Series(place_hashes(file.layer_id, shapely.bounds(file.geometry)), dtype=object),
                pd.Series(label_hashes(file.layer_id, file.labels), dtype=object),
                pd.Series(values_hashes(file.layer_id, file.properties), dtype=object),
            )
        return self._hashes


def _withheld(
    features: Sequence[WithheldFeature], find: _Finder, states: dict[int, ChangeState]
) -> tuple[set[int], list[Problem]]:
    """The rows to withhold: all that could be the feature's. An error for one that is not found:
    it may be there under another name and at another place, and would be published again.
    """
    withheld: set[int] = set()
    lost = []
    for entry in features:
        numbers = find.rows(entry.feature, entry.anchor)
        withheld.update(numbers)
        is_sure = find.is_by_id(entry.feature)
        states[entry.number] = "pending" if is_sure else "conflict" if numbers else "gone"
        if not numbers and not entry.is_added:
            lost.append(str(entry.number))
    if not lost:
        return withheld, []
    return withheld, [Problem("error", "withheld_not_found", value=", ".join(lost))]


def _removed(changes: Changes, find: _Finder, states: dict[int, ChangeState]) -> set[int]:
    removed = set()
    for entry in changes.removed:
        number = find.row(entry.feature, entry.anchor)
        if number is None:
            states[entry.number] = "settled"
            continue
        removed.add(number)
        states[entry.number] = "pending" if find.is_by_id(entry.feature) else "conflict"
    return removed


def _moved(
    moved: Sequence[Moved], find: _Finder, file: Identified, states: dict[int, ChangeState]
) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for entry in moved:
        number = find.row(entry.feature, entry.anchor)
        if number is None:
            states[entry.number] = "gone"
            continue
        place = entry.longitude, entry.latitude
        places[number] = place
        if find.is_at(entry.anchor, number):
            states[entry.number] = "pending"
        elif _is_same(_place_of(file, number), place):
            states[entry.number] = "settled"
        else:
            states[entry.number] = "conflict"
    return places


def _corrections(
    corrected: Sequence[Corrected],
    find: _Finder,
    file: Identified,
    convert: Callable[[str, str], Scalar | None],
    states: dict[int, ChangeState],
) -> dict[int, dict[str, str]]:
    """The cells to put in, by row number and field."""
    cells: dict[int, dict[str, str]] = {}
    for entry in corrected:
        number = find.row(entry.feature, entry.anchor)
        if number is None or entry.field not in file.fields:
            states[entry.number] = "gone"
            continue
        cells.setdefault(number, {})[entry.field] = entry.after
        value = file.values[entry.field].get(number)
        if value == convert(entry.field, entry.after):
            states[entry.number] = "settled"
        else:
            states[entry.number] = "pending" if value == entry.before else "conflict"
    return cells


def _is_missing(entry: Added, file: Identified, states: dict[int, ChangeState]) -> bool:
    """Whether the file lacks a feature that was added: one of its name at its place is the same."""
    longitude, latitude = entry.longitude, entry.latitude
    centre = shapely.centroid(file.geometry)
    x, y = shapely.get_x(centre), shapely.get_y(centre)
    there = np.full(len(x), longitude), np.full(len(x), latitude)
    away = GEOD.inv(x, y, *there)[2] if len(x) else np.empty(0)
    names = set(entry.values.values())
    near = np.flatnonzero(away <= NEAR_M).tolist()
    alike = [i for i in near if file.labels[i] is None or str(file.labels[i]) in names]
    same = [i for i in alike if _is_same((float(x[i]), float(y[i])), (longitude, latitude))]
    if same and not file.is_rounded:
        states[entry.number] = "settled"
        return False
    states[entry.number] = "conflict" if alike else "pending"
    return True


def _is_same(a: Place, b: Place) -> bool:
    return max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= SAME_PLACE


def _place_of(file: Identified, number: int) -> Place:
    at = int(np.flatnonzero(file.numbers == number)[0])
    centre = shapely.centroid(file.geometry[at])
    return float(centre.x), float(centre.y)


def _without(rows: Rows, left_out: set[int], withheld: set[int]) -> Rows:
    """The rows without those; what the reader said of the withheld ones is told without values."""
    if not left_out:
        return rows
    kept = ~np.isin(rows.numbers, [*left_out])
    return replace(
        rows,
        columns=rows.columns[kept].reset_index(drop=True),
        geometry=rows.geometry[kept],
        numbers=rows.numbers[kept],
        problems=[privacy.withheld(p) if p.row in withheld else p for p in rows.problems],
    )


def _with_cells(
    rows: Rows, fields: Mapping[str, FieldDefinition], cells: Mapping[int, Mapping[str, str]]
) -> Rows:
    if not cells:
        return rows
    columns = rows.columns.copy()
    index = {number: at for at, number in enumerate(rows.numbers.tolist())}
    for number, texts in cells.items():
        if number not in index:  # withheld, or removed
            continue
        for name, text in texts.items():
            column = fields[name].column
            if not isinstance(columns[column].dtype, pd.StringDtype):
                columns[column] = columns[column].astype(object)
            columns.loc[index[number], column] = text or None
    return replace(rows, columns=columns)


def _with_added(
    rows: Rows, added: Sequence[Added], fields: Mapping[str, FieldDefinition]
) -> tuple[Rows, dict[int, Added]]:
    """The rows and, behind them, those added, numbered after the last; and these by number."""
    if not added:
        return rows, {}
    first = max(int(rows.numbers.max(initial=0)), rows.total + 1) + 1
    new = dict(enumerate(added, first))
    cells = [
        {fields[name].column: text for name, text in entry.values.items() if name in fields}
        for entry in added
    ]
    columns = {
        name: _appended(rows.columns[name], [row.get(name) or None for row in cells])
        for name in rows.columns.columns
    }
    return replace(
        rows,
        columns=pd.DataFrame(columns),
        geometry=np.concatenate([rows.geometry, np.full(len(added), None)]),
        numbers=np.concatenate([rows.numbers, np.array([*new], dtype=np.int64)]),
        total=rows.total + len(added),
    ), new


def _appended(cells: pd.Series[Any], more: list[str | None]) -> pd.Series[Any]:
    kind: Any = cells.dtype if isinstance(cells.dtype, pd.StringDtype) else object
    both = [cells.astype(kind), pd.Series(more, dtype=kind)]
    return pd.concat(both, ignore_index=True)


def _counted(
    changes: Changes,
    states: Mapping[int, ChangeState],
    withheld: set[int],
    removed: set[int],
) -> list[Problem]:
    """Notes of how many changes were made, and of those that the file contradicts."""
    of_edits = [states.get(edit.number) for edit in changes.edits]
    conflicts, gone = of_edits.count("conflict"), of_edits.count("gone")
    applied = of_edits.count("pending") + conflicts
    others = len(removed - withheld)
    every = [
        (applied, Problem("note", "changes_applied", value=str(applied))),
        (
            len(withheld),
            Problem(
                "note", "feature_withheld", value=str(len(withheld)), rows_left_out=len(withheld)
            ),
        ),
        (others, Problem("note", "feature_removed", value=str(others), rows_left_out=others)),
        (conflicts, Problem("warning", "changes_conflict", value=str(conflicts))),
        (gone, Problem("warning", "changes_gone", value=str(gone))),
    ]
    return [problem for count, problem in every if count]
