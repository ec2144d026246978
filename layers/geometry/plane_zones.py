"""Which zone of the plane rectangular coordinate system (平面直角座標系) a municipality uses.

By 平成十四年国土交通省告示第九号, which names zones by prefecture. Where a prefecture has several,
each for a part of it, the nearest meridian decides.
"""

from __future__ import annotations

from collections.abc import Mapping

# By the first two digits of a municipality's code (JIS X 0401): zone → its origin's longitude.
MERIDIANS: Mapping[int, float] = {
    1: 129.5,
    2: 131.0,
    3: 132 + 1 / 6,
    4: 133.5,
    5: 134 + 1 / 3,
    6: 136.0,
    7: 137 + 1 / 6,
    8: 138.5,
    9: 139 + 5 / 6,
    10: 140 + 5 / 6,
    11: 140.25,
    12: 142.25,
    13: 144.25,
    14: 142.0,
    15: 127.5,
    16: 124.0,
    17: 131.0,
    18: 136.0,
    19: 154.0,
}
_PREFECTURES: Mapping[tuple[int, ...], tuple[int, ...]] = {
    (11, 12, 13): (1,),
    (10,): (2, 3, 4, 5, 6),
    (9,): (7, 8, 9, 10, 11, 12, 14),
    (9, 14, 18, 19): (13,),
    (8,): (15, 19, 20, 22),
    (7,): (16, 17, 21, 23),
    (6,): (18, 24, 25, 26, 27, 29, 30),
    (5,): (28, 31, 33),
    (4,): (36, 37, 38, 39),
    (3,): (32, 34, 35),
    (2,): (40, 41, 43, 44, 45),
    (1,): (42,),
    (1, 2): (46,),
    (15, 16, 17): (47,),
}
ZONES: Mapping[int, tuple[int, ...]] = {
    prefecture: zones for zones, prefectures in _PREFECTURES.items() for prefecture in prefectures
}


def plane_zone(code: str, longitude: float) -> int | None:
    """The zone, 1 to 19, of the municipality of this code around this longitude in degrees.

    None for a code of no prefecture.
    """
    prefecture = int(code[:2]) if code[:2].isdecimal() else 0
    zones = ZONES.get(prefecture, ())
    return min(zones, key=lambda zone: abs(MERIDIANS[zone] - longitude), default=None)
