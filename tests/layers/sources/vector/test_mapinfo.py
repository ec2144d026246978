"""MapInfo's TAB and MIF: Japanese names and values, whether the file says its encoding or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.sources.files import files_of
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import collection, feature, found, mapinfo, put, read


@pytest.mark.parametrize("suffix", [".tab", ".mif", ".TAB", ".MIF"])
def test_names_and_values_are_read_in_the_encoding_that_is_said(
    tmp_path: Path, suffix: str
) -> None:
    lower = tmp_path / f"施設{suffix.lower()}"
    mapinfo(lower)
    for part in [*tmp_path.iterdir()]:
        part.rename(part.with_suffix(part.suffix.upper() if suffix.isupper() else part.suffix))
    rows = read(tmp_path / f"施設{suffix}")
    assert rows.columns.to_dict("list") == {"名称": ["あ", "消火栓①"]}
    assert [shape.wkt for shape in rows.geometry] == ["POINT (139.6 35.8)", "POINT (139.61 35.81)"]
    assert rows.crs is not None
    assert rows.crs.is_geographic
    assert (rows.total, rows.problems) == (2, [])


@pytest.mark.parametrize("suffix", [".tab", ".mif"])
def test_an_encoding_that_is_not_said_is_found_or_declared(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    mapinfo(path, charset="Neutral")
    rows = read(path)
    assert rows.columns.to_dict("list") == {"名称": ["あ", "消火栓①"]}
    assert found(rows) == [("dbf_encoding_guessed", None, None, "cp932")]
    assert read(path, encoding="cp932").problems == []


def test_an_encoding_beside_the_one_that_is_said_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mif"
    mapinfo(path)
    with pytest.raises(SourceError, match="wanted no encoding"):
        read(path, encoding="utf-8")


@pytest.mark.parametrize(("suffix", "part"), [(".tab", ".dat"), (".mif", ".mid")])
def test_a_part_that_is_missing_is_named(tmp_path: Path, suffix: str, part: str) -> None:
    path = tmp_path / f"a{suffix}"
    mapinfo(path)
    assert files_of(path)[0] == path
    assert path.with_suffix(part) in files_of(path)
    path.with_suffix(part).unlink()
    with pytest.raises(SourceError, match=rf"The \{part} file that belongs to it is missing"):
        read(path)


def test_a_tab_that_only_places_a_picture_is_a_picture(tmp_path: Path) -> None:
    text = '!table\n!version 300\n\nDefinition Table\n  File "a.tif"\n  Type "RASTER"\n'
    with pytest.raises(SourceError, match="The file is a picture"):
        read(put(tmp_path, text, "a.tab"))


def test_a_table_separated_by_tabs_is_none_of_mapinfos(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="of an unknown kind"):
        read(put(tmp_path, "名称\t緯度\t経度\nあ\t35.8\t139.6\n", "a.tab"))


def test_a_tab_that_leads_elsewhere_is_opened_by_no_other_of_gdals_formats(
    city: SmallCity,
) -> None:
    """GDAL looks for what a file may be; a VRT is an address of other data, wherever that lies."""
    secret = city.put("secret.geojson", collection(feature(secret="s3cret")))
    source = f"<SrcDataSource>{secret}</SrcDataSource>"
    layer = f'<OGRVRTLayer name="a">{source}<SrcLayer>secret</SrcLayer></OGRVRTLayer>'
    city.put("a.tab", f"!table\n<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
    city.put("a.dat", "x")
    city.declare("a", 'path = "a.tab"')
    broken = city.open().broken["a"]
    assert "a.tab: The file is damaged" in broken
    assert "VRT" not in broken
