"""A layer's features as Arrow record batches: typed columns, and the geometry as WKB."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import numpy as np
import pyarrow as pa
import shapely

from layers.exports.csv import plain_cell
from layers.exports.export import Export
from layers.exports.names import free
from layers.geometry.features import multi_geometries
from layers.geometry.parts import Geometries, Integers, Parts
from layers.revision.columns import Column, Texts
from layers.schema.layer import FieldDefinition
from layers.schema.values import Scalar

GEOMETRY = "geometry"
WKB = {"ARROW:extension:name": "geoarrow.wkb"}
TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}
EXACT = 1 << 53  # whole numbers up to this are exact as floats

Take = Callable[[Integers], pa.Array]


class Batches:
    """The features of an export, a stretch at a time.

    The columns are `id`, `source_row`, the published fields and the geometry, `geometry`; the three
    that are no field get a `_` where a field has their name. With features of several parts every
    geometry is a Multi geometry: most formats have one type for all.
    """

    def __init__(self, export: Export) -> None:
        self._export = export
        revision = export.revision
        fields = revision.definition.public_fields
        self.id, self.source_row = free("id", fields), free("source_row", fields)
        self.geometry = free(GEOMETRY, fields)
        self._takes = [_column(revision.columns[name], field) for name, field in fields.items()]
        self.schema = pa.schema(
            [
                pa.field(self.id, pa.int64(), nullable=False),
                pa.field(self.source_row, pa.int64(), nullable=False),
                *(
                    pa.field(name, kind)
                    for name, (kind, _) in zip(fields, self._takes, strict=True)
                ),
                pa.field(self.geometry, pa.binary(), nullable=False, metadata=WKB),
            ]
        )

    @property
    def geometry_type(self) -> str:
        """The type of all geometries, in the words of OGC Simple Features."""
        single = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
        prefix = "Multi" if self._export.has_several_parts else ""
        return prefix + single[self._export.revision.kind]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        revision = self._export.revision
        for index, parts in self._export.stretches():
            columns = [
                pa.array(revision.table.ids[index].astype(np.int64)),
                pa.array(revision.rows[index].astype(np.int64)),
                *(take(index) for _, take in self._takes),
                pa.array(shapely.to_wkb(self.geometries(parts)), pa.binary()),
            ]
            yield pa.record_batch(columns, schema=self.schema)

    def geometries(self, parts: Parts) -> Geometries:
        """The geometry of each owner."""
        shapes = parts.to_shapes()
        return multi_geometries(shapes) if self._export.has_several_parts else shapes.geometry


def _column(column: Column, field: FieldDefinition) -> tuple[pa.DataType, Take]:
    """The type of a column, and what gives its values at some indices."""
    distinct = column.distinct
    if not column.present.any():
        kind = TYPES[field.type]
        return kind, lambda index: pa.nulls(len(index), kind)
    if distinct is None:
        keys = column.keys
        kind = pa.from_numpy_dtype(keys.dtype)
        return kind, lambda index: pa.array(keys[index], kind, mask=~column.present[index])
    values = _texts(distinct) if isinstance(distinct, Texts) else _several(distinct)
    if field.type == "date" and pa.types.is_string(values.type):
        values = _dates(values)

    def take(index: Integers) -> pa.Array:
        present = column.present[index]
        return values.take(pa.array(column.keys[index].astype(np.int64), mask=~present))

    return values.type, take


def _texts(texts: Texts) -> pa.Array:
    ends = np.concatenate([[0], texts.ends]).astype(np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(texts.content))]
    return pa.Array.from_buffers(pa.large_string(), len(texts), buffers).cast(pa.string())


def _several(values: Sequence[Scalar]) -> pa.Array:
    """Values of several types: numbers where all are, else as CSV writes them."""
    numbers = [
        float(value)
        for value in values
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= EXACT
    ]
    if len(numbers) == len(values):
        return pa.array(numbers, pa.float64())
    return pa.array([plain_cell(value) for value in values], pa.string())


def _dates(texts: pa.Array) -> pa.Array:
    """The days that texts name; the texts where one is no day."""
    with suppress(ValueError):
        return pa.array([datetime.date.fromisoformat(text) for text in texts.to_pylist()])
    return texts
