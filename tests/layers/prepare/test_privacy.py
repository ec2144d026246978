"""What is kept back is kept back from everything: values, positions, reports, ids."""

from __future__ import annotations

import csv
from pathlib import Path

import orjson
import pytest

from layers.geometry.tile import Tile
from layers.prepare.privacy import looks_personal
from layers.report import HIDDEN
from tests.layers.city import SmallCity, check_reports, findings
from tests.layers.exported import exported

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
PERSONAL = [
    "氏名",
    "申請者氏名",
    "電話番号",
    "携帯電話",
    "生年月日",
    "年齢",
    "性別",
    "Ｅメール",
    "連絡先",
    "名前",
]
OF_FACILITIES = [
    "名称",
    "施設名",
    "問合せ先電話番号",
    "施設電話番号",
    "設置者",
    "管理者",
    "使用後連絡",
    "団体名",
    "備考",
]
HEADER = "名称,緯度,経度\n"
TABLE = "名称,氏名,緯度,経度\nあ,朝霞太郎,35.1,139.1\nい,朝霞花子,35.11,139.11\n"


def declared(city: SmallCity, rule: str = "", fields: str = "") -> None:
    city.put("points.csv", TABLE)
    privacy = f"[privacy]\n{rule}\n" if rule else ""
    city.declare("points", SOURCE, fields=privacy + fields)


def person(audience: str) -> str:
    words = 'title = { ja = "氏名", en = "Name of a person" }'
    return f'[fields.person]\n{words}\ncolumn = "氏名"\naudience = "{audience}"'


@pytest.mark.parametrize("column", PERSONAL)
def test_columns_about_persons_look_personal(column: str) -> None:
    assert looks_personal(column)


@pytest.mark.parametrize("column", OF_FACILITIES)
def test_columns_about_facilities_do_not(column: str) -> None:
    assert not looks_personal(column)


def test_a_published_personal_column_is_refused(city: SmallCity) -> None:
    declared(city, fields=person("public"))
    (report,) = check_reports(city.definitions, city.data)
    assert [(p.severity, p.kind, p.column) for p in findings(report)] == [
        ("error", "personal_published", "氏名")
    ]
    assert "points" in city.open().broken


@pytest.mark.parametrize(("rule", "fields"), [('suppress = ["氏名"]', ""), ("", person("staff"))])
def test_suppressed_or_for_staff_it_is_accepted_and_shown_nowhere(
    city: SmallCity, rule: str, fields: str
) -> None:
    declared(city, rule, fields)
    layer = city.open().layer("points")
    said = [(p.kind, p.value) for p in findings(layer.revision.report)]
    assert said == ([("suppressed", None)] if rule else [])
    everything = [path.read_bytes() for path in city.home.rglob("*") if path.is_file()]
    assert not any("太郎".encode() in content for content in everything)
    assert "太郎".encode() not in exported(layer.revision, "geojson")


def test_a_personal_column_nobody_asked_for_is_said_and_not_published(city: SmallCity) -> None:
    declared(city)
    problems = findings(city.open().layer("points").revision.report)
    assert [(p.severity, p.kind, p.column) for p in problems] == [
        ("warning", "personal_column", "氏名")
    ]


def test_a_report_shows_no_value_of_a_column_for_staff(city: SmallCity) -> None:
    city.put("points.csv", "名称,年齢,緯度,経度\nあ,三十歳くらい,35.1,139.1\n")
    words = '[fields.age]\ntitle = { ja = "年齢", en = "Age" }\ncolumn = "年齢"\ntype = "integer"'
    city.declare("points", SOURCE, fields=words + '\naudience = "staff"')
    report = city.open().layer("points").revision.report
    assert "三十" not in orjson.dumps(report.to_json()).decode()


def test_positions_are_moved_to_the_middle_of_the_grid_before_anything_else(
    city: SmallCity,
) -> None:
    city.put("points.csv", "名称,緯度,経度\nあ,35.1001,139.1001\nい,35.1002,139.1002\nう,北緯,1\n")
    city.declare("points", SOURCE, fields="[privacy]\ngrid_m = 500\n")
    layer = city.open().layer("points")
    frame = layer.revision.features()
    assert frame.geometry.iloc[0] == frame.geometry.iloc[1]
    assert frame.geometry.iloc[0].coords[0] != (139.1001, 35.1001)
    assert set(frame["position_precision"]) == {"rounded"}
    assert set(frame["position_doubt_m"]) == {354}
    tile = Tile.at(16, *frame.geometry.iloc[0].coords[0])
    for content in (layer.tile(tile), exported(layer.revision, "geojson")):
        assert b"139.1001" not in content
        assert b"35.1002" not in content
    said = orjson.dumps(layer.revision.report.to_json()).decode()
    assert "北緯" not in said
    assert HIDDEN in said


def test_a_report_says_once_what_the_stars_are_and_shows_what_is_published(
    city: SmallCity,
) -> None:
    city.put(
        "points.csv",
        "名称,緯度,経度,氏名\nあ,35.1,139.1,甲\nい,35.1x,139.1,乙\nう,139.1,35.1,丙\nえ,35.1,139.1,丁\n",
    )
    city.declare("points", SOURCE, fields='[privacy]\nsuppress = ["氏名"]\n')
    report = city.open().layer("points").revision.report
    (note,) = [problem for problem in report.problems if problem.kind == "masked"]
    assert note.message("ja") + note.action("ja") == (
        "公開しない列や位置が分からないように、値の一部を *** で伏せています。"
        "元のファイルの同じ行で確かめてください。"
    )
    assert "35.1x" not in orjson.dumps(report.to_json()).decode()
    words = '[fields.latitude]\ntitle = { ja = "緯度", en = "Latitude" }\ncolumn = "緯度"\n'
    city.declare("points", SOURCE, fields=words + '[privacy]\nsuppress = ["氏名"]\n')
    report = city.open().layer("points").revision.report
    assert "35.1x" in orjson.dumps(report.to_json()).decode()


