"""What an officer has hidden in Excel is not published unasked, and it is said."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from layers.draft.draft import drafts
from layers.process.job import DraftJob
from layers.schema.load import load_city
from tests.layers.city import SmallCity, findings
from tests.layers.sources.books import book

ROWS: list[list[object]] = [
    ["名称", "緯度", "経度", "備考", "内部メモ", "担当"],
    ["本町消火栓", 35.1, 139.1, "a", "鍵は隣家", "佐藤"],
    ["旧・非公開の井戸", 35.11, 139.11, "b", "所有者不同意", "鈴木"],
    ["栄町消火栓", 35.12, 139.12, "c", None, None],
]
SOURCE = 'path = "points.xlsx"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
NOTE = '[fields.note]\ntitle = { ja = "メモ", en = "Note" }\ncolumn = "内部メモ"'


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["E"].hidden = True
    sheet.column_dimensions["F"].hidden = True


def test_hidden_rows_and_columns_are_left_out_and_said(city: SmallCity) -> None:
    book(city.data / "points.xlsx", *ROWS, fill=hide)
    city.declare("points", SOURCE)
    revision = city.open().layer("points").revision
    assert revision.features()["name"].tolist() == ["本町消火栓", "栄町消火栓"]
    report = revision.report
    assert (report.rows, report.features, report.rows_left_out) == (3, 2, 1)
    assert [(p.severity, p.kind, p.row, p.value) for p in findings(report)] == [
        ("warning", "hidden_columns", None, "内部メモ, 担当"),
        ("warning", "hidden_row", 3, None),
    ]


def test_a_hidden_column_that_the_definition_names_is_published(city: SmallCity) -> None:
    book(city.data / "points.xlsx", *ROWS, fill=hide)
    city.declare("points", SOURCE, fields=NOTE)
    revision = city.open().layer("points").revision
    assert revision.features()["note"].tolist() == ["鍵は隣家", None]
    assert findings(revision.report)[0].value == "担当"


def test_nothing_hidden_is_drafted(city: SmallCity) -> None:
    book(city.data / "points.xlsx", *ROWS, fill=hide)
    there = load_city(city.definitions / "city.toml")
    job = DraftJob(path="points.xlsx", layer_id=None, date="2026-04-01", city=there)
    (proposal,) = drafts(job, city.data)
    definition = proposal.definition
    assert [field.column for field in definition.fields.values()] == ["名称", "備考"]


def test_hidden_coordinates_place_nothing_unless_the_definition_names_them(
    city: SmallCity,
) -> None:
    def hide_coordinates(sheet: Worksheet) -> None:
        for column in "BC":
            sheet.column_dimensions[column].hidden = True

    book(city.data / "points.xlsx", *ROWS, fill=hide_coordinates)
    city.declare("unnamed", 'path = "points.xlsx"')
    city.declare("points", SOURCE)
    catalog = city.open()
    assert catalog.layer("points").feature_count == 3
    assert "unnamed" in catalog.broken
