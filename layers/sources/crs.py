"""The coordinate reference system a source is read in."""

from __future__ import annotations

from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.schema.source import Source


def declared_crs(source: Source, path: Path, in_file: str | None) -> CRS | None:
    """The definition's CRS, else the file's own; None when neither names one.

    A file that only names "some plane" (an engineering CRS, as for a GeoPackage without a system)
    names none. Raises `SourceError` for a name that is none of a system.
    """
    name = source.crs or in_file
    if not name:
        return None
    try:
        crs = CRS.from_user_input(name)
    except CRSError:
        raise SourceError(path, "crs_name", name, key="source.crs") from None
    return None if crs.is_engineering and source.crs is None else crs
