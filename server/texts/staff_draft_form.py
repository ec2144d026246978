"""What the fields of a draft's edit form are called, and what a report says in their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from layers.messages import MESSAGES
from layers.messages.message import Language
from layers.report import Problem
from layers.schema.layer import LayerDefinition
from layers.schema.values import PAGE_LANGUAGES, REQUIRED_LANGUAGES
from server.texts import Translate
from server.texts.languages import LANGUAGES

# Tables of a definition that the form has no word for: their keys are fields of their own.
TABLES = ("credit.", "style.", "privacy.", "source.")
# Keys of a definition whose fields are called otherwise.
FIELDS = {"id": "layer_id", "style.field": "style_field", "usage_note.text": "note"}


def form_labels(_: Translate) -> Mapping[str, str]:
    """What the fields are called, by their names in the form; texts without a language too."""
    return {
        **_texts(_),
        "layer_id": _("Short name in addresses"),
        "group": _("Heading in the list of layers"),
        "default_visible": _("Show it when the map is opened"),
        "sample": _("This is made-up data, to try things out"),
        "licence_url": _("Address of the terms"),
        "url": _("Address of the data's own page"),
        "date": _("As of which day"),
        "refresh_hours": _("Fetch it again after so many hours"),
        "renewal_every": _("The data is renewed"),
        "renewal_department": _("Department that sees to it"),
        "renewal_mail": _("Mail address of the department"),
        "hazard": _("Which danger"),
        "scenario": _("Which event is assumed"),
        "surveyed_extent": _("Which part of the city was surveyed"),
        "label": _("What a place is called by"),
        "color": _("Colour"),
        "shape": _("Shape (of points)"),
        "pictogram": _("Picture in it"),
        "glyph": _("Or a letter in it"),
        "style_field": _("Colours by the values of"),
        "grid_m": _("Show positions only to within so many metres (points)"),
        "least_group": _("Leave out places of which fewer than so many are alike"),
    }


def _texts(_: Translate) -> Mapping[str, str]:
    """The texts that are written in each language."""
    titles = {
        "title": _("Name of the layer"),
        "description": _("What it shows"),
        "note": _("Caution"),
        "attribution": _("Source"),
        "licence": _("Terms of use"),
    }
    labels = {
        f"{name}_{language}": f"{title} ({LANGUAGES[language].name})"
        for name, title in titles.items()
        for language in PAGE_LANGUAGES
        if language not in REQUIRED_LANGUAGES
    }
    return {
        **titles,
        **labels,
        "title_ja": _("Name of the layer, in Japanese"),
        "title_en": _("Name of the layer, in English"),
        "description_ja": _("What it shows, in Japanese"),
        "description_en": _("What it shows, in English"),
        "note_ja": _("A caution shown with every place, in Japanese (if one is needed)"),
        "note_en": _("The caution in English"),
        "attribution_ja": _("Source, in Japanese"),
        "attribution_en": _("Source, in English"),
        "licence_ja": _("Terms of use, in Japanese"),
        "licence_en": _("Terms of use, in English"),
    }


def field_of_key(key: str) -> str:
    """The form's name for a key of a definition, as it would be if the form had such a field."""
    for known, name in FIELDS.items():
        if key == known or key.startswith(f"{known}."):
            return name + key.removeprefix(known).replace(".", "_")
    for table in TABLES:
        key = key.removeprefix(table)
    return key.replace(".", "_")


def key_words(key: str, definition: LayerDefinition | None, _: Translate) -> str:
    """What the form calls a key of a definition; the key where the form has nothing of it."""
    table, _dot, rest = key.partition(".")
    field = definition.fields.get(rest.partition(".")[0]) if definition else None
    if table == "fields" and field is not None:
        return _("Heading of the column “{column}”").format(column=field.column)
    return form_labels(_).get(field_of_key(key), key)


def in_words_of_the_form(
    problem: Problem, definition: LayerDefinition | None, language: Language, _: Translate
) -> tuple[str, str]:
    """What a problem of a draft is, and what is done about it: as the form calls things."""
    message = MESSAGES[problem.kind]
    if problem.column is not None and "{key}" in message.finding["en"]:
        words = key_words(problem.column, definition, _)
        problem = replace(problem, column=words)
    finding, action = _findings(_).get(problem.kind), _actions(_).get(problem.kind)
    text = problem.message(language)
    if finding is not None:
        text = finding.format(key=problem.column, value=problem.value)
    return f"{problem.heading(language)}{text}", action or problem.action(language)


def _findings(_: Translate) -> Mapping[str, str]:
    """What is found, by kind, where the message names a setting by its key in a file."""
    return {
        "encoding_declared": _("The characters are {value}: the layer's settings say so."),
        "personal_published": _("The column looks personal: drop it, or show it to staff only."),
        "hazard_whole": _(
            "“{key}” is missing. Areas of a danger need three things: which danger, which event is "
            "assumed, and which part of the city was surveyed."
        ),
    }


def _actions(_: Translate) -> Mapping[str, str]:
    """What is done or is to be done, by kind, where the message names a setting by its key."""
    as_set = _("This is as “Privacy” in the form has it.")
    return {
        "personal_column": _("It is not published. Dropped in the form, it is not read at all."),
        "standard": _("Nothing was chosen of the columns: those of this standard are shown."),
        "grid": as_set,
        "small_group": as_set,
        "hidden_columns": _("They are not read. Show them in the file, and send it again."),
    }
