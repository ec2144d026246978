"""Text tables as offices make them: whatever is between the cells, above them and around them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings, strategies as st

from layers.errors import SourceError
from layers.messages import MESSAGES
from layers.report import Problem, Report
from layers.sources.tables import delimited
from layers.sources.tables.header import Table, tabulate
from tests.layers.city import SmallCity, check_reports

SOURCE = 'path = "{}"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"\n'


def table(path: Path, content: str | bytes, header: int | None = None) -> Table:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    grid = delimited.read_grid(path, None)
    found = tabulate(grid, header, path)
    told = [problem for problem in grid.problems if not problem.kind.startswith("encoding_")]
    return Table(found.names, found.records, told + found.problems, found.total)


def told(found: Table) -> list[tuple[str, int | None, str | None]]:
    return [(problem.kind, problem.row, problem.value) for problem in found.problems]


def cells(found: Table) -> list[list[str]]:
    return [record.cells for record in found.records]


PLAIN = [["番号", "名称", "面積"], ["1", "あ、い", "32,500"], ["2", "う;え", "1,200"]]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_table_is_read_whatever_is_between_its_cells_and_rows(
    tmp_path: Path, name: str, delimiter: str, end: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(PLAIN)
    found = table(tmp_path / name, text.getvalue())
    assert [found.names, *cells(found)] == PLAIN
    assert [record.number for record in found.records] == [2, 3]
    assert told(found) == []


TITLED = [
    ("消防水利一覧,,\n令和8年4月1日現在,,\n\n番号,緯度,経度\n1,35,139\n", 4, [5]),
    ("消防水利一覧\n番号,緯度,経度\n1,35.1,139.1\n\n2,35.1,139.1\n", 2, [3, 5]),
    ("番号,緯度,経度\n1,35.1,139.1\n", 1, [2]),
    ("一覧,,,,令和8年4月1日,\n,,,,,\n番号,名称,緯度,経度,備考,電話\n1,あ,35,139,,\n", 3, [4]),
    ("地区,2019,2020,うち女\n本町,1,2,3\n", 1, [2]),
]


@pytest.mark.parametrize(("text", "header", "numbers"), TITLED)
def test_the_header_is_found_below_a_title(
    tmp_path: Path, text: str, header: int, numbers: list[int]
) -> None:
    found = table(tmp_path / "a.csv", text)
    assert found.names[0] in ("番号", "地区")
    assert [record.number for record in found.records] == numbers
    assert [(p.kind, p.row, p.severity) for p in found.problems] == [("titles", header, "note")] * (
        header > 1
    )


def test_the_definition_can_say_which_row_is_the_header(tmp_path: Path) -> None:
    text = "name,lat,lon\n名称,緯度,経度\nあ,35,139\n"
    assert table(tmp_path / "a.csv", text).names == ["name", "lat", "lon"]
    found = table(tmp_path / "a.csv", text, 2)
    assert (found.names, cells(found)) == (["名称", "緯度", "経度"], [["あ", "35", "139"]])
    assert told(found) == [("titles", 2, "2")]
    with pytest.raises(SourceError, match=r"source\.header is '9'; wanted the number of a row"):
        table(tmp_path / "a.csv", text, 9)


def test_a_table_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted a row with column names"):
        table(tmp_path / "a.csv", "1,35.1,139.1\n2,35.2,139.2\n")


def test_a_header_of_two_rows_is_joined(tmp_path: Path) -> None:
    text = "番号,災害種別,,,備考,位置,\n,洪水,津波,地震,,緯度,経度\n1,○,,○,,35.1,139.1\n"
    found = table(tmp_path / "a.csv", text)
    assert found.names == [
        "番号", "災害種別_洪水", "災害種別_津波", "災害種別_地震", "備考", "位置_緯度", "位置_経度",
    ]  # fmt: skip
    assert told(found) == [("header_row", 1, "1-2")]
    assert [record.number for record in found.records] == [3]


def test_a_group_that_is_narrow_above_wide_columns_is_joined_too(tmp_path: Path) -> None:
    parts = "洪水,津波,地震,高潮,火事"
    found = table(tmp_path / "a.csv", f"一覧,,,,,\n番号,災害,,,,\n,{parts}\n1,○,,○,,\n")
    assert found.names == ["番号", *(f"災害_{part}" for part in parts.split(","))]


def test_names_are_told_apart_and_empty_ones_get_one(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "名称,名称,,列3,\nあ,い,う,え,\n")
    assert found.names == ["名称", "名称 (2)", "列3 (2)", "列3"]
    assert cells(found) == [["あ", "い", "う", "え"]]
    assert told(found) == [("renamed_columns", None, "名称 (2), 列3 (2)")]


def test_names_are_on_one_line_and_else_as_published(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", '"　緯度\r\n（十進）","Fire\nhydrant",ＩＤ \r\n35,a,b\r\n')
    assert found.names == ["緯度（十進）", "Fire hydrant", "ＩＤ"]


def test_rows_that_do_not_fit_the_header_are_reported(tmp_path: Path) -> None:
    text = "番号,名称,備考\n1,あ\n2,い,う,え,お\n3,か,き,,\n4,く,け\n※注記\n"
    found = table(tmp_path / "a.csv", text)
    assert cells(found) == [
        ["1", "あ", ""], ["2", "い", "う"], ["3", "か", "き"], ["4", "く", "け"], ["※注記", "", ""],
    ]  # fmt: skip
    assert told(found) == [
        ("columns", 2, None),
        ("beyond_header", 3, "2"),
        ("columns", 6, None),
    ]


def test_a_filled_column_beyond_the_header_is_kept(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "番号,名称\n1,あ,x\n2,い,y\n")
    assert (found.names, cells(found)[1]) == (["番号", "名称", "列3"], ["2", "い", "y"])


def test_a_quotation_that_swallows_rows_is_reported(tmp_path: Path) -> None:
    rows = ["1,い,う", '2,"あ,う', "3,い,う", "4,い,う", '5,"あ,う', "6,い,う"]
    found = table(tmp_path / "a.csv", "\n".join(["番号,名称,備考", *rows]))
    assert ("swallowed", 3, None) in told(found)
    with pytest.raises(SourceError, match="quotation mark in row 3 is not closed"):
        table(tmp_path / "a.csv", '番号,名称,備考\n1,い,う\n2,"い,う\n3,い,う\n')


def test_a_cell_may_hold_lines_and_marks(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", '番号,名称\n1,"一行目\n二""行""目"\n2,5"管\n3,"駅"前\n')
    assert cells(found) == [["1", '一行目\n二"行"目'], ["2", '5"管'], ["3", "駅前"]]
    assert told(found) == []


BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty.csv", b"", "empty_file"),
    ("blank.csv", b"\r\n,,\r\n\r\n", "empty_file"),
    ("numbers.csv", b"1.5,2.5\n3.5,4.5\n", "no_header"),
    ("picture.csv", bytes(range(256)) * 50, "not_text"),
    ("quote.csv", '緯度,経度\n35,"139\n35,139\n'.encode(), "unclosed"),
    ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_a_workbook"),
    ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "not_a_workbook"),
    ("word.xlsx", b"PK\x03\x04" + bytes(100), "zip_cut"),
]


@pytest.mark.parametrize(("name", "content", "kind"), BAD_FILES)
def test_a_bad_file_is_one_error_in_both_languages(
    city: SmallCity, name: str, content: bytes, kind: str
) -> None:
    city.put(name, content)
    city.declare("points", SOURCE.format(name))
    (report,) = check_reports(city.definitions, city.data)
    assert [(problem.severity, problem.kind) for problem in report.problems] == [("error", kind)]
    (said,) = json.loads(json.dumps(report.to_json()))["problems"]
    assert "公開していません" in said["action"]
    assert str(city.data) not in json.dumps(said)


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no file"):
        delimited.read_grid(tmp_path, None)


def test_a_line_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)  # sparse: it takes no room
    with pytest.raises(SourceError, match="size is 2048 MB; wanted at most 256 MB"):
        delimited.read_grid(path, None)
    monkeypatch.setattr(delimited, "LONGEST_CELL", 1000)
    with pytest.raises(SourceError, match="row 2"):
        table(path, "番号,名称\n1," + "あ" * 2000 + "\n")
    monkeypatch.setattr(delimited, "MOST_CELLS", 100)
    with pytest.raises(SourceError, match="at most 100 cells"):
        table(path, "番号,名称\n" + "1,2\n" * 60)


def test_an_undecodable_byte_costs_one_value_not_the_file(city: SmallCity) -> None:
    rows = "".join(f"名前{number},35.1,139.1\r\n" for number in range(50))
    content = ("名称,緯度,経度\r\n" + rows).encode("cp932")
    city.put("points.csv", content.replace("名前7,".encode("cp932"), b"\x96\xbc\xff7,"))
    city.declare("points", SOURCE.format("points.csv"))
    revision = city.open().layer("points").revision
    (problem,) = [p for p in revision.report.problems if p.severity == "warning"]
    assert (problem.kind, problem.row, problem.column) == ("undecodable", 9, "名称")
    assert revision.report.encoding == "cp932"
    names = revision.features()["name"]
    assert (len(names), names.isna().sum(), names.iloc[8]) == (50, 1, "名前8")


def test_rows_read_are_features_and_rows_left_out(city: SmallCity) -> None:
    text = "一覧\n名称,緯度,経度\nあ,35.1,139.1\n\nい,,\n※注記\n"
    city.put("points.csv", text, "cp932")
    city.declare("points", SOURCE.format("points.csv"))
    report: Report = city.open().layer("points").revision.report
    assert (report.rows, report.features, report.rows_left_out) == (3, 1, 2)


@pytest.mark.shared
def test_every_real_table_has_the_rows_that_the_csv_module_counts(shared: Path) -> None:
    paths = sorted(shared.glob("yaizu/*/*.csv"))
    assert len(paths) > 30
    for path in paths:
        content = path.read_bytes()
        text = content.decode("cp932" if path.name == "yohairyosya.csv" else "utf-8-sig")
        header, *records = [r for r in csv.reader(io.StringIO(text, newline="")) if any(r)]
        grid = delimited.read_grid(path, None)
        found = tabulate(grid, None, path)
        assert found.names == header, path.name
        assert len(found.records) == len(records)
        short = [problem for problem in found.problems if problem.kind == "columns"]
        assert len(short) == sum(len(record) < len(header) for record in records)
        assert len(found.problems) == len(short)
        for record, cells in zip(records, found.records, strict=True):
            assert cells.cells[: len(record)] == record


# Of CP932 what reads back as itself, and what tables trip over.
LETTERS = st.characters(
    codec="cp932", exclude_categories=("Cc", "Co"), exclude_characters="¢£¬‖−〜"
)
TEXT = st.text(LETTERS | st.sampled_from('\n\t",; あア漢'), max_size=12)


@settings(deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), max_size=6)
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp932"]),
    st.sampled_from([",", "\t", ";"]),
    st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_what_the_csv_module_writes_reads_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    encoding: str,
    delimiter: str,
    end: str,
) -> None:
    header = [f"列の名前{number}" for number in range(len(rows[0]) if rows else 2)]
    text = io.StringIO(newline="")
    # With "\r" between rows the csv module leaves a "\n" in a cell without quotation marks.
    quoting: Literal[0, 1] = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([header, *rows])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    grid = delimited.read_grid(path, encoding)
    found = tabulate(grid, 1, path)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert found.names == header
    assert cells(found) == kept


def test_every_kind_of_problem_in_tables_speaks_to_an_officer() -> None:
    for kind in ("not_text", "not_a_workbook", "locked_workbook", "broken_workbook"):
        problem = Problem("error", kind, value="a.xls", detail="")
        assert "保存し直してください" in problem.message("ja")
        assert kind in MESSAGES
