"""The files that make up a Shapefile, or a table of MapInfo's."""

from __future__ import annotations

from pathlib import Path

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
MAPINFO = {".tab": (".dat", ".map", ".id", ".ind", ".dbf"), ".mif": (".mid",)}
ALL = frozenset(PARTS).union(*MAPINFO.values())


def beside(path: Path) -> dict[str, Path]:
    """The files of a Shapefile by suffix in small letters, whatever their own case."""
    return _of(path, PARTS) | {".shp": path}


def of_mapinfo(path: Path) -> dict[str, Path]:
    """The files that belong to a TAB or MIF, by suffix in small letters."""
    return _of(path, MAPINFO[path.suffix.lower()])


def _of(path: Path, suffixes: tuple[str, ...]) -> dict[str, Path]:
    return {
        file.suffix.lower(): file
        for file in sorted(path.parent.iterdir())
        if file.stem == path.stem and file.suffix.lower() in suffixes and not file.is_dir()
    }
