"""GeoPackages: the one table with geometry, and bytes in a column."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
import shapely

from layers.errors import SourceError
from tests.layers.sources.geodata import missing, read

FRAME = geopandas.GeoDataFrame(
    {"名称": ["あ", "い"]},
    geometry=shapely.from_wkt(np.array(["POINT (139.6 35.8)", None], dtype=object)),
    crs="EPSG:6668",
)


def test_a_geopackage_gives_its_one_spatial_table(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(FRAME, path, layer="避難所")
    pyogrio.write_dataframe(FRAME[["名称"]], path, layer="layer_styles")
    rows = read(path)
    assert rows.columns["名称"].tolist() == ["あ", "い"]
    assert rows.columns["fid"].tolist() == [1, 2]
    assert (rows.crs and rows.crs.to_epsg(), missing(rows)) == (6668, [2])
    pyogrio.write_dataframe(FRAME, path, layer="消防")
    with pytest.raises(
        SourceError, match=r"source.sublayer is missing; wanted one of 避難所, 消防"
    ):
        read(path)
    assert read(path, sublayer="消防").total == 2
    with pytest.raises(SourceError, match="a file with geometry"):
        read(path, sublayer="layer_styles")


def test_pictures_in_a_column_are_read_as_bytes_and_a_gap_as_none(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n"
    frame = FRAME.assign(写真=pandas.Series([picture, None], dtype=object))
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg", use_arrow=True)
    rows = read(tmp_path / "a.gpkg")
    assert rows.columns["写真"].tolist() == [picture, None]
    assert (str(rows.columns["写真"].dtype), missing(rows)) == ("object", [2])
