"""The files that make up a Shapefile."""

from __future__ import annotations

from pathlib import Path

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def beside(path: Path) -> dict[str, Path]:
    """The files of a Shapefile by suffix in small letters, whatever their own case."""
    return {
        other.suffix.lower(): other
        for other in sorted(path.parent.iterdir())
        if other.stem == path.stem and other.suffix.lower() in PARTS and other.is_file()
    } | {".shp": path}
