"""No text that was misread or is broken is published, and no text that is not is touched."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from layers.japanese.characters import common
from layers.schema.source import Source
from layers.sources.encoding import mojibake
from layers.sources.encoding.mojibake import MISREADINGS, legible, wrong
from layers.sources.read import read
from layers.sources.rows import Rows
from tests.layers.city import SmallCity

NAMES = [
    "焼津市立総合病院",
    "コミュニティセンター",
    "あかね",
    "１階正面入口",
    "小金井市",
    "避難所（東）",
]
ROUTES = [(encoding, read_as) for read_as in MISREADINGS for encoding in MISREADINGS[read_as]]


def as_read(name: str, encoding: str, read_as: str) -> str | None:
    try:
        return name.encode(encoding).decode(read_as)
    except UnicodeError:
        return None  # shown with replacement characters


@pytest.mark.parametrize(("encoding", "read_as"), ROUTES)
def test_text_read_in_the_wrong_encoding_is_found(encoding: str, read_as: str) -> None:
    garbage = [text for name in NAMES if (text := as_read(name, encoding, read_as))]
    assert garbage
    assert wrong(garbage).keys() == set(garbage)


@pytest.mark.parametrize("text", ["繧ｿ", "縺ゅ°縺ｭ", "â—‹", "´¶½¨"])
def test_known_garbage(text: str) -> None:
    assert text in wrong([text])


@pytest.mark.parametrize(
    "text",
    [
        "ｺﾐｭﾆﾃｨｾﾝﾀｰ", "ﾂｰ", "ﾃｨ", "ｽｽﾞｷ", "ﾔｲﾂﾞｼ", "ｺﾐｭﾆﾃｨ･ｾﾝﾀｰ", "ﾊﾟﾁﾝｺ", "ｼﾔｸｼｮ", "ﾎﾝｼｬ 2F",
        "繝", "蜻浦", "鬢田", "雉山", "縣", "髙﨑", "①～№㈱", "Café", "Škoda", "“AB”x", "São Paulo",
        "34°52′", "○", "𠮷野家", "東京　本町", "👍", "한국", "",
    ],
)  # fmt: skip
def test_what_people_write_is_left_alone(text: str) -> None:
    assert wrong([text]) == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("焼津\ufffd", "undecodable"),
        ("チェリオ\uf8f2イオン", "undecodable"),
        ("色麻町四\ue07f字", "gaiji"),
        ("a\x00b", "control"),
        ("焼\x85津", "control"),
    ],
)
def test_characters_that_nobody_can_read_are_found(text: str, kind: str) -> None:
    assert wrong([text, "焼津"]) == {text: kind}


def test_tabs_and_line_breaks_are_text() -> None:
    assert wrong(["一行目\r\n\t二行目"]) == {}


def test_a_short_value_is_judged_by_its_column() -> None:
    city, village = (text.encode("euc_jp").decode("cp932") for text in ("焼津市", "あかねの里"))
    assert wrong([city]) == {}
    assert wrong([city, village]) == {city: "misread", village: "misread"}


def test_a_value_is_named_by_row_and_column_and_left_empty() -> None:
    columns = pd.DataFrame({"名称": ["あ", "繧ｿ", None], "数": [1, 2, 3], "繧ｿ": ["", "", ""]})
    places = np.array([None] * 3, dtype=object)
    rows = Rows(Path("a.csv"), columns, places, np.array([2, 3, 4]), 3, None, None)
    clean = legible(rows, ["名称", "数"])
    assert clean.columns["名称"].isna().tolist() == [False, True, True]
    assert clean.columns["数"].tolist() == [1, 2, 3]
    assert rows.columns["名称"].tolist()[:2] == ["あ", "繧ｿ"]
    assert [(p.kind, p.row, p.column, p.value) for p in clean.problems] == [
        ("misread", 3, "名称", "繧ｿ"),
        ("garbled_name", None, "繧ｿ", "繧ｿ"),
    ]


def test_columns_that_are_not_published_are_in_no_report() -> None:
    columns = pd.DataFrame({"名称": ["あ"], "氏名": ["焼津\ufffd"]})
    place = np.array([None], dtype=object)
    rows = Rows(Path("a.csv"), columns, place, np.array([2]), 1, None, None)
    assert legible(rows, ["名称"]).problems == []
    assert [p.value for p in legible(rows, ["氏名"]).problems] == ["焼津\ufffd"]


@pytest.mark.parametrize("dtype", ["str", object])
def test_gaps_and_rows_left_out_before_hide_no_broken_value(dtype: type | str) -> None:
    cells = pd.Series(["\ufffd", None, "1番", "2番\x01", "", None], dtype=dtype)[1:]
    columns = pd.DataFrame({"名称": cells, "空": pd.Series([None] * 6, dtype=dtype)[1:]})
    places = np.full(5, None, dtype=object)
    rows = Rows(Path("a.csv"), columns, places, np.arange(2, 7), 5, None, None)
    found = legible(rows, ["名称", "空"]).problems
    assert [(p.kind, p.row, p.value) for p in found] == [("control", 4, "2番\x01")]


@pytest.mark.parametrize("name", ["points.csv", "points.geojson"])
def test_no_mojibake_reaches_a_tile(city: SmallCity, name: str) -> None:
    if name.endswith("csv"):
        content = "名称,緯度,経度\nあかね,35.1,139.1\nあ".encode("cp932") + b"\xff,35.1,139.1\n"
        city.put(name, content + "繧ｿ,35.1,139.1\n".encode("cp932"))
        more = 'crs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"\nencoding = "cp932"'
    else:
        place = {"type": "Point", "coordinates": [139.1, 35.1]}
        features = [
            {"type": "Feature", "geometry": place, "properties": {"名称": text}}
            for text in ("あかね", "あ\ufffd", "繧ｿ")
        ]
        collection = {"type": "FeatureCollection", "features": features}
        city.put(name, json.dumps(collection))
        more = ""
    city.declare("points", f'path = "{name}"\n{more}')
    revision = city.open().layer("points").revision
    assert revision.features()["name"].tolist() == ["あかね", None, None]
    first = 2 if name.endswith("csv") else 1
    found = [(p.kind, p.row, p.column) for p in revision.report.problems if p.column]
    assert found == [("undecodable", first + 1, "名称"), ("misread", first + 2, "名称")]


@pytest.mark.shared
def test_real_files_hold_no_mojibake_but_what_is_known(shared: Path) -> None:
    files = [*shared.rglob("*.geojson"), *shared.glob("yaizu/*/*.shp")]
    assert len(files) > 15
    for path in files:
        rows = read(Source(path=path.name), path)
        assert legible(rows, list(map(str, rows.columns))).problems == rows.problems, path.name


@pytest.mark.breadth
@pytest.mark.shared
def test_in_all_of_japan_only_what_really_is_broken_is_found(shared: Path) -> None:
    known = {
        "チェリオ\uf8f2イオン鹿嶋店": "undecodable",
        "宮城県色麻町四\ue07f字杉成27-2": "gaiji",
        "宮城県色麻町四\ue07f字杉成9": "gaiji",
    }
    values: dict[str, set[str]] = defaultdict(set)
    for name in ("emergency_all", "evacuation_all"):
        with gzip.open(shared / "japan" / f"{name}.geojsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                for column, value in json.loads(line)["properties"].items():
                    values[column].add(str(value))
    with gzip.open(shared / "japan" / "addresses_all.csv.gz", "rt", encoding="utf-8") as table:
        for row in csv.reader(table):
            for index, value in enumerate(row):
                values[str(index)].add(value)
    found = [wrong(column) for column in values.values()]
    assert {text: kind for column in found for text, kind in column.items()} == known


BYTES = st.binary(max_size=12).map(lambda content: content.decode("cp932", errors="ignore"))
JAPANESE = st.text(st.sampled_from([*sorted(common())[::7], *"aZ1 ﾃｨ｡ﾞ①№㈱≡¬∵ⅰéŠ"]), max_size=6)


@given(
    st.one_of(st.text(max_size=6), BYTES, JAPANESE, *map(st.just, NAMES)), st.sampled_from(ROUTES)
)
def test_no_misread_text_is_passed_over_for_how_it_begins(
    name: str, route: tuple[str, str]
) -> None:
    for text in (name, as_read(name, *route) or ""):
        tried = [
            (read_as, encoding)
            for read_as, encodings in MISREADINGS.items()
            for content in mojibake._bytes(text, read_as)
            for encoding in encodings
            if mojibake._is_japanese_in(text, content, read_as, encoding)
        ]
        assert mojibake.misreadings(text) == tried
