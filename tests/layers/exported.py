"""A layer's export in memory."""

from __future__ import annotations

from io import BytesIO

from layers.exports.formats import format_named
from layers.revision.revision import Revision


def exported(revision: Revision, format_name: str = "geojson") -> bytes:
    """The bytes of the revision in a format."""
    file = BytesIO()
    format_named(format_name).write(revision, file)
    return file.getvalue()
