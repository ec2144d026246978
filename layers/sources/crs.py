"""The coordinate reference system a source is read in."""

from __future__ import annotations

from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.schema.source import Source


def declared_crs(source: Source, path: Path, in_file: str | None) -> CRS | None:
    """The definition's CRS, else the file's own; None when neither says.

    A file that only says "some plane" (an engineering CRS, as for a GeoPackage without a system)
    does not say. Raises `SourceError` for one that is none.
    """
    said = source.crs or in_file
    if not said:
        return None
    try:
        crs = CRS.from_user_input(said)
    except CRSError:
        raise SourceError(path, "crs_name", said, key="source.crs") from None
    return None if crs.is_engineering and source.crs is None else crs
