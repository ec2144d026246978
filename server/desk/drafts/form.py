"""The form of a draft: a definition as what is typed, and what is typed as a definition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from layers.messages.message import Language
from layers.report import Problem
from layers.schema.city import CityDefinition
from layers.schema.layer import FieldDefinition, LayerDefinition, StyleClass
from layers.schema.unwritten import is_placeholder
from layers.schema.validation import first_mistake
from layers.schema.values import (
    LAYER_ID,
    PAGE_LANGUAGES,
    REQUIRED_LANGUAGES,
    Hazard,
    PictogramId,
    Scenario,
    Shape,
)
from server.desk.drafts.columns import USES, ColumnChoice
from server.desk.drafts.looks import MOST_CLASSES, class_looks
from server.desk.errors import InvalidForm
from server.desk.intake.form import read_text
from server.texts import Translate
from server.texts.staff_draft_form import field_of_key, form_labels, in_words_of_the_form

LONGEST = {"title": 100, "description": 1000, "note": 1000, "attribution": 200, "licence": 500}
LONGEST_TITLE = 100  # characters of a column's
MOST_COLUMNS = 150  # that the form shows; the others stay as they are
FIELDS = 40 + 6 * len(LONGEST) + 4 * MOST_COLUMNS + MOST_CLASSES  # of the form, at most
GRIDS = (50, 100, 250, 500, 1000)  # metres
EXTENTS = ("unknown", "boundary")
SHAPES: Sequence[str] = get_args(Shape)
PICTOGRAMS: Sequence[str] = get_args(PictogramId)
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
WHOLE = re.compile(r"[0-9]{1,6}")


def typed_of(definition: LayerDefinition, columns: Sequence[ColumnChoice]) -> dict[str, str]:
    """What the form shows of a definition; placeholders are left empty."""
    note = definition.usage_note
    texts = {
        "title": definition.title,
        "description": definition.description,
        "note": note.text if note else {},
        "attribution": definition.credit.attribution,
        "licence": definition.credit.licence,
    }
    typed = {
        f"{name}_{language}": _written(text.get(language, ""))
        for name, text in texts.items()
        for language in PAGE_LANGUAGES
    }
    style, privacy, renewal = definition.style, definition.privacy, definition.renewal
    typed |= {
        "layer_id": definition.id,
        "group": _written(definition.group),
        "sample": "1" if definition.sample else "",
        "default_visible": "1" if definition.default_visible else "",
        "licence_url": definition.credit.licence_url or "",
        "url": definition.credit.url or "",
        "date": definition.credit.date.isoformat(),
        "hazard": definition.hazard or "",
        "scenario": definition.scenario or "",
        "surveyed_extent": definition.surveyed_extent or "unknown",
        "label": definition.label or "",
        "color": style.color,
        "shape": style.shape,
        "pictogram": style.pictogram or "",
        "glyph": style.glyph,
        "style_field": style.field or "",
        "grid_m": str(privacy.grid_m or ""),
        "least_group": str(privacy.least_group or ""),
        "refresh_hours": str(definition.source.refresh_hours),
        "renewal_every": renewal.every if renewal else "",
        "renewal_department": (renewal and renewal.department) or "",
        "renewal_mail": (renewal and renewal.mail) or "",
        "personal_confirmed": "",
    }
    for index, look in enumerate(class_looks(definition)):
        typed[f"class{index}"] = look.color
    for choice in columns:
        typed[f"use{choice.number}"] = choice.use
        typed[f"ja{choice.number}"] = choice.title.get("ja", "")
        typed[f"en{choice.number}"] = choice.title.get("en", "")
    return typed


def read_definition(
    typed: Mapping[str, str],
    definition: LayerDefinition,
    columns: Sequence[ColumnChoice],
    city: CityDefinition,
    *,
    is_new: bool,
    language: Language,
    _: Translate,
) -> LayerDefinition:
    """The definition as the form wants it. Raises `InvalidForm` with a message by field."""
    errors: dict[str, str] = {}
    document = _whole(definition)
    document |= _words(typed, definition, errors, _)
    if is_new:
        document["id"] = _read_id(typed, errors, _)
    if typed.get("group") not in [group.id for group in city.groups]:
        errors["group"] = _("Choose a heading.")
    document["group"] = typed.get("group", "")
    for key in ("sample", "default_visible"):
        document[key] = bool(typed.get(key))
    document |= _hazard(typed, errors, _)
    document["renewal"] = _renewal(typed, errors, _)
    document["fields"] = _fields(typed, definition, columns, errors, _)
    document["privacy"] = _privacy(typed, definition, columns, errors, _)
    public = [name for name, field in document["fields"].items() if field.audience == "public"]
    document["label"] = typed["label"] if typed.get("label") in public else None
    document["style"] = _style(typed, definition, public, errors, _)
    if definition.partition not in public:
        document["partition"] = None
    if definition.source.url is not None:
        document["source"] |= {"refresh_hours": _hours(typed, errors, _)}
    if errors:
        raise InvalidForm(errors)
    try:
        return LayerDefinition.model_validate(document)
    except ValidationError as error:
        mistake = first_mistake(LayerDefinition, Path(f"{definition.id}.toml"), error)
        problem = replace(Problem.of(mistake), file="")
        words, _action = in_words_of_the_form(problem, definition, language, _)
        raise InvalidForm({_field_of(str(mistake.key), _): words}) from None


def _whole(definition: LayerDefinition) -> dict[str, Any]:
    document = definition.model_dump(exclude_none=True)
    if definition.source.url is not None:
        document["source"]["url"] = definition.source.url  # whole: a dump leaves its query out
    return document


def _words(
    typed: Mapping[str, str], definition: LayerDefinition, errors: dict[str, str], _: Translate
) -> dict[str, Any]:
    read = {name: _text(name, typed, errors, _) for name in LONGEST}
    note = definition.usage_note
    usage_note = None
    if any(read["note"].values()):
        usage_note = {} if note is None else note.model_dump(exclude_none=True)
        if note is None or dict(note.text) != read["note"]:
            usage_note = {}  # who signed it signed other words
        usage_note["text"] = read["note"]
    credit = definition.credit.model_dump(exclude_none=True) | {
        "attribution": read["attribution"],
        "licence": read["licence"],
        "date": typed.get("date", ""),
    }
    for key in ("licence_url", "url"):
        credit[key] = typed.get(key, "").strip() or None
    return {
        "title": read["title"],
        "description": read["description"],
        "usage_note": usage_note,
        "credit": credit,
    }


def _text(
    name: str, typed: Mapping[str, str], errors: dict[str, str], _: Translate
) -> dict[str, str]:
    """A text by language; Japanese and English are wanted of all but the note."""
    texts = {}
    for language in PAGE_LANGUAGES:
        key = f"{name}_{language}"
        text = read_text(key, typed, LONGEST[name], errors, _)
        if text:
            texts[language] = text
    if name == "note" and not texts:
        return texts
    for language in REQUIRED_LANGUAGES:
        if language not in texts:
            errors.setdefault(
                f"{name}_{language}",
                _("Write this in Japanese.") if language == "ja" else _("Write this in English."),
            )
    return texts


def _read_id(typed: Mapping[str, str], errors: dict[str, str], _: Translate) -> str:
    layer_id = typed.get("layer_id", "").strip()
    if not LAYER_ID.fullmatch(layer_id) or len(layer_id) > 64:
        errors["layer_id"] = _(
            "Use small letters, digits and underscores, with a letter first, such as {example}."
        ).format(example="fire_hydrants")
    return layer_id


def _hazard(
    typed: Mapping[str, str], errors: dict[str, str], _: Translate
) -> dict[str, str | None]:
    hazard, scenario = typed.get("hazard", ""), typed.get("scenario", "")
    extent = typed.get("surveyed_extent", "") or "unknown"
    if not hazard:
        if typed.get("group") == "disaster":
            errors["hazard"] = _("Say which danger the areas of this heading are about.")
        return {"hazard": None, "scenario": None, "surveyed_extent": None}
    if hazard not in list(Hazard):
        errors["hazard"] = _("Choose one from the list.")
    if scenario not in list(Scenario):
        errors["scenario"] = _("Say which event is assumed.")
    return {"hazard": hazard, "scenario": scenario, "surveyed_extent": extent}


def _renewal(
    typed: Mapping[str, str], errors: dict[str, str], _: Translate
) -> dict[str, str | None] | None:
    every, department, mail = (
        typed.get(f"renewal_{key}", "").strip() for key in ("every", "department", "mail")
    )
    if every:
        return {"every": every, "department": department or None, "mail": mail or None}
    if department or mail:
        errors["renewal_every"] = _("Choose how often, or leave the two fields below empty.")
    return None


def _fields(
    typed: Mapping[str, str],
    definition: LayerDefinition,
    columns: Sequence[ColumnChoice],
    errors: dict[str, str],
    _: Translate,
) -> dict[str, FieldDefinition]:
    """The fields, by id, in the order of the columns."""
    fields = {}
    for choice in columns:
        field = definition.fields.get(choice.field)
        if choice.number >= MOST_COLUMNS:
            if field is not None:
                fields[choice.field] = field
            continue
        use = typed.get(f"use{choice.number}", choice.use)
        if use == "drop":
            continue
        if use not in USES:
            errors[f"use{choice.number}"] = _("Choose one from the list.")
            continue
        if use != "staff" and choice.looks_personal and not typed.get("personal_confirmed"):
            errors[f"use{choice.number}"] = _(
                "The column “{column}” may be about persons. Only somebody who has made sure that "
                "it is not may show it: confirm that below, or drop it."
            ).format(column=choice.column)
        titles = {"ja": f"ja{choice.number}", "en": f"en{choice.number}"}
        title = dict(choice.title)
        for language, key in titles.items():
            title[language] = read_text(key, typed, LONGEST_TITLE, errors, _) or title[language]
        base = field or FieldDefinition(title=title, column=choice.column)
        changes = {
            "title": title,
            "audience": "staff" if use == "staff" else "public",
            "card": use != "table",
        }
        fields[choice.field] = base.model_copy(update=changes)
    return fields


def _privacy(
    typed: Mapping[str, str],
    definition: LayerDefinition,
    columns: Sequence[ColumnChoice],
    errors: dict[str, str],
    _: Translate,
) -> dict[str, Any]:
    """What is kept back: columns that look personal and are dropped are not read any further."""
    uses = [typed.get(f"use{choice.number}", choice.use) for choice in columns]
    suppressed = [
        choice.column
        for choice, use in zip(columns, uses, strict=True)
        if (choice.looks_personal or choice.column in definition.privacy.suppress) and use == "drop"
    ]
    privacy = definition.privacy.model_dump() | {"suppress": suppressed}
    for key, low, high in (("grid_m", 10, 10_000), ("least_group", 2, 1000)):
        text = typed.get(key, "").strip()
        privacy[key] = None
        if text and not (WHOLE.fullmatch(text) and low <= int(text) <= high):
            errors[key] = _("Enter a whole number from {low} to {high}, or leave it empty.").format(
                low=low, high=high
            )
        elif text:
            privacy[key] = int(text)
    if privacy["least_group"] is None:
        privacy["group_by"] = ()
    return privacy


def _style(
    typed: Mapping[str, str],
    definition: LayerDefinition,
    public: Sequence[str],
    errors: dict[str, str],
    _: Translate,
) -> dict[str, Any]:
    style = definition.style.model_dump()
    color = typed.get("color", "")
    if not COLOR.fullmatch(color):
        errors["color"] = _("Choose a colour.")
    if color.lower() == definition.style.color.lower():
        color = definition.style.color
    style |= {"color": color, "glyph": typed.get("glyph", "").strip()[:2]}
    style["shape"] = typed.get("shape", "circle")
    style["pictogram"] = typed.get("pictogram") or None
    field = typed.get("style_field") or None
    if field not in public:
        field = None
    if field != definition.style.field:
        return style | {"field": field, "classes": ()}
    style["classes"] = tuple(_classes(typed, definition)) if field else ()
    return style


def _classes(typed: Mapping[str, str], definition: LayerDefinition) -> Iterator[StyleClass]:
    """The looks of the classes, with the colours that were chosen."""
    style = definition.style
    looks = {look.value: look for look in style.classes}
    codes = definition.fields[str(style.field)].codes
    values = [code.value for code in codes] or list(looks)
    shown = [look.color for look in class_looks(definition)]
    for index, value in enumerate(values):
        look = looks.get(value)
        color = typed.get(f"class{index}", "")
        is_color = index < len(shown) and COLOR.fullmatch(color)
        if is_color and color.lower() != shown[index].lower():  # browsers send small letters
            yield (look or StyleClass(value=value)).model_copy(update={"color": color})
        elif look is not None:
            yield look


def _hours(typed: Mapping[str, str], errors: dict[str, str], _: Translate) -> int:
    text = typed.get("refresh_hours", "").strip()
    if WHOLE.fullmatch(text) and 1 <= int(text) <= 24 * 366:
        return int(text)
    errors["refresh_hours"] = _("Enter a number of hours, from 1 to {most}.").format(most=24 * 366)
    return 24


def _field_of(key: str, _: Translate) -> str:
    """The form's field for a key of a definition; the first of the form for any other."""
    name, labels = field_of_key(key), form_labels(_)
    return next((each for each in (f"{name}_ja", name) if each in labels), "form")


def _written(text: str) -> str:
    return "" if is_placeholder(text) else text
