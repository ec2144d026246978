"""The formats in which a layer is handed on. The same revision gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from layers.errors import ExportFailed, UnknownFormat
from layers.exports import csv, geojson
from layers.revision.revision import Revision


@dataclass(frozen=True)
class Format:
    """A format by the name that asks for it.

    `suffix` ends a file's name and address, `label` names the format to people. `writer` streams
    every feature of a revision with all its published fields.
    """

    name: str
    suffix: str
    media_type: str
    label: str
    writer: Callable[[Revision, BinaryIO], None]

    def write(self, revision: Revision, sink: BinaryIO) -> None:
        """Write the revision. Raises `ExportFailed`, whatever went wrong: the layer's other formats
        and other layers can still be handed on.
        """
        try:
            self.writer(revision, sink)
        except Exception as error:
            layer_id = revision.definition.id
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ExportFailed("export_failed", value=layer_id, detail=str(reason)) from error


GEOJSON = Format("geojson", "geojson", "application/geo+json", "GeoJSON", geojson.write)
FORMATS = (
    GEOJSON,
    Format("csv", "csv", "text/csv; charset=utf-8", "CSV", csv.write),
)
NAMES = ", ".join(format.name for format in FORMATS)


def format_named(name: str) -> Format:
    """The format of this name. Raises `UnknownFormat`."""
    for file_format in FORMATS:
        if file_format.name == name:
            return file_format
    raise UnknownFormat("unknown_export", value=name, detail=NAMES)


def format_with(suffix: str) -> Format:
    """The format whose files end in this suffix. Raises `UnknownFormat`."""
    for file_format in FORMATS:
        if file_format.suffix == suffix:
            return file_format
    raise UnknownFormat("unknown_export", value=suffix, detail=NAMES)
