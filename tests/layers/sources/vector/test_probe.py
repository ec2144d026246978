"""Files are looked into before they are loaded, and rescued row by row when loading fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiona
import geopandas
import pytest
import shapely
from pyogrio.errors import DataSourceError

from layers.errors import SourceError
from layers.schema.bundled import BUNDLED_DATA
from layers.schema.source import Source
from layers.sources.read import read
from layers.sources.vector import probe

EXTINGUISHERS = BUNDLED_DATA / "samples" / "extinguishers.shp"
SOURCE = Source(path="samples/extinguishers.shp", encoding="cp932")


def test_a_look_says_what_is_in_a_file() -> None:
    contents = probe.look(EXTINGUISHERS, Source(path="a.shp", encoding="cp932"))
    assert contents.driver == "ESRI Shapefile"
    assert contents.sublayers == ("extinguishers",)
    assert "設置場所" in contents.columns
    assert "Japan" in (contents.crs or "")


def test_a_sublayer_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(SourceError, match=r"source.sublayer is 'x'; wanted one of extinguishers"):
        probe.look(EXTINGUISHERS, Source(path="a.shp", sublayer="x", encoding="cp932"))


@pytest.mark.parametrize("broken", ["pyogrio.read_dataframe", "pyogrio.read_info"])
def test_when_bulk_reading_fails_every_row_is_read_by_itself(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    whole = read(SOURCE, EXTINGUISHERS)

    def fail(*_: Any, **__: Any) -> None:
        raise DataSourceError("broken on purpose")

    monkeypatch.setattr(broken, fail)
    rescued = read(SOURCE, EXTINGUISHERS)
    assert "salvaged" in [problem.kind for problem in rescued.problems]
    assert rescued.total == whole.total
    assert rescued.numbers.tolist() == whole.numbers.tolist()
    assert rescued.columns["設置場所"].tolist() == whole.columns["設置場所"].tolist()
    assert [g.wkb for g in rescued.geometry] == [g.wkb for g in whole.geometry]


@pytest.mark.parametrize("name", ["points.gpkg", "points.fgb"])
def test_a_row_that_cannot_be_read_is_reported_and_the_next_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    frame = geopandas.GeoDataFrame(
        {"名称": ["あ", "い", "う"]}, geometry=[shapely.Point(139.6, 35.8)] * 3, crs=6668
    )
    frame.to_file(path, SPATIAL_INDEX="NO")
    asked = fiona.Collection.__getitem__

    def second_breaks(collection: Any, fid: int) -> Any:
        feature = asked(collection, fid)
        if feature.properties["名称"] == "い":
            raise UnicodeDecodeError("cp932", b"\x80", 0, 1, "broken on purpose")
        return feature

    def fail(*_: Any, **__: Any) -> None:
        raise DataSourceError("broken on purpose")

    monkeypatch.setattr("pyogrio.read_dataframe", fail)
    monkeypatch.setattr(fiona.Collection, "__getitem__", second_breaks)
    rows = read(Source(path=path.name), path)
    assert (rows.total, rows.numbers.tolist()) == (3, [1, 3])
    assert rows.columns["名称"].tolist() == ["あ", "う"]
    assert [(p.kind, p.row, p.rows_left_out) for p in rows.problems] == [
        ("salvaged", None, 0),
        ("unreadable_row", 2, 1),
    ]
