"""A definition made of a data file: it loads as it is, and loses no row and no column."""

from __future__ import annotations

import datetime
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from layers.draft.add import Added, Reach, add, definition_of, drafted
from layers.draft.draft import Draft, drafts
from layers.draft.infer import ascii_id, field_id, inferred
from layers.errors import DefinitionError, DefinitionExists, SourceError
from layers.prepare.features import Job
from layers.prepare.pipeline import prepare
from layers.prepare.privacy import looks_personal
from layers.process.job import UNANSWERED, Answers, DraftJob
from layers.publish.jobs import inspect
from layers.report import Report
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_city, load_layer
from layers.schema.unwritten import GROUP, unwritten
from layers.schema.values import NAMELESS
from layers.schema.write import text_of
from tests.layers.catalog.test_cities import rows_in
from tests.layers.city import (
    SQUARE,
    SmallCity,
    check_reports,
    feature_collection,
    polygon,
    write_words,
)
from tests.layers.sources.books import book
from tests.sandbox import SANDBOX

YAIZU = Path(__file__).parents[2] / "cities" / "yaizu"
POINT: dict[str, object] = {"type": "Point", "coordinates": [139.1, 35.1]}
# Every CSV, GeoJSON and Shapefile of the two cities but the catalogues' own lists of columns.
# At least so many: data is added to what is shared.
YAIZU_FILES = 26
ASAKA_FILES = 15
NO_POSITIONS = ("abr_towns_kana_roma.csv", "postcodes_kana.csv", "postcodes_offices.csv")


def every_draft(path: str, city: CityDefinition, data: Path) -> list[Draft]:
    job = DraftJob(path=path, layer_id=None, date="2026-04-01", city=city)
    return drafts(job, data)


def proposed(path: str, city: CityDefinition, data: Path) -> Draft:
    (proposal,) = every_draft(path, city, data)
    return proposal


def data_files(folder: Path) -> list[str]:
    found = [path for kind in ("csv", "geojson", "shp") for path in folder.rglob(f"*.{kind}")]
    names = [path.relative_to(folder).as_posix() for path in found]
    return sorted(name for name in names if not name.endswith(("attributes.csv", *NO_POSITIONS)))


def cities(shared: Path) -> dict[str, tuple[CityDefinition, Path]]:
    asaka = load_city(BUNDLED_DEFINITIONS / "city.toml")
    own = {"boundary": "boundary_11227.geojson", "neighbourhoods": None}
    return {
        "yaizu": (load_city(YAIZU / "city.toml"), shared / "yaizu"),
        "asaka": (asaka.model_copy(update=own), shared / "asaka"),
    }


def columns_said(text: str, definition: LayerDefinition) -> set[str]:
    """Columns that are fields, positions, suppressed, or named as left out."""
    left_out = next(
        (line.split(": ", 1)[1] for line in text.splitlines() if "項目にしていない列" in line), ""
    )
    return {
        *(field.column for field in definition.fields.values()),
        *definition.privacy.suppress,
        *left_out.split("、"),
    }


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "files"),
    [
        pytest.param("yaizu", YAIZU_FILES, marks=pytest.mark.breadth),
        ("asaka", ASAKA_FILES),
    ],
)
def test_every_file_of_two_cities_gets_a_definition_that_loses_nothing(
    shared: Path, name: str, files: int
) -> None:
    city, data = cities(shared)[name]
    found = data_files(data)
    assert len(found) >= files
    for file in found:
        for proposal in every_draft(file, city, data):
            definition = definition_of(proposal.definition.id, proposal.text)
            report, _ = prepare(Job(definition, city, data))
            assert not report.failed, (file, report.problems)
            assert report.rows == rows_counted(data / file, report), file
            assert report.features + report.rows_left_out == report.rows, file
            assert definition.fields, file
            assert not definition.sample
            assert definition.group in {GROUP, *(group.id for group in city.groups)}


def rows_counted(path: Path, report: Report) -> int:
    if path.name == "boundary_11227.geojson":  # a bare Feature
        return 1
    return rows_in(path, report.encoding)


