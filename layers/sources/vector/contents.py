"""What GDAL says of a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says of itself. `columns` maps names to fiona's types.

    `sublayer` is the one to read; None where there is only one.
    """

    driver: str
    sublayer: str | None
    sublayers: tuple[str, ...]
    columns: dict[str, str]
    crs: str | None
    encoding: str | None


def said(error: object, path: Path) -> str:
    """What GDAL says of a file, without the folder that it is in."""
    return str(error).replace(f"{path.parent}/", "")