def test_without_stars_nothing_is_said_of_them(city: SmallCity) -> None:
    city.put("points.csv", "名称,緯度,経度,氏名\nあ,35.1,139.1,甲\n")
    city.declare("points", SOURCE, fields='[privacy]\nsuppress = ["氏名"]\n')
    report = city.open().layer("points").revision.report
    assert not [problem for problem in report.problems if problem.kind == "masked"]


def test_a_grid_is_refused_for_shapes(city: SmallCity) -> None:
    city.declare("areas", 'path = "boundary.geojson"', fields="[privacy]\ngrid_m = 500\n")
    city.put(
        "boundary.geojson",
        (city.data / "boundary.geojson").read_text(encoding="utf-8").replace("{}", '{"名称": "x"}'),
    )
    assert "privacy.grid_m" in city.open().broken["areas"]


def test_small_groups_are_left_out_and_counted(city: SmallCity) -> None:
    city.put(
        "points.csv",
        "名称,町,緯度,経度\nあ,本町,35.1,139.1\nい,本町,35.11,139.11\nう,南町,35.12,139.12\n",
    )
    rule = '[privacy]\nleast_group = 2\ngroup_by = ["町"]\n'
    city.declare("points", SOURCE, fields=rule)
    report = city.open().layer("points").revision.report
    assert (report.rows, report.features, report.rows_left_out) == (3, 2, 1)
    assert [(p.kind, p.row, p.value) for p in findings(report)] == [("small_group", None, "1")]


def test_without_columns_a_group_is_those_at_one_published_place(city: SmallCity) -> None:
    city.put(
        "points.csv",
        "名称,緯度,経度\nあ,35.1001,139.1001\nい,35.1002,139.1002\nう,35.15,139.15\n",
    )
    city.declare("points", SOURCE, fields="[privacy]\ngrid_m = 500\nleast_group = 2\n")
    assert city.open().layer("points").revision.features()["name"].tolist() == ["あ", "い"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('suppress = ["なし"]', "privacy.suppress is 'なし'"),
        ('suppress = ["名称"]', "fields.name.column is '名称'"),
        ('least_group = 2\ngroup_by = ["なし"]', "privacy.group_by is 'なし'"),
        ('group_by = ["氏名"]', "privacy.least_group is missing"),
        ('suppress = ["氏名"]\nleast_group = 2\ngroup_by = ["氏名"]', "no suppressed column"),
        ('suppress = ["緯度"]', "wanted privacy.grid_m too"),
        ("grid_m = 1", "privacy.grid_m is '1'"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(city: SmallCity, rule: str, said: str) -> None:
    declared(city, rule)
    assert said in city.open().broken["points"]


def test_mobile_numbers_in_published_values_are_pointed_out(city: SmallCity) -> None:
    city.put(
        "points.csv", "名称,緯度,経度\n090-1234-5678 まで,35.1,139.1\n048-463-1111,35.2,139.2\n"
    )
    city.declare("points", SOURCE)
    problems = findings(city.open().layer("points").revision.report)
    assert [(p.kind, p.row, p.column, p.value) for p in problems] == [
        ("personal_value", 2, "名称", None)
    ]


def test_digits_of_a_number_are_no_mobile_telephone(city: SmallCity) -> None:
    rows = "甲,1.07016332944e-08,35.1,139.1\n1.07012345678,1.07012345678e-08,35.1,139.11\n"
    city.put("points.csv", f"名称,面積,緯度,経度\n{rows}")
    area = '[fields.area]\ntitle = { ja = "面積", en = "Area" }\ncolumn = "面積"\ntype = "number"'
    city.declare("points", SOURCE, fields=area)
    assert findings(city.open().layer("points").revision.report) == []


@pytest.mark.parametrize(
    ("file", "header", "name", "kinds"),
    [
        ("kodomo.csv", "名称", "こども110番の家　見本", ["private_homes"]),
        ("子どもを守る家.csv", "名称", "見本 太郎", ["private_homes"]),
        ("子どもを守る家.csv", "種別,名称", "店舗,見本商店", []),
        ("公園.csv", "名称", "見本公園", []),
    ],
)
def test_a_list_of_homes_is_warned_of(
    city: SmallCity, file: str, header: str, name: str, kinds: list[str]
) -> None:
    city.put(file, f"{header},住所,緯度,経度\n{name},見本市本町1,35.1,139.1\n")
    city.declare("points", SOURCE.replace("points.csv", file))
    problems = findings(city.open().layer("points").revision.report)
    assert [(p.severity, p.kind) for p in problems] == [("warning", kind) for kind in kinds]


@pytest.mark.shared
def test_no_column_of_real_facility_lists_but_telephones_looks_personal(shared: Path) -> None:
    found = set()
    for path in (shared / "yaizu").glob("*/*.csv"):
        encoding = "cp932" if path.name == "yohairyosya.csv" else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as table:
            found |= {name for name in next(csv.reader(table)) if looks_personal(name)}
    assert found == {"電話番号"}
