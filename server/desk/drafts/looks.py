"""The classes of a draft's style, whose colours its form lets one choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layers.schema.layer import Code, LayerDefinition, StyleClass
from layers.schema.values import REQUIRED_LANGUAGES

MOST_CLASSES = 40  # that the form shows


@dataclass(frozen=True, slots=True)
class ClassLook:
    """How a class of the style's field looks. `label` is its words by language.

    `follows`: it has no colour of its own, but the layer's. `own` is what else it has of its own,
    by the names that the form has for the layer's look.
    """

    label: Mapping[str, str]
    color: str
    follows: bool
    own: Mapping[str, str]


def class_looks(definition: LayerDefinition) -> list[ClassLook]:
    """The classes of the definition's style, those of the first `MOST_CLASSES`."""
    style = definition.style
    if style.field is None or style.field not in definition.fields:
        return []
    looks = {look.value: look for look in style.classes}
    codes = definition.fields[style.field].codes or [
        Code(value=value, label=dict.fromkeys(REQUIRED_LANGUAGES, str(value))) for value in looks
    ]
    classes = []
    for code in codes[:MOST_CLASSES]:
        look = looks.get(code.value) or StyleClass(value=code.value)
        color = look.color or code.color
        own = {
            "shape": look.shape,
            "pictogram": look.pictogram or (None if look.glyph is None else ""),
            "glyph": look.glyph,
        }
        named = {name: value for name, value in own.items() if value is not None}
        classes.append(ClassLook(code.label, color or style.color, color is None, named))
    return classes
