"""Formats that cities have and no layer is read from: what each is, so that it can be said.

Known by their first bytes where these tell, else by the suffix; `layers.messages.others` says how
to make of each a file that is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from layers.errors import SourceError
from layers.messages import ProblemKind


@dataclass(frozen=True)
class OtherFormat:
    """A format that is named, not read.

    `suffixes` are in small letters; the pattern `magic` is of the first bytes. `root` is the root
    element of an XML document as `layers.sources.formats` gives it, the pattern `outline` of a JSON
    document as `layers.sources.json_outline` does.
    """

    name: str
    kind: ProblemKind
    suffixes: tuple[str, ...] = ()
    magic: re.Pattern[bytes] | None = None
    root: str | None = None
    outline: re.Pattern[str] | None = None


def _bytes(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


FORMATS = (
    OtherFormat("DWG", "cad_drawing", (".dwg",), _bytes(rb"AC10\d\d")),
    OtherFormat(
        "DXF", "cad_drawing", (".dxf",),
        _bytes(rb"AutoCAD Binary DXF|(\s*999\r?\n[^\n]*\n)*\s*0\r?\nSECTION\r?\n"),
    ),
    OtherFormat("DGN", "cad_drawing", (".dgn",)),
    OtherFormat("Jw_cad", "cad_drawing", (".jww", ".jwc"), _bytes(rb"JwwData")),
    OtherFormat("SXF", "cad_drawing", (".sfc", ".p21"), _bytes(rb"ISO-10303-21;")),
    OtherFormat("SIMA", "survey_exchange", (".sim", ".sima")),
    OtherFormat(
        "TIFF / GeoTIFF", "picture", (".tif", ".tiff"),
        _bytes(rb"II[\x2a\x2b]\0|MM\0[\x2a\x2b]"),
    ),
    OtherFormat("JPEG", "picture", (".jpg", ".jpeg"), _bytes(rb"\xff\xd8\xff")),
    OtherFormat("PNG", "picture", (".png",), _bytes(rb"\x89PNG\r\n")),
    OtherFormat("GIF", "picture", (".gif",), _bytes(rb"GIF8[79]a")),
    OtherFormat("JPEG 2000", "picture", (".jp2",), _bytes(rb"\0\0\0\x0cjP  ")),
    OtherFormat("BMP", "picture", (".bmp",), _bytes(rb"BM.{4}\0{4}")),
    OtherFormat("WebP", "picture", (".webp",), _bytes(rb"RIFF.{4}WEBP")),
    OtherFormat("HEIC", "picture", (".heic",), _bytes(rb".{4}ftyphei[cx]")),
    OtherFormat("SVG", "picture", (".svg",), root="<svg>"),
    OtherFormat("PDF", "printed_document", (".pdf",), _bytes(rb"%PDF-")),
    OtherFormat("OpenStreetMap XML", "osm_extract", (".osm", ".osc"), root="<osm>"),
    OtherFormat("OpenStreetMap PBF", "osm_extract", (".pbf",), _bytes(rb".{4}\x0a\x09OSMHeader")),
    OtherFormat(
        "Overpass API JSON", "osm_extract",
        outline=re.compile(r"(?=.*^elements$)(?=.*^(osm3s$|generator=))", re.DOTALL | re.MULTILINE),
    ),
    OtherFormat("Word", "text_document", (".docx", ".doc"), _bytes(rb"PK\x03\x04.{26}word/")),
    OtherFormat("RTF", "text_document", (".rtf",), _bytes(rb"\{\\rtf")),
    OtherFormat("OpenDocument Text", "text_document", (".odt",), _bytes(
        rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text")),
    OtherFormat("一太郎", "text_document", (".jtd",)),
    OtherFormat("PowerPoint", "text_document", (".pptx", ".ppt"), _bytes(rb"PK\x03\x04.{26}ppt/")),
    OtherFormat("7-Zip", "packed", (".7z",), _bytes(rb"7z\xbc\xaf\x27\x1c")),
    OtherFormat("RAR", "packed", (".rar",), _bytes(rb"Rar!")),
    OtherFormat("LZH", "packed", (".lzh",), _bytes(rb"..-lh[\dds]-")),
    OtherFormat("gzip", "packed", (".gz", ".tgz"), _bytes(rb"\x1f\x8b")),
    OtherFormat("bzip2", "packed", (".bz2",), _bytes(rb"BZh\d1AY&SY")),
    OtherFormat("xz", "packed", (".xz",), _bytes(rb"\xfd7zXZ\0")),
    OtherFormat("tar", "packed", (".tar",), _bytes(rb".{257}ustar")),
    OtherFormat("QGIS", "map_project", (".qgz", ".qgs"), root="<qgis>"),
    OtherFormat("ArcGIS", "map_project", (".aprx", ".mxd", ".lyr", ".lyrx", ".mapx")),
    OtherFormat(
        "Access", "office_database", (".mdb", ".accdb"),
        _bytes(rb"\0\x01\0\0Standard (Jet|ACE) DB"),
    ),
    OtherFormat("PMTiles", "tile_archive", (".pmtiles",), _bytes(rb"PMTiles")),
    OtherFormat("MBTiles", "tile_archive", (".mbtiles",), _bytes(rb"SQLite format 3\0.{52}MPBX")),
    OtherFormat("LAS / LAZ", "point_cloud", (".las", ".laz"), _bytes(rb"LASF")),
    OtherFormat("HTML", "web_page", (".html", ".htm"), root="<html>"),
)  # fmt: skip
BY_SUFFIX = {suffix: row for row in FORMATS for suffix in row.suffixes}
SUFFIXES = frozenset(BY_SUFFIX)
ZIPPED = frozenset({".docx", ".pptx", ".odt", ".qgz", ".aprx"})  # ZIPs that are no archives


def require_none_by_content(path: Path, head: bytes, root: str, outline: str) -> None:
    """Raise `SourceError` for a file whose first bytes are those of one of these formats.

    `root` is "" for what is no XML, `outline` for what is no JSON.
    """
    for row in FORMATS:
        if (
            (row.magic is not None and row.magic.match(head))
            or (row.root is not None and row.root.lower() == root.lower())
            or (row.outline is not None and row.outline.search(outline))
        ):
            raise SourceError(path, row.kind, row.name)


def require_none_by_suffix(path: Path) -> None:
    """Raise `SourceError` for a file with the suffix of one of these formats."""
    row = BY_SUFFIX.get(path.suffix.lower())
    if row is not None:
        raise SourceError(path, row.kind, row.name)