@pytest.mark.shared
def test_every_column_of_a_real_file_is_published_suppressed_or_named(shared: Path) -> None:
    city, data = cities(shared)["yaizu"]
    file = "要配慮者利用施設/yohairyosya.csv"
    made = proposed(file, city, data)
    definition, text = definition_of("x", made.text), made.text
    header = (data / file).read_bytes().decode("cp932").splitlines()[0].split(",")
    assert set(header) - columns_said(text, definition) == set()
    assert definition.privacy.suppress == ("電話番号",)
    assert definition.fields["name"].column == "要配慮者利用施設名称"
    assert definition.source.encoding == "cp932"


@pytest.mark.shared
def test_a_file_of_a_standard_is_written_in_its_words(shared: Path) -> None:
    city, data = cities(shared)["yaizu"]
    name = "内水浸水想定区域(公共下水道区域内)/内水浸水想定区域.geojson"
    definition = proposed(name, city, data).definition
    written = load_layer(YAIZU / "flood.toml")
    # Nothing in the file says of which event the depths are: the officer must.
    assert (definition.hazard, definition.scenario, definition.group) == (None, None, GROUP)
    rank, by_hand = definition.fields["rank"], written.fields["rank"]
    assert rank.model_copy(update={"title": by_hand.title}) == by_hand
    assert by_hand.title.items() <= rank.title.items()
    assert dict(definition.fields["depth_max_m"].values) == dict(
        written.fields["depth_max_m"].values
    )


def test_a_list_of_several_cities_is_held_to_the_boundary() -> None:
    city = load_city(BUNDLED_DEFINITIONS / "city.toml")
    ((layer_id, text),) = drafted(Reach(BUNDLED_DATA, "samples/fire_hydrant.csv", city), SANDBOX)
    definition = definition_of(layer_id, text)
    assert layer_id == "fire_hydrant"
    assert definition.source.clip_to == "boundary"
    assert "25件は市の境界の外" in text
    assert (definition.source.longitude, definition.source.crs) == ("経度", "EPSG:6668")
    report = inspect(definition, city, BUNDLED_DATA, SANDBOX).report
    assert (report.features, report.rows_left_out) == (613 - 25, 25)


def points(*rows: dict[str, object]) -> str:
    return feature_collection(*((POINT, row) for row in rows))


def in_city(city: SmallCity, name: str) -> tuple[LayerDefinition, str]:
    made = proposed(name, load_city(city.definitions / "city.toml"), city.data)
    return made.definition, made.text


HOSTILE = ['引用"符', "改\n行", "逆\\斜線", "括[弧]=", "#印", "\x7f\x01制御", "'''", "ゼロ幅\u200b"]


@pytest.mark.parametrize("column", HOSTILE)
def test_any_column_name_can_be_written_and_read_back(city: SmallCity, column: str) -> None:
    city.put("points.geojson", points({column: column, "郵便番号" + column: "1"}))
    definition, text = in_city(city, "points.geojson")
    assert definition_of("points", text) == definition
    assert column in [field.column for field in definition.fields.values()]


@pytest.mark.parametrize("layer_id", [path.stem for path in BUNDLED_DEFINITIONS.glob("[!c]*.toml")])
def test_every_definition_can_be_written_and_read_back(layer_id: str) -> None:
    definition = load_layer(BUNDLED_DEFINITIONS / f"{layer_id}.toml")
    assert definition_of(layer_id, text_of(definition, {})) == definition


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2", ""], "integer"),
        (["1,200 ", "３"], "integer"),
        (["1", "0"], "integer"),
        (["1.5", "2"], "number"),
        (["○", ""], "flag"),
        (["○", "1.0"], "flag"),
        (["1.0", "0.0"], "number"),
        (["有", "無"], "flag"),
        ([True, False], "flag"),
        (["なし", ""], "text"),
        (["2026/4/1", "2026年4月2日"], "date"),
        (["2026/4/1", "不明"], "text"),
        (["0001", "0002"], "text"),
        (["12345678901234567"], "text"),
        (["1_000"], "text"),
        (["054-625-7320"], "text"),
        (["nan", "inf"], "text"),
        (["", None], "text"),
        ([1.0, float("nan")], "integer"),
    ],
)
def test_a_column_has_the_narrowest_type_of_all_its_values(values: list[object], kind: str) -> None:
    assert inferred(pd.Series(values, dtype=object)) == kind


