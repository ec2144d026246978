"""Re-express the facts of 朝霞市 as the project's own files.

    python -m data.make_facts ../shared/data/asaka

Reads the files named in data/README.md and writes emergency_sites.csv, evacuation_shelters.csv,
boundary.geojson, towns.geojson, postcodes.csv, postcode_offices.csv and
sampling/neighbour_towns.csv. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent
CITY_CODE = "112275"
NEIGHBOURS = ("志木市", "和光市", "新座市")  # with 朝霞市, the area of 埼玉県南西部消防局
BOUNDARY_DIGITS = 7
NUMERALS = "〇一二三四五六七八九"
MISREAD = ("大字下内間木",)  # シモウチマギ, of which the register makes "Shimochimagi"

# 日本郵便's columns, without a header; what is not in the source is left empty. The source's names.
POST_OFFICE = {
    "postcodes.csv": (  # 郵便番号データ, utf_ken_all.csv
        *("jisx0402", "", "postal_code", "prefecture_kana", "city_kana", "neighborhood_kana"),
        *("prefecture", "city", "neighborhood", "", "", "", "", "", ""),
    ),
    "postcode_offices.csv": (  # 大口事業所個別番号データ, JIGYOSYO.CSV
        *("jis", "kana", "name", "prefecture", "city", "neighborhood", "banchi", "postal_code"),
        *("", "post_office", "", "", ""),
    ),
}
POST_OFFICE_SOURCES = {
    "postcodes.csv": "postcodes_kana.csv",
    "postcode_offices.csv": "postcodes_offices.csv",
}
NOT_LISTED = "以下に掲載がない場合"

HAZARDS = (
    "洪水",
    "崖崩れ、土石流及び地滑り",
    "高潮",
    "地震",
    "津波",
    "大規模な火事",
    "内水氾濫",
    "火山現象",
)

Row = dict[str, str]
Position = tuple[float, float]


def main(source: Path, folder: Path = DATA) -> None:
    """Write the files from the folder `source` into `folder`."""
    sites = _features(source / "emergency_112275.geojson")
    shelters = _features(source / "evacuation_112275.geojson")
    boundary = json.loads((source / "boundary_11227.geojson").read_text(encoding="utf-8"))
    towns = _towns(source, "朝霞市")
    _write_csv(folder / "emergency_sites.csv", map(_site, sites))
    _write_csv(folder / "evacuation_shelters.csv", map(_shelter, shelters))
    write_geojson(folder / "boundary.geojson", [_boundary(boundary)])
    readings = _readings(source)
    write_geojson(folder / "towns.geojson", (_town(town, readings) for town in towns))
    for name, columns in POST_OFFICE.items():
        _write_rows(folder / name, _of_post_office(source, name, columns))
    neighbours = (_neighbour(city, town) for city in NEIGHBOURS for town in _towns(source, city))
    (folder / "sampling").mkdir(exist_ok=True)
    _write_csv(folder / "sampling" / "neighbour_towns.csv", neighbours)


def _features(path: Path) -> list[Mapping[str, Any]]:
    features: list[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _towns(source: Path, city: str) -> list[Mapping[str, Any]]:
    text = (source / f"{city}.json").read_text(encoding="utf-8")
    towns: list[Mapping[str, Any]] = json.loads(text)
    return towns


def _site(feature: Mapping[str, Any]) -> Row:
    """A row in those columns of 指定緊急避難場所一覧 (自治体標準) that the source feeds.

    指定避難所との住所同一 keeps GSI's name: the standard's 指定避難所との重複 says something else.
    """
    said = feature["properties"]
    return {
        **_place(feature, "緊急避難場所ID"),
        **{f"災害種別_{hazard}": said[hazard] for hazard in HAZARDS},
        "指定避難所との住所同一": said["指定避難所との住所同一"],
        "備考": said["備考"],
        "NO": str(said["NO"]),
    }


def _shelter(feature: Mapping[str, Any]) -> Row:
    said = feature["properties"]
    own = ("指定緊急避難場所との住所同一", "受入対象者", "その他市町村長が必要と認める事項", "備考")
    return {
        **_place(feature, "避難所ID"),
        **{column: said[column] or "" for column in own},
        "NO": str(said["NO"]),
    }


def _place(feature: Mapping[str, Any], id_column: str) -> Row:
    said = feature["properties"]
    longitude, latitude = feature["geometry"]["coordinates"]
    return {
        "全国地方公共団体コード": CITY_CODE,
        id_column: said["共通ID"],
        "名称": said["施設・場所名"],
        "所在地_全国地方公共団体コード": CITY_CODE,
        "所在地_連結表記": said["住所"],
        "所在地_都道府県": "埼玉県",
        "所在地_市区町村": "朝霞市",
        "緯度": str(latitude),
        "経度": str(longitude),
        "市区町村コード": CITY_CODE,
        "地方公共団体名": said["都道府県名及び市町村名"],
    }


def _boundary(source: Mapping[str, Any]) -> Mapping[str, Any]:
    ((outer,),) = source["geometry"]["coordinates"]
    ring = _counterclockwise(_rounded(outer))
    return {
        "type": "Feature",
        "properties": {"code": CITY_CODE[:5], "name": "朝霞市"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _rounded(ring: Iterable[Position]) -> list[Position]:
    """The ring with rounded vertices, none equal to the one before it."""
    kept: list[Position] = []
    for longitude, latitude in ring:
        vertex = (round(longitude, BOUNDARY_DIGITS), round(latitude, BOUNDARY_DIGITS))
        if not kept or vertex != kept[-1]:
            kept.append(vertex)
    return kept


def _counterclockwise(ring: list[Position]) -> list[Position]:
    """RFC 7946: the interior lies to the left of an outer ring."""
    twice_area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))
    return ring if twice_area > 0 else ring[::-1]


def _readings(source: Path) -> dict[str, Row]:
    """How neighbourhoods are read, by name: those that the register gives in both scripts."""
    path = source / "base" / "abr_towns_kana_roma.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lg_code"] == CITY_CODE]
    readings = {}
    for row in rows:
        name, romaji = row["oaza_cho"], row["oaza_cho_roma"]
        if not romaji or name in MISREAD:
            continue
        chome = row["chome_number"]
        if chome:
            name, romaji = f"{name}{NUMERALS[int(chome)]}丁目", f"{romaji} {chome}-chome"
        kana = row["oaza_cho_kana"] + row["chome_kana"]
        readings[name] = {"name_kana": kana, "name_romaji": romaji}
    return readings


def _town(source: Mapping[str, Any], readings: Mapping[str, Row]) -> Mapping[str, Any]:
    name = source["town"] + source["koaza"]
    return {
        "type": "Feature",
        "properties": {"name": name, **readings.get(name, {})},
        "geometry": {"type": "Point", "coordinates": [source["lng"], source["lat"]]},
    }


def _neighbour(city: str, town: Mapping[str, Any]) -> Row:
    return {
        "市区町村": city,
        "町字": town["town"] + town["koaza"],
        "緯度": str(town["lat"]),
        "経度": str(town["lng"]),
    }


def _of_post_office(source: Path, name: str, columns: Sequence[str]) -> Iterable[list[str]]:
    """The city's rows of a list of 日本郵便."""
    path = source / "base" / POST_OFFICE_SOURCES[name]
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["city"] == "朝霞市":
                filled = {**row, "": ""}
                filled["neighborhood"] = row["neighborhood"] or NOT_LISTED
                yield [filled[column] for column in columns]


def _write_rows(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """UTF-8 with CRLF and no header."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8"))


def _write_csv(path: Path, rows: Iterable[Row]) -> None:
    """UTF-8 with BOM and CRLF: what Excel opens without garbling."""
    table = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def write_geojson(path: Path, features: Iterable[Mapping[str, Any]]) -> None:
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    path.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
