"""The features that a FlatGeobuf holds, counted by its own lengths.

The format: https://flatgeobuf.org/ (magic bytes, header, index, features, each with its length).
GDAL takes what is cut off for the end, and says nothing.
"""

from __future__ import annotations

import math
import mmap
import struct
from pathlib import Path

from layers.errors import SourceError

MAGIC = 8  # bytes
NODE = 40  # bytes of the index: a box and an offset
FEATURES_COUNT, INDEX_NODE_SIZE = 8, 9  # fields of the header's table
USUAL_NODE_SIZE = 16  # where the header does not say another


def require_whole(path: Path) -> int:
    """The number of features in the file. Raises `SourceError` where it is not all there.

    A header of 0 features leaves their number open.
    """
    size = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            declared, at = _header(content)
            count = 0
            while at < size:
                (length,) = struct.unpack_from("<I", content, at)
                at += 4 + length
                count += at <= size
        except struct.error:
            at = size + 1
    if declared and count != declared:
        raise SourceError(path, "rows_missing", declared, str(count))
    if at != size:
        raise SourceError(path, "bytes_missing", at, str(size))
    return count


def _header(content: mmap.mmap) -> tuple[int, int]:
    """The number of features that the header states, and where the first of them begins."""
    (length,) = struct.unpack_from("<I", content, MAGIC)
    start = MAGIC + 4
    (root,) = struct.unpack_from("<I", content, start)
    table = start + root
    (count,) = _field(content, table, FEATURES_COUNT, "<Q") or (0,)
    (width,) = _field(content, table, INDEX_NODE_SIZE, "<H") or (USUAL_NODE_SIZE,)
    return count, start + length + NODE * _nodes(count, width)


def _field(content: mmap.mmap, table: int, number: int, form: str) -> tuple[int, ...] | None:
    """A field of a FlatBuffers table; None where it is left out."""
    (back,) = struct.unpack_from("<i", content, table)
    vtable = table - back
    (size,) = struct.unpack_from("<H", content, vtable)
    entry = 4 + 2 * number
    if entry >= size:
        return None
    (offset,) = struct.unpack_from("<H", content, vtable + entry)
    return struct.unpack_from(form, content, table + offset) if offset else None


def _nodes(count: int, width: int) -> int:
    """The nodes of an index: a packed Hilbert R-tree of the features, up to its root."""
    if not count or width < 2:
        return 0
    level = math.ceil(count / width)
    nodes = count + level  # a single feature has a root above it, too
    while level > 1:
        level = math.ceil(level / width)
        nodes += level
    return nodes
