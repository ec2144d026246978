"""CSV (RFC 4180) in UTF-8 with a byte order mark, one feature a line, for spreadsheets.

The columns: `id`; `longitude` and `latitude` of the feature, or of a point on it, in degrees;
`source_row`; the published fields by id; `wkt`, the whole geometry, where features are not single
points; and, the same on each line, `source`, `licence`, `date`, `revision` and `sample`: CSV has no
other place for them that every reader skips. A name that a field already has gets a `_`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import BinaryIO

import numpy as np
import shapely

from layers.exports.export import Export
from layers.exports.names import free
from layers.exports.provenance import credit_values
from layers.geometry.features import points_on, whole_geometries
from layers.geometry.parts import Parts
from layers.geometry.tile import SOURCE_DIGITS
from layers.schema.values import Scalar

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What a spreadsheet may take for the beginning of a formula (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
AS_TEXT = "'"


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature with all published fields."""
    revision = export.revision
    table, fields, rows = revision.table, revision.columns, revision.rows
    credit = credit_values(revision)
    with_geometry = revision.kind != "point" or export.has_several_parts
    header = _header([*fields], [*credit], with_geometry=with_geometry)
    sink.write(BYTE_ORDER_MARK + encoded([header]))
    constant = [cell(value) for value in credit.values()]
    for index, parts in export.stretches():
        values = [map(cell, column.take(index)) for column in fields.values()]
        geometry = [_wkt(parts)] if with_geometry else []
        columns = zip(
            table.ids[index].tolist(),
            *np.round(points_on(parts), SOURCE_DIGITS).T.tolist(),
            rows[index].tolist(),
            *values,
            *geometry,
            strict=True,
        )
        sink.write(encoded([[*cells, *constant] for cells in columns]))


def table(header: Sequence[str], rows: Iterable[Sequence[Scalar | None]]) -> bytes:
    """Other rows than a layer's, in the same form."""
    lines = [[*map(cell, cells)] for cells in (header, *rows)]
    return BYTE_ORDER_MARK + encoded(lines)


def _header(fields: Sequence[str], credit: Sequence[str], *, with_geometry: bool) -> list[str]:
    before = ["id", "longitude", "latitude", "source_row"]
    geometry = [free("wkt", fields)] if with_geometry else []
    return [*(free(name, fields) for name in before), *fields, *geometry, *credit]


def cell(value: Scalar | None) -> str:
    """A value as `plain_cell` writes it, "" for none.

    A text that begins like a formula gets an apostrophe, so that no spreadsheet runs it.
    """
    if isinstance(value, str) and value.startswith(FORMULA):
        return AS_TEXT + value
    return "" if value is None else plain_cell(value)


def plain_cell(value: Scalar) -> str:
    """A value as JSON writes it, texts without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _wkt(parts: Parts) -> list[str]:
    geometry = whole_geometries(parts.to_shapes())
    texts: list[str] = shapely.to_wkt(geometry, rounding_precision=SOURCE_DIGITS).tolist()
    return texts


def encoded(lines: Sequence[Sequence[object]]) -> bytes:
    """The lines as RFC 4180 has them."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    for line in lines:  # not all in one call, during which no other thread goes on
        writer.writerow(line)
    return text.getvalue().encode()
