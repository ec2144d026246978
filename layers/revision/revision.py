"""A prepared revision: the one immutable artefact between a city's files and everything served.

A folder of files. `meta.json` says what it is; `arrays.bin` (see `layers.revision.arrays`) holds
ids, source rows, properties, columns of them, the parts of the source, and points as they are
shown; `levels.bin` what each zoom shows of lines or polygons; `digests.json` (see
`layers.revision.digests`) tells whether all are as written. Where several hosts share levels in a
database, `levels.shared`, the SHA-256 of `levels.bin`, stands for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import orjson

from layers.errors import LayerUnavailable
from layers.files import Stamp, read_file, stamp
from layers.geometry.features import whole_geometries
from layers.geometry.parts import Array, Kind, Parts, from_arrays, to_arrays
from layers.geometry.tile import Bounds
from layers.report import Report
from layers.revision.arrays import open_arrays, write_arrays
from layers.revision.columns import Column, columns_from_arrays, columns_to_arrays
from layers.revision.level import Level, level_from_arrays, level_to_arrays
from layers.revision.points import Points, points_from_arrays, to_point_arrays
from layers.revision.table import FeatureTable, Slices
from layers.schema.changes import ChangeState
from layers.schema.layer import LayerDefinition
from layers.schema.values import Scalar

if TYPE_CHECKING:
    import geopandas as gpd

FORMAT = 12  # part of every revision's id: raise it when the same input is prepared differently
META = "meta.json"
ARRAYS = "arrays.bin"
LEVELS = "levels.bin"
SHARED = "levels.shared"
# Types of the GeoDataFrame's columns: each can say "no value".
DTYPES: dict[str, Any] = {
    "text": object,
    "date": object,
    "integer": "Int64",
    "number": float,
    "flag": "boolean",
}


@dataclass(frozen=True)
class SourceFile:
    """A file the revision was made from."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What preparation found; `Revision` is the same, read back.

    `definition` is the layer's with everything the source let us fill in. `columns` hold the values
    of its public fields, by id, that `table` holds rendered.
    `shown` is what the zooms show. `coverage` is the surveyed area as a GeoJSON Feature, b"" where
    it is not known or the layer shows no hazard. `classes` are the values of the style's field that
    features have. `pixels` says, by zoom, how many CSS pixels are the least the zoom shows.
    `withheld` are the numbers of the desk's withdrawals that are kept to, `changes` the states of
    its changes by their numbers.
    """

    definition: LayerDefinition
    kind: Kind
    table: FeatureTable
    columns: Mapping[str, Column]
    rows: Array
    source: Parts
    shown: Points | Sequence[Level]
    coverage: bytes
    report: Report
    classes: list[Scalar | None]
    pixels: Mapping[int, int]
    withheld: frozenset[int] = frozenset()
    changes: Mapping[int, ChangeState] = field(default_factory=dict)


class SharedLevels(Protocol):
    """Levels that are kept for several hosts."""

    def has(self, sha256: str, /) -> bool:
        """Whether the levels of a file of this content are kept, as far as is known."""

    def level(self, layer_id: str, sha256: str, kind: Kind, z: int, box: Bounds | None, /) -> Level:
        """What zoom `z` shows, of such a file: all of it, or what may touch `box` (degrees).

        Raises `LayerUnavailable` where that cannot be asked for now.
        """


class NoLevels:
    """`SharedLevels` of a process that asks for nothing of them, and leaves them to others."""

    def has(self, _sha256: str, /) -> bool:
        return True

    def level(self, layer_id: str, /, *_: object) -> Level:
        raise LayerUnavailable("levels_away", value=layer_id)


class Revision:
    """One state of one layer, opened from its folder; nothing of it ever changes.

    `opened` is the state of the files of arrays then: what is asked of it later is read from there.
    `shared` has the levels where the folder does not.
    """

    def __init__(self, folder: Path, shared: SharedLevels | None = None) -> None:
        meta: dict[str, Any] = orjson.loads(read_file(folder / META))
        self.folder = folder
        self.id: str = meta["revision"]
        self.data_id: str = meta["data"]["id"]
        self.definition = LayerDefinition.model_validate(meta["definition"])
        self.kind: Kind = meta["kind"]
        self.feature_count: int = meta["features"]
        self.bounds: Bounds | None = Bounds(*meta["bounds"]) if meta["bounds"] else None
        self.sources = tuple(SourceFile(**source) for source in meta["sources"])
        self.classes: list[Scalar | None] = meta["classes"]
        self.unclustered_from: int = meta["unclustered_from"]
        self.pixels: dict[int, int] = {int(z): size for z, size in meta["pixels"].items()}
        self.report = Report.from_stored(meta["report"])
        self.withheld = frozenset[int](meta.get("withheld", ()))
        changes = meta.get("changes", {})
        self.changes: dict[int, ChangeState] = {int(n): state for n, state in changes.items()}
        self._shared: SharedLevels = shared or NoLevels()
        self._shared_as = shared_as(folder)
        self.opened = self.stamps()  # before, so that a later change is seen
        self._arrays = open_arrays(folder / ARRAYS)
        if self.has_level_file:
            self._arrays |= open_arrays(folder / LEVELS)
        self._mapped_level = cache(self._level)

    @cached_property
    def table(self) -> FeatureTable:
        """Ids and published properties by feature index."""
        content = self._arrays["properties"].data
        return FeatureTable(self._arrays["ids"], Slices(content, self._arrays["properties/ends"]))

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The values of each public field, by field id."""
        return columns_from_arrays(self.definition.public_fields, self._arrays)

    @property
    def rows(self) -> Array:
        """Source row numbers by feature index."""
        return self._arrays["rows"]

    @property
    def coverage(self) -> bytes:
        """The surveyed area as a GeoJSON Feature; b"" where it is not known."""
        return self._arrays["coverage"].tobytes()

    @cached_property
    def source(self) -> Parts:
        """The parts of the features as they came, in degrees."""
        return from_arrays("source", self.kind, self._arrays)

    @cached_property
    def points(self) -> Points:
        """The points of a layer of points."""
        return points_from_arrays(self._arrays, self.classes, self.unclustered_from)

    @property
    def has_level_file(self) -> bool:
        """Whether what zooms show of lines or polygons is in the folder."""
        return self.kind != "point" and self._shared_as is None

    @property
    def has_shared_levels(self) -> bool:
        """Whether that is kept for several hosts, since it is large."""
        return self._shared_as is not None

    def stamps(self) -> tuple[Stamp, ...]:
        """The state of the files of arrays, without reading them. Raises `OSError`."""
        names = (ARRAYS, LEVELS) if self.has_level_file else (ARRAYS,)
        return tuple(stamp(self.folder / name) for name in names)

    def level(self, z: int, box: Bounds | None = None) -> Level:
        """What zoom `z`, one of the definition's, shows of a layer of lines or polygons.

        With `box`, in degrees, at least what touches it, which gives the same tiles there. Raises
        `LayerUnavailable` where it is kept elsewhere, and that cannot be reached.
        """
        if self._shared_as is None:
            return self._mapped_level(z)
        return self._shared.level(self.definition.id, self._shared_as, self.kind, z, box)

    def _level(self, z: int) -> Level:
        return level_from_arrays(z, self.kind, self._arrays)

    def features(self) -> gpd.GeoDataFrame:
        """Every feature with its published fields, in EPSG:4326, indexed by feature id."""
        import geopandas as gpd  # pandas: not for the servers
        import pandas as pd

        fields = self.definition.public_fields
        every = np.arange(self.feature_count)
        index = pd.Index(self.table.ids, name="id")
        columns = {
            name: pd.Series(self.columns[name].take(every), index, dtype=DTYPES[field.type])
            for name, field in fields.items()
        }
        frame = pd.DataFrame(columns, index)
        frame.insert(0, "source_row", self.rows)
        return gpd.GeoDataFrame(
            frame, geometry=whole_geometries(self.source.to_shapes()), crs="EPSG:4326"
        )