@pytest.mark.parametrize(
    ("column", "taken", "name"),
    [
        ("住所", [], "address"),
        ("施設名称", [], "name"),
        ("ため池名称", [], "name"),
        ("Shape_Area", [], "shape_area"),
        ("異常気象名", [], "column_3"),
        ("2020年度", [], "column_3"),
        ("source_row", [], "column_3"),
        ("備考", ["note"], "note_2"),
    ],
)
def test_a_columns_id_is_a_word_it_is_known_by_or_its_place(
    column: str, taken: list[str], name: str
) -> None:
    assert field_id(column, 3, taken) == name


def test_an_id_is_in_ascii() -> None:
    assert ascii_id("Fire Hydrant-2026") == "fire_hydrant_2026"
    assert ascii_id("消防") is None
    assert ascii_id("2026") is None


@pytest.mark.parametrize(
    "column",
    [
        "氏名",
        "代表者名",
        "土地所有者",
        "担当者",
        "名前",
        "お名前",
        "電話番号",
        "携帯",
        "TEL",
        "ＦＡＸ番号",
        "生年月日",
        "年齢",
        "性別",
        "メールアドレス",
        "E-mail",
        "個人番号",
        "世帯主",
        "緊急連絡先電話番号",
    ],
)
def test_columns_about_persons_look_personal(column: str) -> None:
    assert looks_personal(column)


@pytest.mark.parametrize(
    "column",
    [
        *(
            "名称",
            "施設名",
            "問合せ先",
            "問い合わせ先電話番号",
            "代表電話",
            "施設電話番号",
            "設置者",
        ),
        *("発生年月日（始期）", "曜日(発生年月日)", "災害発生年月日", "日本人人口", "平均年齢"),
        *("年齢層", "個人番号標示", "要支援者数", "障害者手帳の有無"),
        *("受入年齢", "hotel", "メートル", "所管課", "担当課", "住所", "建物名等(方書)"),
    ],
)
def test_columns_about_places_and_offices_do_not(column: str) -> None:
    assert not looks_personal(column)


def test_what_looks_personal_is_suppressed_and_stands_nowhere_else(city: SmallCity) -> None:
    city.put("points.geojson", points({"名称": "あ", "氏名": "朝霞太郎", "電話番号": "048"}))
    definition, text = in_city(city, "points.geojson")
    assert definition.privacy.suppress == ("氏名", "電話番号")
    assert list(definition.fields) == ["name"]
    assert "太郎" not in text


def test_the_telephone_in_a_list_of_a_standard_is_the_facilitys(city: SmallCity) -> None:
    city.put(
        "aed.geojson",
        points({"名称": "駅", "設置位置": "1階", "小児対応設備の有無": "有", "電話番号": "048"}),
    )
    definition, _ = in_city(city, "aed.geojson")
    assert definition.privacy.suppress == ()
    assert definition.fields["phone"].column == "電話番号"
    assert definition.fields["for_children"].type == "flag"


def test_what_the_officer_must_write_is_said_and_not_made_up(city: SmallCity) -> None:
    city.put("points.geojson", points({"名称": "あ"}))
    definition, text = in_city(city, "points.geojson")
    assert definition.credit.attribution["ja"] == "（出典を書いてください）"
    assert definition.credit.licence["ja"] == "（利用条件を書いてください）"
    assert definition.credit.date.isoformat() == "2026-04-01"
    assert definition.title["ja"] == "（名前を書いてください）"
    assert "ファイルの名前は「points」です" in text
    assert "sample = false" in text
    assert "TODO" not in text


def test_an_unknown_file_is_made_neither_a_danger_nor_a_refuge(city: SmallCity) -> None:
    city.put("浸水履歴.geojson", feature_collection((polygon(SQUARE), {"年": 2019})))
    definition, text = in_city(city, "浸水履歴.geojson")
    assert (definition.id, definition.group, definition.hazard) == (NAMELESS, GROUP, None)
    assert 'group = "disaster" とし' in text


