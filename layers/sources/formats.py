"""The formats that layers are read from: a row each, of which every other list is made.

A file's format is told from its first bytes, and from its suffix only where these say nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from layers.errors import SourceError
from layers.sources import others
from layers.sources.json_outline import outline
from layers.sources.tables import workbook
from layers.sources.unused_keys import TABLE_KEYS, require_used

if TYPE_CHECKING:
    from layers.schema.source import Source
    from layers.sources.rows import Rows


class Tier(IntEnum):
    """Which datasets of a folder are read before which: those of the first tier that has any."""

    GEODATA = 1
    GML = 2  # 国土数値情報 has the same data in it with other column names
    TABLE = 3
    TEXT = 4  # as often a read-me as a table


@dataclass(frozen=True)
class SourceFormat:
    """How the files of a format are known, and by what they are read.

    `reader` is the module below `layers.sources` whose `read(source, path)` gives the rows; one
    that most jobs use is `common`, and loaded before them. `suffixes` are in small letters. The
    pattern `magic` is of the first bytes, `starts` of a text: of an XML document its root element
    without a prefix, as `<kml>`; `outline` is of a JSON document's members, a line each as
    `json_outline` gives them. Files of a format with none of these are known by their suffix.
    `keys` are those of a source that mean something to the reader. Files of a folder whose names
    differ in what the pattern `cell` matches only are one dataset; `folder` is the suffix of a
    folder that is one. Files with a suffix in `open_ended` are whole wherever a line ends: nothing
    in them says how many rows there should be.
    """

    name: str
    reader: str
    suffixes: tuple[str, ...]
    tier: Tier
    keys: frozenset[str]
    magic: re.Pattern[bytes] | None = None
    starts: tuple[str, ...] = ()
    outline: re.Pattern[str] | None = None
    cell: re.Pattern[str] | None = None
    folder: str | None = None
    common: bool = False
    open_ended: tuple[str, ...] = ()

    def states_end(self, path: Path) -> bool:
        """Whether a file of this format that was cut can be told from a whole one."""
        return path.suffix.lower() not in self.open_ended

    def read(self, source: Source, path: Path) -> Rows:
        """Read every row of a file of this format. Raises `SourceError`.

        The reader is imported here: GDAL takes long, and servers need none.
        """
        require_used(source, path, self.keys)
        rows: Rows = import_module(f"layers.sources.{self.reader}").read(source, path)
        return rows


WORKBOOK = SourceFormat(
    "XLSX", "tables.spreadsheet", workbook.SUFFIXES, Tier.TABLE,
    keys=TABLE_KEYS | {"sublayer"}, magic=workbook.MAGIC,
)  # fmt: skip
# Where a dataset comes in several formats, the first of these is taken: whole column names, one
# encoding. What an XML document is, the first says too whose root it has.
FORMATS = (
    SourceFormat(
        "GeoJSON", "vector.geojson",
        (".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl"), Tier.GEODATA,
        keys=TABLE_KEYS | {"encoding", "sublayer"},  # a list of records is a table
        starts=("{", "[", "\x1e"), common=True,
        open_ended=(".geojsonl", ".geojsons", ".ndjson", ".jsonl"),
    ),
    SourceFormat(
        "GeoPackage / SpatiaLite", "vector.gdal", (".gpkg", ".sqlite"), Tier.GEODATA,
        keys=frozenset({"sublayer", "encoding"}), magic=re.compile(rb"SQLite format 3\x00"),
    ),
    SourceFormat(
        "FlatGeobuf", "vector.gdal", (".fgb",), Tier.GEODATA,
        keys=frozenset({"sublayer", "encoding"}), magic=re.compile(rb"fgb\x03"),
    ),
    SourceFormat(
        "GeoParquet", "vector.parquet", (".parquet", ".geoparquet"), Tier.GEODATA,
        keys=frozenset(), magic=re.compile(rb"PAR1"),
    ),
    SourceFormat(
        "Shapefile", "vector.shapefile", (".shp",), Tier.GEODATA,
        keys=frozenset({"sublayer", "encoding"}), magic=re.compile(rb"\x00\x00\x27\x0a"),
        common=True,
    ),
    SourceFormat(
        "File Geodatabase", "vector.gdal", (), Tier.GEODATA,
        keys=frozenset({"sublayer"}), folder=".gdb",
    ),
    SourceFormat(
        "MapInfo TAB / MIF", "vector.mapinfo", (".tab", ".mif"), Tier.GEODATA,
        keys=frozenset({"encoding"}),
        magic=re.compile(rb"\s*(!table\b|Version\s+\d+\s+Charset\b)", re.IGNORECASE),
    ),
    SourceFormat(
        "KML", "vector.kml", (".kml",), Tier.GEODATA,
        keys=frozenset(), starts=("<kml>",),
    ),
    SourceFormat(
        "GPX", "vector.gpx", (".gpx",), Tier.GEODATA,
        keys=frozenset({"sublayer"}), starts=("<gpx>",),
    ),
    SourceFormat(
        "Esri JSON", "vector.esri", (".esrijson",), Tier.GEODATA,
        keys=frozenset({"encoding"}),
        outline=re.compile(
            r"(?!.*^type=Feature)(?=.*^(geometryType=esri|features\.attributes$))",
            re.DOTALL | re.MULTILINE,
        ),
    ),
    SourceFormat(
        "TopoJSON", "vector.topojson", (".topojson",), Tier.GEODATA,
        keys=frozenset({"sublayer", "encoding"}),
        outline=re.compile(r"^type=Topology$", re.MULTILINE),
    ),
    SourceFormat(
        "GeoRSS", "vector.georss", (".rss", ".atom"), Tier.GEODATA,
        keys=frozenset(), starts=("<rss>", "<feed>", "<RDF>"),
    ),
    SourceFormat(
        "CityGML (PLATEAU)", "vector.citygml", (".citygml",), Tier.GML,
        keys=frozenset(), starts=("<CityModel>",),
        cell=re.compile(r"\d{4,10}_"),  # a code of the standard grid, JIS X 0410
    ),
    SourceFormat(
        "GML (JPGIS 2)", "vector.gml", (".gml", ".xml"), Tier.GML,
        keys=frozenset(), starts=("<",),
    ),
    SourceFormat(
        "CSV", "tables.delimited", (".csv", ".tsv"), Tier.TABLE,
        keys=TABLE_KEYS | {"encoding"}, common=True, open_ended=(".csv", ".tsv"),
    ),
    WORKBOOK,
    SourceFormat(
        "TXT", "tables.delimited", (".txt",), Tier.TEXT,
        keys=TABLE_KEYS | {"encoding"}, common=True, open_ended=(".txt",),
    ),
)  # fmt: skip
SUFFIXES = frozenset(suffix for row in FORMATS for suffix in row.suffixes)
BY_SUFFIX = {
    suffix: row
    for row in FORMATS
    if not (row.magic or row.outline or row.starts)
    for suffix in row.suffixes
}
FOLDERS = {row.folder: row for row in FORMATS if row.folder is not None}
NAMES = ", ".join(row.name for row in FORMATS)
KNOWN_SUFFIXES = SUFFIXES | workbook.OTHERS | others.SUFFIXES  # those that say what a file is

ARCHIVES = frozenset({".zip", ".kmz"})
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
HEAD = 4096  # bytes looked at
ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
# Roots of 国土数値情報's older JPGIS 1 and of its metadata, which hold no features for us.
METADATA = frozenset({
    "<MD_Metadata>", "<S2AConfig>", "<metadata>", "<GI>", "<MI_Metadata>",
    "<Dictionary>",  # a code list beside CityGML
})  # fmt: skip


def is_dataset_folder(path: Path) -> bool:
    """Whether a folder is a dataset by itself."""
    return path.suffix.lower() in FOLDERS and path.is_dir()


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP, and no workbook, which is packed as one. Raises `SourceError`."""
    return _is_archive(path, _head(path))


