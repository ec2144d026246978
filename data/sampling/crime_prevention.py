"""Sample points of crime prevention, on ground that is obviously nobody's home.

Only at public facilities of the real lists and at a station. Kinds that people run to for help by
name (警察署, 交番, 駐在所) and private businesses are left out: none may be made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.sampling import ground
from data.sampling.chance import Chance
from data.sampling.ground import Facility

# 北緯35度48分55.62秒 東経139度35分13.87秒, the station building's place
STATION = Facility("北朝霞駅", (139.587186, 35.81545))
CLOSE = (4.0, 25.0)  # metres from a facility's point

LABELS = {"こども110番_公共": "こども110番"}
OPENING_HOURS = {"こども110番_公共": "9:00～17:00", "防犯ステーション": "10:00～18:00"}


def write_crime_prevention(path: Path) -> None:
    """Write the sample as GeoJSON in UTF-8, one feature a line."""
    chance = Chance(110)
    features = [
        _feature(number, kind, facility, chance)
        for number, (kind, facility) in enumerate(_choices(), start=1)
    ]
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    path.write_bytes(text.encode("utf-8"))


def _choices() -> Iterator[tuple[str, Facility]]:
    """Which kinds stand at which facility."""
    for kind in ("防犯カメラ", "防犯カメラ", "緊急通報装置", "防犯灯"):
        yield kind, STATION
    for park in ground.facilities("公園"):
        for kind in ("防犯カメラ", "緊急通報装置", "防犯灯", "防犯灯"):
            yield kind, park
    for number, centre in enumerate(ground.facilities("市民センター")):
        yield "こども110番_公共", centre
        yield ("防犯ステーション" if number % 3 == 0 else "防犯カメラ"), centre
    for hall in ground.facilities("公民館"):
        yield "こども110番_公共", hall
    for number, school in enumerate(ground.facilities("小学校", "中学校")):
        yield ("防犯カメラ" if number % 2 else "防犯灯"), school


def _feature(number: int, kind: str, facility: Facility, chance: Chance) -> dict[str, Any]:
    longitude, latitude = ground.near(facility.position, chance, metres=CLOSE)
    return {
        "type": "Feature",
        "properties": {
            "種別": kind,
            "名称": f"見本 {LABELS.get(kind, kind)} {number:02}",
            "所在地": "埼玉県朝霞市（見本）",
            "設置者区分": "見本 市",
            "台数": chance.whole(1, 2) if kind == "防犯カメラ" else 1,
            "設置年度": chance.whole(2014, 2025),
            "対応時間": OPENING_HOURS.get(kind),
            "問合せ先": "見本 窓口",
            "同意": "有",
            "備考": "見本データ（実在しません）",
        },
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
    }
