"""A workbook from the outside: known by its first bytes, and bounded before it is opened."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from defusedxml.ElementTree import iterparse

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.sources import zip_file
from layers.sources.tables.grid import check_size

SUFFIXES = (".xlsx", ".xlsm")
OTHERS = frozenset({".xls", ".xlsb", ".ods"})  # not read: it is said how to save them anew
ALL_SUFFIXES = OTHERS.union(SUFFIXES)
ZIP = b"PK\x03\x04"
# The container of .xls, and of a workbook with a password.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A ZIP whose first member is a part of a workbook: further on, a ZIP that holds a workbook without
# compressing it has these names in it, too.
MAGIC = re.compile(
    re.escape(OLE) + rb"|PK\x03\x04.{26}(\[Content_Types\]\.xml|_rels/|docProps/|xl/)", re.DOTALL
)
PASSWORD = "EncryptedPackage".encode("utf-16-le")
WORKBOOK = "xl/workbook.xml"
LARGEST = 128 << 20  # bytes
LARGEST_UNPACKED = 256 << 20  # bytes, of all members; zipfile gives no more than a member says
MOST_MEMBERS = 10_000


def check_package(path: Path) -> None:
    """Raise `SourceError` for what is no workbook, or not of a size to be opened."""
    check_size(path, LARGEST)
    with path.open("rb") as file:
        start = file.read(len(OLE))
    if start == OLE:
        locked = PASSWORD in path.read_bytes()
        kind: ProblemKind = "locked_workbook" if locked else "not_a_workbook"
        raise SourceError(path, kind, path.name)
    if not start.startswith(ZIP):
        raise SourceError(path, "not_a_workbook", path.name)
    try:
        with zip_file.opened(path) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(path, "broken_workbook", path.name, str(error)) from None
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED or len(members) > MOST_MEMBERS:
        size = f"{unpacked >> 20} MB / {len(members)}"
        raise SourceError(path, "too_large", size, f"{LARGEST_UNPACKED >> 20} MB / {MOST_MEMBERS}")
    if WORKBOOK not in (member.filename for member in members):
        raise SourceError(path, "not_a_workbook", path.name)


def sheet_count(path: Path) -> int:
    """The number of sheets that a workbook lists."""
    with zipfile.ZipFile(path) as package, package.open(WORKBOOK) as part:
        tags = (element.tag for _, element in iterparse(part, ("end",)))
        return sum(tag.rpartition("}")[2] == "sheet" for tag in tags)
