"""A definition as the text of its TOML file, with comments."""

from __future__ import annotations

import datetime
import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from layers.schema.codelists import codelists
from layers.schema.layer import Code, LayerDefinition

IDENTIFIED = "id"  # the file's name says it
TABLES = ("usage_note", "nearest", "source", "credit", "renewal", "privacy")


def text_of(definition: LayerDefinition, comments: Mapping[str, str]) -> str:
    """A file that `load_layer` reads as this definition.

    `comments` stand above the key, table or field they are for ("source.crs", "credit",
    "fields.name"); "" is the file's own, at its top.
    """
    said = definition.model_dump(exclude_defaults=True, exclude_none=True)
    if definition.source.url is not None:
        said["source"]["url"] = definition.source.url  # whole: a dump leaves its query out
    fields, style = said.pop("fields", {}), said.pop("style", {})
    tables = {name: said.pop(name) for name in TABLES if name in said}
    top = {key: value for key, value in said.items() if key != IDENTIFIED}
    lines = [*_comment(comments.get("")), "", *_pairs(top, "", comments)]
    lines += _sample(definition, comments)
    for name, table in tables.items():
        lines += ["", *_comment(comments.get(name)), f"[{name}]", *_pairs(table, name, comments)]
    for name, field in fields.items():
        key = f"fields.{name}"
        named = {**field, **_codes(definition.fields[name].codes)}
        lines += ["", *_comment(comments.get(key)), f"[{key}]", *_pairs(named, key, comments)]
    classes = style.pop("classes", ())
    if style or classes:
        lines += ["", *_comment(comments.get("style")), "[style]", *_pairs(style, "", {})]
    for one in classes:
        lines += ["", "[[style.classes]]", *_pairs(one, "", {})]
    return "\n".join(lines).strip() + "\n"


def _sample(definition: LayerDefinition, comments: Mapping[str, str]) -> list[str]:
    if definition.sample:
        return []  # said already
    return [*_comment(comments.get("sample")), "sample = false"]


def _codes(codes: tuple[Code, ...]) -> dict[str, str]:
    """The name of the shared list that these are."""
    name = next((name for name, known in codelists().items() if known == codes), None)
    return {} if name is None else {"codes": name}


def _pairs(table: Mapping[str, Any], under: str, comments: Mapping[str, str]) -> Iterator[str]:
    for key, value in table.items():
        yield from _comment(comments.get(f"{under}.{key}" if under else key))
        yield f"{key} = {_value(value)}"


def _comment(text: str | None) -> list[str]:
    """Comment lines; what a TOML comment may not hold, control characters, is left out."""
    lines = text.splitlines() if text else []
    plain = ("".join(c for c in line if unicodedata.category(c) != "Cc") for line in lines)
    return [f"# {line}".rstrip() for line in plain]


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(str(key))} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    # JSON's strings, numbers and truth values are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else _value(name)
