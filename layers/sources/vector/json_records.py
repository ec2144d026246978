"""Records in a list of JSON: a table."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.bounds import require_table
from layers.sources.rows import Rows
from layers.sources.tables import delimited
from layers.sources.tables.grid import MOST_CELLS

DEEPEST = 4  # objects around a list that is looked for
LONGEST_NAMES = 200  # characters of the names of members in a message


def rows_of(source: Source, path: Path, values: Iterable[Any]) -> Rows:
    """The rows of a list of records with coordinates in their members. Raises `SourceError`."""
    records = [value if isinstance(value, dict) else {"value": value} for value in values]
    columns = dict.fromkeys(name for record in records for name in record)
    require_table(path, len(records), len(columns), MOST_CELLS)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.csv"
        with copy.open("w", encoding="utf-8", newline="") as content:
            writer = csv.writer(content)
            writer.writerow(columns)
            for record in records:
                writer.writerow([_cell(record.get(name)) for name in columns])
        try:
            rows = delimited.read(source.model_copy(update={"encoding": "utf-8"}), copy)
        except SourceError as error:
            raise error.of(path) from None
    # The first record of a table is row 2, below its header; of any other file row 1.
    return replace(
        rows,
        path=path,
        numbers=rows.numbers - 1,
        problems=[_one_up(problem) for problem in rows.problems],
        unplaced={row - 1: _one_up(problem) for row, problem in rows.unplaced.items()},
    )


def list_in(source: Source, path: Path, members: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The one list of records in an object, or the one that the source names, and its name.

    The name is that of the member, with those of the objects around it: `result.records`. Raises
    `SourceError` where there is none, or the source names none of several.
    """
    lists = dict(_lists(members))
    if not lists:
        raise SourceError(path, "json_members", ", ".join(members)[:LONGEST_NAMES])
    if source.sublayer is None and len(lists) == 1:
        return next(iter(lists.items()))
    if source.sublayer not in lists:
        names = ", ".join(lists)
        raise SourceError(path, "sublayer", source.sublayer, names, key="source.sublayer")
    return source.sublayer, lists[source.sublayer]


def _lists(
    members: Mapping[str, Any], around: str = "", depth: int = DEEPEST
) -> Iterator[tuple[str, list[Any]]]:
    for name, member in members.items():
        if isinstance(member, dict) and depth:
            yield from _lists(member, f"{around}{name}.", depth - 1)
        elif isinstance(member, list) and member and all(isinstance(m, dict) for m in member):
            yield f"{around}{name}", member


def _one_up(problem: Problem) -> Problem:
    return problem if problem.row is None else replace(problem, row=problem.row - 1)


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
