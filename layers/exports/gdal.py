"""What is written by GDAL: into a file of its own, as its drivers want, and from there on."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pyarrow as pa
import pyogrio

from layers.exports.arrow import Batches
from layers.exports.export import Export
from layers.exports.provenance import credit_line, credit_texts

CHUNK = 1 << 20  # bytes copied at once


def write_layer(
    export: Export,
    path: Path,
    driver: str,
    batches: Batches,
    layer: Mapping[str, str],
    dataset: Mapping[str, str] | None = None,
) -> None:
    """Write all features into a file of a driver; `layer` and `dataset` are creation options.

    What a driver dates is dated with the day of the data: the same revision gives the same bytes.
    """
    with dated(export.revision.definition.credit.date):
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(batches.schema, iter(batches)),
            path,
            layer=export.revision.definition.id,
            driver=driver,
            geometry_name=batches.geometry,
            geometry_type=batches.geometry_type,
            crs=f"EPSG:{export.crs}",
            layer_metadata=credit_texts(export.revision),
            layer_options=dict(layer),
            dataset_options=dict(dataset or {}),
        )


def described(export: Export) -> tuple[str, str]:
    """The title of a layer, and where it is from."""
    return credit_texts(export.revision)["title"], credit_line(export.revision)


@contextmanager
def dated(date: datetime.date) -> Iterator[None]:
    """While it lasts GDAL writes this day for now."""
    name = "OGR_CURRENT_DATE"
    pyogrio.set_gdal_config_options({name: instant(date)})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: None})


def instant(date: datetime.date) -> str:
    """The first moment of a day, as GeoPackage writes it."""
    return f"{date.isoformat()}T00:00:00.000Z"


@contextmanager
def file_for(sink: BinaryIO, name: str) -> Iterator[Path]:
    """The path of a file to write, of which the sink then gets the content."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        yield path
        with path.open("rb") as file:
            shutil.copyfileobj(file, sink, CHUNK)
