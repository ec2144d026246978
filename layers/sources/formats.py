"""What a file is: told from its first bytes, and from its suffix only where these say nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from layers.errors import SourceError
from layers.sources.tables import workbook

Format = Literal[
    "archive", "geojson", "shapefile", "gdal", "parquet", "kml", "gml", "table", "metadata"
]

TABLES = frozenset({".csv", ".tsv", ".txt"}) | workbook.SUFFIXES
MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"SQLite format 3\x00", "gdal"),
    (b"fgb\x03", "gdal"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (workbook.OLE, "table"),
)
PACKED = {b"\x1f\x8b": "gzip", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!": "RAR"}
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
IN_WORKBOOKS = (b"[Content_Types].xml", b"_rels/.rels", b"docProps/")
HEAD = 4096  # bytes looked at
ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
# Elements of 国土数値情報's older JPGIS 1 and of its metadata, which hold no features for us.
METADATA_ROOTS = frozenset({"MD_Metadata", "S2AConfig", "metadata", "qgis", "GI", "MI_Metadata"})


def format_of(path: Path) -> Format:
    """The format of a file. Raises `SourceError` when it is none that is understood."""
    try:
        with path.open("rb") as content:
            head = content.read(HEAD)
    except OSError as error:
        raise SourceError(path, "unreadable_file", detail=str(error.strerror)) from None
    if not head.strip(b"\x00 \t\r\n"):
        raise SourceError(path, "empty_file", path.name)
    if path.suffix.lower() in workbook.SUFFIXES:
        return "table"  # whose reader says what to do with what is none
    for magic, name in PACKED.items():
        if head.startswith(magic):
            raise SourceError(path, "packed", name)
    known = next((known for magic, known in MAGIC if head.startswith(magic)), None)
    if known == "archive" and _is_workbook(path, head):
        return "table"
    if known is None and path.suffix.lower() in workbook.SUFFIXES:
        return "table"  # which says what to do about a web page called .xls
    found = known or _text_format(head) or _by_suffix(path)
    if found is None:
        raise SourceError(path, "unknown_format", path.suffix)
    return found


def _is_workbook(path: Path, head: bytes) -> bool:
    """Whether a ZIP is one of Excel's files: told without opening it, which may be costly."""
    return path.suffix.lower() in TABLES or any(name in head for name in IN_WORKBOOKS)


def _text_format(head: bytes) -> Format | None:
    """What a text begins like."""
    encoding = next((name for bom, name in BOMS if head.startswith(bom)), "latin-1")
    text = head.decode(encoding, errors="ignore").lstrip("\ufeff\u00ef\u00bb\u00bf \t\r\n")
    if text.startswith(("{", "[", "\x1e")):
        return "geojson"
    if not text.startswith("<"):
        return None
    bare = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<\[]*(\[.*?\]\s*)?>", "", text, flags=re.DOTALL)
    root = ROOT.search(bare)
    if root is None:
        return None
    if root[1] == "kml":
        return "kml"
    return "metadata" if root[1] in METADATA_ROOTS else "gml"


def _by_suffix(path: Path) -> Format | None:
    if path.suffix.lower() == ".dbf":
        raise SourceError(path, "dbf_alone")
    return "table" if path.suffix.lower() in TABLES else None
