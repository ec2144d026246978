"""What lies farther than a distance, and what stands in hazard zones, as CSV for an office.

Tables in Japanese, in the form of `layers.exports.csv`: one line for each neighbourhood, or for
each feature and zone. Source, date, revision and whether it is a sample stand on every line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from layers.catalog.layer import Layer
from layers.exports.csv import table
from layers.exports.provenance import LANGUAGE
from layers.geometry.tile import SOURCE_DIGITS
from layers.query.exposure import Exposure
from layers.query.here import original_field
from layers.query.reach import Reach
from layers.schema.values import Scalar

Row = Sequence[Scalar | None]
REACH = (
    "区域",
    "区域の範囲",
    "面積（m2）",
    "距離（m・直線）",
    "距離を超える面積（m2）",
    "距離を超える割合（%）",
    "最も遠い地点までの距離（m）",
    "最も遠い地点の緯度",
    "最も遠い地点の経度",
    "そこから最寄りの施設のid",
    "そこから最寄りの施設",
)
EXPOSURE = (
    "id",
    "名称",
    "緯度",
    "経度",
    "位置の誤差（m）",
    "災害の想定",
    "区分",
    "区分の原表記",
    "河川など",
)
SOURCE = ("レイヤー", "出典", "基準日", "版", "見本")
WITHIN = "代表点から{radius}m以内"
WHOLE = "区域の全体"


def reach_table(reach: Reach) -> bytes:
    """One line for each area, the largest share first."""
    return table([*REACH, *SOURCE], _reach_rows(reach))


def exposure_table(exposures: Sequence[Exposure]) -> bytes:
    """One line for each feature and zone it stands in. The source is that of the features."""
    rows = [row for each in exposures for row in _exposure_rows(each)]
    return table([*EXPOSURE, *SOURCE], rows)


def _reach_rows(reach: Reach) -> Iterator[Row]:
    names = names_by_id(reach.layer)
    source = _source(reach.layer, sample=reach.sample)
    for each in reach.areas:
        longitude, latitude = each.farthest or (None, None)
        radius = each.area.radius
        yield [
            each.area.name,
            WHOLE if radius is None else WITHIN.format(radius=radius),
            round(each.ground_m2),
            reach.metres,
            round(each.beyond_m2),
            round(each.share * 100, 1),
            None if each.farthest_m is None else round(each.farthest_m, 1),
            None if latitude is None else round(latitude, SOURCE_DIGITS),
            None if longitude is None else round(longitude, SOURCE_DIGITS),
            each.nearest,
            None if each.nearest is None else names[each.nearest],
            *source,
        ]


def _exposure_rows(exposure: Exposure) -> Iterator[Row]:
    label, hazard = exposure.layer.definition.label, exposure.hazard.definition
    original = original_field(hazard) or ""
    source = _source(exposure.layer, sample=exposure.sample)
    for each in exposure.exposed:
        name = each.feature.properties.get(label or "")
        for zone in each.zones:
            yield [
                each.feature.id,
                None if name is None else str(name),
                round(each.feature.latitude, SOURCE_DIGITS),
                round(each.feature.longitude, SOURCE_DIGITS),
                each.feature.doubt,
                hazard.title[LANGUAGE],
                zone.code.label[LANGUAGE] if zone.code else None,
                zone.properties.get(original),
                zone.name,
                *source,
            ]


def names_by_id(layer: Layer) -> dict[int, str | None]:
    """What each feature is called by its label, None for what has no name."""
    label, table = layer.definition.label, layer.revision.table
    properties = table.properties.take(np.arange(layer.feature_count))
    names = [orjson.loads(each).get(label or "") for each in properties]
    return {
        id: None if name is None else str(name)
        for id, name in zip(table.ids.tolist(), names, strict=True)
    }


def _source(layer: Layer, *, sample: bool) -> Row:
    credit = layer.definition.credit
    return [
        layer.definition.title[LANGUAGE],
        credit.attribution[LANGUAGE],
        credit.date.isoformat(),
        layer.revision.id,
        "見本" if sample else "",
    ]
