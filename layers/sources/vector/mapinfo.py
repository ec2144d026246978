"""MapInfo's TAB and its exchange format MIF, by GDAL, each with the files that belong to it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.rows import Rows
from layers.sources.unused_keys import require_used
from layers.sources.vector import gdal, sidecars

CHARSET = re.compile(rb"charset\s+\"?(\w+)", re.IGNORECASE)
UNSAID = b"neutral"  # the charset of a file that leaves it open
RASTER = re.compile(rb'Type\s+"RASTER"')  # a TAB that only says where a picture lies
ATTRIBUTES = {".tab": (".dat", ".dbf"), ".mif": (".mid",)}
HEAD = 4096  # bytes looked at


def read(source: Source, path: Path) -> Rows:
    """Read every feature. Raises `SourceError`."""
    head = path.read_bytes()[:HEAD]
    if RASTER.search(head):
        raise SourceError(path, "picture", "MapInfo")
    own = ".tab" if head.lstrip()[:1] == b"!" else ".mif"
    if path.suffix.lower() != own:
        raise SourceError(path, "part_missing", own)
    parts, suffixes = sidecars.of_mapinfo(path), ATTRIBUTES[own]
    attributes = next((parts[suffix] for suffix in suffixes if suffix in parts), None)
    if attributes is None:
        raise SourceError(path, "part_missing", suffixes[0])
    match = CHARSET.search(head)
    if match is not None and match[1].lower() != UNSAID:
        require_used(source, path, frozenset())
        return gdal.read(source, path, sidecars=parts)
    encoding = source.encoding or _guessed([path, attributes])
    rows = gdal.read(source.model_copy(update={"encoding": encoding}), path, sidecars=parts)
    if source.encoding is not None or encoding == "ascii":
        return rows
    note = Problem("warning", "dbf_encoding_guessed", value=encoding)
    return replace(rows, problems=[note, *rows.problems])


def _guessed(paths: list[Path]) -> str:
    """The encoding of texts among numbers."""
    content = b"\n".join(path.read_bytes() for path in paths)
    for encoding in ("ascii", "utf-8"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp932"
