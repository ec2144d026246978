"""What the staff's pages say of drafts: what was understood, what is missing, what would change."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from layers.catalog.catalog import Catalog
from layers.messages import differences
from layers.messages.message import Language
from layers.report import Report
from layers.revision.revision import Revision
from layers.schema.layer import LayerDefinition
from layers.schema.unwritten import is_placeholder
from layers.symbology.legend import LegendEntry, legend_of
from server.desk.accounts.roles import Actor, Role
from server.desk.drafts.tables import Draft, State
from server.pages.staff_draft_findings import Finding, findings, missing_findings, missing_of
from server.texts import Translate
from server.texts.staff_drafts import draft_states
from server.texts.wording import localized

FIRST_ROWS = 8
LONGEST_CELL = 80  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list; `changed_at` is in UTC."""

    number: int
    title: str
    name: str
    state: str
    is_open: bool
    changed_at: datetime.datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What reading found, in plain words; `rows` are the first features, by column."""

    sentences: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    dropped: Sequence[str]
    staff_only: Sequence[str]
    legend: Sequence[LegendEntry]
    legend_is_hollow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A draft as it is now. `missing` is what keeps it from being published."""

    number: int
    edition: int
    title: str
    name: str
    layer_id: str
    is_known: bool
    is_comparable: bool
    state: str
    state_words: str
    is_open: bool
    changed_at: datetime.datetime
    changed_by: str
    asked_by: str | None
    publish_at: datetime.datetime | None
    reason: str
    version: int | None
    received: int
    size: int
    understood: Understood | None
    missing: Sequence[Finding]
    findings: Sequence[Finding]
    change: str
    has_map: bool
    may_edit: bool
    may_publish: bool


def draft_rows(drafts: Sequence[Draft], titles: Mapping[int, str], _: Translate) -> list[DraftRow]:
    """The list; `titles` are those of the drafts' layers, by the drafts' numbers."""
    states = draft_states(_)
    return [
        DraftRow(
            draft.number,
            titles.get(draft.number) or draft.name,
            draft.name,
            states[draft.state],
            draft.state.is_open,
            draft.changed_at,
            draft.changed_by,
        )
        for draft in drafts
    ]


def draft_page(
    draft: Draft,
    definition: LayerDefinition | None,
    revision: Revision | None,
    catalog: Catalog,
    actor: Actor,
    lang: str,
    _: Translate,
) -> DraftPage:
    """The page of a draft; `definition` is that of its text, `revision` what was made of it."""
    language = language_of_reports(lang)
    is_read = draft.check is not None and draft.state is not State.WAITING  # as it is now
    report = draft.check.report if draft.check and is_read else None
    title = draft_title(draft, definition, lang)
    return DraftPage(
        number=draft.number,
        edition=draft.edition,
        title=title,
        name=draft.name,
        layer_id=draft.layer_id,
        is_known=draft.layer_id in catalog.layers,
        is_comparable=revision is not None and draft.layer_id in catalog.layers,
        state=draft.state.value,
        state_words=draft_states(_)[draft.state],
        is_open=draft.state.is_open,
        changed_at=draft.changed_at,
        changed_by=draft.changed_by,
        asked_by=draft.asked_by,
        publish_at=draft.publish_at,
        reason=draft.reason,
        version=draft.version,
        received=sum(file.received for file in draft.files),
        size=sum(file.size for file in draft.files),
        understood=_understood(definition, revision, report, lang, _) if report else None,
        missing=missing_findings(missing_of(definition, report), definition, language, _),
        findings=findings(report.worst_first if report else (), definition, language, _),
        change=change_phrase(draft, language),
        has_map=revision is not None and revision.bounds is not None,
        may_edit=actor.role.may(Role.EDITOR) and draft.state.is_open,
        may_publish=actor.role.may(Role.PUBLISHER) and draft.state.is_open,
    )


def draft_title(draft: Draft, definition: LayerDefinition | None, lang: str) -> str:
    """What the draft's layer is called; the file's name while that is to be written."""
    if definition is None or is_placeholder(definition.title["ja"]):
        return draft.name
    return localized(definition.title, lang)


def language_of_reports(lang: str) -> Language:
    """The language of reports on a page of this language."""
    return "ja" if lang.startswith("ja") else "en"


def change_phrase(draft: Draft, language: Language) -> str:
    """How much the draft differs from what was published, "" where nothing was."""
    if draft.check is None or draft.check.difference is None:
        return ""
    counts = draft.check.difference
    measure = "square_metres" if "most_square_metres" in counts else "metres"
    return differences.phrase(
        language,
        added=counts["added"],
        removed=counts["removed"],
        moved=counts["moved_count"],
        changed=counts["changed_count"],
        farthest=counts[f"most_{measure}"],
        measure=measure,
    )


def _understood(
    definition: LayerDefinition | None,
    revision: Revision | None,
    report: Report,
    lang: str,
    _: Translate,
) -> Understood:
    sentences = []
    if report.rows:
        sentences.append(
            _("{rows} rows were read. {features} of them are on the map.").format(
                rows=f"{report.rows:,}", features=f"{report.features:,}"
            )
        )
    if report.rows_left_out:
        sentences.append(
            _("{rows} rows are not on the map. Why is said below.").format(
                rows=f"{report.rows_left_out:,}"
            )
        )
    if report.encoding:
        sentences.append(
            _("The characters were read as {encoding}.").format(encoding=report.encoding)
        )
    if report.crs:
        sentences.append(_("The positions were read in the system {crs}.").format(crs=report.crs))
    if revision is not None:
        sentences.append(
            {
                "point": _("The layer has points."),
                "line": _("The layer has lines."),
                "polygon": _("The layer has areas."),
            }[revision.kind]
        )
    fields = definition.public_fields if definition else {}
    hidden = definition.fields.values() if definition else ()
    return Understood(
        sentences=sentences,
        columns=[localized(field.title, lang) for field in fields.values()],
        rows=[] if revision is None else first_rows(revision, list(fields)),
        dropped=definition.privacy.suppress if definition else (),
        staff_only=[field.column for field in hidden if field.audience == "staff"],
        legend=() if revision is None else legend_of(revision.definition, revision.classes),
        legend_is_hollow=bool(definition and definition.sample),
    )


def first_rows(revision: Revision, fields: Sequence[str]) -> list[list[str]]:
    """The values of the first features, as texts, in the order of the fields."""
    order = np.argsort(revision.rows, kind="stable")[:FIRST_ROWS]
    rows = [orjson.loads(each) for each in revision.table.properties.take(order)]
    return [[cell(row.get(field)) for field in fields] for row in rows]


def cell(value: Any) -> str:
    """A value as a table shows it."""
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
