"""What a workbook is from the outside: told by its first bytes, and bounded before it is opened."""

from __future__ import annotations

import zipfile
from pathlib import Path

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.sources.tables.grid import check_size

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
ZIP = b"PK\x03\x04"
OLE = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of a workbook with a password
)
PASSWORD = "EncryptedPackage".encode("utf-16-le")
WORKBOOK = "xl/workbook.xml"
LARGEST = 128 << 20  # bytes
LARGEST_UNPACKED = 256 << 20  # bytes, of all members; zipfile gives no more than a member says
MOST_MEMBERS = 10_000


def is_workbook(path: Path) -> bool:
    """Whether the file is for this reader, by its name or by its first bytes."""
    if path.suffix.lower() in SUFFIXES or not path.is_file():
        return path.suffix.lower() in SUFFIXES
    with path.open("rb") as file:
        return file.read(len(OLE)).startswith((ZIP, OLE))


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
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(path, "broken_workbook", path.name, str(error)) from None
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED or len(members) > MOST_MEMBERS:
        said = f"{unpacked >> 20} MB / {len(members)}"
        raise SourceError(path, "too_large", said, f"{LARGEST_UNPACKED >> 20} MB / {MOST_MEMBERS}")
    if WORKBOOK not in (member.filename for member in members):
        raise SourceError(path, "not_a_workbook", path.name)
