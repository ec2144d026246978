"""Real files of every format, by a count of their rows that owes nothing to the readers."""

from __future__ import annotations

import csv
import json
import struct
from pathlib import Path

import pytest

from layers.errors import SourceError
from tests.layers.sources.geodata import read


def rows_in(path: Path) -> int:
    """Rows of a file, counted without any code of the project's or GDAL's."""
    if path.suffix == ".shp":
        (records,) = struct.unpack("<I", path.with_suffix(".dbf").read_bytes()[4:8])
        return int(records)
    if path.suffix in (".geojson", ".json"):
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(document, list):
            return len(document)
        return len(document.get("features", [document]))
    return sum(any(record) for record in csv.reader(text_of(path).splitlines(keepends=True))) - 1


def text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932")


NO_POSITIONS = ("abr_towns_kana_roma.csv", "postcodes_kana.csv", "postcodes_offices.csv")
POSITIONS = (("経度", "緯度"), ("lng", "lat"), ("x", "y"), ("X", "Y"))


@pytest.mark.shared
def test_every_real_file_has_the_rows_of_an_independent_count(shared: Path) -> None:
    files = [
        path
        for folder in ("yaizu", "asaka")
        for path in sorted((shared / folder).rglob("*"))
        if path.suffix in (".shp", ".geojson", ".json", ".csv")
        and path.name not in ("attributes.csv", *NO_POSITIONS)
    ]
    assert len(files) >= 35
    for path in files:
        try:
            rows = read(path)
        except SourceError as error:
            if error.kind != "no_positions":
                raise
            text = text_of(path)
            longitude, latitude = next(pair for pair in POSITIONS if pair[0] in text)
            rows = read(path, longitude=longitude, latitude=latitude, crs="EPSG:6668")
        assert rows.total == rows_in(path), path
        left_out = sum(problem.rows_left_out for problem in rows.problems)
        assert len(rows.numbers) + left_out == rows.total, path
        text = " ".join(map(str, rows.columns.to_numpy().ravel()))
        assert "\ufffd" not in text, path


@pytest.mark.shared
def test_a_folder_of_real_data_is_its_shapefile(shared: Path) -> None:
    for path in sorted((shared / "yaizu").glob("*/*.shp")):
        assert read(path.parent).total == rows_in(path)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "column", "word"),
    [
        ("浸水履歴_令和4年", "地域", None),
        ("浸水履歴_令和6年", None, None),
        ("自治会区域", None, "自治会"),
    ],
)
def test_real_shapefiles_read_without_mojibake(
    shared: Path, folder: str, column: str | None, word: str | None
) -> None:
    (path,) = (shared / "yaizu" / folder).glob("*.shp")
    rows = read(path)
    assert rows.total > 0
    text = " ".join(map(str, rows.columns.to_numpy().ravel()))
    assert "\ufffd" not in text
    if column is not None:
        assert column in rows.columns
    if word is not None:
        assert word in text
