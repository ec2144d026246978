"""What only the parts together do: a file as an officer has it is read, told of, and kept back."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from pyproj import Transformer
from typer.testing import CliRunner

from layers.draft.add import add
from layers.messages import MESSAGES, ProblemKind
from layers.process.sandbox import Sandbox
from layers.report import HIDDEN, Report
from layers.schema.load import load_city
from server.cli import program
from tests.layers.city import (
    CITY,
    SmallCity,
    check_reports,
    feature_collection,
    polygon,
    write_words,
)
from tests.layers.sources.books import book
from tests.sandbox import SANDBOX

SOURCE = 'path = "points.csv"'
NUMBERED = """[fields.number]
title = { ja = "番号", en = "Number" }
column = "番号"
audience = "staff"
"""
PEOPLE = """名称,番号,氏名,住所,緯度,経度
あ,1,太郎,見本市本町1-1,35.1,139.1
い,2,花子,見本市岡2-9,35.11,139.11
う,3,次郎,見本市本町一丁目7,,
え,4,三郎,見本市無い町7,,
お,5,四郎,,経度は不明,139.1
"""


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    """A city with a list of its towns."""
    made = SmallCity(tmp_path)
    towns = feature_collection(
        ({"type": "Point", "coordinates": [139.05, 35.05]}, {"name": "本町一丁目"}),
        ({"type": "Point", "coordinates": [139.06, 35.06]}, {"name": "岡"}),
    )
    made.put("towns.geojson", towns)
    text = CITY.replace("\nboundary =", '\nneighbourhoods = "towns.geojson"\nboundary =')
    (made.definitions / "city.toml").write_text(text, encoding="utf-8")
    return made


def checked(city: SmallCity, rows: str, fields: str = "", source: str = SOURCE) -> Report:
    city.put("points.csv", rows)
    city.declare("points", source, fields=fields)
    (report,) = check_reports(city.definitions, city.data)
    assert report.failed or report.rows == report.features + report.rows_left_out
    return report


def checked_file(city: SmallCity, path: Path) -> Report:
    (report,) = check_reports(city.definitions, city.data, [str(path)])
    return report


def kinds(report: Report) -> set[str]:
    return {problem.kind for problem in report.problems}


def said(report: Report) -> str:
    return json.dumps([report.to_json(), report.to_stored()], ensure_ascii=False)


@pytest.mark.parametrize(
    ("source", "top", "fields", "wanted"),
    [
        ('id = "番号"', "", NUMBERED, "source.id is '番号'; wanted no column that only staff"),
        ("", 'label = "number"', NUMBERED, "label is 'number'; wanted one of the public fields"),
        ("", "", f'{NUMBERED}[style]\nfield = "number"', "style.field is 'number'"),
    ],
)
def test_what_only_staff_may_see_is_no_id_and_no_label(
    city: SmallCity, source: str, top: str, fields: str, wanted: str
) -> None:
    city.put("points.csv", PEOPLE)
    city.declare("points", f"{SOURCE}\n{source}", top=top, fields=fields)
    (report,) = check_reports(city.definitions, city.data)
    assert wanted in report.problems[0].message("en")


@pytest.mark.parametrize("rule", ["grid_m = 500", "least_group = 2", 'suppress = ["氏名"]'])
def test_with_a_privacy_rule_no_address_or_coordinate_is_in_the_report(
    city: SmallCity, rule: str
) -> None:
    report = checked(city, PEOPLE, f"[privacy]\n{rule}\n")
    assert {"address_placed", "address_unknown", "coordinate"} <= kinds(report)
    for value in ("本町", "無い町", "不明", "太郎"):
        assert value not in said(report)
    assert HIDDEN in said(report)


def test_without_a_rule_addresses_and_coordinates_help_to_find_the_fault(city: SmallCity) -> None:
    report = checked(city, PEOPLE)
    assert all(value in said(report) for value in ("本町", "無い町", "不明"))


def test_a_rule_hides_no_note_of_how_the_whole_file_was_read(city: SmallCity) -> None:
    report = checked(city, PEOPLE, '[privacy]\nsuppress = ["氏名"]\n')
    notes = {problem.kind: problem.value for problem in report.problems}
    assert notes["coordinate_columns"] == "経度, 緯度"
    assert "EPSG:6668" in str(notes["crs_guessed"])


def test_with_a_grid_an_error_of_the_coordinates_shows_none(city: SmallCity) -> None:
    rows = "名称,緯度,経度\nあ,351234567.5,98765432.1\n"
    assert "98765432.1" in said(checked(city, rows))
    hidden = checked(city, rows, "[privacy]\ngrid_m = 500\n")
    assert kinds(hidden) >= {"crs_unknown"}
    assert "98765432" not in said(hidden)
    assert "351234567" not in said(hidden)


def test_a_file_without_its_header_shows_no_person_as_a_column(city: SmallCity) -> None:
    report = checked(
        city,
        "一番,太郎,090-1234-5678\n二番,花子,090-8765-4321\n",
        '[privacy]\nsuppress = ["氏名"]\n',
    )
    assert report.failed
    assert "太郎" not in said(report)
    assert "090" not in said(report)


def test_rows_of_a_small_group_show_nothing_of_themselves(city: SmallCity) -> None:
    rows = "名称,町,緯度,経度\nあ\x01,本町,35.1,139.1\nい,岡,35.1,139.1\nう,岡,35.11,139.1\n"
    rule = '[privacy]\nleast_group = 2\ngroup_by = ["町"]\n'
    report = checked(city, rows, rule)
    (problem,) = [one for one in report.problems if one.kind == "control"]
    assert (problem.row, problem.value) == (2, HIDDEN)


def test_a_cell_of_a_column_that_is_not_published_is_in_no_report(city: SmallCity) -> None:
    header: list[object] = ["名称", "メモ", "緯度", "経度"]
    book(city.data / "points.xlsx", header, ["あ", "#N/A", 35.1, 139.1])
    city.declare("points", 'path = "points.xlsx"')
    (report,) = check_reports(city.definitions, city.data)
    (problem,) = [one for one in report.problems if one.kind == "cell_error"]
    assert (problem.row, problem.column, problem.value) == (2, "メモ", HIDDEN)


@pytest.mark.parametrize("rows", ["名称,緯度,経度\n", "名称,緯度,経度\nあ,,\nい,0,0\n"])
def test_a_file_that_would_leave_the_map_empty_is_an_error(city: SmallCity, rows: str) -> None:
    report = checked(city, rows)
    assert report.failed
    assert kinds(report) & {"no_features", "empty_list"}
    assert report.rows == report.rows_left_out


def test_an_empty_file_does_not_empty_the_map(city: SmallCity) -> None:
    checked(city, "名称,緯度,経度\nあ,35.1,139.1\n")
    before = city.open().layer("points").revision.id
    city.put("points.csv", "名称,緯度,経度\n")
    layer = city.open().layer("points")
    assert (layer.revision.id, layer.feature_count) == (before, 1)
    assert layer.trouble is not None


def test_checking_a_data_file_says_what_was_guessed_of_it(city: SmallCity) -> None:
    path = city.data.parent / "名簿.csv"
    path.write_text(PEOPLE, encoding="cp932")
    report = checked_file(city, path)
    assert {"encoding_japanese", "coordinate_columns", "crs_guessed"} <= kinds(report)
    assert "encoding_declared" not in kinds(report)
    personal = [one for one in report.problems if one.kind == "personal_column"]
    assert [(one.severity, one.column) for one in personal] == [("warning", "氏名")]
    assert "太郎" not in said(report)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_a_workbook"),
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"1.5,2.5\n3.5,4.5\n", "no_header"),
        ("a.csv", "名称,備考\nあ,い\n".encode(), "no_positions"),
        ("a.zip", b"PK\x03\x04" + bytes(100), "zip_cut"),
        ("a.dat", b"\x01\x02\x03", "unknown_format"),
    ],
)
def test_an_error_keeps_its_own_words_on_every_way(
    city: SmallCity, name: str, content: bytes, kind: ProblemKind
) -> None:
    outside = city.data.parent / name
    outside.write_bytes(content)
    assert [one.kind for one in checked_file(city, outside).problems] == [kind]
    environment = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }
    result = CliRunner().invoke(program(), ["add", str(outside)], env=environment)
    assert result.exit_code == 1
    words = MESSAGES[kind].finding["ja"].partition("{")[0].partition("「")[0]
    assert words in result.output
    assert str(city.data.parent) not in result.output


def test_a_missing_file_is_said_in_words(city: SmallCity) -> None:
    city.declare("points", 'path = "ない.csv"')
    (report,) = check_reports(city.definitions, city.data)
    (problem,) = report.problems
    assert problem.message("ja").startswith(
        "ない.csv：データのフォルダに「ない.csv」がありません。"
    )


def test_a_failing_reader_says_no_value_of_the_data(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])
    city.put("points.csv", PEOPLE)
    city.declare("points", SOURCE)
    with Sandbox(program="tests.layers.process.failing") as failing:
        (report,) = check_reports(city.definitions, city.data, sandbox=failing)
    assert "The reader failed: ValueError" in report.problems[0].message("en")
    assert "太郎" not in said(report)


def drawn_up(city: SmallCity, name: str, content: str) -> dict[str, dict[str, object]]:
    """The definition that `bosai add` writes of a file."""
    path = city.put(name, content)
    there = load_city(city.definitions / "city.toml")
    added = add(path, "points", there, city.definitions, city.data, SANDBOX)
    return tomllib.loads(added.definitions[0].read_text(encoding="utf-8"))


def test_no_system_is_written_down_of_a_file_without_coordinates(city: SmallCity) -> None:
    made = drawn_up(city, "a.csv", "名称,住所\nあ,見本市本町1-1\n")
    assert "crs" not in made["source"]


def test_what_is_added_is_read_as_what_was_checked(city: SmallCity) -> None:
    """X to the north: where both orders lie near the city, the better one stays the one taken."""
    # Zone IX begins at 36° N, 139.8333° E: a city as far south as it is west of that, of whose
    # places about half lie in it the other way round too.
    square = [[139.5, 35.74], [139.6, 35.74], [139.6, 35.82], [139.5, 35.82], [139.5, 35.74]]
    city.put("boundary.geojson", feature_collection((polygon(square), {})))
    definition = city.definitions / "city.toml"
    text = definition.read_text("utf-8").replace(
        "[139.0, 35.0, 139.2, 35.2]", "[139.5, 35.74, 139.6, 35.82]"
    )
    definition.write_text(text, "utf-8")
    zone = Transformer.from_crs(6668, 6677, always_xy=True)
    places = [(139.505 if at < 6 else 139.55, 35.75 + 0.006 * at) for at in range(11)]
    places += [(139.7 + 0.01 * at, 35.85) for at in range(30)]
    rows = ["名称,X座標,Y座標"]
    for at, place in enumerate(places):
        east, north = zone.transform(*place)
        rows.append(f"{at},{north:.2f},{east:.2f}")
    path = city.put("a.csv", "\n".join(rows) + "\n")
    there = load_city(city.definitions / "city.toml")
    report = checked_file(city, path)
    write_words(add(path, "points", there, city.definitions, city.data, SANDBOX).definitions[0])
    frame = city.open().layer("points").revision.features()
    east, north = frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy()
    assert "axes_exchanged" in kinds(report)
    assert east == pytest.approx([place[0] for place in places], abs=1e-5)
    assert north == pytest.approx([place[1] for place in places], abs=1e-5)


def test_a_feature_without_geometry_is_placed_by_its_address_in_any_format(city: SmallCity) -> None:
    here: dict[str, object] = {"type": "Point", "coordinates": [139.1, 35.1]}
    text = feature_collection(
        (here, {"名称": "あ", "住所": ""}), (None, {"名称": "い", "住所": "見本市本町1-1"})
    )
    city.put("points.geojson", text)
    city.declare("points", 'path = "points.geojson"')
    (report,) = check_reports(city.definitions, city.data)
    assert (report.rows, report.features) == (2, 2)
    assert "address_placed" in kinds(report)
    city.declare("points", 'path = "points.geojson"\naddress = "所在"')
    (report,) = check_reports(city.definitions, city.data)
    assert [(one.kind, one.column) for one in report.problems] == [("no_column", "source.address")]


def test_an_area_without_geometry_is_not_placed_as_a_point(city: SmallCity) -> None:
    area = polygon([[139.1, 35.1], [139.11, 35.1], [139.11, 35.11], [139.1, 35.1]])
    rest: dict[str, object] = {"名称": "い", "住所": "見本市本町1-1"}
    text = feature_collection((area, {"名称": "あ"}), (None, rest))
    city.put("areas.geojson", text)
    city.declare("areas", 'path = "areas.geojson"')
    (report,) = check_reports(city.definitions, city.data)
    assert [(one.kind, one.row) for one in report.problems] == [("no_geometry", 2)]


def test_a_folder_called_like_a_definition_is_a_broken_one(city: SmallCity) -> None:
    checked(city, PEOPLE)
    (city.definitions / "folder.toml").mkdir()
    catalog = city.open()
    assert "points" in catalog.layers
    assert "no ordinary file (Is a directory)" in catalog.broken["folder"]


def test_trouble_always_says_what_it_is(city: SmallCity) -> None:
    city.put("points.csv", PEOPLE)
    person = 'title = { ja = "氏名", en = "Name" }\ncolumn = "氏名"'
    city.declare("points", SOURCE, fields=f"[fields.person]\n{person}")
    assert "looks personal" in city.open().broken["points"]


def test_the_worst_is_told_first(city: SmallCity) -> None:
    found = [problem.severity for problem in checked(city, PEOPLE).worst_first]
    assert found == sorted(found, key=["error", "warning", "note"].index)
    assert len(set(found)) > 1


def test_a_definition_saved_by_notepad_is_read(city: SmallCity) -> None:
    checked(city, PEOPLE)
    path = city.definitions / "points.toml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert "points" in city.open().layers


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("group =", "order = 99999999999999999999999\ngroup =", "at most 64 bits"),
        ("group =", f"x = {'[' * 3000}{']' * 3000}\ngroup =", "fewer levels"),
        ("points.csv", "a\\u0000b", "there is none"),
        ("points.csv", "a" * 5000, "there is none"),
        ('"points.csv"', '""', "source.path is ''"),
        (
            'column = "名称"',
            'column = "名称"\nvalues = { "あ" = inf }',
            "values.あ is 'inf'; wanted a text, a number",
        ),
    ],
)
def test_one_absurd_definition_stops_no_other_layer(
    city: SmallCity, old: str, new: str, wanted: str
) -> None:
    checked(city, PEOPLE)
    text = (city.definitions / "points.toml").read_text(encoding="utf-8")
    (city.definitions / "absurd.toml").write_text(text.replace(old, new), encoding="utf-8")
    catalog = city.open()
    assert "points" in catalog.layers
    assert wanted in catalog.broken["absurd"]
