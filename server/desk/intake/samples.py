"""A file of sample data that came with a request: which are taken, and what it may be called.

Nothing here opens it: the desk takes it away and reads it with `bosai check`.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from layers.sources.formats import ARCHIVES, FORMATS

LONGEST = 10_000_000  # bytes
LONGEST_NAME = 60  # characters of a file's name that are kept
# What is several files, as a Shapefile is, is sent as an archive. The reader cannot read the older
# kind of workbook, but somebody at the desk can save it anew.
SEVERAL = frozenset({".shp", ".tab", ".mif"})
SUFFIXES = frozenset(suffix for row in FORMATS for suffix in row.suffixes) - SEVERAL
SUFFIXES |= ARCHIVES | {".xls"}
FORMAT_NAMES = "CSV, Excel, GeoJSON, KML, GPX, GeoPackage, ZIP"  # those that people have
UNSAFE = re.compile(r"[^\w.\- ()（）・ー々〆]+")


def has_known_suffix(name: str) -> bool:
    """Whether a file of this name is of a format that layers are read from."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def safe_name(name: str, otherwise: str) -> str:
    """A file's name as it may stand in a folder, or on a page: no path, nothing hidden."""
    base = re.split(r"[/\\\\]", unicodedata.normalize("NFC", name))[-1]
    base = UNSAFE.sub("_", base).strip(" .")
    stem, dot, suffix = base.rpartition(".")
    if not dot:
        return base[:LONGEST_NAME] or otherwise
    return f"{stem[:LONGEST_NAME].rstrip(' .')}.{suffix[:10]}"
