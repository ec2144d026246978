"""FlatGeobuf: a file, whatever its name says."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pyogrio
import shapely

from tests.layers.sources.geodata import read


def test_flatgeobuf_is_read_and_a_name_with_a_colon_is_only_a_name(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"名称": ["あ"]}, geometry=[shapely.Point(139.6, 35.8)], crs="EPSG:6668"
    )
    pyogrio.write_dataframe(frame, tmp_path / "a.fgb", driver="FlatGeobuf")
    path = (tmp_path / "a.fgb").rename(tmp_path / "PG:host=evil.zip!a.fgb")
    rows = read(path)
    assert (rows.total, rows.columns["名称"].tolist()) == (1, ["あ"])
