"""What the browser must know of a layer to draw it and to speak of it, in one language."""

from __future__ import annotations

from typing import Any

from layers.catalog.designations import (
    designated_flags,
    disaster_of,
    has_states,
    is_designated,
    undesignated_flags,
)
from layers.catalog.layer import Layer
from layers.schema.layer import LayerDefinition, Style
from layers.symbology.legend import LegendEntry
from layers.symbology.look import LOOK
from layers.symbology.symbols import ink_on, pale_color, pattern_of
from server.texts import Translate, name_patterns, wording
from server.texts.cautions import usage
from server.texts.flags import designation_words, flag_words
from server.texts.wording import localized

Config = dict[str, Any]


def layer_config(layer: Layer, lang: str, translate: Translate) -> Config:
    definition = layer.definition
    revision = layer.revision.id
    return {
        "id": layer.id,
        "revision": revision,
        "formerly": definition.previous_ids,
        "title": localized(definition.title, lang),
        "geometry": layer.geometry,
        "tiles": f"/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.geojson?v={revision}",
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "unclusteredFrom": layer.revision.unclustered_from,
        "bounds": layer.bounds and list(layer.bounds),
        "sample": definition.sample,
        "crowded": layer.feature_count > LOOK.symbols.crowd,
        "label": definition.label,
        "nameForms": name_forms(definition, lang),
        "notice": usage(definition, lang, translate) or None,
        "unreviewed": bool(wording.review(lang, translate, definition.usage_note)),
        "credit": _credit(layer, lang, translate),
        "fields": [_field(definition, name, lang, translate) for name in definition.card_fields],
        "style": {
            "field": definition.style.field,
            "look": _look(definition.style),
            "classes": _classes(layer),
        },
        "designated": designated_flags(layer) if is_designated(definition) else None,
        "undesignated": undesignated_flags(layer),
        "designation": designation_words(translate)._asdict(),
        "opens": has_states(definition),
        "hazard": _hazard(layer, lang, translate) if definition.hazard else None,
    }


def _classes(layer: Layer) -> list[Config]:
    entries = [entry for entry in layer.legend() if entry.value is not None]
    return [
        {"value": entry.value, **_look(entry), "pattern": pattern_of(index, len(entries))}
        for index, entry in enumerate(entries)
    ]


def _look(look: LegendEntry | Style) -> Config:
    return {
        "color": look.color,
        "ink": ink_on(look.color),
        "pale": pale_color(look.color),
        "shape": look.shape,
        "pictogram": look.pictogram,
        "glyph": look.glyph,
    }


def name_forms(definition: LayerDefinition, lang: str) -> list[Config]:
    """The fields with the forms of a name that stand beside it, the best first, and how."""
    fields = definition.name_forms
    return [
        {"tag": tag, "field": fields[tag], "pattern": pattern}
        for tag, pattern in name_patterns(lang)
        if tag in fields
    ]


def _field(definition: LayerDefinition, name: str, lang: str, translate: Translate) -> Config:
    field = definition.public_fields[name]
    is_flag = field.type == "flag"
    return {
        "id": name,
        "title": localized(field.title, lang),
        "type": field.type,
        "unit": field.unit,
        "flag": flag_words(definition, name, translate)._asdict() if is_flag else None,
        "codes": [
            {
                "value": code.value,
                "label": localized(code.label, lang),
                "meaning": localized(code.meaning, lang) if code.meaning else None,
            }
            for code in field.codes
        ],
    }


def _credit(layer: Layer, lang: str, _: Translate) -> Config:
    credit = layer.definition.credit
    return {
        "attribution": localized(credit.attribution, lang),
        "url": credit.url,
        "date": _("as of {date}").format(date=wording.long_date(credit.date, lang)),
    }


def _hazard(layer: Layer, lang: str, translate: Translate) -> Config:
    definition = layer.definition
    surveyed = f"/layers/{layer.id}/coverage.geojson?v={layer.revision.id}"
    return {
        "disaster": disaster_of(definition),
        "coverage": surveyed if layer.coverage() is not None else None,
        "scenario": wording.scenario(definition, translate),
        "description": localized(definition.description, lang),
        "outside": wording.outside(definition, translate),
        "unknown": wording.unknown(definition, translate),
    }
