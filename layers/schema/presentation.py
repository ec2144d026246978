"""What of a definition decides a layer's data, and what only how the data is presented.

Preparation gets the part that decides the data, so that nothing else can: another title, credit or
colour prepares nothing anew. What is presented is put back when the data is prepared.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

import orjson

from layers.schema.layer import Code, Credit, FieldDefinition, LayerDefinition, Style
from layers.schema.values import REQUIRED_LANGUAGES, Strict, Text

NO_TEXT: Text = dict.fromkeys(map(str, REQUIRED_LANGUAGES), "—")
# Keys of a layer that preparation has no use for, as it gets them. Every other key decides the
# data, a new one too until it is named here.
PRESENTED: dict[str, Any] = {
    "previous_ids": (),
    "title": NO_TEXT,
    "description": NO_TEXT,
    "group": "",
    "order": 0,
    "sample": False,
    "default_visible": False,
    "usage_note": None,
    "shelters": False,
    "renewal": None,
    "credit": Credit(attribution=NO_TEXT, licence=NO_TEXT, date=datetime.date(1970, 1, 1)),
}
NO_REFRESH = 1  # hours


def data_of(definition: LayerDefinition) -> LayerDefinition:
    """The definition as it decides the data: the same of two that differ in presentation only."""
    fields = {name: _data_of_field(field) for name, field in definition.fields.items()}
    source = definition.source.model_copy(update={"refresh_hours": NO_REFRESH})
    style = Style(field=definition.style.field)
    changes = {**PRESENTED, "fields": fields, "source": source, "style": style}
    return definition.model_copy(update=changes)


def presented(data: LayerDefinition, definition: LayerDefinition) -> LayerDefinition:
    """The definition with all that preparation filled in.

    `data` is what preparation made of `data_of(definition)`.
    """
    fields = {name: definition.fields.get(name, field) for name, field in data.fields.items()}
    source = data.source.model_copy(update={"refresh_hours": definition.source.refresh_hours})
    changes = {key: getattr(definition, key) for key in PRESENTED}
    changes |= {"fields": fields, "source": source, "style": _style(data, definition)}
    return data.model_copy(update=changes)


def digest(definition: Strict) -> str:
    """A hash of what a definition says; keys that it leaves out are no part of it.

    So a key that is new in this version changes no hash, as long as nobody uses it.
    """
    document = definition.model_dump(mode="json", exclude_defaults=True)
    return hashlib.sha256(orjson.dumps(document)).hexdigest()


def _data_of_field(field: FieldDefinition) -> FieldDefinition:
    codes = tuple(
        Code(value=code.value, synonyms=code.synonyms, label=NO_TEXT) for code in field.codes
    )
    changes = {"title": NO_TEXT, "unit": None, "codes": codes, "card": True}
    return field.model_copy(update=changes)


def _style(data: LayerDefinition, definition: LayerDefinition) -> Style:
    """The definition's; where a standard's style is filled in, that with what the definition says.

    See `layers.prepare.complete`.
    """
    if definition.fields or definition.style.field is not None:
        return definition.style
    declared = definition.style.model_dump(exclude_defaults=True)
    standard = data.style.model_dump()
    if "glyph" in declared:
        standard["pictogram"] = None  # the city's letter is to be seen
    return Style.model_validate({**standard, **declared})
