"""The files that make up a Shapefile."""

from __future__ import annotations

from pathlib import Path

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def beside(path: Path) -> dict[str, Path]:
    """The files of a Shapefile by suffix in small letters, whatever their own case."""
    return {
        file.suffix.lower(): file
        for file in sorted(path.parent.iterdir())
        if file.stem == path.stem and file.suffix.lower() in PARTS and file.is_file()
    } | {".shp": path}
