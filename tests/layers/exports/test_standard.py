"""CSV with the columns of a published standard: for layers that have all its required items."""

from __future__ import annotations

import csv
import io

import pytest

from layers.catalog.catalog import Catalog
from layers.errors import UnfitFormat
from layers.exports.formats import format_named, formats_of
from layers.exports.standard import six_digits
from layers.revision.revision import Revision
from tests.layers.city import SmallCity

STANDARD = format_named("standard")
SITES = 'path = "sites.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
FLAGS = {
    "flood": "災害種別_洪水",
    "landslide": "災害種別_崖崩れ、土石流及び地滑り",
    "storm_surge": "災害種別_高潮",
    "earthquake": "災害種別_地震",
    "tsunami": "災害種別_津波",
    "large_fire": "災害種別_大規模な火事",
    "inland_flood": "災害種別_内水氾濫",
    "volcano": "災害種別_火山現象",
    "same_as_shelter": "指定避難所との重複",
}


def field(name: str, column: str, kind: str) -> str:
    title = f'{{ ja = "{column}", en = "{name}" }}'
    return f'[fields.{name}]\ntitle = {title}\ncolumn = "{column}"\ntype = "{kind}"\n\n'


FIELDS = (
    field("address", "住所", "text")
    + field("phone", "電話番号", "text")
    + "".join(field(name, column, "flag") for name, column in FLAGS.items())
)


def rows_of(revision: Revision) -> list[dict[str, str]]:
    file = io.BytesIO()
    STANDARD.write(revision, file, city_code="11227")
    text = file.getvalue().decode("utf-8-sig")
    return [*csv.DictReader(io.StringIO(text, newline=""), strict=True)]


def sites(city: SmallCity, phone: str) -> Revision:
    header = ["名称", "住所", "電話番号", "緯度", "経度", *FLAGS.values()]
    flags = ["1", "0", "", *["1"] * 6]
    lines = [
        ["甲小学校", "甲1", "048-463-1111", "35.1", "139.1", *flags],
        ["=乙", "乙2", phone, "35.12", "139.12", *flags],
    ]
    city.put("sites.csv", "\n".join(",".join(line) for line in [header, *lines]))
    city.declare("sites", SITES, fields=FIELDS)
    return city.open().layer("sites").revision


def test_a_list_has_the_standards_columns_and_words(city: SmallCity) -> None:
    first, second = rows_of(sites(city, "048-463-2222"))
    assert len(first) == 39
    assert next(iter(first)) == "全国地方公共団体コード"
    assert first["全国地方公共団体コード"] == first["市区町村コード"] == "112275"
    assert first["名称"] == "甲小学校"
    assert first["所在地_連結表記"] == "甲1"  # 住所 is the same item's older name
    assert (first["緯度"], first["経度"]) == ("35.1", "139.1")
    assert [first[column] for column in FLAGS.values()] == ["1", "", "", *["1"] * 6]
    assert second["名称"] == "'=乙"
    assert first["緊急避難場所ID"].isdigit()


def test_a_required_item_without_a_value_is_named_and_nothing_is_written(city: SmallCity) -> None:
    revision = sites(city, "")
    assert STANDARD not in formats_of(revision)
    file = io.BytesIO()
    with pytest.raises(UnfitFormat, match=r"required items: 電話番号$"):
        STANDARD.write(revision, file)
    assert file.getvalue() == b""


def test_the_built_in_layers_that_follow_one(asaka: Catalog) -> None:
    fitting = [
        layer.id for layer in asaka.layers.values() if STANDARD in formats_of(layer.revision)
    ]
    assert fitting == ["hydrants"]  # of the sites no telephone number is published
    rows = rows_of(asaka.layer("hydrants").revision)
    assert len(rows) == asaka.layer("hydrants").feature_count
    assert all(row["種別"] for row in rows)
    assert all(row["備考"].startswith("【見本データ】") for row in rows)
    assert {row["口径"] for row in rows} <= {"", "65", "75", "100", "150"}


@pytest.mark.shared
def test_a_real_citys_lists_come_out_as_they_went_in(yaizu: Catalog) -> None:
    for layer_id, name in (("hydrants", "種別"), ("aed", "設置位置")):
        revision = yaizu.layer(layer_id).revision
        rows = rows_of(revision)
        assert len(rows) == revision.feature_count
        assert all(row[name] for row in rows)


def test_the_check_digit_of_a_municipality() -> None:
    assert [six_digits(code) for code in ("11227", "22212", "01100", "13101")] == [
        "112275",
        "222127",
        "011002",
        "131016",
    ]