def write_revision(
    folder: Path,
    data_id: str,
    sources: list[SourceFile],
    contents: Contents,
) -> None:
    """Write a revision's files into `folder`, the same bytes for the same contents.

    It is named after its data; see `layers.revision.label` for what else a definition says.
    """
    arrays: dict[str, Array] = {
        "ids": contents.table.ids,
        "rows": contents.rows,
        "properties": np.frombuffer(contents.table.properties.content, dtype=np.uint8),
        "properties/ends": contents.table.properties.ends,
        **columns_to_arrays(contents.columns),
        "coverage": np.frombuffer(contents.coverage, dtype=np.uint8),
        **to_arrays("source", contents.source),
    }
    unclustered_from = 0
    if isinstance(contents.shown, Points):
        arrays |= to_point_arrays(contents.shown)
        unclustered_from = contents.shown.unclustered_from
    else:
        write_levels(folder / LEVELS, contents.shown)
    write_arrays(folder / ARRAYS, arrays)
    places = contents.source.coordinates
    bounds = [*places.min(axis=0).tolist(), *places.max(axis=0).tolist()] if len(places) else None
    definition = contents.definition.model_dump(mode="json")
    meta = {
        "format": FORMAT,
        "revision": data_id,
        "definition": definition,
        "data": {"id": data_id, "definition": definition},
        "kind": contents.kind,
        "features": len(contents.table),
        "bounds": bounds,
        "classes": contents.classes,
        "unclustered_from": unclustered_from,
        "pixels": {str(z): size for z, size in contents.pixels.items()},
        "sources": [vars(source) for source in sources],
        "report": contents.report.to_stored(),
    }
    if contents.withheld or contents.changes:
        meta["withheld"] = sorted(contents.withheld)
        meta["changes"] = {str(number): state for number, state in contents.changes.items()}
    (folder / META).write_bytes(orjson.dumps(meta, default=_iso_date, option=orjson.OPT_INDENT_2))


def levels_of(path: Path, kind: Kind) -> Iterator[Level]:
    """The levels in a file of them, paged in as they are used. Raises `OSError`."""
    arrays = open_arrays(path)
    for z in sorted({int(name[1 : name.index("/")]) for name in arrays}):
        yield level_from_arrays(z, kind, arrays)


def shared_as(folder: Path) -> str | None:
    """The SHA-256 of the file of levels that is kept elsewhere; None where it is in the folder."""
    try:
        return read_file(folder / SHARED).decode("ascii")
    except FileNotFoundError:
        return None


def write_levels(path: Path, levels: Iterable[Level]) -> None:
    """Write the file of what zooms show of lines or polygons. Raises `OSError`."""
    arrays: dict[str, Array] = {}
    for level in levels:
        arrays |= level_to_arrays(level)
    write_arrays(path, arrays)


def _iso_date(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a revision's metadata")
