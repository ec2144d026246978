"""A Shapefile in a ZIP, for older programs: with what it cannot say itself beside it.

DBF names have at most 10 bytes and texts 254: `fields.csv` has the full name and the title of each
column, and how many of its texts were cut. Texts are in UTF-8, which `.cpg` says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from layers.exports.archive import README, Archive
from layers.exports.arrow import Batches
from layers.exports.csv import BYTE_ORDER_MARK, cell
from layers.exports.export import Export
from layers.exports.gdal import write_layer
from layers.exports.readme import readme

NAME_BYTES, TEXT_BYTES = 10, 254  # the most that a DBF file has room for
FIELDS = "fields.csv"


class ShortBatches(Batches):
    """The same with names and texts that DBF has room for; `cut` counts cut texts by name."""

    def __init__(self, export: Export) -> None:
        super().__init__(export)
        self.full = [name for name in self.schema.names if name != self.geometry]
        self.short = short_names(self.full)
        self.cut = dict.fromkeys(self.full, 0)
        fields = [self.schema.field(name) for name in self.full]
        named = [field.with_name(name) for field, name in zip(fields, self.short, strict=True)]
        self.schema = pa.schema([*named, self.schema.field(self.geometry)])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        whole = Batches(self._export)
        for batch in whole:
            columns = [self._fitting(name, batch.column(name)) for name in self.full]
            yield pa.record_batch([*columns, batch.column(whole.geometry)], schema=self.schema)

    def _fitting(self, name: str, column: pa.Array) -> pa.Array:
        if not pa.types.is_string(column.type):
            return column
        too_long = pc.sum(pc.greater(pc.binary_length(column), TEXT_BYTES)).as_py()
        if not too_long:
            return column
        self.cut[name] += too_long
        return pa.array([_cut(text) for text in column.to_pylist()], pa.string())


def _cut(text: str | None) -> str | None:
    """The text without what a DBF file has no room for, no character in two."""
    return text and text.encode()[:TEXT_BYTES].decode(errors="ignore")


def short_names(names: Sequence[str]) -> list[str]:
    """Names of at most `NAME_BYTES`, each once whatever their case: cut names get a number."""
    short: list[str] = []
    taken: set[str] = set()
    for name in names:
        candidate, number = name[:NAME_BYTES], 1
        while candidate.upper() in taken:
            ending = f"_{number}"
            candidate, number = name[: NAME_BYTES - len(ending)] + ending, number + 1
        taken.add(candidate.upper())
        short.append(candidate)
    return short


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature, the table of names and a read-me."""
    definition = export.revision.definition
    batches = ShortBatches(export)
    date = definition.credit.date
    options = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": date.isoformat()}
    with TemporaryDirectory() as folder, Archive(sink, date) as archive:
        path = Path(folder) / f"{definition.id}.shp"
        write_layer(export, path, "ESRI Shapefile", batches, options)
        for part in sorted(path.parent.iterdir()):
            archive.add_file(part.name, part)
        archive.add(FIELDS, _table(export, batches))
        archive.add(README, readme([export.revision]))


def _table(export: Export, batches: ShortBatches) -> bytes:
    fields = export.revision.definition.public_fields
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["shapefile_name", "name", "title_ja", "title_en", "unit", "texts_cut"])
    for full, short in zip(batches.full, batches.short, strict=True):
        field = fields.get(full)
        titles = [field.title["ja"], field.title["en"], field.unit] if field else ["", "", ""]
        writer.writerow([short, full, *map(cell, titles), batches.cut[full]])
    return BYTE_ORDER_MARK + text.getvalue().encode()
