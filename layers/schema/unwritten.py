"""What a definition still leaves to be written: nothing is published with it.

`bosai add` writes a placeholder where only the officer knows the words; names that only the data's
software understands are no words for residents either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from layers.report import Problem
from layers.schema.layer import LayerDefinition
from layers.schema.values import Text

ATTRIBUTION: Text = {"ja": "（出典を書いてください）", "en": "(write whose data this is)"}
LICENCE: Text = {"ja": "（利用条件を書いてください）", "en": "(write the terms of use)"}
TITLE: Text = {"ja": "（名前を書いてください）", "en": "(write a name)"}
GROUP = "（見出しを書いてください）"
DESCRIPTION: Text = {"ja": "（説明を書いてください）", "en": "(write a description)"}
PLACEHOLDER = re.compile(r"（[^）]*書いてください）|\(write [^)]*\)")
# Short words in capitals are names to everybody: ID, URL, FAX, NO, AED.
EVERYDAY = re.compile(r"[A-Z]{1,4}|No\.?")


def unwritten(definition: LayerDefinition) -> list[Problem]:
    """An error for each text that a reader would see and that nobody has written."""
    texts = dict(_texts(definition))
    problems = [
        Problem("error", "unwritten", column=key, value=value)
        for key, text in texts.items()
        if (value := next(filter(PLACEHOLDER.search, text.values()), None)) is not None
    ]
    if is_placeholder(definition.group):
        problems.insert(0, Problem("error", "unwritten", column="group", value=definition.group))
    stem = PurePosixPath(definition.source.name).stem
    names = {"title": stem}
    names |= {
        f"fields.{name}.title": field.column for name, field in definition.public_fields.items()
    }
    problems += [
        Problem("error", "coded_title", column=key, value=texts[key]["ja"])
        for key, name in names.items()
        if texts[key]["ja"] == name and _is_coded(name)
    ]
    return problems


def is_placeholder(text: str) -> bool:
    """Whether a text only says that it is to be written."""
    return PLACEHOLDER.search(text) is not None


def _is_coded(name: str) -> bool:
    return name.isascii() and not EVERYDAY.fullmatch(name)


def _texts(definition: LayerDefinition) -> Iterator[tuple[str, Text]]:
    yield "title", definition.title
    yield "description", definition.description
    yield "credit.attribution", definition.credit.attribution
    yield "credit.licence", definition.credit.licence
    for name, field in definition.public_fields.items():
        yield f"fields.{name}.title", field.title