class Work:
    """A city with a folder outside of its data."""

    def __init__(self, city: SmallCity, outside: Path) -> None:
        outside.mkdir()
        self.city, self.outside = load_city(city.definitions / "city.toml"), outside
        self.definitions, self.data = city.definitions, city.data

    def add(self, path: Path, layer_id: str | None = None) -> tuple[str, Path | None]:
        added = self.added(path, layer_id)
        (definition,) = added.definitions
        return definition.name, added.copied

    def added(
        self, path: Path, layer_id: str | None = None, answers: Answers = UNANSWERED
    ) -> Added:
        return add(path, layer_id, self.city, self.definitions, self.data, SANDBOX, answers)

    def files(self) -> set[str]:
        folders = (self.definitions, self.data)
        return {path.name for folder in folders for path in folder.rglob("*")}


@pytest.fixture
def work(city: SmallCity, tmp_path: Path) -> Work:
    return Work(city, tmp_path / "outside")


def test_the_written_definition_stops_until_its_words_are_written(
    city: SmallCity, work: Work
) -> None:
    path = city.put("parks.geojson", points({"公園名": "あ", "面積": 12}))
    assert work.add(path) == ("parks.toml", None)
    (report,) = check_reports(city.definitions, city.data, ["parks"])
    assert (report.rows, report.features, report.failed) == (1, 1, True)
    assert [(p.severity, p.kind, p.column) for p in report.problems] == [
        ("error", "unwritten", key)
        for key in ("group", "title", "description", "credit.attribution", "credit.licence")
    ]
    assert "group is '（見出しを書いてください）'; wanted" in city.open().broken["parks"]
    write_words(work.definitions / "parks.toml")
    (report,) = check_reports(city.definitions, city.data, ["parks"])
    assert (report.rows, report.features, report.problems) == (1, 1, [])
    assert city.open().layer("parks").feature_count == 1


def test_a_published_layer_stays_when_its_words_are_taken_away(city: SmallCity) -> None:
    city.put("points.geojson", points({"名称": "あ"}))
    path = city.declare("points", 'path = "points.geojson"')
    revision = city.open().layer("points").revision.id
    path.write_text(
        path.read_text("utf-8").replace('ja = "説明"', 'ja = "（説明を書いてください）"'), "utf-8"
    )
    catalog = city.open()
    assert catalog.layer("points").revision.id == revision
    assert catalog.layer("points").definition.description["ja"] == "説明"


def test_codes_of_the_data_are_no_titles(city: SmallCity) -> None:
    row = {"SAFIELD000": "あ", "item1": 1, "SHAPE_Leng": 2, "name": "い", "ID": "a1"}
    city.put("parks.geojson", points(row))
    definition, _ = in_city(city, "parks.geojson")
    coded = definition.model_copy(update={"title": {"ja": "parks", "en": "Parks"}})
    kinds = {p.column: p.value for p in unwritten(coded) if p.kind == "coded_title"}
    assert kinds == {
        "title": "parks",
        "fields.safield000.title": "SAFIELD000",
        "fields.item1.title": "item1",
        "fields.shape_leng.title": "SHAPE_Leng",
    }


@pytest.mark.parametrize(
    ("file", "scenario"),
    [
        ("洪水.geojson", None),
        ("洪水_想定最大規模.geojson", "想定最大規模"),
        ("洪水_計画規模.geojson", "計画規模"),
    ],
)
def test_a_scenario_is_what_the_file_says(city: SmallCity, file: str, scenario: str | None) -> None:
    city.put(file, feature_collection((polygon(SQUARE), {"最大浸水深": "0.5m以上3m未満の区域"})))
    definition, _ = in_city(city, file)
    assert definition.scenario == scenario
    # Zones of a danger are not published as if they were of none.
    assert (definition.hazard is None) == (definition.group == GROUP)


