"""How a layer's features look, and what each look means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layers.schema.layer import Code, FieldDefinition, LayerDefinition, Style, StyleClass
from layers.schema.values import PictogramId, Scalar, Shape, Text

OTHERS = {
    "ja": "その他",
    "ja-x-easy": "ほか",
    "en": "Others",
    "zh": "其他",
    "ko": "기타",
    "vi": "Khác",
}

FLAGS = {
    True: {
        "ja": "あり",
        "ja-x-easy": "ある",
        "en": "yes",
        "zh": "有",
        "ko": "있음",
        "vi": "có",
    },
    False: {
        "ja": "なし",
        "ja-x-easy": "ない",
        "en": "no",
        "zh": "无",
        "ko": "없음",
        "vi": "không",
    },
}


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One look on the map. `value` is None for features of no class of their own."""

    value: Scalar | None
    label: Text
    meaning: Text | None
    color: str
    shape: Shape
    glyph: str
    pictogram: PictogramId | None = None


def legend_of(
    definition: LayerDefinition, values: Sequence[Scalar | None]
) -> tuple[LegendEntry, ...]:
    """Return one entry for each class, in the definition's order.

    `values` are those of the style's field that features have. A hazard shows every rank, so that
    the scale is whole; other layers show what they hold.
    """
    style = definition.style
    if style.field is None:
        return (entry_without_class(style, definition.title),)
    looks = {look.value: look for look in style.classes}
    codes = _codes(definition.fields[style.field], list(looks))
    if definition.hazard is None:
        codes = [code for code in codes if code.value in values]
    entries = [_entry(code, looks.get(code.value), style) for code in codes]
    if set(values) - {code.value for code in codes}:
        entries.append(entry_without_class(style))
    return tuple(entries)


def look_of(
    definition: LayerDefinition, legend: Sequence[LegendEntry], properties: Mapping[str, Any]
) -> LegendEntry:
    """Return the entry of the legend for a feature with these properties."""
    style = definition.style
    value = properties.get(style.field) if style.field is not None else None
    match = next((entry for entry in legend if entry.value == value), None)
    return match or entry_without_class(style)


def entry_without_class(style: Style, label: Text = OTHERS) -> LegendEntry:
    """Return the layer's own look."""
    return LegendEntry(None, label, None, style.color, style.shape, style.glyph, style.pictogram)


def _entry(code: Code, look: StyleClass | None, style: Style) -> LegendEntry:
    own = look or StyleClass(value=code.value)
    has_letter = own.glyph is not None  # the class's letter stands for the layer's pictogram, too
    return LegendEntry(
        value=code.value,
        label=code.label,
        meaning=code.meaning,
        color=own.color or code.color or style.color,
        shape=own.shape or style.shape,
        glyph=style.glyph if own.glyph is None else own.glyph,
        pictogram=own.pictogram or (None if has_letter else style.pictogram),
    )


def _codes(field: FieldDefinition, values: list[Scalar]) -> list[Code]:
    """The field's codes; for a field without, the style's own values stand for themselves."""
    if field.codes:
        return list(field.codes)
    return [Code(value=value, label=_label(value)) for value in values]


def _label(value: Scalar) -> Text:
    return FLAGS[value] if isinstance(value, bool) else {"ja": str(value), "en": str(value)}
