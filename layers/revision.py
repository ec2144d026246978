"""A prepared revision: the one immutable artefact between a city's files and everything served.

A folder of two files. `meta.json` says what it is; `arrays.bin` (see `layers.arrays`) holds ids,
source rows, properties, the parts of the source and the parts to show at each zoom.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from layers.arrays import Array, open_arrays, write_arrays
from layers.definition import LayerDefinition, Scalar
from layers.parts import Kind, Parts, from_arrays, to_arrays
from layers.report import Report
from layers.tile import Bounds

FORMAT = 1  # part of every revision's id: raise it when the same input is prepared differently
META = "meta.json"
ARRAYS = "arrays.bin"
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

    `levels` are the parts to show by zoom (for points one set serves all). `coverage` is the
    surveyed area as a GeoJSON Feature, b"" where it is not known or the layer shows no hazard.
    `classes` are the values of the style's field that features have.
    """

    kind: Kind
    ids: Array
    rows: Array
    properties: list[bytes]
    source: Parts
    levels: Mapping[int, Parts]
    coverage: bytes
    report: Report
    classes: list[Scalar | None]


class Revision:
    """One state of one layer, opened from its folder; nothing of it ever changes."""

    def __init__(self, folder: Path) -> None:
        meta: dict[str, Any] = orjson.loads((folder / META).read_bytes())
        self.id: str = meta["revision"]
        self.definition = LayerDefinition.model_validate(meta["definition"])
        self.kind: Kind = meta["kind"]
        self.feature_count: int = meta["features"]
        self.bounds: Bounds | None = Bounds(*meta["bounds"]) if meta["bounds"] else None
        self.sources = tuple(SourceFile(**source) for source in meta["sources"])
        self.classes: list[Scalar | None] = meta["classes"]
        self.report = Report.from_stored(meta["report"])
        self._arrays = open_arrays(folder / ARRAYS)

    @cached_property
    def ids(self) -> list[int]:
        """Feature ids by feature index."""
        return self._arrays["ids"].tolist()  # type: ignore[no-any-return]

    @cached_property
    def properties(self) -> list[bytes]:
        """Published properties by feature index, as JSON objects without the empty ones."""
        return _split(self._arrays["properties"].tobytes(), self._arrays["properties/ends"])

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

    def level(self, z: int) -> Parts:
        """The parts to show at zoom `z`, one of the definition's zooms."""
        return (
            self.source if self.kind == "point" else from_arrays(f"z{z}", self.kind, self._arrays)
        )

    def features(self) -> gpd.GeoDataFrame:
        """Every feature with its published fields, in EPSG:4326, indexed by feature id."""
        fields = self.definition.public_fields
        records = [orjson.loads(properties) for properties in self.properties]
        index = pd.Index(self.ids, name="id")
        columns = {
            name: pd.Series([r.get(name) for r in records], index, dtype=DTYPES[field.type])
            for name, field in fields.items()
        }
        frame = pd.DataFrame(columns, index)
        frame.insert(0, "source_row", self.rows)
        return gpd.GeoDataFrame(frame, geometry=_whole(self.source), crs="EPSG:4326")


def write_revision(
    folder: Path,
    revision_id: str,
    definition: LayerDefinition,
    sources: list[SourceFile],
    contents: Contents,
) -> None:
    """Write a revision's files into `folder`, the same bytes for the same contents."""
    ends = np.cumsum([len(properties) for properties in contents.properties], dtype=np.int64)
    arrays: dict[str, Array] = {
        "ids": contents.ids,
        "rows": contents.rows,
        "properties": np.frombuffer(b"".join(contents.properties), dtype=np.uint8),
        "properties/ends": ends,
        "coverage": np.frombuffer(contents.coverage, dtype=np.uint8),
        **to_arrays("source", contents.source),
    }
    if contents.kind != "point":
        for z, parts in contents.levels.items():
            arrays |= to_arrays(f"z{z}", parts)
    write_arrays(folder / ARRAYS, arrays)
    bounds = (
        shapely.total_bounds(contents.source.geometry).tolist() if len(contents.source) else None
    )
    meta = {
        "format": FORMAT,
        "revision": revision_id,
        "definition": definition.model_dump(mode="json"),
        "kind": contents.kind,
        "features": len(contents.ids),
        "bounds": bounds,
        "classes": contents.classes,
        "sources": [vars(source) for source in sources],
        "report": contents.report.to_stored(),
    }
    (folder / META).write_bytes(orjson.dumps(meta, default=_plain, option=orjson.OPT_INDENT_2))


def _plain(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a revision's metadata")


def _split(content: bytes, ends: Array) -> list[bytes]:
    starts = [0, *ends.tolist()]
    return [content[start:end] for start, end in zip(starts, ends.tolist(), strict=False)]


def _whole(parts: Parts) -> Array:
    """Features put together from their parts: a Multi geometry where there are several."""
    starts = np.flatnonzero(np.r_[True, parts.owner[1:] != parts.owner[:-1]])
    groups = np.split(parts.geometry, starts[1:]) if len(parts) else []
    multi: dict[Kind, Callable[[Array], object]] = {
        "point": shapely.multipoints,
        "line": shapely.multilinestrings,
        "polygon": shapely.multipolygons,
    }
    whole = np.empty(len(groups), dtype=object)
    whole[:] = [group[0] if len(group) == 1 else multi[parts.kind](group) for group in groups]
    return whole
