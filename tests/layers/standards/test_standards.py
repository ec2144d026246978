"""Column sets known by their headers, and what a definition without fields makes of them."""

from __future__ import annotations

import csv
import json
import math
import random
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from layers.errors import SourceError
from layers.japanese.spelling import nfkc, normalised_name
from layers.prepare.complete import completed
from layers.prepare.features import Job, collect
from layers.prepare.values import convert
from layers.publish import inputs
from layers.report import Report
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.schema.codelists import codelists
from layers.schema.layer import FieldDefinition, LayerDefinition
from layers.schema.load import load_city, load_layer
from layers.schema.values import LAYER_ID
from layers.standards import recognised
from layers.standards.depth import depth_range, depth_rank
from layers.standards.schema import Standard, shared_columns, standards
from tests.layers.city import SmallCity, feature_collection

YAIZU = Path(__file__).parents[2] / "cities" / "yaizu"
GSI = (
    "施設・場所名,住所,洪水,崖崩れ、土石流及び地滑り,高潮,地震,津波,大規模な火事,内水氾濫,火山現象"
)
# Fields that only tell a row from others.
NUMBERS = ("number", "code", "common_id", "river_code", "office_number")
NEW_TOILETS = "名称,所在地_連結表記,設置位置,男性トイレ総数,女性トイレ総数,バリアフリートイレ数"


def known_as(header: str) -> str | None:
    found = recognised(header.split(","))
    return found.standard.id if found else None


@pytest.mark.parametrize("standard", standards(), ids=lambda one: one.id)
def test_bounds_of_a_class_codes_and_numbers_are_for_the_table_only(standard: Standard) -> None:
    for name, field in standard.fields.items():
        ranked = standard.fields.get(standard.style.field or "")
        is_bound = ranked is not None and field.type == "number" and field.columns == ranked.columns
        is_code = name in NUMBERS or name == standard.layer.partition
        assert field.card is not (is_bound or is_code), name


