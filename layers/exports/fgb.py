"""FlatGeobuf: features behind a spatial index, of which a program can fetch a box alone."""

from __future__ import annotations

from typing import BinaryIO

from layers.exports.arrow import Batches
from layers.exports.export import Export
from layers.exports.gdal import described, file_for, write_layer


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature; its header says where they are from."""
    title, description = described(export)
    with file_for(sink, f"{export.revision.definition.id}.fgb") as path:
        options = {"TITLE": title, "DESCRIPTION": description}
        write_layer(export, path, "FlatGeobuf", Batches(export), options)
