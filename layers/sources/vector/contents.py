"""Contents of a file as GDAL sees it, and GDAL's messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Contents:
    """The header of a file. `columns` maps names to fiona's types.

    `sublayer` is the one to read; None where there is only one.
    """

    driver: str
    sublayer: str | None
    sublayers: tuple[str, ...]
    columns: dict[str, str]
    crs: str | None
    encoding: str | None


def gdal_message(error: object, path: Path) -> str:
    """GDAL's message on a file, without the folder that it is in."""
    return str(error).replace(f"{path.parent}/", "")
