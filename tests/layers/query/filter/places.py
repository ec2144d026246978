"""A layer of a few places with values of every type, for filters."""

from __future__ import annotations

from layers.catalog.layer import Layer
from tests.layers.city import SmallCity, feature_collection

FIELDS = """
[fields.kind]
title = { ja = "種別", en = "Kind" }
column = "kind"

[[fields.kind.codes]]
value = "school"
label = { ja = "学校", en = "School" }

[[fields.kind.codes]]
value = "hall"
label = { ja = "会館", en = "Hall" }

[fields.people]
title = { ja = "人数", en = "People" }
column = "people"
type = "integer"

[fields.height]
title = { ja = "高さ", en = "Height" }
column = "height"
type = "number"

[fields.open]
title = { ja = "開設", en = "Open" }
column = "open"
type = "flag"

[fields.since]
title = { ja = "指定日", en = "Since" }
column = "since"
type = "date"

[fields.phone]
title = { ja = "電話", en = "Phone" }
column = "phone"
audience = "staff"
"""
# Name, kind, people, height, whether open, since, and where.
ROWS = [
    ("第一小学校", "school", 100, 12.5, True, "2020-01-01", (139.01, 35.01)),
    ("第二小学校", "school", 250, 3.25, False, "2021-06-15", (139.05, 35.05)),
    ("ＡＢＣ会館", "hall", 40, None, None, "2019-12-31", (139.10, 35.10)),
    ("Abc Hall", "hall", None, -1.5, True, None, (139.15, 35.15)),
    ("Café é", None, 0, 0.0, False, "2024-02-29", (139.19, 35.19)),
    ("100%_ｶﾞｰﾃﾞﾝ", "hall", 9007199254740991, 7.0, True, "2020-01-01", (139.02, 35.18)),
    (None, "school", 5, 2.0, None, "2022-03-03", (139.18, 35.02)),
]


def places(city: SmallCity) -> Layer:
    """The layer of these rows."""
    columns = ("名称", "kind", "people", "height", "open", "since")
    features: list[tuple[dict[str, object] | None, dict[str, object]]] = [
        (
            {"type": "Point", "coordinates": list(row[-1])},
            {
                **dict(zip(columns, row, strict=False)),
                "phone": f"secret-{index}",
            },
        )
        for index, row in enumerate(ROWS)
    ]
    city.put("places.geojson", feature_collection(*features))
    city.declare("places", 'path = "places.geojson"', fields=FIELDS, top='label = "name"')
    return city.open().layer("places")
