"""Shapefiles: the DBF's encoding and its values, and files that are missing or cut."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from layers.draft.add import add
from layers.errors import SourceError
from layers.publish.check import check_catalog
from layers.schema.load import load_city
from tests.layers.city import SmallCity, check_reports, write_words
from tests.layers.sources.geodata import dbf, found, kinds, read, shapefile
from tests.sandbox import SANDBOX

NAME: list[tuple[str | bytes, str, int]] = [("名称", "C", 20)]
TWO: list[list[str | bytes]] = [["①～髙﨑"], ["朝霞"]]


@pytest.mark.parametrize(
    ("encoding", "language", "cpg", "used", "kind"),
    [
        ("cp932", 0, b"Shift_JIS", "cp932", "dbf_encoding_said"),
        ("cp932", 0, b"\xef\xbb\xbfSJIS\r\n", "cp932", "dbf_encoding_said"),
        ("cp932", 0, b"932", "cp932", "dbf_encoding_said"),
        ("cp932", 0x13, None, "cp932", "dbf_encoding_said"),
        ("cp932", 0x7B, None, "cp932", "dbf_encoding_said"),
        ("utf-8", 0, b"UTF-8", "utf-8", "dbf_encoding_said"),
        ("utf-8", 0, None, "utf-8", "dbf_encoding_guessed"),
        ("cp932", 0, None, "cp932", "dbf_encoding_guessed"),
        ("cp932", 0, b"UTF-8", "cp932", "dbf_encoding_wrong"),
        ("utf-8", 0, b"Shift_JIS", "utf-8", "dbf_encoding_wrong"),
        ("utf-8", 0x13, None, "utf-8", "dbf_encoding_wrong"),
        ("cp932", 0, b"klingon", "cp932", "dbf_encoding_wrong"),
    ],
)
def test_the_encoding_is_what_the_bytes_are_and_the_report_says_why(
    tmp_path: Path, encoding: str, language: int, cpg: bytes | None, used: str, kind: str
) -> None:
    path = shapefile(tmp_path, dbf(NAME, TWO, encoding=encoding, language=language), cpg=cpg)
    rows = read(path)
    assert rows.columns["名称"].tolist() == ["①～髙﨑", "朝霞"]
    assert rows.encoding == used
    assert kinds(rows) == [kind]
    assert rows.problems[0].value == used


def test_euc_jp_is_told_from_cp932_by_its_katakana(tmp_path: Path) -> None:
    rows = read(shapefile(tmp_path, dbf(NAME, [["消火栓"], ["防火水そう"]], encoding="euc_jp")))
    assert rows.columns["名称"].tolist() == ["消火栓", "防火水そう"]
    assert rows.encoding == "euc-jp"


def test_halfwidth_katakana_that_could_be_utf8_stays_what_the_file_says(tmp_path: Path) -> None:
    rows = read(shapefile(tmp_path, dbf([("N", "C", 4)], [["ﾃｽ"], [""]]), cpg=b"CP932"))
    assert rows.columns["N"].tolist()[0] == "ﾃｽ"
    assert kinds(rows) == ["dbf_encoding_said"]


def test_the_definition_overrides_and_what_does_not_decode_is_reported(tmp_path: Path) -> None:
    rows = read(shapefile(tmp_path, dbf(NAME, TWO)), encoding="utf-8")
    assert [p.kind for p in rows.problems if p.row] == ["dbf_undecodable"] * 2
    with pytest.raises(SourceError, match=r"source.encoding is 'klingon'"):
        read(shapefile(tmp_path, dbf(NAME, TWO)), encoding="klingon")


def test_text_in_a_column_of_numbers_is_kept_and_said(tmp_path: Path) -> None:
    fields: list[tuple[str | bytes, str, int]] = [("KOUKEI", "N", 8), ("N", "N", 4), ("D", "D", 8)]
    records: list[list[str | bytes]] = [
        ["約75", "****", "20260401"],
        ["65", "3", "20261301"],
    ]
    rows = read(shapefile(tmp_path, dbf(fields, records), cpg=b"CP932"))
    assert found(rows) == [
        ("dbf_text_in_number", 1, "KOUKEI", "約75"),
        ("dbf_overflow", 1, "N", "****"),
        ("dbf_date", 2, "D", "20261301"),
    ]
    assert rows.columns["KOUKEI"].tolist() == ["約75", 65]
    assert rows.columns["D"].tolist() == ["2026-04-01", "20261301"]


def test_a_value_that_fills_its_column_may_be_cut_amid_a_character(tmp_path: Path) -> None:
    cut = "朝霞市消防".encode()[:10]
    rows = read(shapefile(tmp_path, dbf([("N", "C", 10)], [[cut], ["あ".encode()]])))
    assert rows.columns["N"].tolist() == ["朝霞市", "あ"]
    assert ("dbf_value_cut", 1, "N", "朝霞市") in found(rows)


@pytest.mark.parametrize(
    ("name", "encoding", "read_as", "looks_cut"),
    [
        ("使用後連絡先", "cp932", "使用後連絡", True),
        ("異常気象名", "utf-8", "異常気", True),
        ("SHAPE_Length", "cp932", "SHAPE_Leng", True),
        ("設置場所", "cp932", "設置場所", False),
    ],
)
def test_names_that_look_cut_are_listed(
    tmp_path: Path, name: str, encoding: str, read_as: str, looks_cut: bool
) -> None:
    rows = read(shapefile(tmp_path, dbf([(name, "C", 4)], [["あ"], ["い"]], encoding=encoding)))
    assert list(rows.columns) == [read_as]
    assert ("dbf_names_cut" in kinds(rows)) == looks_cut


def test_two_columns_of_one_name_are_both_there(tmp_path: Path) -> None:
    rows = read(shapefile(tmp_path, dbf([("N", "C", 4), ("N", "C", 4)], [["a", "b"]] * 2)))
    assert rows.columns.to_numpy().tolist() == [["a", "b"]] * 2
    assert list(rows.columns) == ["N", "N_2"]


def test_a_dbf_shorter_than_its_header_says_is_refused(tmp_path: Path) -> None:
    points: list[tuple[float, float] | None] = [(139.6, 35.8)] * 4
    content = dbf(NAME, [["一"], ["二"], ["三"], ["四"]])
    with pytest.raises(SourceError, match="states 4 rows and holds 2"):
        read(shapefile(tmp_path, content[:-30], points))


def test_a_header_that_says_four_billion_records_costs_nothing(tmp_path: Path) -> None:
    content = bytearray(dbf(NAME, TWO))
    content[4:8] = b"\xff\xff\xff\xff"
    with pytest.raises(SourceError, match="states 4294967295 rows and holds 2"):
        read(shapefile(tmp_path, bytes(content)))


@pytest.mark.parametrize("shapes", [1, 3])
def test_records_and_shapes_that_differ_in_number_are_refused(tmp_path: Path, shapes: int) -> None:
    with pytest.raises(SourceError, match=rf"{shapes} shapes \(.shp\) and 2 records"):
        read(shapefile(tmp_path, dbf(NAME, TWO), [(139.6, 35.8)] * shapes))


def test_deleted_records_are_counted_and_left_out_with_their_shapes(tmp_path: Path) -> None:
    rows = read(shapefile(tmp_path, dbf(NAME, TWO, deleted=(1,))))
    assert (rows.total, rows.numbers.tolist()) == (2, [2])
    assert rows.geometry[0].coords[0] == (139.61, 35.81)
    assert rows.columns["名称"].tolist() == ["朝霞"]
    assert sum(problem.rows_left_out for problem in rows.problems) == 1


def test_a_null_shape_is_a_row_without_geometry(tmp_path: Path) -> None:
    rows = read(shapefile(tmp_path, dbf(NAME, TWO), [None, (139.6, 35.8)]))
    assert [shape is None for shape in rows.geometry] == [True, False]


def test_without_shx_it_is_made_again_and_the_folder_is_left_alone(tmp_path: Path) -> None:
    path = shapefile(tmp_path, dbf(NAME, TWO))
    path.with_suffix(".shx").unlink()
    rows = read(path)
    assert rows.total == 2
    assert "no_shx" in kinds(rows)
    assert not path.with_suffix(".shx").exists()


def test_without_dbf_there_are_shapes_alone(tmp_path: Path) -> None:
    rows = read(shapefile(tmp_path, None))
    assert (len(rows.columns), len(rows.columns.columns), rows.total) == (2, 0, 2)
    assert kinds(rows) == ["no_dbf"]


def test_a_dbf_without_its_shp_is_refused_by_name(tmp_path: Path) -> None:
    path = shapefile(tmp_path, dbf(NAME, TWO))
    path.unlink()
    with pytest.raises(SourceError, match=r"a \.dbf without its \.shp"):
        read(path.with_suffix(".dbf"))
    with pytest.raises(SourceError, match=r"a \.dbf without its \.shp"):
        read(tmp_path)


def test_a_cut_shp_is_refused(tmp_path: Path) -> None:
    path = shapefile(tmp_path, dbf(NAME, TWO))
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match=f"is {size} bytes long; it is {size - 20}"):
        read(path)


def test_an_index_that_is_of_other_shapes_is_refused(tmp_path: Path) -> None:
    path = shapefile(tmp_path, dbf(NAME, TWO))
    index = bytearray(path.with_suffix(".shx").read_bytes())
    index[-5] += 2  # the second record's place
    path.with_suffix(".shx").write_bytes(index)
    with pytest.raises(SourceError):
        read(path)


def test_suffixes_may_be_in_capitals_and_the_folder_may_be_the_source(city: SmallCity) -> None:
    folder = city.data / "地点の図形"
    folder.mkdir()
    path = shapefile(folder, dbf(NAME, TWO), [(139.1, 35.1), (139.11, 35.11)], b"SJIS")
    for part in list(folder.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))
    (folder / "attributes.csv").write_text("名称,名\n", encoding="utf-8")
    (folder / f"{path.stem}.qmd").write_text("<qgis/>", encoding="utf-8")
    city.declare("points", 'path = "地点の図形"\ncrs = "EPSG:6668"')
    layer = city.open().layer("points")
    assert layer.revision.features()["name"].tolist() == ["①～髙﨑", "朝霞"]
    before = layer.revision.id
    (folder / f"{path.stem}.CPG").write_bytes(b"CP932")
    assert city.open().layer("points").revision.id != before
    (report,) = check_reports(city.definitions, city.data)
    assert report.rows == report.features == 2


@pytest.mark.shared
def test_a_real_shapefile_read_by_gdal_has_the_same_values(shared: Path, tmp_path: Path) -> None:
    import pyogrio

    for path in sorted((shared / "yaizu").glob("*/*.shp")):
        rows = read(path)
        copy = tmp_path / path.stem
        copy.mkdir()
        for part in path.parent.glob(f"{path.stem}.*"):
            shutil.copy(part, copy)
        frame = pyogrio.read_dataframe(copy / path.name, encoding=rows.encoding)
        for name in rows.columns:
            ours = rows.columns[name].fillna("").astype(str).tolist()
            theirs = frame[name].astype(object).where(frame[name].notna(), "")
            assert ours == [str(v)[:10] if name == "日付" else str(v) for v in theirs], name
        assert [g.wkb for g in rows.geometry] == [g.wkb for g in frame.geometry]


def test_a_record_of_negative_length_is_refused(tmp_path: Path) -> None:
    path = shapefile(tmp_path, dbf([("名称", "C", 10)], [["あ"], ["い"]]))
    index = path.with_suffix(".shx")
    content = bytearray(index.read_bytes())
    content[100:108] = struct.pack(">2i", 5000, -4990)  # behind the end, and back before it
    index.write_bytes(content)
    with pytest.raises(SourceError):
        read(path)


def test_shapes_without_attributes_are_a_layer(city: SmallCity) -> None:
    path = shapefile(city.data, None, [(139.1, 35.1), (139.11, 35.11)])
    there = load_city(city.definitions / "city.toml")
    (definition,) = add(path, "shapes", there, city.definitions, city.data, SANDBOX).definitions
    write_words(definition)
    (check,) = check_catalog(city.definitions, city.data, ["shapes"], sandbox=SANDBOX)
    assert (check.report.failed, check.report.features) == (False, 2)
    assert "no_dbf" in [problem.kind for problem in check.report.problems]
    layer = city.open().layer("shapes")
    assert layer.feature_count == 2
