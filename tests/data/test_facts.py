"""The city's facts are what their sources say."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from data.make_facts import HAZARDS, main
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_layer

DATA = Path(__file__).parents[2] / "data"
FILES = (
    "boundary.geojson",
    "emergency_sites.csv",
    "evacuation_shelters.csv",
    "postcode_offices.csv",
    "postcodes.csv",
    "sampling/neighbour_towns.csv",
    "towns.geojson",
)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


@pytest.mark.shared
def test_making_the_facts_again_gives_the_same_bytes(shared: Path, tmp_path: Path) -> None:
    main(shared / "asaka", tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_the_lists_of_postcodes_have_the_columns_of_the_post_office() -> None:
    for name, width, code in (("postcodes.csv", 15, 2), ("postcode_offices.csv", 13, 7)):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            listed = list(csv.reader(file))
        assert {len(row) for row in listed} == {width}
        assert {row[0] for row in listed} == {"11227"}
        assert all(row[code].startswith("351") and len(row[code]) == 7 for row in listed)


@pytest.mark.shared
def test_every_emergency_site_is_as_gsi_lists_it(shared: Path) -> None:
    source = features(shared / "asaka" / "emergency_112275.geojson")
    ours = rows("emergency_sites.csv")
    assert len(ours) == len(source) == 42
    for row, feature in zip(ours, source, strict=True):
        said = feature["properties"]
        assert [float(row["経度"]), float(row["緯度"])] == feature["geometry"]["coordinates"]
        assert row["緊急避難場所ID"] == said["共通ID"]
        assert row["名称"] == said["施設・場所名"]
        assert row["所在地_連結表記"] == said["住所"]
        assert [row[f"災害種別_{hazard}"] for hazard in HAZARDS] == [said[h] for h in HAZARDS]
        assert row["指定避難所との住所同一"] == said["指定避難所との住所同一"]
        assert row["備考"] == said["備考"]
        assert row["NO"] == str(said["NO"])


@pytest.mark.shared
def test_every_shelter_is_as_gsi_lists_it(shared: Path) -> None:
    source = features(shared / "asaka" / "evacuation_112275.geojson")
    ours = rows("evacuation_shelters.csv")
    assert len(ours) == len(source) == 43
    for row, feature in zip(ours, source, strict=True):
        said = feature["properties"]
        assert [float(row["経度"]), float(row["緯度"])] == feature["geometry"]["coordinates"]
        assert row["避難所ID"] == said["共通ID"]
        assert row["名称"] == said["施設・場所名"]
        assert row["所在地_連結表記"] == said["住所"]
        assert row["受入対象者"] == (said["受入対象者"] or "")
        assert row["NO"] == str(said["NO"])


def test_sites_are_designated_for_the_hazards_the_city_named() -> None:
    sites = rows("emergency_sites.csv")
    counts = {hazard: sum(row[f"災害種別_{hazard}"] == "1" for row in sites) for hazard in HAZARDS}
    assert counts == {
        "洪水": 30,
        "崖崩れ、土石流及び地滑り": 41,
        "高潮": 0,
        "地震": 42,
        "津波": 0,
        "大規模な火事": 0,
        "内水氾濫": 0,
        "火山現象": 0,
    }


def test_thirteen_shelters_say_whom_they_accept() -> None:
    accepts = [row["受入対象者"] for row in rows("evacuation_shelters.csv") if row["受入対象者"]]
    assert len(accepts) == 13
    assert {text.rstrip("者もの") for text in accepts} == {"市が特定した"}


def test_whom_a_shelter_accepts_is_said_to_be_only_they_in_every_language() -> None:
    definition = load_layer(BUNDLED_DEFINITIONS / "evacuation_shelters.toml")
    only = {"ja": "のみ", "ja-x-easy": "だけ", "en": "Only", "zh": "仅限", "ko": "만", "vi": "Chỉ"}
    codes = {code.value: code.label for code in definition.fields["accepts"].codes}
    conditions = {code.value for code in definition.fields["conditions"].codes}
    assert definition.usage_note is not None
    note = definition.usage_note.text
    for row in rows("evacuation_shelters.csv"):
        if row["受入対象者"]:
            label = codes[row["受入対象者"]]
            assert all(word in label[language] for language, word in only.items())
        assert row["その他市町村長が必要と認める事項"] in {"", *conditions}
    assert "対象の方だけ" in note["ja"]
    assert "admits only those people" in note["en"]


def test_the_boundary_is_one_right_handed_polygon() -> None:
    (feature,) = features(DATA / "boundary.geojson")
    polygon = shapely.Polygon(*feature["geometry"]["coordinates"])
    assert polygon.is_valid
    assert polygon.exterior.is_ccw
    assert all(polygon.contains(shapely.Point(row)) for row in towns())


@pytest.mark.shared
def test_the_boundary_stays_within_a_centimetre_of_its_source(shared: Path) -> None:
    source = json.loads((shared / "asaka" / "boundary_11227.geojson").read_text(encoding="utf-8"))
    ((outer,),) = source["geometry"]["coordinates"]
    (feature,) = features(DATA / "boundary.geojson")
    ours = shapely.LinearRing(feature["geometry"]["coordinates"][0])
    assert shapely.hausdorff_distance(ours, shapely.LinearRing(outer)) < 1e-7  # degrees


def test_there_are_79_towns() -> None:
    assert len(towns()) == len(set(towns())) == 79


def towns() -> list[tuple[float, float]]:
    return [
        (feature["geometry"]["coordinates"][0], feature["geometry"]["coordinates"][1])
        for feature in features(DATA / "towns.geojson")
    ]
