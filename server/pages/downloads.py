"""The files of a layer to take away: each format by its name, and what it is for."""

from __future__ import annotations

from collections.abc import Mapping

from layers.catalog.layer import Layer
from layers.exports.formats import Format, Use, formats_of
from layers.exports.size import geojson_bytes
from server.pages.request_files import size_in_words
from server.pages.views import Download
from server.texts import Translate


def export_path(layer_id: str, file_format: Format) -> str:
    """The address of a layer in a format."""
    return f"/layers/{layer_id}/export.{file_format.suffix}"


def downloads_of(layer: Layer, _: Translate) -> list[Download]:
    """Every format that the layer is handed on in."""
    uses = _uses(_)
    return [
        Download(each.label, export_path(layer.id, each), str(uses[each.use]))
        for each in formats_of(layer.revision)
    ]


def size_of(layer: Layer) -> str:
    """About how large a file of the layer is."""
    return size_in_words(geojson_bytes(layer.revision))


def _uses(_: Translate) -> Mapping[Use, str]:
    return {
        "web": _("For web maps and programs"),
        "lines": _("For programs that read line by line"),
        "table": _("A table, as text that any program reads"),
        "standard": _("A table in the columns that municipalities share"),
        "workbook": _("A table for Excel"),
        "gis": _("For GIS programs such as QGIS, with the colours of the map"),
        "old_gis": _("For older GIS programs"),
        "earth": _("For Google Earth"),
        "stream": _("For GIS programs that fetch a part over the internet"),
        "analysis": _("For data analysis"),
        "tiles": _("Map tiles in one file, for web maps"),
        "offline_tiles": _("Map tiles in one file, for apps without internet"),
    }
