"""GeoParquet 1.1: columns for analysis, with a column of boxes by which readers pass over groups.

https://geoparquet.org/releases/v1.1.0/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from layers.exports.arrow import Batches
from layers.exports.export import Export
from layers.exports.names import free
from layers.exports.provenance import provenance

VERSION = "1.1.0"
GROUP = 65_536  # rows of a row group
CORNERS = ("xmin", "ymin", "xmax", "ymax")


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature; the file's metadata say where they are from, under `bosai`."""
    batches = Batches(export)
    box = pa.field(
        free("bbox", batches.schema.names),
        pa.struct([pa.field(corner, pa.float64(), nullable=False) for corner in CORNERS]),
        nullable=False,
    )
    metadata = {
        "geo": orjson.dumps(_geo(export, batches, box.name)),
        "bosai": orjson.dumps(provenance(export.revision)),
    }
    schema = batches.schema.append(box).with_metadata(metadata)
    with pq.ParquetWriter(sink, schema, compression="zstd", write_page_index=True) as writer:
        for table in _grouped(_with_boxes(batches, schema)):
            writer.write_table(table, row_group_size=GROUP)


def _geo(export: Export, batches: Batches, box: str) -> dict[str, object]:
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": [batches.geometry_type],
        "crs": pyproj.CRS.from_epsg(export.crs).to_json_dict(),
        "covering": {"bbox": {corner: [box, corner] for corner in CORNERS}},
    }
    if export.revision.kind == "polygon":
        column["orientation"] = "counterclockwise"
    return {
        "version": VERSION,
        "primary_column": batches.geometry,
        "columns": {batches.geometry: column},
    }


def _with_boxes(batches: Batches, schema: pa.Schema) -> Iterator[pa.Table]:
    for batch in batches:
        geometry = shapely.from_wkb(batch.column(batches.geometry).to_numpy(zero_copy_only=False))
        corners = [pa.array(values) for values in shapely.bounds(geometry).T]
        box = pa.StructArray.from_arrays(corners, fields=list(schema.field(-1).type))
        yield pa.table([*batch.columns, box], schema=schema)


def _grouped(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of `GROUP`, whatever stretches they come in."""
    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += len(table)
        if rows >= GROUP:
            whole = pa.concat_tables(waiting)
            full = rows - rows % GROUP
            yield whole.slice(0, full)
            waiting, rows = [whole.slice(full)], rows - full
    if rows:
        yield pa.concat_tables(waiting)
