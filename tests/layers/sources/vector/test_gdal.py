"""What GDAL reads: in two halves as a whole, no digit lost, no row for its text."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
import shapely

from tests.layers.city import SmallCity
from tests.layers.sources.geodata import missing, read


@pytest.mark.parametrize(("name", "driver"), [("a.fgb", "FlatGeobuf"), ("a.gpkg", "GPKG")])
def test_a_file_in_two_halves_is_read_as_the_whole_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, driver: str
) -> None:
    points = [None if n % 7 == 0 else shapely.Point(139.6 + n / 100, 35.8) for n in range(25)]
    frame = geopandas.GeoDataFrame(
        {
            "名称": [f"第{n}" if n < 12 else None for n in range(25)],
            "可否": pandas.array([None if n == 20 else n % 2 == 0 for n in range(25)], "boolean"),
            "番号": pandas.array([None if n == 3 else n for n in range(25)], "Int64"),
        },
        geometry=np.array(points, dtype=object),
        crs="EPSG:6668",
    )
    pyogrio.write_dataframe(frame, tmp_path / name, driver=driver, SPATIAL_INDEX="NO")
    whole = read(tmp_path / name)
    monkeypatch.setattr("layers.sources.vector.gdal.MANY", 25)
    halves = read(tmp_path / name)
    pandas.testing.assert_frame_equal(halves.columns, whole.columns)
    assert missing(halves) == missing(whole) == [1, 8, 15, 22]
    assert [*halves.geometry] == [*whole.geometry]
    assert halves.numbers.tolist() == [*range(1, 26)]
    assert whole.columns["名称"].tolist()[:12] == [f"第{n}" for n in range(12)]
    assert whole.columns["可否"].tolist()[18:22] == [True, False, None, False]


@pytest.mark.parametrize("name", ["a.fgb", "a.gpkg", "a.geojson"])
def test_whole_numbers_beside_a_gap_keep_their_digits(tmp_path: Path, name: str) -> None:
    large = 2**53 + 1
    frame = geopandas.GeoDataFrame(
        {"番号": pandas.array([large, None, 3], "Int64")},
        geometry=[shapely.Point(139.6, 35.8)] * 3,
        crs="EPSG:6668",
    )
    pyogrio.write_dataframe(frame, tmp_path / name)
    cells = read(tmp_path / name).columns["番号"].tolist()
    assert [None if cell is None else int(cell) for cell in cells] == [large, None, 3]


@pytest.mark.parametrize(("name", "driver"), [("a.fgb", "FlatGeobuf"), ("a.gpkg", "GPKG")])
def test_text_that_is_no_utf8_is_reported_and_no_row_is_lost(
    city: SmallCity, name: str, driver: str
) -> None:
    frame = geopandas.GeoDataFrame(
        {"名称": ["AED", "ABCDEFGH", "T3"]},
        geometry=[shapely.Point(139.1 + n / 100, 35.1) for n in range(3)],
        crs="EPSG:6668",
    )
    path = city.data / name
    pyogrio.write_dataframe(frame, path, driver=driver, SPATIAL_INDEX="NO")
    path.write_bytes(path.read_bytes().replace(b"ABCDEFGH", "消火栓位".encode("cp932")))
    text = "\ufffd\ufffd\ufffdΐ\ufffd\ufffd\ufffd"
    assert read(path).columns["名称"].tolist() == ["AED", text, "T3"]
    city.declare("points", f'path = "{name}"')
    layer = city.open().layer("points")
    (problem,) = layer.revision.report.problems
    assert (layer.feature_count, problem.kind, problem.row) == (3, "undecodable", 2)
    assert read(path, encoding="cp932").columns.iloc[1, -1] == "消火栓位"
