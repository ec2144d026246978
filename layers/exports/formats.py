"""The formats in which a layer is handed on. The same revision gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Literal

from layers.errors import ExportFailed, LayersError, UnfitCrs, UnknownFormat
from layers.exports import crs
from layers.exports.export import Export, Progress, untold
from layers.revision.revision import Revision

Writer = Callable[[Export, BinaryIO], None]
# What a format is for, which pages say in words of theirs.
Use = Literal[
    "web",
    "lines",
    "table",
    "standard",
    "workbook",
    "gis",
    "old_gis",
    "earth",
    "stream",
    "analysis",
    "tiles",
    "offline_tiles",
]


def _always(_revision: Revision) -> bool:
    return True


@dataclass(frozen=True)
class Format:
    """A format by the name that asks for it.

    `suffix` ends a file's name and address, `label` names the format to people, `use` says what it
    is for. `writer` streams every feature of a revision with all its published fields. One that is
    `apart` needs libraries that no server loads, or long: see `layers.publish.exports`. `any_crs`
    says that the format can name its reference system. `packed` files do not get smaller by gzip.
    `fits` says whether a layer can be handed on so.
    """

    name: str
    suffix: str
    media_type: str
    label: str
    writer: Writer
    use: Use = "gis"
    apart: bool = False
    any_crs: bool = False
    packed: bool = False
    fits: Callable[[Revision], bool] = _always

    def write(
        self,
        revision: Revision,
        sink: BinaryIO,
        code: int = crs.DEGREES,
        progress: Progress = untold,
        city_code: str = "",
    ) -> None:
        """Write the revision, a layer of the city of this code, in the system of an EPSG code.

        Raises `UnfitCrs`, `UnfitFormat` where it does not fit the layer; and `ExportFailed`,
        whatever went wrong: the layer's other formats and other layers can still be handed on.
        """
        self.require(code)
        try:
            self.writer(Export(revision, code, progress, city_code), sink)
        except LayersError:
            raise
        except Exception as error:
            layer_id = revision.definition.id
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ExportFailed("export_failed", value=layer_id, detail=str(reason)) from error

    def require(self, code: int) -> None:
        """Raise `UnfitCrs` where the format cannot be in the system of this EPSG code."""
        if code != crs.DEGREES and not self.any_crs:
            able = ", ".join(each.name for each in FORMATS if each.any_crs)
            raise UnfitCrs("crs_of_format", key=self.name, value=f"EPSG:{code}", detail=able)


def _of(module: str) -> Writer:
    """The `write` of a module of this package, which is loaded when it is called."""

    def write(export: Export, sink: BinaryIO) -> None:
        import_module(f"layers.exports.{module}").write(export, sink)

    return write


def _fits_standard(revision: Revision) -> bool:
    fits: bool = import_module("layers.exports.standard").fits(revision)
    return fits


GEOJSON = Format("geojson", "geojson", "application/geo+json", "GeoJSON", _of("geojson"), use="web")
FORMATS = (
    GEOJSON,
    Format(
        "geojsonl", "geojsonl", "application/x-ndjson", "GeoJSONL", _of("geojsonl"), use="lines"
    ),
    Format("csv", "csv", "text/csv; charset=utf-8", "CSV", _of("csv"), use="table"),
    Format(
        "standard", "standard.csv", "text/csv; charset=utf-8", "CSV（自治体標準）",
        _of("standard"), use="standard", fits=_fits_standard,
    ),
    Format(
        "xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX",
        _of("xlsx"), use="workbook", apart=True, packed=True,
    ),
    Format(
        "gpkg", "gpkg", "application/geopackage+sqlite3", "GeoPackage", _of("gpkg"),
        apart=True, any_crs=True,
    ),
    Format(
        "shp", "shp.zip", "application/zip", "Shapefile", _of("shp"),
        use="old_gis", apart=True, any_crs=True, packed=True,
    ),
    Format("kml", "kml", "application/vnd.google-earth.kml+xml", "KML", _of("kml"), use="earth"),
    Format(
        "fgb", "fgb", "application/vnd.flatgeobuf", "FlatGeobuf", _of("fgb"),
        use="stream", apart=True, any_crs=True,
    ),
    Format(
        "parquet", "parquet", "application/vnd.apache.parquet", "GeoParquet", _of("parquet"),
        use="analysis", apart=True, any_crs=True, packed=True,
    ),
    Format(
        "pmtiles", "pmtiles", "application/vnd.pmtiles", "PMTiles", _of("pmtiles"),
        use="tiles", apart=True, packed=True,
    ),
    Format(
        "mbtiles", "mbtiles", "application/vnd.mbtiles", "MBTiles", _of("mbtiles"),
        use="offline_tiles", apart=True, packed=True,
    ),
)  # fmt: skip
NAMES = tuple(format.name for format in FORMATS)


def format_named(name: str) -> Format:
    """The format of this name. Raises `UnknownFormat`."""
    for file_format in FORMATS:
        if file_format.name == name:
            return file_format
    raise UnknownFormat("unknown_export", value=name, detail=", ".join(NAMES))


def format_with(suffix: str) -> Format:
    """The format whose files end in this suffix. Raises `UnknownFormat`."""
    for file_format in FORMATS:
        if file_format.suffix == suffix:
            return file_format
    raise UnknownFormat("unknown_export", value=suffix, detail=", ".join(NAMES))


def formats_of(revision: Revision) -> list[Format]:
    """The formats in which a layer can be handed on."""
    return [file_format for file_format in FORMATS if file_format.fits(revision)]
