"""data/README.md names every file that ships, with its rows and its hash."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import struct
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"
HEADERLESS = ("postcodes", "postcode_offices")  # as 日本郵便 publishes them
LISTED = re.compile(
    r"^\| `(?P<path>[^`]+)` \| (?P<rows>\d*) \|.*\| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE
)


def listed() -> dict[str, tuple[str, str]]:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    return {found["path"]: (found["rows"], found["sha256"]) for found in LISTED.finditer(text)}


def shipped() -> dict[str, Path]:
    found = [path for pattern in ("*.csv", "*.geojson") for path in DATA.rglob(pattern)]
    found += (DATA / "samples").iterdir()
    return {path.relative_to(DATA).as_posix(): path for path in found}


def rows(path: Path) -> str:
    """How many rows a file holds, counted without a GIS library; "" for a part of a Shapefile."""
    match path.suffix:
        case ".csv":
            encoding = "cp932" if path.parent.name == "samples" else "utf-8-sig"
            with path.open(encoding=encoding, newline="") as file:
                has_header = path.stem not in HEADERLESS
                return str(sum(1 for _ in csv.reader(file)) - has_header)
        case ".geojson":
            return str(len(json.loads(path.read_text(encoding="utf-8"))["features"]))
        case ".dbf":
            return str(struct.unpack("<I", path.read_bytes()[4:8])[0])
        case _:
            return ""


def test_every_file_is_listed_with_its_rows_and_hash() -> None:
    assert listed() == {
        name: (rows(path), hashlib.sha256(path.read_bytes()).hexdigest())
        for name, path in shipped().items()
    }
