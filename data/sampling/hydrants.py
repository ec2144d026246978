"""Sample hydrants as a 消防水利施設一覧 of a fire service that covers four cities, in CP932."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import shapely

from data.sampling import ground, street
from data.sampling.chance import Chance
from data.sampling.ground import Position, Town

CITY_CODES = {"朝霞市": "112275", "志木市": "112283", "和光市": "112291", "新座市": "112305"}
NEIGHBOURING_ROWS = 25

COLUMNS = (
    "全国地方公共団体コード",
    "ID",
    "地方公共団体名",
    "種別",
    "所在地_全国地方公共団体コード",
    "町字ID",
    "所在地_連結表記",
    "所在地_都道府県",
    "所在地_市区町村",
    "所在地_町字",
    "所在地_番地以下",
    "建物名等(方書)",
    "緯度",
    "経度",
    "口径",
    "備考",
)

STREET_KINDS = {"消火栓": 0.80, "防火水そう": 0.15, "私設消火栓": 0.03, "井戸": 0.02}
DIAMETERS = {"消火栓": "65", "私設消火栓": "65"}


def write_hydrants(path: Path) -> None:
    """Write the sample as Excel writes a CSV in Japan: CP932, CRLF, no BOM."""
    chance = Chance(119)
    city = ground.boundary()
    neighbours = _neighbouring_rows(chance, city)
    half = len(neighbours) // 2
    rows = neighbours[:half] + _city_rows(chance, city) + neighbours[half:]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**row, "ID": str(number)} for number, row in enumerate(rows, start=1))
    path.write_bytes(text.getvalue().encode("cp932"))


def _city_rows(chance: Chance, city: shapely.Polygon) -> list[dict[str, str]]:
    towns = street.inhabited(ground.towns())
    counts = {
        town.name: chance.whole(1, 3) if town.name.startswith("大字") else chance.whole(6, 10)
        for town in towns
    }
    rows = [
        _row(town, position, chance.weighted(STREET_KINDS))
        for town, position in street.spread(towns, counts, chance, apart_metres=70.0, inside=city)
    ]
    for school in ground.facilities("小学校", "中学校"):
        town = min(towns, key=lambda town: _squared_degrees(town.position, school.position))
        position = ground.near(school.position, chance, metres=(10.0, 30.0))
        rows.append(_row(town, position, "プール"))
    return rows


def _neighbouring_rows(chance: Chance, city: shapely.Polygon) -> list[dict[str, str]]:
    towns = ground.neighbouring_towns()
    chosen = [town for number, town in enumerate(towns) if number % 5 == 0]
    counts = {town.name: 1 for town in chosen}
    placed = street.spread(chosen, counts, chance, apart_metres=70.0, outside=city)
    return [
        _row(town, position, chance.weighted(STREET_KINDS))
        for town, position in placed[:NEIGHBOURING_ROWS]
    ]


def _row(town: Town, position: Position, kind: str) -> dict[str, str]:
    longitude, latitude = position
    return {
        "全国地方公共団体コード": CITY_CODES[town.city],
        "地方公共団体名": f"埼玉県{town.city}",
        "種別": kind,
        "所在地_全国地方公共団体コード": CITY_CODES[town.city],
        "所在地_連結表記": f"埼玉県{town.city}{town.name}（見本）",
        "所在地_都道府県": "埼玉県",
        "所在地_市区町村": town.city,
        "所在地_町字": town.name,
        "緯度": f"{latitude:.6f}",
        "経度": f"{longitude:.6f}",
        "口径": DIAMETERS.get(kind, ""),
        "備考": "見本",
    }


def _squared_degrees(one: Position, other: Position) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
