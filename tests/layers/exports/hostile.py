"""A layer whose values try what each format has trouble with."""

from __future__ import annotations

from layers.revision.revision import Revision
from tests.layers.city import SmallCity, feature_collection

LONG = "あ" * 300
NAMES = [
    "=1+1",
    "+81-48-463-1111",
    "-2",
    "@SUM(A1)",
    "一行\n二行",
    '"甲",乙 <b>&amp;</b>',
    "ベル\x07",
    LONG,
    None,
]
PLACES = [[139.1 + index / 1000, 35.1 + index / 997] for index in range(len(NAMES))]
FIELDS = """
[fields.floor]
title = { ja = "階", en = "Floor" }
column = "階"
type = "integer"

[fields.height_above_sea_level]
title = { ja = "標高", en = "Height" }
column = "標高"
type = "number"

[fields.height_above_ground]
title = { ja = "高さ", en = "Height above ground" }
column = "高さ"
type = "number"

[fields.opened]
title = { ja = "開設日", en = "Opened on" }
column = "開設日"
type = "date"

[fields.open]
title = { ja = "公開", en = "Open" }
column = "公開"
type = "flag"

[fields.geometry]
title = { ja = "形", en = "Shape" }
column = "形"

[fields.nothing]
title = { ja = "空", en = "Nothing" }
column = "空"
"""


def hostile(city: SmallCity) -> Revision:
    """The layer `hostile`, in the order of `NAMES`; every second row has no other value."""
    rows: list[tuple[dict[str, object] | None, dict[str, object]]] = [
        (
            {"type": "Point", "coordinates": place},
            {
                "名称": name,
                "階": None if index % 2 else -index,
                "標高": None if index % 2 else index / 10,
                "高さ": None if index % 2 else 1.5,
                "開設日": None if index % 2 else f"2020-01-{index + 1:02}",
                "公開": None if index % 2 else ["有", "無"][index % 4 // 2],
                "形": None if index % 2 else "丸",
                "空": None,
            },
        )
        for index, (name, place) in enumerate(zip(NAMES, PLACES, strict=True))
    ]
    city.put("hostile.geojson", feature_collection(*rows))
    city.declare("hostile", 'path = "hostile.geojson"', top="sample = true", fields=FIELDS)
    return city.open().layer("hostile").revision


def several_parts(city: SmallCity) -> Revision:
    """The layer `parts`: an area of one part, and one of two with a hole."""
    square = [[139.01, 35.01], [139.02, 35.01], [139.02, 35.02], [139.01, 35.02], [139.01, 35.01]]
    large = [[139.05, 35.05], [139.15, 35.05], [139.15, 35.15], [139.05, 35.15], [139.05, 35.05]]
    hole = [[139.07, 35.07], [139.07, 35.08], [139.08, 35.08], [139.08, 35.07], [139.07, 35.07]]
    areas: list[tuple[dict[str, object] | None, dict[str, object]]] = [
        ({"type": "Polygon", "coordinates": [square]}, {"名称": "甲"}),
        ({"type": "MultiPolygon", "coordinates": [[large, hole], [square]]}, {"名称": "乙"}),
    ]
    city.put("parts.geojson", feature_collection(*areas))
    city.declare("parts", 'path = "parts.geojson"')
    return city.open().layer("parts").revision