def test_nothing_that_exists_is_written_over(city: SmallCity, work: Work) -> None:
    path = city.put("parks.geojson", points({"名称": "あ"}))
    work.add(path)
    before = (city.definitions / "parks.toml").read_bytes()
    for layer_id in (None, "parks"):
        with pytest.raises(DefinitionExists, match=r"parks\.toml: the definition exists already"):
            work.add(path, layer_id)
    assert (city.definitions / "parks.toml").read_bytes() == before
    assert work.add(path, "second")[0] == "second.toml"


def test_files_whose_names_give_no_id_are_numbered(city: SmallCity, work: Work) -> None:
    for name, definition in (("公園", "layer.toml"), ("広場", "layer_2.toml")):
        path = city.put(f"{name}.geojson", points({"名称": name}))
        assert work.add(path)[0] == definition
        with pytest.raises(DefinitionExists, match=definition):
            work.add(path)


@pytest.mark.parametrize("layer_id", ["公園", "Parks", "1", "../parks", ""])
def test_an_id_that_is_none_is_refused(city: SmallCity, work: Work, layer_id: str) -> None:
    path = city.put("parks.geojson", points({"名称": "あ"}))
    before = work.files()
    with pytest.raises(DefinitionError, match="--id"):
        work.add(path, layer_id)
    assert work.files() == before


def test_a_file_outside_the_data_folder_is_copied_with_all_that_belongs_to_it(work: Work) -> None:
    for file in (BUNDLED_DATA / "samples").glob("extinguishers.*"):
        shutil.copy(file, work.outside)
    definition, copied = work.add(work.outside / "extinguishers.shp")
    assert copied == work.data / "extinguishers.shp"
    assert {"extinguishers.shp", "extinguishers.shx", "extinguishers.dbf"} <= work.files()
    assert load_layer(work.definitions / definition).source.path == "extinguishers.shp"


def test_a_copy_never_replaces_a_file_of_that_name(city: SmallCity, work: Work) -> None:
    city.put("parks.geojson", points({"名称": "前から"}))
    (work.outside / "parks.geojson").write_text(points({"名称": "後から"}), "utf-8")
    before = work.files()
    with pytest.raises(SourceError, match="the data folder has a file of this one"):
        work.add(work.outside / "parks.geojson")
    assert work.files() == before
    assert "前から" in (city.data / "parks.geojson").read_text("utf-8")


@pytest.mark.parametrize("content", ["", "{", '{"type": "FeatureCollection", "features": []}'])
def test_a_file_that_cannot_be_read_leaves_nothing_behind(work: Work, content: str) -> None:
    path = work.outside / "parks.geojson"
    path.write_text(content, "utf-8")
    before = work.files()
    with pytest.raises(SourceError, match=r"parks\.geojson"):
        work.add(path)
    assert work.files() == before


def test_a_file_that_is_not_there_is_said_so(work: Work) -> None:
    with pytest.raises(SourceError, match="there is none"):
        work.add(work.data / "gone.geojson")


def test_a_data_file_is_checked_by_its_path_and_nothing_is_written(work: Work) -> None:
    path = work.outside / "parks.geojson"
    path.write_text(feature_collection((POINT, {"名称": "あ"}), (None, {"名称": "い"})), "utf-8")
    before = work.files()
    (report,) = check_reports(work.definitions, work.data, [str(path)])
    assert (report.path, report.layer) == ("parks.geojson", "parks")
    assert (report.rows, report.features, report.rows_left_out) == (2, 1, 1)
    assert [problem.kind for problem in report.problems] == ["no_geometry"]
    assert work.files() == before


@pytest.mark.parametrize("name", ["boundary.geojson", "公園　一覧 (2).geojson"])
def test_a_file_is_read_whatever_its_name(work: Work, name: str) -> None:
    path = work.outside / name
    path.write_text(points({"名称": "あ"}, {"名称": "い"}), "utf-8")
    (report,) = check_reports(work.definitions, work.data, [str(path)])
    assert (report.path, report.rows, report.features) == (name, 2, 2)
    assert report.problems == []


def test_a_file_whose_name_is_no_text_is_refused(work: Work) -> None:
    path = work.outside / os.fsdecode(b"\x8c\xf6\x89\x80.geojson")
    path.write_text(points({"名称": "あ"}), "utf-8")
    with pytest.raises(SourceError, match="a name in UTF-8"):
        work.add(path)


