"""The layers that a data file holds: one for each sublayer, and for each kind of geometry in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.files import locate
from layers.sources.kinds import kinds_in, of_kind
from layers.sources.read import read
from layers.sources.rows import Rows

MOST = 20  # sublayers; who has more knows which one is meant


@dataclass(frozen=True)
class Part:
    """Rows of a file, and the source that means just these."""

    source: Source
    rows: Rows


def parts_of(path: str, data: Path) -> list[Part]:
    """The parts of the file at `path`, below `data`, that can be read. Raises `SourceError`."""
    source = Source(path=path)
    try:
        return [*_by_kind(source, data)]
    except SourceError as error:
        names = str(error.detail).split(", ")
        if error.kind != "sublayer" or len(names) > MOST:
            raise
        parts = [part for name in names for part in _readable(source, name, data)]
        if not parts:
            raise
        return parts


def _readable(source: Source, sublayer: str, data: Path) -> list[Part]:
    """The parts of a sublayer; none where it has no rows with a place."""
    try:
        return [*_by_kind(source.model_copy(update={"sublayer": sublayer}), data)]
    except SourceError:
        return []


def _by_kind(source: Source, data: Path) -> Iterator[Part]:
    rows = read(source, locate(source, data))
    kinds = kinds_in(rows.geometry)
    if len(kinds) < 2:
        yield Part(source, rows)
        return
    for kind in kinds:
        of_it = of_kind(rows, kind)
        columns = of_it.columns.dropna(axis="columns", how="all")
        yield Part(source.model_copy(update={"geometry": kind}), replace(of_it, columns=columns))
