"""GeoJSON that carries its looks and its words, for maps that know no definition.

The looks follow the Geospatial Information Authority's スタイルつき GeoJSON 規約, which 地理院地図
draws (github.com/gsi-cyberjapan/geojson-with-style-spec): Leaflet's options with an underscore
before them. The words are Japanese, as that map's are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from layers.schema.layer import FieldDefinition, LayerDefinition
from layers.symbology.legend import OTHERS, LegendEntry, entry_without_class
from layers.tiles.content import COUNT, TileContent, count_name

RADIUS = 7  # CSS pixels of a point
MOST_RADIUS = 24  # of a cluster
DESIGNATED, NONE, NOTE = "指定されている災害", "このデータに指定なし", "注意"
SAMPLE = {"見本": "見本のデータです。実際の場所や状況を表すものではありません。"}
DASHED = {"_dashArray": "6 4"}


def with_style(
    content: TileContent, definition: LayerDefinition, legend: Sequence[LegendEntry]
) -> TileContent:
    """The same features with titles and labels as properties, and how to draw them."""
    looks = {entry.value: entry for entry in legend}
    fallback = looks.get(None) or entry_without_class(definition.style)
    path = _point if content.parts.kind == "point" else _shape

    def styled(encoded: bytes) -> bytes:
        properties: dict[str, Any] = orjson.loads(encoded)
        if "point_count" in properties:
            words, style = _counts(properties, looks), _cluster(properties, fallback)
        else:
            look = looks.get(properties.get(definition.style.field or ""), fallback)
            words, style = _in_words(properties, definition), path(look)
            words |= _designations(properties, definition)
        # A sample is drawn and says nothing: no value and no number.
        return orjson.dumps({**SAMPLE, **style, **DASHED} if definition.sample else words | style)

    return replace(content, properties=[styled(encoded) for encoded in content.properties])


def _in_words(properties: Mapping[str, Any], definition: LayerDefinition) -> dict[str, Any]:
    fields = definition.public_fields
    return {
        _title(fields[name]): _label(definition, name, value)
        for name, value in properties.items()
        if name in fields
    }


def _designations(properties: Mapping[str, Any], definition: LayerDefinition) -> dict[str, str]:
    """For which disasters a place is designated, of places that are: its symbol does not tell.

    Another map may lay the symbols over zones of any disaster.
    """
    valid_for = definition.nearest.valid_for if definition.nearest else {}
    if not valid_for:
        return {}
    titles = {flag: definition.fields[flag].title["ja"] for flag in valid_for.values()}
    designated = [title for flag, title in titles.items() if properties.get(flag) is True]
    note = definition.usage_note
    return {
        DESIGNATED: "・".join(designated) or NONE,
        **({NOTE: note.text["ja"]} if note else {}),
    }


def _title(field: FieldDefinition) -> str:
    unit = f"（{field.unit}）" if field.unit else ""
    return f"{field.title['ja']}{unit}"


def _label(definition: LayerDefinition, name: str, value: Any) -> Any:
    if isinstance(value, bool):
        word = "あり" if value else "なし"
        return f"指定{word}" if name in definition.designation_flags else word
    codes = definition.public_fields[name].codes
    return next((code.label["ja"] for code in codes if code.value == value), value)


def _shape(look: LegendEntry) -> dict[str, Any]:
    return {
        "_color": look.color,
        "_weight": 1,
        "_opacity": 1,
        "_fillColor": look.color,
        "_fillOpacity": 0.6,
    }


def _point(look: LegendEntry) -> dict[str, Any]:
    return {
        "_markerType": "CircleMarker",
        "_radius": RADIUS,
        "_color": "#ffffff",
        "_weight": 2,
        "_opacity": 1,
        "_fillColor": look.color,
        "_fillOpacity": 1,
    }


def _counts(properties: Mapping[str, Any], looks: Mapping[Any, LegendEntry]) -> dict[str, Any]:
    """How many a crowd are, in all and by the labels of their classes."""
    by_label: dict[str, int] = {}
    labels = {count_name(value): entry.label["ja"] for value, entry in looks.items()}
    for name, number in properties.items():
        if name.startswith(COUNT):
            label = labels.get(name, OTHERS["ja"])
            by_label[label] = by_label.get(label, 0) + number
    return {"件数": properties["point_count"], **by_label}


def _cluster(properties: Mapping[str, Any], look: LegendEntry) -> dict[str, Any]:
    """A crowd as one circle, the larger the more there are."""
    digits = len(str(properties["point_count"]))
    return {**_point(look), "_radius": min(MOST_RADIUS, RADIUS + 2 * digits**2)}
