"""CSV (RFC 4180) in UTF-8 with a byte order mark, one feature a line, for spreadsheets.

The columns: `id`; `longitude` and `latitude` of the feature, or of a point on it, in degrees;
`source_row`; the published fields by id; `wkt`, the whole geometry, where features are not single
points; and, the same on each line, `source`, `licence`, `date`, `revision` and `sample`: CSV has no
other place for them that every reader skips. A name that a field already has gets a `_`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from typing import BinaryIO

import numpy as np
import shapely

from layers.exports.stretches import stretches
from layers.geometry.features import points_on, whole_geometries
from layers.geometry.parts import Parts
from layers.geometry.tile import SOURCE_DIGITS
from layers.revision.revision import Revision
from layers.schema.values import Scalar

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What a spreadsheet may take for the beginning of a formula (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
AS_TEXT = "'"
LANGUAGE = "ja"  # of the credit


def write(revision: Revision, sink: BinaryIO) -> None:
    """Write every feature with all published fields."""
    table, fields, rows = revision.table, revision.columns, revision.rows
    credit = _credit(revision)
    with_geometry = revision.kind != "point" or len(revision.source) > revision.feature_count
    header = _header([*fields], [*credit], with_geometry=with_geometry)
    sink.write(BYTE_ORDER_MARK + _encoded([header]))
    constant = [_cell(value) for value in credit.values()]
    for index, parts in stretches(revision):
        values = [map(_cell, column.take(index)) for column in fields.values()]
        geometry = [_wkt(parts)] if with_geometry else []
        columns = zip(
            table.ids[index].tolist(),
            *np.round(points_on(parts), SOURCE_DIGITS).T.tolist(),
            rows[index].tolist(),
            *values,
            *geometry,
            strict=True,
        )
        sink.write(_encoded([[*cells, *constant] for cells in columns]))


def _header(fields: Sequence[str], credit: Sequence[str], *, with_geometry: bool) -> list[str]:
    before = ["id", "longitude", "latitude", "source_row"]
    after = ["wkt", *credit] if with_geometry else [*credit]
    return [*(_free(name, fields) for name in before), *fields, *(_free(n, fields) for n in after)]


def _free(name: str, fields: Sequence[str]) -> str:
    while name in fields:
        name += "_"
    return name


def _credit(revision: Revision) -> dict[str, Scalar]:
    credit = revision.definition.credit
    return {
        "source": credit.attribution[LANGUAGE],
        "licence": credit.licence[LANGUAGE],
        "date": credit.date.isoformat(),
        "revision": revision.id,
        "sample": revision.definition.sample,
    }


def _cell(value: Scalar | None) -> str:
    """A value as JSON writes it, texts without quotes; "" for none.

    A text that begins like a formula gets an apostrophe, so that no spreadsheet runs it.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return AS_TEXT + value if value.startswith(FORMULA) else value
        case _:
            return str(value)


def _wkt(parts: Parts) -> list[str]:
    geometry = whole_geometries(parts.to_shapes())
    texts: list[str] = shapely.to_wkt(geometry, rounding_precision=SOURCE_DIGITS).tolist()
    return texts


def _encoded(lines: Sequence[Sequence[object]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    for line in lines:  # not all in one call, during which no other thread goes on
        writer.writerow(line)
    return text.getvalue().encode()
