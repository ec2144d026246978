"""Published lists of postcodes and readings are known by their columns, and serve any city."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from layers.catalog.base_map import Office, Postcode
from layers.publish.check import check_catalog
from layers.query.search.build import index_of
from layers.query.search.find import find
from layers.report import Report
from tests.layers.city import SmallCity, feature_collection
from tests.sandbox import SANDBOX


def area(code: str, town: str, kana: str, city: str = "11228") -> str:
    """A row of KEN_ALL.CSV, which has no header."""
    names = f'"ｻｲﾀﾏｹﾝ","ﾐﾎﾝｼ","{kana}","埼玉県","見本市","{town}"'
    return f'{city},"{code[:3]}  ","{code}",{names},0,0,0,0,0,0\n'


# Kana in half width, and a list of 丁目 that goes on in the next row.
KEN_ALL = (
    area("3510001", "ほか", "ﾎｶ", "11227")
    + area("3530000", "以下に掲載がない場合", "ｲｶﾆｹｲｻｲｶﾞﾅｲﾊﾞｱｲ")
    + area("3530001", "北町（１～３丁目、", "ｷﾀﾏﾁ(1-3ﾁﾖｳﾒ､")
    + area("3530001", "５丁目）", "5ﾁﾖｳﾒ)")
    + area("3530002", "南町", "ﾐﾅﾐﾏﾁ")
)
JIGYOSYO = """\
11228,"ﾐﾎﾝｼﾔｸｼﾖ","見本市役所","埼玉県","見本市","北町","２丁目１－１","3538501","353  ","志木",0,0,0
11227,"ﾎｶ","ほかの市の事業所","埼玉県","朝霞市","岡","１","3518599","351  ","朝霞",0,0,0
"""
REGISTER = """\
lg_code,machiaza_id,pref,city,oaza_cho,oaza_cho_kana,oaza_cho_roma,chome,chome_kana,chome_number,koaza
112283,0001002,埼玉県,見本市,北町,キタマチ,Kitamachi,２丁目,２チョウメ,2,
112283,0002000,埼玉県,見本市,南町,ミナミマチ,Minamimachi,,,,
112275,0002000,埼玉県,朝霞市,岡,オカ,Oka,,,,
"""
TOWNS = ("北町一丁目", "北町二丁目", "北町四丁目", "北町五丁目", "南町")


def put_towns(city: SmallCity, names: Sequence[str]) -> None:
    features: list[tuple[dict[str, object] | None, dict[str, object]]] = [
        ({"type": "Point", "coordinates": [139.02 + at / 50, 35.1]}, {"name": name})
        for at, name in enumerate(names)
    ]
    city.put("towns.geojson", feature_collection(*features))


def declare(city: SmallCity, *files: str) -> None:
    """Make the city 11228, with neighbourhoods and these address files."""
    put_towns(city, TOWNS)
    path = city.definitions / "city.toml"
    text = path.read_text("utf-8").replace('code = "00000"', 'code = "11228"')
    listed = ", ".join(f'"{name}"' for name in files)
    own = f'neighbourhoods = "towns.geojson"\naddress_files = [{listed}]\n'
    path.write_text(own + text, "utf-8")


def reports(city: SmallCity) -> list[Report]:
    checks = check_catalog(city.definitions, city.data, sandbox=SANDBOX)
    return [check.report for check in checks if check.report.layer == "base"]


def test_postcodes_are_those_of_the_citys_rows(city: SmallCity) -> None:
    city.put("KEN_ALL.CSV", KEN_ALL, "cp932")
    declare(city, "KEN_ALL.CSV")
    catalog = city.open()
    assert catalog.base.postcodes == [
        Postcode("3530000", "以下に掲載がない場合", "イカニケイサイガナイバアイ"),
        Postcode("3530001", "北町（１～３丁目、５丁目）", "キタマチ(1-3チヨウメ、"),
        Postcode("3530002", "南町", "ミナミマチ"),
    ]
    index = index_of(catalog)
    found = find(index, "353-0001").groups[0].hits
    assert [hit.name for hit in found] == ["北町一丁目", "北町二丁目", "北町五丁目"]
    assert [hit.name for hit in find(index, "みなみまち").groups[0].hits] == ["南町"]
    assert find(index, "kitamachi 5").groups[0].hits[0].name == "北町五丁目"
    assert find(index, "353-0000").elsewhere is None
    assert find(index, "353-0003").elsewhere == "〒353-0003"


def test_an_office_is_in_the_town_of_its_address(city: SmallCity) -> None:
    city.put("JIGYOSYO.CSV", JIGYOSYO, "cp932")
    declare(city, "JIGYOSYO.CSV")
    catalog = city.open()
    assert catalog.base.offices == [
        Office("3538501", "見本市役所", "ミホンシヤクシヨ", "北町２丁目１－１")
    ]
    for query in ("市役所", "みほんしやくしょ", "353-8501"):
        (group,) = find(index_of(catalog), query).groups
        (hit,) = group.hits
        assert (group.kind, hit.name, hit.doubt) == ("office", "見本市役所", 500)
        assert (hit.longitude, hit.latitude) == (139.04, 35.1)


def test_the_register_gives_towns_their_readings_on_the_map_too(city: SmallCity) -> None:
    city.put("mt_town.csv", REGISTER)
    declare(city, "mt_town.csv")
    catalog = city.open()
    names = {town.name: town.names for town in catalog.base.neighbourhoods}
    assert names["北町二丁目"] == {"ja-Hrkt": "キタマチ2チョウメ", "ja-Latn": "Kitamachi 2-chome"}
    assert names["南町"] == {"ja-Hrkt": "ミナミマチ", "ja-Latn": "Minamimachi"}
    assert names["北町一丁目"] == {}
    assert find(index_of(catalog), "kitamachi").groups[0].hits[0].name == "北町一丁目"


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        ("名称,緯度\n北町,35.1\n", "address_file", "郵便番号データ（15列）"),
        (KEN_ALL.replace("11228", "11229"), "address_file_elsewhere", "コード 11228"),
        (KEN_ALL + "11228,353\n", "address_file_row", "6行目"),
    ],
)
def test_a_wrong_file_is_named_and_the_map_stays(
    city: SmallCity, content: str, kind: str, words: str
) -> None:
    city.put("list.csv", content)
    declare(city, "list.csv")
    (report,) = reports(city)
    assert report.path == "list.csv"
    problem = report.problems[-1]
    assert problem.kind == kind
    assert words in problem.message("ja")
    assert city.open().base.postcodes == []


def test_a_file_that_is_missing_is_named_and_the_map_stays(city: SmallCity) -> None:
    declare(city, "KEN_ALL.CSV")
    (report,) = reports(city)
    assert "KEN_ALL.CSV" in report.problems[0].message("ja")
    assert len(city.open().base.neighbourhoods) == len(TOWNS)


def test_a_file_that_changes_makes_another_base_map(city: SmallCity) -> None:
    path = city.put("KEN_ALL.CSV", KEN_ALL, "cp932")
    declare(city, "KEN_ALL.CSV")
    assert len(city.open().base.postcodes) == 3
    path.write_bytes(KEN_ALL.replace("3530002", "3530009").encode("cp932"))
    assert city.open().base.postcodes[-1].code == "3530009"


@pytest.mark.shared
def test_the_register_of_a_real_city_is_known(city: SmallCity, shared: Path) -> None:
    register = shared / "asaka" / "base" / "abr_towns_kana_roma.csv"
    city.put("mt_town.csv", register.read_bytes())
    declare(city, "mt_town.csv")
    path = city.definitions / "city.toml"
    path.write_text(path.read_text("utf-8").replace('"11228"', '"11227"'), "utf-8")
    put_towns(city, ("溝沼七丁目", "大字岡"))
    with register.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lg_code"] == "112275"]
    (report,) = reports(city)
    assert report.features == len(rows)
    first, second = (town.names for town in city.open().base.neighbourhoods)
    assert first == {"ja-Hrkt": "ミゾヌマ7チョウメ", "ja-Latn": "Mizonuma 7-chome"}
    assert second["ja-Latn"] == "Oka"
