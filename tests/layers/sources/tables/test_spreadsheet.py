"""Workbooks as offices make them: titles, merged cells, dates, formulas, more sheets than one."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from layers.errors import SourceError
from layers.sources.tables import spreadsheet
from layers.sources.tables.grid import Grid
from layers.sources.tables.header import Table, tabulate
from tests.layers.city import SmallCity, check_reports
from tests.layers.sources.books import SHEET, book, rewrite

SOURCE = 'path = "points.xlsx"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"\n'


def table(path: Path, sublayer: str | None = None) -> tuple[Table, Grid]:
    grid = spreadsheet.read_grid(path, sublayer)
    return tabulate(grid, None, path), grid


def told(table: Table, grid: Grid) -> list[tuple[str, int | None, str | None, str | None]]:
    found = [*grid.problems, *table.problems]
    return [(problem.kind, problem.row, problem.column, problem.value) for problem in found]


def test_a_workbook_becomes_a_layer_like_its_csv(city: SmallCity) -> None:
    rows: list[list[object]] = [
        ["消防水利一覧"], [], ["名称", "緯度", "経度"], ["あ", 35.1, 139.1], [], ["い", None, None],
        ["う", "３５．１", "139.1"],
    ]  # fmt: skip
    book(city.data / "points.xlsx", *rows)
    city.declare("points", SOURCE)
    revision = city.open().layer("points").revision
    assert revision.features()["name"].tolist() == ["あ", "う"]
    assert revision.features()["source_row"].tolist() == [4, 7]
    report = revision.report
    assert (report.rows, report.features, report.rows_left_out) == (3, 2, 1)
    assert [(p.kind, p.row) for p in report.problems] == [("titles", 3), ("no_geometry", 6)]


CELLS: list[tuple[object, str | None, str]] = [
    (1, None, "1"),
    (1.0, None, "1"),
    (34.858070, None, "34.85807"),
    (546261139.0, None, "546261139"),
    (12, "0000", "0012"),
    (True, None, "TRUE"),
    ("0012", None, "0012"),
    (datetime.date(2026, 4, 1), None, "2026-04-01"),
    (datetime.date(2026, 4, 1), '[$-411]ggge"年"m"月"d"日"', "2026-04-01"),
    (datetime.datetime(2026, 4, 1, 9, 30), None, "2026-04-01 09:30"),  # noqa: DTZ001
    (datetime.time(9, 30), None, "09:30"),
    (datetime.time(9, 30, 5), None, "09:30:05"),
    (datetime.timedelta(hours=24), "[h]:mm", "24:00"),
    (1.375, "h:mm", "09:00"),
    ("a_x000D_b", None, "a\rb"),
]


@pytest.mark.parametrize(("value", "number_format", "text"), CELLS)
def test_a_cell_is_the_text_that_excel_shows(
    tmp_path: Path, value: object, number_format: str | None, text: str
) -> None:
    def fill(sheet: Worksheet) -> None:
        if number_format:
            sheet["B2"].number_format = number_format

    path = book(tmp_path / "a.xlsx", ["番号", "値"], ["a", value], fill=fill)
    found, _ = table(path)
    assert found.records[0].cells == ["a", text]


def test_a_date_in_a_format_that_only_japanese_excel_knows_is_a_date(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B2"].number_format = "0.00"

    path = book(tmp_path / "a.xlsx", ["番号", "点検日"], ["a", 46113], fill=fill)
    rewrite(path, "xl/styles.xml", 'numFmtId="2"', 'numFmtId="31"')
    assert table(path)[0].records[0].cells == ["a", "2026-04-01"]


def test_a_header_and_records_in_merged_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["消防水利一覧"],
        ["番号", "地区", "位置", None, "備考"],
        [None, None, "緯度", "経度", None],
        [1, "本町", 35.1, 139.1, None],
        [2, None, 35.2, 139.2, None],
        [3, "仲町", 35.3, 139.3, None],
        ["※注記"],
    ]  # fmt: skip

    def fill(sheet: Worksheet) -> None:
        for cells in ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "B4:B5", "A7:E7"):
            sheet.merge_cells(cells)

    found, grid = table(book(tmp_path / "a.xlsx", *rows, fill=fill))
    assert found.names == ["番号", "地区", "位置_緯度", "位置_経度", "備考"]
    assert [record.cells[1] for record in found.records] == ["本町", "本町", "仲町", ""]
    assert [record.number for record in found.records] == [4, 5, 6, 7]
    assert told(found, grid) == [
        ("titles", 2, None, "2-3"),
        ("merged_cells", None, None, "2"),
    ]


def sheets(path: Path, **contents: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in contents.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made["隠し"].sheet_state = "hidden"
    made.save(path)
    return path


def test_the_one_sheet_that_holds_something_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [["番号", "名称"], [1, "あ"]]
    path = sheets(tmp_path / "a.xlsx", 空=[], 一覧=rows, 隠し=rows)
    found, grid = table(path)
    assert found.records[0].cells == ["1", "あ"]
    assert told(found, grid) == [("hidden_sheets", None, None, "隠し")]


def test_of_several_sheets_the_definition_chooses(tmp_path: Path) -> None:
    path = sheets(
        tmp_path / "a.xlsx",
        説明=[["この表は"]],
        一覧=[["番号", "名称"], [1, "あ"]],
        隠し=[["番号", "名称"], [2, "い"]],
    )
    with pytest.raises(
        SourceError, match=r"source\.sublayer is missing; wanted one of the sheets 説明, 一覧"
    ):
        table(path)
    with pytest.raises(
        SourceError, match=r"source\.sublayer is '表'; wanted one of the sheets 説明"
    ):
        table(path, "表")
    assert table(path, "一覧")[0].records[0].cells == ["1", "あ"]
    found, grid = table(path, "隠し")
    assert found.records[0].cells == ["2", "い"]
    assert told(found, grid) == [("other_sheets", None, None, "説明, 一覧")]


def test_formulas_give_their_stored_values_and_those_without_are_reported(tmp_path: Path) -> None:
    rows: list[list[object]] = [["番号", "名称", "緯度"], [1, "あ", "=1+34"], ["=1+1", "い", 35]]
    path = book(tmp_path / "a.xlsx", *rows)
    rewrite(path, SHEET, "<f>1+34</f><v />", "<f>1+34</f><v>35</v>")
    found, grid = table(path)
    assert [record.cells for record in found.records] == [["1", "あ", "35"], ["", "い", "35"]]
    assert told(found, grid) == [
        ("formulas", None, None, "2"),
        ("no_stored_value", 3, "番号", None),
    ]


def test_an_error_in_a_cell_is_reported_and_left_empty(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "#N/A"], ["#REF!", None])
    found, grid = table(path)
    assert [record.cells for record in found.records] == [["1", ""], ["", ""]]
    assert told(found, grid) == [
        ("cell_error", 2, "名称", "#N/A"),
        ("cell_error", 3, "番号", "#REF!"),
    ]


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "あ"], [2, "い"])
    rewrite(path, SHEET, 'ref="A1:B3"', 'ref="A1"')
    assert len(table(path)[0].records) == 2


def test_hidden_rows_are_left_out(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True

    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "あ"], [2, "い"], fill=fill)
    read = table(path)[0]
    assert ([record.number for record in read.records], read.total) == ([3], 2)
    assert [(p.kind, p.row, p.rows_left_out) for p in read.problems] == [("hidden_row", 2, 1)]


def test_a_workbook_called_csv_is_read_as_what_it_is(city: SmallCity) -> None:
    rows: list[list[object]] = [["名称", "緯度", "経度"], ["あ", 35.1, 139.1]]
    path = book(city.data / "points.xlsx", *rows)
    path.rename(city.data / "points.csv")
    city.declare("points", SOURCE.replace("xlsx", "csv"))
    assert city.open().layer("points").feature_count == 1


def with_shared_strings(path: Path, before: str = "", text: str = "焼津") -> Path:
    """Give a workbook its strings as Excel does, with their reading in katakana."""
    rewrite(path, SHEET, 't="inlineStr"><is><t>焼津</t></is>', 't="s"><v>0</v>')
    strings = (
        f'{before}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>'
        f'<t>{text}</t><rPh sb="0" eb="2"><t>ヤイヅ</t></rPh></si></sst>'
    )
    part = (
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    rewrite(path, "[Content_Types].xml", "</Types>", part)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/sharedStrings.xml", strings)
    return path


def test_the_reading_of_a_word_is_no_part_of_it(tmp_path: Path) -> None:
    path = with_shared_strings(book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "焼津"]))
    assert table(path)[0].records[0].cells == ["1", "焼津"]


BOMB = '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">'
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_entities_in_strings_are_not_expanded(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "焼津"])
    with_shared_strings(path, f"{BOMB}]>", "&i;")
    with pytest.raises(SourceError, match=r"is broken \(ValueError\)"):
        spreadsheet.read_grid(path, None)


@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_not_expanded(tmp_path: Path, member: str) -> None:
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "あ"])
    with zipfile.ZipFile(path) as package:
        text = package.read(member).decode()
    rewrite(path, member, text, f"{BOMB}]>{text}")
    with pytest.raises(SourceError, match=r"is broken \(ValueError\)"):
        spreadsheet.read_grid(path, None)


def test_what_unpacks_to_too_much_is_refused_unopened(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "あ"])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(bytes(1 << 20))
    with pytest.raises(SourceError, match="size is 300 MB / 10"):
        spreadsheet.read_grid(path, None)


def test_a_row_far_away_or_out_of_order_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "あ"])
    rewrite(path, SHEET, '<row r="2"', '<row r="1000000000"')
    with pytest.raises(SourceError, match=r"<row r=1000000000> after 1"):
        spreadsheet.read_grid(path, None)


def test_more_cells_than_a_table_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.sources.tables.sheet.MOST_CELLS", 3)
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], [1, "あ"])
    with pytest.raises(SourceError, match="at most 3 cells"):
        spreadsheet.read_grid(path, None)


def broken(content: bytes, kind: str) -> bytes:
    if kind == "locked_workbook":
        return (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(504)
            + "EncryptedPackage".encode("utf-16-le")
        )
    return {
        "zip_cut": content[: len(content) // 2],
        "broken_workbook": content.replace(b"[Content_Types].xml", b"[Content_Typez].xml"),
        "empty_file": b"",
    }[kind]


@pytest.mark.parametrize("kind", ["locked_workbook", "broken_workbook", "zip_cut", "empty_file"])
def test_a_bad_workbook_is_one_error_that_says_what_to_do(city: SmallCity, kind: str) -> None:
    path = book(city.data / "points.xlsx", ["名称", "緯度", "経度"], ["あ", 35.1, 139.1])
    path.write_bytes(broken(path.read_bytes(), kind))
    city.declare("points", SOURCE)
    (report,) = check_reports(city.definitions, city.data)
    assert [(problem.severity, problem.kind) for problem in report.problems] == [("error", kind)]
    said = report.problems[0].message("ja")
    assert "points.xlsx" in said
    assert kind == "empty_file" or re.search("保存し直してください|受け取ってください", said)


def test_a_workbook_of_nothing_is_empty(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is nothing in"):
        spreadsheet.read_grid(book(tmp_path / "a.xlsx"), None)


def test_a_damaged_workbook_is_refused_wherever_the_damage_is(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["番号", "名称"], *([n, "あ" * 9] for n in range(50)))
    whole = path.read_bytes()
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with suppress(SourceError):
            spreadsheet.read_grid(path, None)


def strict(path: Path) -> Path:
    """The workbook as Excel saves one in the format “Strict Open XML”."""
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as package, zipfile.ZipFile(path, "w") as written:
        for name in package.namelist():
            content = re.sub(
                rb"http://schemas.openxmlformats.org/(spreadsheetml|officeDocument|drawingml)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/",
                package.read(name),
            )
            written.writestr(name, content, zipfile.ZIP_DEFLATED)
    return path


def test_a_strict_workbook_is_read_as_any_other(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["栄町", 35.81, 139.59, datetime.date(2026, 4, 1), True])
        sheet.append(["=A2", 35.82, 139.58, datetime.date(2026, 4, 2), "http://a/b"])
        sheet.row_dimensions[2].hidden = True
        sheet.merge_cells("E2:E3")
        assert sheet.parent is not None
        sheet.parent.iso_dates = True  # as the strict form has them

    path = book(tmp_path / "a.xlsx", ["名称", "緯度", "経度", "更新日", "有無"], fill=fill)
    transitional = spreadsheet.read_grid(path, None)
    grid = spreadsheet.read_grid(strict(path), None)
    assert grid == transitional
    assert grid.lines[1].cells == ["栄町", "35.81", "139.59", "2026-04-01", "TRUE"]
    assert grid.hidden_rows == {2}
    assert grid.merged


def test_a_sheet_whose_part_is_missing_is_missed(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("別の表").append(["名称"])

    path = book(tmp_path / "a.xlsx", ["名称", "緯度", "経度"], fill=fill)
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as package, zipfile.ZipFile(path, "w") as written:
        for name in package.namelist():
            if name != SHEET:
                written.writestr(name, package.read(name))
    with pytest.raises(SourceError, match="lists 2 sheets and holds 1") as caught:
        spreadsheet.read_grid(path, None)
    assert "2枚のシートがあるはずですが、1枚しか" in caught.value.message("ja")
