"""The coordinate reference system a source is read in."""

from __future__ import annotations

from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.definition import Source
from layers.errors import SourceError


def declared_crs(source: Source, path: Path, in_file: str | None) -> CRS:
    """The definition's CRS, else the file's own. Raises `SourceError` when neither says."""
    said = source.crs or in_file
    if not said:
        wanted = "a CRS such as 'EPSG:6668': the file does not say which it is in"
        raise SourceError(path, "source.crs", source.crs, wanted)
    try:
        return CRS.from_user_input(said)
    except CRSError:
        raise SourceError(path, "source.crs", said, "a CRS such as 'EPSG:6668'") from None
