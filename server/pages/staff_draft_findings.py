"""What the staff's pages say of a draft's report: what was found, and what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layers.messages.message import Language
from layers.report import Problem, Report
from layers.schema.layer import LayerDefinition
from layers.schema.unwritten import unwritten
from server.texts import Translate
from server.texts.staff_draft_form import in_words_of_the_form, key_words


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a report in words: how grave it is, what, and what was done about it."""

    severity: str
    text: str
    action: str


def missing_of(definition: LayerDefinition | None, report: Report | None) -> list[Problem]:
    """What keeps a draft from being published: errors of reading, and words not written."""
    errors = (
        [problem for problem in report.problems if problem.severity == "error"] if report else []
    )
    return [*errors, *(unwritten(definition) if definition else ())]


def findings(
    problems: Sequence[Problem],
    definition: LayerDefinition | None,
    language: Language,
    _: Translate,
) -> list[Finding]:
    """The problems in words, as the edit form calls things."""
    return [
        Finding(problem.severity, *in_words_of_the_form(problem, definition, language, _))
        for problem in problems
    ]


def missing_findings(
    problems: Sequence[Problem],
    definition: LayerDefinition | None,
    language: Language,
    _: Translate,
) -> list[Finding]:
    """What is still to be done, each by the name that the form has for it."""
    is_to_write = [problem.kind in ("unwritten", "coded_title") for problem in problems]
    written = [
        _("Still to be written: {name}").format(name=key_words(str(problem.column), definition, _))
        for problem, is_text in zip(problems, is_to_write, strict=True)
        if is_text
    ]
    others = [
        problem for problem, is_text in zip(problems, is_to_write, strict=True) if not is_text
    ]
    return [
        *findings(others, definition, language, _),
        *(Finding("error", text, "") for text in written),
    ]
