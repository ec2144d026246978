"""Workbooks saved as Strict Open XML, whose namespaces openpyxl does not know.

ISO/IEC 29500-1 has the same elements as the transitional form of 29500-4, in other namespaces.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from layers.sources.tables.workbook import WORKBOOK

NAMESPACE = re.compile(rb"""(?<=["'])http://purl\.oclc\.org/ooxml/(\w+)/""")
TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
PARTS = (".xml", ".rels")


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The workbook's package, in the transitional form whichever it is saved in."""
    with path.open("rb") as file:
        with zipfile.ZipFile(file) as package:
            if NAMESPACE.search(package.read(WORKBOOK)):
                with tempfile.TemporaryFile() as copy:
                    _translate(package, copy)
                    yield copy
                return
        yield file


def _translate(package: zipfile.ZipFile, copy: IO[bytes]) -> None:
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as transitional:
        for name in package.namelist():
            if name.endswith(PARTS):
                content = NAMESPACE.sub(TRANSITIONAL, package.read(name))
                transitional.writestr(name, content)
