"""Re-express what the base map of 朝霞市 lies on as the project's own files.

    python -m data.make_base ../shared/data

Reads the files named in data/README.md and writes base/openstreetmap.geojson,
base/expressways.geojson and base/attribution.geojson, one for each family of licences. What is in
them lies in the city or within `MARGIN` of it. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.make_facts import write_geojson

DATA = Path(__file__).parent
MARGIN = 2_000.0  # metres
METRES = 111_195.0  # of a degree of latitude
DIGITS = 6
# Beyond it the first water file ends, and the second, coarser one begins.
SEAM = 35.82
LATIN = re.compile(r"\s*\([A-Za-z ]+\)$")  # behind a Japanese name in OpenStreetMap
NEIGHBOURS = (  # prefecture, name as addresses have it, name on the map
    ("埼玉県", "志木市", "志木市"),
    ("埼玉県", "和光市", "和光市"),
    ("埼玉県", "新座市", "新座市"),
    ("埼玉県", "戸田市", "戸田市"),
    ("埼玉県", "富士見市", "富士見市"),
    ("埼玉県", "さいたま市桜区", "さいたま市桜区"),
    ("埼玉県", "さいたま市南区", "さいたま市南区"),
    ("東京都", "板橋区", "板橋区"),
    ("東京都", "練馬区", "練馬区"),
)
# English, Korean, Chinese: nagix/mini-tokyo-3d @ c03d2689f634, data/stations.json (MIT).
STATIONS = {
    "下赤塚": ("Shimo-akatsuka", "시모아카쓰카", "下赤塚"),
    "北朝霞": ("Kita-Asaka", "기타아사카", "北朝霞"),
    "和光市": ("Wakoshi", "와코시", "和光市"),
    "地下鉄成増": ("Chikatetsu-narimasu", "지카테쓰나리마스", "地铁成増"),
    "地下鉄赤塚": ("Chikatetsu-akatsuka", "지카테쓰아카쓰카", "地铁赤冢"),
    "志木": ("Shiki", "시키", "志木"),
    "成増": ("Narimasu", "나리마스", "成增"),
    "新座": ("Niiza", "니자", "新座"),
    "朝霞": ("Asaka", "아사카", "朝霞"),
    "朝霞台": ("Asakadai", "아사카다이", "朝霞台"),
    "柳瀬川": ("Yanasegawa", "야나세가와", "柳濑川"),
    "みずほ台": ("Mizuhodai", "미즈호다이", "瑞穗台"),
    "西浦和": ("Nishi-Urawa", "니시우라와", "西浦和"),
}
NEAR = 3_000.0  # metres from the boundary: of these neighbourhoods a city's name is in the middle
Properties = dict[str, str]
Found = Iterator[tuple[Properties, shapely.Geometry]]


def main(shared: Path, folder: Path = DATA) -> None:
    """Write the files from the folder `shared` into `folder`/base."""
    asaka = shared / "asaka"
    city = _boundary(folder)
    reach = _reach(city)
    files = {
        "openstreetmap": [
            *_water(asaka),
            *_rivers(asaka),
            *_roads(asaka),
            *_parks(asaka),
            *_borders(asaka),
        ],
        "expressways": [*_expressways(asaka)],
        "attribution": [*_rail(asaka), *_stations(asaka), *_neighbours(shared, city)],
    }
    (folder / "base").mkdir(exist_ok=True)
    for name, features in files.items():
        cut = [(properties, _cut(shape, reach)) for properties, shape in features]
        write_geojson(
            folder / "base" / f"{name}.geojson",
            [
                _feature(properties, shape)
                for properties, shape in cut
                if not shapely.is_empty(shape)
            ],
        )


def _boundary(folder: Path) -> shapely.Geometry:
    document = (folder / "boundary.geojson").read_text(encoding="utf-8")
    return shapely.union_all([shapely.from_geojson(document)])


def _reach(city: shapely.Geometry) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(city).tolist()
    y = MARGIN / METRES
    x = y / math.cos(math.radians((south + north) / 2))
    return west - x, south - y, east + x, north + y


def _read(asaka: Path, name: str) -> list[Mapping[str, Any]]:
    text = (asaka / "base" / name).read_text(encoding="utf-8")
    features: list[Mapping[str, Any]] = json.loads(text)["features"]
    return features


def _shape(feature: Mapping[str, Any]) -> shapely.Geometry:
    return shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))


def _water(asaka: Path) -> Found:
    """Areas of water and small streams."""
    for feature in _read(asaka, "osm_water_2026.geojson"):
        shape, tags = _shape(feature), feature["properties"]
        if shapely.get_dimensions(shape) == 2:
            yield {"kind": "water", **_names(tags)}, shape
        elif "tunnel" not in tags:  # a culvert is under the ground
            yield {"kind": "river", **_names(tags)}, shape
    north = shapely.box(-180, SEAM, 180, 90)
    for feature in _read(asaka, "osm_water_north_2026.geojson"):
        shape = shapely.intersection(_shape(feature), north)
        if not shapely.is_empty(shape):
            yield {"kind": "water", **_names(feature["properties"])}, shape


def _rivers(asaka: Path) -> Found:
    for feature in _read(asaka, "osm_rivers_named_2026.geojson"):
        yield {"kind": "river", **_names(feature["properties"])}, _shape(feature)


def _roads(asaka: Path) -> Found:
    for feature in _read(asaka, "osm_roads_named_2026.geojson"):
        yield {"kind": "road", **_names(feature["properties"])}, _shape(feature)


def _borders(asaka: Path) -> Found:
    """The borders of prefectures; the source has each once for either side."""
    lines = [_shape(feature) for feature in _read(asaka, "osm_borders_2026.geojson")]
    yield {"kind": "border"}, shapely.union_all(lines)


def _parks(asaka: Path) -> Found:
    with (asaka / "base" / "osm_parks_2026.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = shapely.Point(float(row["lon"]), float(row["lat"]))
            yield {"kind": "park", "name": row["name"]}, place


def _names(tags: Mapping[str, Any]) -> Properties:
    """The names of OpenStreetMap's tags under the project's columns."""
    name = LATIN.sub("", tags.get("name") or "")
    if not name:
        return {}
    kana = tags.get("name:ja-Hira")
    romaji = tags.get("name:ja-Latn") or tags.get("name:ja_rm")
    names = {"name": name, "name_en": tags.get("name:en"), "name_kana": kana, "name_romaji": romaji}
    return {column: text for column, text in names.items() if text}


def _expressways(asaka: Path) -> Found:
    for feature in _read(asaka, "expressways_highwayorderedds.geojson"):
        name = feature["properties"]["road_name"]
        yield {"kind": "expressway", "name": name}, _shape(feature)
    for feature in _read(asaka, "expressway_ic_highwayorderedds.geojson"):
        tags = feature["properties"]
        suffix = "IC" if tags["is_IC"] and not tags["name"].endswith("IC") else ""
        yield {"kind": "expressway", "name": tags["name"] + suffix}, _shape(feature)


def _rail(asaka: Path) -> Found:
    for feature in _read(asaka, "rail_lines_minitokyo3d.geojson"):
        tags = feature["properties"]
        yield {"kind": "rail", "name": tags["ja"], "name_en": tags["en"]}, _shape(feature)


def _stations(asaka: Path) -> Found:
    for feature in _read(asaka, "stations_n02_2020.geojson"):
        name = feature["properties"]["body"]
        english, korean, chinese = STATIONS[name]
        names = {"name_en": english, "name_ko": korean, "name_zh": chinese}
        yield {"kind": "station", "name": name, **names}, _shape(feature)


def _neighbours(shared: Path, city: shapely.Geometry) -> Found:
    """The neighbouring cities, each in the middle of its neighbourhoods that lie near this one."""
    readings = _readings_of_cities(shared / "asaka")
    places = defaultdict(list)
    with gzip.open(shared / "japan" / "addresses_all.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["都道府県"], row["市区町村"]
            if row["緯度"]:
                places[key].append((float(row["経度"]), float(row["緯度"])))
    for prefecture, name, label in NEIGHBOURS:
        points = shapely.points(places[prefecture, name])
        metres = shapely.distance(points, city) * METRES
        near = shapely.get_coordinates(points[(metres < NEAR) & (metres > 0)])
        if len(near):
            middle = shapely.Point(*np.median(near, axis=0))
            yield {"kind": "area_name", "name": label, **readings.get(name, {})}, middle


def _readings_of_cities(asaka: Path) -> dict[str, Properties]:
    path = asaka / "base" / "abr_towns_kana_roma.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["city"]: {"name_kana": row["city_kana"], "name_romaji": row["city_roma"]}
            for row in csv.DictReader(file)
        }


def _cut(shape: shapely.Geometry, reach: tuple[float, float, float, float]) -> shapely.Geometry:
    """What of it is drawn, on the grid of the files."""
    return shapely.set_precision(shapely.clip_by_rect(shape, *reach), 10.0**-DIGITS)


def _feature(properties: Properties, shape: shapely.Geometry) -> Mapping[str, Any]:
    rounded = shapely.transform(shape, lambda pairs: np.round(pairs, DIGITS))
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(shapely.orient_polygons(rounded))),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