def test_a_data_file_that_cannot_be_read_is_one_error(work: Work) -> None:
    path = work.outside / "parks.geojson"
    path.write_text("{", "utf-8")
    (report,) = check_reports(work.definitions, work.data, [str(path)])
    (problem,) = report.problems
    assert (report.path, report.failed, problem.kind) == ("parks.geojson", True, "damaged")
    assert str(work.outside) not in problem.detail


ANSWERS = Answers(
    title="防災倉庫", title_en="Stores", group="fire", credit="見本市", licence="CC BY 4.0"
)


@pytest.mark.parametrize("name", ["stores.csv", "stores.xlsx", "stores.geojson"])
def test_one_step_makes_a_layer_that_can_be_published(
    city: SmallCity, work: Work, name: str
) -> None:
    path = work.outside / name
    if name.endswith(".csv"):
        path.write_text("名称,緯度,経度\nあ,35.1,139.1\n", "utf-8")
    elif name.endswith(".xlsx"):
        book(path, ["名称", "緯度", "経度"], ["あ", 35.1, 139.1])
    else:
        path.write_text(points({"名称": "あ"}), "utf-8")
    added = work.added(path, answers=ANSWERS)
    assert added.unwritten == ()
    (report,) = check_reports(city.definitions, city.data, ["stores"])
    assert {problem.severity for problem in report.problems} <= {"note"}
    layer = city.open().layer("stores")
    assert (layer.definition.title["ja"], layer.definition.title["en"]) == ("防災倉庫", "Stores")
    assert layer.definition.description["ja"] == "防災倉庫を地図に示します。"
    assert layer.definition.credit.attribution["ja"] == "見本市"
    assert (layer.definition.group, layer.definition.credit.licence["en"]) == ("fire", "CC BY 4.0")
    assert layer.definition.hazard is None
    assert layer.definition.usage_note is None


def test_what_is_not_answered_is_still_to_be_written(city: SmallCity, work: Work) -> None:
    path = city.put("stores.geojson", points({"名称": "あ"}))
    added = work.added(path, answers=Answers(title="防災倉庫", licence="CC BY 4.0"))
    assert added.unwritten == ("group", "credit.attribution")
    assert city.open().broken["stores"].startswith("group is '（見出しを書いてください）'")


def test_the_date_that_is_answered_stands_for_the_files(city: SmallCity, work: Work) -> None:
    path = city.put("stores.geojson", points({"名称": "あ"}))
    day = datetime.date(2026, 4, 1)
    work.added(path, answers=ANSWERS.model_copy(update={"date": day}))
    assert load_layer(work.definitions / "stores.toml").credit.date == day


def test_a_group_that_the_city_has_not_is_refused(city: SmallCity, work: Work) -> None:
    path = city.put("stores.geojson", points({"名称": "あ"}))
    before = work.files()
    with pytest.raises(DefinitionError, match="--group is 'sports'; wanted one of the groups"):
        work.added(path, answers=Answers(group="sports"))
    assert work.files() == before


def test_a_danger_is_not_declared_by_its_group_alone(city: SmallCity, work: Work) -> None:
    """It says which danger and of what scenario: only the definition can."""
    definition = city.definitions / "city.toml"
    group = '[[groups]]\nid = "disaster"\ntitle = { ja = "災害", en = "Disaster" }\n'
    definition.write_text(definition.read_text("utf-8") + group, "utf-8")
    work.city = load_city(definition)
    path = city.put("stores.geojson", points({"名称": "あ"}))
    added = work.added(path, answers=ANSWERS.model_copy(update={"group": "disaster"}))
    assert added.unwritten == ("group",)


def test_each_layer_looks_different_from_the_others(city: SmallCity, work: Work) -> None:
    looks = set()
    for number in range(5):
        path = city.put(f"layer{number}.geojson", points({"名称": "あ"}))
        work.added(path)
        style = load_layer(work.definitions / f"layer{number}.toml").style
        looks.add((style.color, style.shape))
    assert len(looks) == 5
    assert len({color for color, _ in looks}) == 4
