"""Reports, and why a layer is not what its files say."""

from __future__ import annotations

import json

import typer

from layers.catalog.catalog import Catalog
from layers.errors import ExplainedError
from layers.messages import frame
from layers.messages.differences import amount
from layers.messages.message import LANGUAGES, Text
from layers.publish.jobs import Check
from layers.revision.difference import Difference
from layers.schema.folder import CITY
from server.console.lines import both, say
from server.texts import console as words

NAMED = 20  # moved features, and changed values, that a report in words names


def say_unserved(catalog: Catalog) -> None:
    """Which layers are not served, and why."""
    for layer_id, trouble in catalog.unserved.items():
        _say_state("not_served", layer_id, *trouble.words)


def say_outdated(catalog: Catalog) -> None:
    """What is served as it was before, because of what its files now say."""
    if catalog.trouble is not None:
        _say_state("not_updated", CITY, *catalog.trouble.words)
    for layer in catalog.layers.values():
        if layer.trouble is not None:
            _say_state("not_updated", layer.id, *layer.trouble.words)


def say_unexported(layer_id: str, error: ExplainedError) -> None:
    """Why a layer was not written as a file."""
    _say_state("not_exported", layer_id, error.message("ja"), error.message("en"))


def say_report(check: Check) -> None:
    """A report: a summary, the problems in the order of the file, and what differs."""
    report = check.report
    japanese, english = (report.summary(language) for language in LANGUAGES)
    typer.echo(f"{japanese}\n  {english}")
    for problem in report.in_file_order:
        for language, indent in zip(LANGUAGES, ("  ", "    "), strict=True):
            finding, action = problem.message(language), problem.action(language)
            gap = frame.BETWEEN[language]
            typer.echo(f"{indent}{problem.heading(language)}{finding}{gap}{action}")
    if check.difference is not None:
        _say_difference(check.difference)


def _say_state(state: str, layer: str, japanese: str, english: str) -> None:
    text = words.STATES[state]
    said: Text = {
        "ja": text["ja"].format(layer=layer, why=japanese),
        "en": text["en"].format(layer=layer, why=english),
    }
    say({"ja": "{ja}", "en": "{en}"}, err=True, **said)


def _say_difference(difference: Difference) -> None:
    counts = difference.counts
    before = {language: counts.in_words(language) for language in LANGUAGES}
    say(
        {"ja": words.BEFORE["ja"], "en": words.BEFORE["en"].replace("{difference}", "{english}")},
        indent="  ",
        revision=counts.revision,
        difference=before["ja"],
        english=before["en"],
    )
    for moved in difference.moved[:NAMED]:
        unit = "m" if counts.measure == "metres" else "m²"
        typer.echo(f"    {moved.id}: {both(words.MOVED)}: {amount(moved.extent)} {unit}")
    for changed in difference.changed[:NAMED]:
        values = [json.dumps(value, ensure_ascii=False) for value in changed[2:]]
        typer.echo(f"    {changed.id}: {changed.field}: {' → '.join(values)}")