def format_of(path: Path) -> SourceFormat:
    """The format of a file or of a folder that is a dataset.

    Raises `SourceError` where it is none that holds a dataset.
    """
    if is_dataset_folder(path):
        return FOLDERS[path.suffix.lower()]
    head = _head(path)
    if path.suffix.lower() in workbook.ALL_SUFFIXES:
        return WORKBOOK  # whose reader says what to do about a web page called .xls
    start = _start(head)
    members = outline(start, path)
    others.require_none_by_content(path, head, start if start.startswith("<") else "", members)
    if _is_archive(path, head):
        raise SourceError(path, "packed_twice", path.name)
    if start in METADATA:
        raise SourceError(path, "metadata")
    for row in FORMATS:
        if (row.magic and row.magic.match(head)) or (row.outline and row.outline.search(members)):
            return row
    for row in FORMATS:
        if row.starts and start.startswith(row.starts):
            return row
    others.require_none_by_suffix(path)
    if path.suffix.lower() == ".dbf":
        raise SourceError(path, "dbf_alone")
    if path.suffix.lower() not in BY_SUFFIX:
        raise SourceError(path, "unknown_format", path.suffix, NAMES)
    return BY_SUFFIX[path.suffix.lower()]


def _head(path: Path) -> bytes:
    """The first bytes of a file. Raises `SourceError` where it has none."""
    try:
        with path.open("rb") as content:
            head = content.read(HEAD)
    except OSError as error:
        raise SourceError(path, "unreadable_file", detail=str(error.strerror)) from None
    if not head.strip(b"\x00 \t\r\n"):
        raise SourceError(path, "empty_file", path.name)
    return head


def _is_archive(path: Path, head: bytes) -> bool:
    suffix = path.suffix.lower()
    if suffix in workbook.ALL_SUFFIXES | others.ZIPPED or workbook.MAGIC.match(head):
        return False
    return head.startswith(ZIP)


def _start(head: bytes) -> str:
    """How a text begins: of an XML document only the root element, without its prefix."""
    encoding = next((name for bom, name in BOMS if head.startswith(bom)), "latin-1")
    text = head.decode(encoding, errors="ignore").lstrip("\ufeff\u00ef\u00bb\u00bf \t\r\n")
    if not text.startswith("<"):
        return text
    bare = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<\[]*(\[.*?\]\s*)?>", "", text, flags=re.DOTALL)
    root = ROOT.search(bare)
    return f"<{root[1]}>" if root else ""
