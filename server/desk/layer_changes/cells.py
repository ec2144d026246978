"""What may be typed as a value of a feature: what a cell of its column would hold."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from layers.japanese.spelling import nfkc
from layers.schema.layer import FieldDefinition, LayerDefinition
from layers.schema.values import Scalar
from server.desk.errors import InvalidChange
from server.desk.intake.form import storable

LONGEST = 2000  # characters
WHOLE = re.compile(r"[+-]?\d{1,18}")
NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")


def choices_of(definition: LayerDefinition, name: str) -> Mapping[str, Scalar] | None:
    """The cells that the field's column may hold, with what is published of each; None of any.

    Of fields made of one column, one with a mapping decides.
    """
    field = definition.fields[name]
    alike = [each for each in definition.fields.values() if each.column == field.column]
    mapped = next((each.values for each in [field, *alike] if each.values), None)
    if mapped is not None:
        return mapped
    if field.codes and not field.open_codes:
        return {str(code.value): code.value for code in field.codes}
    return {"1": True, "0": False} if field.type == "flag" else None


def checked_cell(definition: LayerDefinition, name: str, typed: str) -> str:
    """The cell; "" for none. Raises `InvalidChange`."""
    text = storable(typed).strip()
    if len(text) > LONGEST:
        raise InvalidChange(f"value-{name}", "long")
    choices = choices_of(definition, name)
    if not text:
        return ""
    if choices is not None:
        if text not in choices:
            raise InvalidChange(f"value-{name}", "choice")
        return text
    return _of_type(definition.fields[name], name, text)


def _of_type(field: FieldDefinition, name: str, text: str) -> str:
    plain = nfkc(text).replace(",", "")
    if field.type == "integer" and not WHOLE.fullmatch(plain):
        raise InvalidChange(f"value-{name}", "integer")
    if field.type == "number" and not NUMBER.fullmatch(plain):
        raise InvalidChange(f"value-{name}", "number")
    if field.type == "date":
        try:
            return datetime.date.fromisoformat(plain).isoformat()
        except ValueError:
            raise InvalidChange(f"value-{name}", "date") from None
    return text if field.type == "text" else plain
