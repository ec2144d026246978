"""GeoParquet: by its metadata, in both encodings of geometry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
import shapely

from layers.errors import SourceError
from tests.layers.sources.geodata import missing, read

FRAME = geopandas.GeoDataFrame(
    {"名称": ["あ", "い"]},
    geometry=shapely.from_wkt(np.array(["POINT (139.6 35.8)", None], dtype=object)),
    crs="EPSG:6668",
)


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_is_read_in_both_encodings(tmp_path: Path, encoding: Any) -> None:
    path = tmp_path / "a.parquet"
    FRAME.to_parquet(path, geometry_encoding=encoding)
    rows = read(path)
    assert rows.columns["名称"].tolist() == ["あ", "い"]
    assert (rows.crs and rows.crs.to_epsg(), missing(rows)) == (6668, [2])


def test_geoparquet_says_its_crs_or_it_is_crs84(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pyarrow.table({"geometry": shapely.to_wkb([shapely.Point(139.6, 35.8)]).tolist()})
    cases: list[tuple[dict[str, Any], str | None]] = [({}, "OGC:CRS84"), ({"crs": None}, None)]
    for said, expected in cases:
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [], **said}
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        written = table.replace_schema_metadata({"geo": json.dumps(geo)})
        pyarrow.parquet.write_table(written, path)
        rows = read(path)
        assert (rows.crs and rows.crs.to_string()) == expected


def test_a_broken_geometry_in_parquet_is_a_reported_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    FRAME.to_parquet(path)
    table = pyarrow.parquet.read_table(path)
    broken = table.set_column(1, "geometry", pyarrow.array([b"\x01\x02", None], pyarrow.binary()))
    pyarrow.parquet.write_table(broken, path)
    rows = read(path)
    assert (missing(rows), list(rows.unplaced)) == ([1, 2], [1])


def test_text_that_is_no_utf8_is_a_value_like_others_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    FRAME.to_parquet(path, compression=None)
    content = path.read_bytes()
    assert content.count("あ".encode()) > 0
    path.write_bytes(content.replace("あ".encode(), b"\x82\xa0\x82"))
    rows = read(path)
    assert rows.columns["名称"].tolist() == ["\ufffd\ufffd\ufffd", "い"]
    assert rows.columns.astype(str).to_csv()


def test_parquet_without_geo_metadata_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)
    with pytest.raises(SourceError, match="Parquet without geo metadata"):
        read(path)
