"""Sample street extinguishers as a Shapefile in the plane rectangular zone IX, in CP932."""

from __future__ import annotations

import datetime
from pathlib import Path

import shapely
from pyproj import Transformer

from data.sampling import ground, street
from data.sampling.chance import Chance
from data.sampling.ground import Position, Town
from data.sampling.shapefile import JGD2011_ZONE_9, Column, write

# A DBF holds ten bytes of a name, five kanji: 使用後連絡先 and 土地所有者同意 are cut.
COLUMNS = (
    Column("管理番号", "C", 12),
    Column("設置場所", "C", 60),
    Column("所在地", "C", 60),
    Column("薬剤", "C", 12),
    Column("型", "C", 8),
    Column("本数", "N", 4),
    Column("格納箱", "C", 4),
    Column("利用時間", "C", 20),
    Column("設置者", "C", 30),
    Column("使用期限", "D", 8),
    Column("点検日", "D", 8),
    Column("使用後連絡", "C", 30),
    Column("土地所有者", "C", 4),
    Column("備考", "C", 40),
)


def write_extinguishers(path: Path, *, written: datetime.date) -> None:
    """Write the sample; its .cpg says Shift_JIS, as files from QGIS do."""
    chance = Chance(119_000)
    towns = street.inhabited(ground.towns())
    counts = {
        town.name: chance.whole(0, 1) if town.name.startswith("大字") else chance.whole(2, 3)
        for town in towns
    }
    placed = street.spread(towns, counts, chance, apart_metres=110.0, inside=ground.boundary())
    rows = [_row(number, town, chance) for number, (town, _) in enumerate(placed, start=1)]
    write(
        path,
        _on_the_plane([position for _, position in placed]),
        COLUMNS,
        rows,
        prj=JGD2011_ZONE_9,
        cpg="Shift_JIS",
        written=written,
    )


def _on_the_plane(positions: list[Position]) -> list[shapely.Point]:
    """The positions as easting and northing in EPSG:6677, to the millimetre."""
    transformer = Transformer.from_crs("EPSG:6668", "EPSG:6677", always_xy=True)
    projected = (transformer.transform(*position) for position in positions)
    return [shapely.Point(round(east, 3), round(north, 3)) for east, north in projected]


def _row(number: int, town: Town, chance: Chance) -> list[str]:
    installed = chance.whole(2018, 2025)
    # A date is written year, month, day without separators.
    expires = f"{installed + 10}{chance.whole(1, 12):02}{chance.whole(1, 28):02}"
    inspected = f"2026{chance.whole(4, 10):02}{chance.whole(1, 28):02}"
    return [
        f"見本-{number:03}",
        f"見本 {town.name} 消火器 {number:03}",
        f"埼玉県{town.city}{town.name}（見本）",
        chance.weighted({"粉末ABC": 0.9, "強化液": 0.1}),
        chance.weighted({"10型": 0.85, "6型": 0.15}),
        chance.weighted({"1": 0.85, "2": 0.15}),
        chance.weighted({"有": 0.8, "": 0.2}),
        chance.weighted({"24時間": 0.9, "9:00～17:00": 0.1}),
        "見本 自治会",
        expires,
        inspected,
        "見本 連絡先",
        "有",
        "見本データ（実在しません）",
    ]
