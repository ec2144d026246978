"""What pydantic finds wrong in a definition, as an error with words for it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from layers.errors import DefinitionError
from layers.messages import ProblemKind

RULE = "rule"
SCALARS = ("bool", "int", "float", "str")
LONGEST = 80  # characters of a value in a message
# The kind of problem that stands for a type of pydantic's errors.
KINDS: Mapping[str, ProblemKind] = {
    "missing": "key_missing",
    "string_type": "no_text",
    "int_type": "not_whole",
    "int_parsing": "not_whole",
    "int_from_float": "not_whole",
    "int_parsing_size": "not_whole",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "finite_number": "not_number",
    "bool_type": "not_truth",
    "bool_parsing": "not_truth",
    "dict_type": "not_table",
    "mapping_type": "not_table",
    "model_type": "not_table",
    "model_attributes_type": "not_table",
    "tuple_type": "not_list",
    "list_type": "not_list",
    "date_type": "not_day",
    "date_parsing": "not_day",
    "date_from_datetime_parsing": "not_day",
    "date_from_datetime_inexact": "not_day",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_great",
    "too_short": "too_few",
    "too_long": "too_many",
    "string_too_short": "too_short",
    "string_pattern_mismatch": "not_of_form",
    "literal_error": "not_of_choice",
    "enum": "not_of_choice",
}


def rule(
    kind: ProblemKind, key: str, value: object = None, detail: str = ""
) -> PydanticCustomError:
    """What a rule over several keys raises: which of them is at fault, and why."""
    context = {"kind": kind, "key": key, "value": value, "detail": detail}
    return PydanticCustomError(RULE, "{kind}", context)


def broken_rule(error: ValidationError) -> dict[str, Any]:
    """What `rule` was given, of an error that holds nothing else."""
    return error.errors()[0]["ctx"]


def first_mistake(model: type[BaseModel], path: Path, error: ValidationError) -> DefinitionError:
    """The mistake to name first: a misspelt key tells more than the key it leaves missing."""
    found = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    location = [str(part) for part in found["loc"]]
    kind: ProblemKind
    if found["type"] == RULE:
        kind, value, detail = (found["ctx"][name] for name in ("kind", "value", "detail"))
        key = found["ctx"]["key"]
        location += [key] if key else []
    elif found["type"] == "extra_forbidden":
        value = location[-1]
        kind, detail = _known_keys(model, found["loc"])
    else:
        kind = KINDS.get(found["type"], "value_wrong")
        if location[-1] in SCALARS:  # pydantic's name for one of the types that it tried
            location, kind = location[:-1], "no_scalar"
        value = None if kind == "key_missing" else shown(found["input"])
        detail = _limit(found)
    return DefinitionError(path, kind, ".".join(location), value, detail)


def shown(value: object) -> str:
    """A value about as TOML has it, as long as a message may say it."""
    plain = isinstance(value, (str, float))  # JSON has no name for infinity
    text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _limit(found: ErrorDetails) -> str:
    """What a value was measured by."""
    context = found.get("ctx", {})
    names = ("ge", "le", "pattern", "expected", "min_length", "max_length")
    limit = next((context[name] for name in names if name in context), "")
    return str(limit).replace(" or ", ", ")


def _known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[ProblemKind, str]:
    """What could stand where an unknown key stands: the nearest spelling, or every key."""
    inner: Any = model
    for part in location[:-1]:
        if part in getattr(inner, "model_fields", {}):
            inner = inner.model_fields[part].annotation
        inner = next((a for a in get_args(inner) if hasattr(a, "model_fields")), inner)
    known = list(getattr(inner, "model_fields", ()))
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    return ("key_misspelt", near[0]) if near else ("key_unknown", ", ".join(known))
