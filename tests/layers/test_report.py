"""A report stays short however many rows it is about, and accounts for every one of them."""

from __future__ import annotations

import json
from pathlib import Path

from layers.errors import SourceError
from layers.report import LISTED, Problem, Report, folded
from tests.layers.city import SmallCity, check_reports, findings

MANY = 3000


def numbers(rows: str) -> list[int]:
    """The rows that "2-5001, 5003" names."""
    found: list[int] = []
    for span in rows.split(", ") if rows else []:
        first, _, last = span.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def test_alike_rows_are_told_one_by_one_and_then_together() -> None:
    alike = [
        Problem("warning", "date", row, "日", f"{row}日", rows_left_out=1) for row in range(2, 99)
    ]
    other = Problem("warning", "date", 7, "ほか", "？")
    found = folded([*alike[:50], other, *alike[50:]])
    assert (len(found), found.count(other)) == (LISTED + 2, 1)
    (together,) = [problem for problem in found if problem.count > 1]
    assert (together.count, together.rows(), together.value) == (77, "22-98", "22日")
    assert sum(problem.rows_left_out for problem in found) == len(alike)
    assert together.message("ja").startswith("同じ種類のものが、さらに77件あります（行: 22-98）。")


def test_what_was_put_together_is_put_together_again() -> None:
    once = Report("", "")
    for row in [*range(2, 60), 99, 70, 98]:
        once.add([Problem("warning", "no_geometry", row, rows_left_out=1)])
    assert once.problems[-1].rows() == "22-59, 70, 98-99"
    assert once.rows_left_out == 61
    again = Report.from_stored(json.loads(json.dumps(once.to_stored())))
    assert again == once
    again.add([Problem("warning", "no_geometry", 71)])
    assert again.problems[-1].rows() == "22-59, 70-71, 98-99"
    assert again.problems[-1].count == 42


def test_a_long_list_of_rows_is_whole_for_programs_and_short_for_people() -> None:
    report = Report("", "")
    report.add(Problem("warning", "no_geometry", row) for row in range(2, 4000, 2))
    together = report.to_json()["problems"][-1]
    assert len(numbers(together["rows"])) == together["count"] == 1999 - LISTED
    assert len(together["message"]) < 400
    assert "…" in together["message"]


def test_every_row_of_a_large_file_is_a_feature_or_named(city: SmallCity) -> None:
    """Counted from the JSON of `bosai check` alone."""
    lines = [
        f"{n},35.1,{139.1 if n % 3 else ''},{'' if n % 2 else '町一丁目'}" for n in range(MANY)
    ]
    city.put("points.csv", "名称,緯度,経度,住所\n" + "\n".join(lines) + "\n")
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:6668"')
    (report,) = check_reports(city.definitions, city.data)
    said = report.to_json()
    left_out = ("no_geometry", "no_towns", "coordinate")
    named = [
        row for one in said["problems"] if one["kind"] in left_out for row in numbers(one["rows"])
    ]
    assert said["features"] + len(named) == MANY
    assert sorted(named) == [n + 2 for n in range(0, MANY, 3)]
    assert len(json.dumps(said)) < 60_000


def test_an_address_without_a_list_of_towns_says_how_to_give_one(city: SmallCity) -> None:
    city.put("points.csv", "名称,住所\nあ,本町一丁目1\nい,\n")
    city.declare("points", 'path = "points.csv"')
    (report,) = check_reports(city.definitions, city.data)
    missing, nowhere = findings(report)[-3:-1]
    assert (missing.kind, missing.row, missing.column, missing.value) == (
        "no_towns",
        2,
        "住所",
        "本町一丁目1",
    )
    assert "city.toml の neighbourhoods" in missing.action("ja")
    assert nowhere.kind == "no_geometry"


def test_a_list_without_a_row_is_no_layer_and_says_so(city: SmallCity) -> None:
    city.put("points.csv", "名称,緯度,経度\n")
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:6668"')
    (report,) = check_reports(city.definitions, city.data)
    assert [p.kind for p in report.problems if p.severity == "error"] == ["empty_list"]
    city.put("points.csv", "名称,緯度,経度\nあ,,\n")
    (report,) = check_reports(city.definitions, city.data)
    assert [p.kind for p in report.problems if p.severity == "error"] == ["no_features"]


def test_a_report_is_read_in_the_order_of_the_file() -> None:
    report = Report("消火器.csv", "shokaki", rows=6, features=5)
    report.add(
        [
            Problem("note", "address_placed", 5, "所在地", "本町", "本町一丁目"),
            Problem("error", "personal_published", column="氏名"),
            Problem("warning", "coordinate", 4, "緯度", "35.79x", rows_left_out=1),
            Problem("error", "unwritten", column="title", value="（名前を書いてください）"),
        ]
    )
    headings = [problem.heading("ja") for problem in report.in_file_order]
    assert headings == [
        "［エラー］列「氏名」: ",
        "［エラー］",  # of a key, which the message names
        "［警告］4行目・緯度: ",
        "［参考］5行目・所在地: ",
    ]
    assert report.in_file_order[-1].heading("en") == "[Note] row 5, 所在地: "
    assert report.summary("ja") == (
        "レイヤー shokaki（消火器.csv）: 6行のうち5件を地図に載せられます。"
        "エラーがあるため公開しません。エラー 2件、警告 1件、参考 1件。"
    )
    assert report.summary("en").endswith("Errors: 2, warnings: 1, notes: 1.")


def test_rows_put_together_stand_where_the_first_of_them_is() -> None:
    report = Report("", "")
    report.add(Problem("warning", "no_geometry", row) for row in range(2, 40))
    report.add([Problem("warning", "zero_zero", 10)])
    rows = [problem.first_row for problem in report.in_file_order]
    assert rows == sorted(rows)
    assert report.in_file_order[-1].heading("ja") == "［警告］22-39行目: "


def test_a_key_of_a_definition_is_not_called_a_column() -> None:
    error = SourceError(Path("a.kml"), "crs_elsewhere", "EPSG:4326", "0, 0", key="source.crs")
    problem = Problem.of(error)
    assert problem.column == "source.crs"
    assert problem.heading("ja") == "［エラー］"