@pytest.mark.parametrize(
    "path",
    [
        *(path for path in BUNDLED_DEFINITIONS.glob("*.toml") if path.stem != "city"),
        *(path for path in YAIZU.glob("*.toml") if path.stem != "city"),
    ],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_so_they_are_in_definitions(path: Path) -> None:
    definition = load_layer(path)
    ranked = definition.fields.get(definition.style.field or "")
    for name, field in definition.fields.items():
        is_bound = ranked is not None and field.type == "number" and field.column == ranked.column
        is_named = name in NUMBERS or name == definition.partition
        # What is written on the box of an extinguisher tells it from others.
        is_code = is_named and definition.id != "extinguishers"
        assert field.card is not (is_bound or is_code), name
    assert definition.label is None or definition.label in definition.card_fields


@pytest.mark.parametrize("standard", standards(), ids=lambda one: one.id)
def test_a_standard_is_whole(standard: Standard) -> None:
    spellings = [
        *(column for field in standard.fields.values() for column in field.columns),
        *standard.unpublished,
        *shared_columns().unpublished,
    ]
    known = {normalised_name(column) for column in spellings}
    for required in standard.required:
        for one in (required,) if isinstance(required, str) else required:
            assert normalised_name(one) in known
    for name, field in standard.fields.items():
        assert LAYER_ID.fullmatch(name)
        assert field.codes is None or field.codes in codelists()
    for named in (standard.layer.label, standard.layer.partition, standard.style.field):
        assert named is None or named in standard.fields
    assert {"ja", "en"} <= set(standard.title) & set(standard.publisher)


@pytest.mark.parametrize(
    ("header", "standard"),
    [
        ("種別,住所,緯度,経度,口径", "hydrants"),
        ("ID,種別,所在地_連結表記,緯度,経度,口径,備考,点検", "hydrants"),
        ("名称,住所,設置位置,小児対応設備の有無", "aed"),
        ("名称,所在地_連結表記,設置位置,小児対応機器設備の有無", "aed"),
        ("名称,災害種別_洪水,災害種別_地震", "emergency_sites"),
        (f"NO,共通ID,{GSI},指定避難所との住所同一,備考", "gsi_emergency_sites"),
        (f"NO,共通ID,都道府県名及び市町村名,{GSI},緯度,経度", "gsi_emergency_sites"),
        ("共通ID,施設・場所名,指定緊急避難場所との住所同一,緯度,経度", "gsi_evacuation_shelters"),
        (NEW_TOILETS, "public_toilets"),
        ("A31a_101,A31a_102,A31a_103,A31a_104,A31a_105", "ksj_a31a_planned"),
        ("A31a_201,A31a_202,A31a_203,A31a_204,A31a_205", "ksj_a31a_largest"),
        ("A31_201,A31_202,A31_203,A31_204,A31_205", "ksj_a31a_largest"),
        ("A31a_301,A31a_302,A31a_303,A31a_304,A31a_305", "ksj_a31a_duration"),
        ("A31a_401,A31a_402,A31a_403,A31a_404,A31a_405", "ksj_a31a_collapse"),
        ("A31b_101", "ksj_a31b_planned"),
        ("A31b_201", "ksj_a31b_largest"),
        ("A31_201", "ksj_a31b_largest"),
        ("A31b_301", "ksj_a31b_duration"),
        ("A31b_401", "ksj_a31b_collapse"),
        ("A33_001,A33_002,A33_003,A33_004,A33_005,A33_006,A33_007,A33_008", "ksj_a33"),
        ("A51_001,A51_002,A51_003,A51_004,A51_005", "ksj_a51"),
        ("N03_001,N03_002,N03_003,N03_004,N03_005,N03_007", "ksj_n03"),
        ("P20_001,P20_002,P20_003,P20_004,P20_005,P20_006,P20_007,レベル", "ksj_p20"),
        ("最大浸水深,fill", "depth_labels"),
        ("名称,住所,緯度,経度", None),
        ("ID,公園名,住所（番地まで）,緯度,経度,面積（㎡）", None),
        ("種別,名称,住所", None),
        ("", None),
    ],
)
def test_a_header_is_known_by_what_only_its_standard_has(header: str, standard: str | None) -> None:
    assert known_as(header) == standard


@pytest.mark.parametrize(
    "spelt",
    [
        "建物名等（方書）",
        "建物名等_方書",
        " 建物名等\n(方書) ",
        "建物名等［方書］",
        "建物名等(方書)",
    ],
)
def test_a_column_is_the_same_in_every_spelling(spelt: str) -> None:
    found = recognised(["口径", "種別", spelt])
    assert found is not None
    assert found.fields["building"] == spelt


def test_width_and_case_do_not_matter() -> None:
    assert known_as("ａ３３＿００１,a33_002") == "ksj_a33"
    assert known_as("男性ﾄｲﾚ総数,女性ﾄｲﾚ総数") == "public_toilets"


def test_order_does_not_matter_and_the_fields_keep_the_standards() -> None:
    columns = ["NO", "種別", "住所", "方書", "緯度", "経度", "口径", "備考", "余分"]
    orders = [recognised(columns)]
    for seed in range(5):
        random.Random(seed).shuffle(columns)
        orders.append(recognised(columns))
    assert all(found == orders[0] for found in orders)
    assert orders[0] is not None
    assert list(orders[0].fields) == [
        "kind",
        "diameter_mm",
        "address",
        "building",
        "number",
        "note",
    ]


def test_the_older_and_the_present_columns_of_hydrants_publish_the_same_ids() -> None:
    older = recognised(["種別", "住所", "方書", "口径", "NO", "備考"])
    present = recognised(["種別", "所在地_連結表記", "建物名等(方書)", "口径", "ID", "備考"])
    assert older is not None
    assert present is not None
    assert list(older.fields) == list(present.fields)


def in_document(path: Path) -> list[str]:
    """The columns that a document of the standard lists, read by its own form."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".tsv":
        rows = csv.reader(text.splitlines()[2:], delimiter="\t")
        return [row[0] for row in rows]
    return [name for name in re.findall(r"^-  `(.+?)`:", text, re.MULTILINE) if name != "location"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("document", "standard"),
    [
        ("01_AED設置箇所一覧.datamodels.md", "aed"),
        ("09_消防水利施設一覧.datamodels.md", "hydrants"),
        ("10_指定緊急避難場所一覧.datamodels.md", "emergency_sites"),
        ("12_公共施設一覧.datamodels.md", "public_facilities"),
        ("jichitai_standard_03_evacuation_site_columns.tsv", "emergency_sites"),
    ],
)
def test_every_column_of_a_published_list_is_known(
    shared: Path, document: str, standard: str
) -> None:
    columns = in_document(shared / "standards" / document)
    found = recognised(columns)
    assert len(columns) > 10
    assert found is not None
    assert found.standard.id == standard
    assert set(columns) - found.columns == set()


@pytest.mark.parametrize(
    ("label", "metres", "rank"),
    [
        ("0.3m未満の区域", (0.0, 0.3), 1),
        ("0.3~0.5m未満の区域", (0.3, 0.5), 1),
        ("0.5m以上3.0m未満", (0.5, 3.0), 2),
        ("0.5〜1.0ｍ", (0.5, 1.0), 2),
        ("１ｍ～２ｍ", (1.0, 2.0), 2),
        ("50cm未満", (0.0, 0.5), 1),
        ("30～50cm未満", (0.3, 0.5), 1),
        ("1m未満", (0.0, 1.0), 2),
        ("2m以上5m未満", (2.0, 5.0), 3),
        ("10m以上20m未満", (10.0, 20.0), 5),
        ("5m以上", (5.0, math.inf), 4),
        ("20m以上", (20.0, math.inf), 6),
    ],
)
def test_depths_in_words_have_metres_and_the_rank_of_their_deepest_water(
    label: str, metres: tuple[float, float], rank: int
) -> None:
    assert depth_range(label) == metres
    assert depth_rank(*metres) == rank


@pytest.mark.parametrize("label", ["", "不明", "区域外", "0.5m", "3m以上1m未満"])
def test_words_that_say_no_depth_have_none(label: str) -> None:
    assert depth_range(label) is None


HYDRANTS = 'path = "hydrants.geojson"'
POINT: dict[str, object] = {"type": "Point", "coordinates": [139.1, 35.1]}


def declare(city: SmallCity, layer_id: str, source: str, more: str = "") -> Path:
    """A definition without fields."""
    path = city.definitions / f"{layer_id}.toml"
    path.write_text(
        f"""
title = {{ ja = "水利", en = "Water" }}
description = {{ ja = "説明", en = "description" }}
group = "fire"
{more}
[source]
{source}
[credit]
attribution = {{ ja = "見本", en = "sample" }}
licence = {{ ja = "見本", en = "sample" }}
date = 2026-01-01
""",
        encoding="utf-8",
    )
    return path


def put(city: SmallCity, name: str, *rows: dict[str, object]) -> None:
    city.put(name, feature_collection(*((POINT, row) for row in rows)))


def test_a_definition_without_fields_gets_them_and_the_report_names_the_standard(
    city: SmallCity,
) -> None:
    put(
        city,
        "hydrants.geojson",
        {"ID": 7, "種別": "消火栓", "口径": "６５", "住所": "本町1", "備考": ""},
        {"ID": 9, "種別": "防火水そう", "口径": None, "住所": "本町2", "備考": "蓋あり"},
    )
    declare(city, "hydrants", HYDRANTS)
    layer = city.open().layer("hydrants")
    frame = layer.revision.features()
    assert frame["kind"].tolist() == ["消火栓", "防火水そう"]
    assert frame["diameter_mm"].iloc[0] == 65.0
    assert sorted(layer.revision.table.ids.tolist()) == [7, 9]
    assert layer.definition.label == "kind"
    assert layer.definition.style.field == "kind"
    assert layer.definition.fields["kind"].codes[0].label["en"] == "Fire hydrant"
    (note,) = layer.revision.report.problems
    assert (note.severity, note.kind, note.value) == ("note", "standard", "消防水利施設一覧")
    assert "消防水利施設一覧" in note.message("ja")
    assert "List of fire-fighting water sources" in note.message("en")


def test_what_the_definition_says_itself_stays(city: SmallCity) -> None:
    put(city, "hydrants.geojson", {"ID": 7, "NO": 1, "種別": "消火栓", "口径": 65, "住所": "本町"})
    source = HYDRANTS + '\nid = "NO"'
    path = declare(city, "hydrants", source, 'label = "address"\nstyle = { color = "#123456" }')
    layer = city.open().layer("hydrants")
    assert layer.definition.label == "address"
    assert layer.definition.style.color == "#123456"
    assert layer.definition.style.pictogram == "water_drop"
    assert layer.revision.table.ids.tolist() == [1]
    assert "fields" not in path.read_text(encoding="utf-8")


def test_ids_that_number_no_rows_are_not_taken(city: SmallCity) -> None:
    same: dict[str, object] = {"ID": "CC01", "種別": "消火栓", "口径": 65}
    put(city, "hydrants.geojson", same, {**same, "口径": 75})
    declare(city, "hydrants", HYDRANTS)
    layer = city.open().layer("hydrants")
    assert layer.definition.source.id is None
    assert [problem.kind for problem in layer.revision.report.problems] == ["standard"]


def test_a_suppressed_column_is_no_field(city: SmallCity) -> None:
    put(city, "hydrants.geojson", {"種別": "消火栓", "口径": 65, "住所": "秘密の町"})
    path = declare(city, "hydrants", HYDRANTS)
    path.write_text(path.read_text("utf-8") + '[privacy]\nsuppress = ["住所"]\n', "utf-8")
    assert "address" not in city.open().layer("hydrants").definition.fields


def test_a_definition_with_fields_is_left_alone() -> None:
    definition = load_layer(BUNDLED_DEFINITIONS / "hydrants.toml")
    same, problems = completed(definition, pd.DataFrame({"種別": ["消火栓"], "口径": ["65"]}))
    assert same is definition
    assert problems == []


def test_columns_of_no_standard_are_named_with_what_to_do(city: SmallCity) -> None:
    put(city, "hydrants.geojson", {"名前": "あ", "高さ": 3})
    declare(city, "hydrants", HYDRANTS)
    catalog = city.open()
    assert "hydrants.geojson: fields is missing" in catalog.broken["hydrants"]
    assert "名前, 高さ" in catalog.broken["hydrants"]
    assert "bosai add" in catalog.broken["hydrants"]


def test_a_label_that_the_standard_does_not_have_is_refused(city: SmallCity) -> None:
    put(city, "hydrants.geojson", {"種別": "消火栓", "口径": 65})
    declare(city, "hydrants", HYDRANTS, 'label = "colour"')
    assert "label is 'colour'" in city.open().broken["hydrants"]


def test_flags_are_understood_however_they_are_written() -> None:
    words = ["1", "○", "有", "", None]
    found, _ = completed(
        without_fields(load_layer(BUNDLED_DEFINITIONS / "emergency_sites.toml")),
        pd.DataFrame({"災害種別_洪水": words, "災害種別_地震": words}),
    )
    cells: pd.Series[Any] = pd.Series(words)
    values, problems = convert(found.fields["flood"], cells, range(5))
    assert values == [True, True, True, None, None]
    assert problems == []


def test_a_depth_without_words_for_it_keeps_what_is_written() -> None:
    definition = without_fields(load_layer(BUNDLED_DEFINITIONS / "flood.toml"))
    found, _ = completed(definition, pd.DataFrame({"浸水深": ["1.25", "0.4"]}))
    assert list(found.fields) == ["depth_label"]
    assert found.style.field is None


def without_fields(definition: LayerDefinition) -> LayerDefinition:
    plain_look: dict[str, object] = {"fields": {}, "label": None, "partition": None, "style": {}}
    return LayerDefinition.model_validate({**definition.model_dump(), **plain_look})


def same_values(definition: LayerDefinition, city: Path, data: Path) -> set[str]:
    """The ids of fields whose values a definition without fields gives as the written one does."""
    job = Job(without_fields(definition), load_city(city), data)
    found = collect(job, Report(path="", layer=definition.id))
    rows = found.numbers.tolist()

    def values(field: FieldDefinition) -> list[object]:
        return list(convert(field, found.columns[field.column], rows)[0])

    return {
        name
        for name, field in definition.fields.items()
        if name in found.definition.fields
        and values(field) == values(found.definition.fields[name])
    }


@pytest.mark.parametrize(
    ("layer_id", "ids"),
    [
        ("hydrants", {"kind", "diameter_mm", "address", "number", "note"}),
        ("flood", {"rank", "depth_min_m", "depth_max_m", "river_name", "river_code"}),
        ("emergency_sites", {"name", "flood", "landslide", "earthquake", "volcano", "common_id"}),
    ],
)
def test_the_citys_layers_come_out_as_their_definitions_spell_them(
    layer_id: str, ids: set[str]
) -> None:
    definition = load_layer(BUNDLED_DEFINITIONS / f"{layer_id}.toml")
    assert ids <= same_values(definition, BUNDLED_DEFINITIONS / "city.toml", BUNDLED_DATA)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("layer_id", "ids"),
    [
        ("hydrants", {"kind", "diameter_mm", "address", "number", "note"}),
        ("flood", {"rank", "depth_label", "depth_min_m", "depth_max_m"}),
        ("emergency_sites", {"name", "flood", "earthquake", "tsunami", "same_as_shelter"}),
        ("aed", {"name", "place", "address", "manager", "for_children", "days", "note"}),
    ],
)
def test_yaizus_layers_come_out_as_their_definitions_spell_them(
    shared: Path, layer_id: str, ids: set[str]
) -> None:
    definition = load_layer(YAIZU / f"{layer_id}.toml")
    assert ids <= same_values(definition, YAIZU / "city.toml", shared / "yaizu")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "ids"),
    [
        ("emergency_112275.geojson", {"flood", "landslide", "earthquake", "inland_flood"}),
        ("evacuation_112275.geojson", {"accepts", "same_address"}),
    ],
)
def test_gsis_files_need_no_fields(shared: Path, file: str, ids: set[str]) -> None:
    features = json.loads((shared / "asaka" / file).read_text(encoding="utf-8"))["features"]
    columns = pd.DataFrame([feature["properties"] for feature in features])
    definition = without_fields(load_layer(BUNDLED_DEFINITIONS / "emergency_sites.toml"))
    found, (note,) = completed(definition, columns)
    assert ids | {"name", "address", "common_id"} <= set(found.fields)
    assert found.fields["name"].column == "施設・場所名"
    assert note.kind == "standard"
    if "flood" in ids:
        flags, _ = convert(found.fields["flood"], columns["洪水"], range(len(columns)))
        assert flags.count(True) == 30


def test_what_standards_say_decides_the_revision_of_a_layer_without_fields(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(city, "hydrants.geojson", {"種別": "消火栓", "口径": 65})
    declare(city, "hydrants", HYDRANTS)
    city.declare("written", HYDRANTS)

    def revisions() -> list[str]:
        of = load_city(city.definitions / "city.toml")
        declared = [load_layer(city.definitions / f"{id}.toml") for id in ("hydrants", "written")]
        several = [inputs.Inputs.of(definition, of, city.data) for definition in declared]
        return [one.revision_id(one.files(city.data)) for one in several]

    before = revisions()
    monkeypatch.setattr(inputs, "standards_digest", lambda: "another")
    after = revisions()
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)


def test_no_columns_at_all_are_of_no_standard() -> None:
    definition = without_fields(load_layer(BUNDLED_DEFINITIONS / "hydrants.toml"))
    with pytest.raises(SourceError, match="fields is missing"):
        completed(definition, pd.DataFrame(index=range(3)))


def defined_field(standard_id: str, name: str, column: str, cells: list[str]) -> FieldDefinition:
    (standard,) = (standard for standard in standards() if standard.id == standard_id)
    field = standard.fields[name].defined(column, pd.Series(cells, dtype=object))
    assert field is not None
    return field


def test_an_everyday_word_for_a_code_is_the_code() -> None:
    cells = pd.Series(["消火栓", "防火水槽", "井戸", "謎", ""], dtype=object)
    field = defined_field("hydrants", "kind", "種別", [*cells])
    values, problems = convert(field, cells, range(2, 7))
    assert values == ["消火栓", "防火水そう", "井戸", "謎", None]
    assert [(p.kind, p.row, p.value) for p in problems] == [
        ("unknown_code", 5, "謎"),
        ("synonyms", None, "防火水槽 → 防火水そう"),
    ]
    later, problems = convert(field, pd.Series(["プール"], dtype=object), [2])
    assert (later, problems) == (["プール"], [])
    assert not defined_field("hydrants", "kind", "種別", ["消火栓", "謎"]).values


WORDS = {
    "hydrant_kind": {
        "公設消火栓": "消火栓", "地下式消火栓": "消火栓", "耐震性貯水槽": "防火水そう",
        "ﾌﾟｰﾙ": "プール",
        "河川": "河川・溝等", "ため池": "濠・池等", "湖": "海・湖", "その他の水利": "その他",
    },
    "medical_kind": {"診療所(有床)": "有床診療所", "総合病院": "病院"},
    "childcare_kind": {
        "市立保育園": "認可公立保育所", "認可外保育施設": "認可外保育所",
        "認定こども園(幼保連携型)": "認定こども園（幼保連携型）",
    },
    "crime_prevention_kind": {"派出所": "交番", "子ども110番の店": "こども110番_事業所"},
    "accepted_people": {"高齢": "高齢者", "要配慮者全般": "要配慮者"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "word", "code"),
    [(codes, word, code) for codes, words in WORDS.items() for word, code in words.items()],
)
def test_the_words_of_cities_files_are_known(codes: str, word: str, code: str) -> None:
    field = FieldDefinition(
        title={"ja": "種別", "en": "Kind"}, column="種別", codes=codelists()[codes]
    )
    values, problems = convert(field, pd.Series([word], dtype=object), [2])
    assert values == [code]
    assert {problem.kind for problem in problems} <= {"synonyms"}


@pytest.mark.parametrize(
    ("codes", "word"),
    [
        ("medical_kind", "診療所"),  # with beds, or without
        ("childcare_kind", "私立保育園"),  # licensed, or not
        ("crime_prevention_kind", "こども110番の家"),  # a private home has no kind
        ("crime_prevention_kind", "監視カメラ"),  # of rivers, too
        ("accepted_people", "高齢者等"),  # others than the old, too
    ],
)
def test_a_word_that_may_be_several_kinds_is_none(codes: str, word: str) -> None:
    every = [name for code in codelists()[codes] for name in (code.value, *code.synonyms)]
    assert word not in every


@pytest.mark.parametrize("codes", codelists())
def test_a_word_stands_for_one_code(codes: str) -> None:
    words = [nfkc(word) for code in codelists()[codes] for word in code.synonyms]
    assert len(words) == len(set(words))
    assert not set(words) & {nfkc(str(code.value)) for code in codelists()[codes]}


@pytest.mark.parametrize(
    ("cells", "kind", "unit"),
    [
        (["屋内191人／屋外0人", "屋内50人", ""], "text", None),
        (["65", "不明", "1,200"], "number", "mm"),
        (["", ""], "number", "mm"),
    ],
)
def test_words_where_numbers_were_expected_are_kept(
    cells: list[str], kind: str, unit: str | None
) -> None:
    field = defined_field("hydrants", "diameter_mm", "口径", cells)
    assert (field.type, field.unit) == (kind, unit)


def test_flags_are_read_as_spreadsheets_write_them(city: SmallCity) -> None:
    header = "名称,緯度,経度,災害種別_洪水,災害種別_地震,想定収容人数,住所"
    rows = "あ,35.1,139.1,1.0,0.0,屋内191人／屋外0人,x\nい,35.11,139.1,,1.0,屋内50人,y\n"
    city.put("points.csv", f"{header}\n{rows}")
    flags = "".join(
        f'[fields.{name}]\ntitle = {{ ja = "{name}の旗", en = "{name}" }}\n'
        f'column = "災害種別_{column}"\ntype = "flag"\n'
        for name, column in (("flood", "洪水"), ("earthquake", "地震"))
    )
    source = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.declare("points", source, fields=flags)
    frame = city.open().layer("points").revision.features()
    assert frame["flood"].fillna(value=False).tolist() == [True, False]
    assert frame["earthquake"].tolist() == [False, True]
