"""What a definition of a data file says, from what is in the file. Runs in the child process."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Any

import shapely

from layers.draft.comments import remarks
from layers.draft.groups import DISASTER, word_in
from layers.draft.infer import ascii_id, field_id, field_of
from layers.draft.parts import Part, parts_of
from layers.japanese.spelling import normalised_name
from layers.messages import ProblemKind
from layers.prepare.areas import boundary_of
from layers.prepare.complete import Cells, cells_by_name, fields_of, nearest_of, row_id_of, style_of
from layers.prepare.features import Job, collect
from layers.prepare.privacy import looks_personal
from layers.process.job import Answers, DraftJob
from layers.report import Problem, Report
from layers.schema.city import CityDefinition
from layers.schema.layer import FieldDefinition, LayerDefinition, Style
from layers.schema.source import Source
from layers.schema.unwritten import ATTRIBUTION, DESCRIPTION, GROUP, LICENCE, TITLE
from layers.schema.values import (
    LAYER_ID,
    NAMELESS,
    REQUIRED_LANGUAGES,
    Hazard,
    Scenario,
    Text,
)
from layers.schema.write import text_of
from layers.sources.rows import Rows
from layers.standards import Recognised, recognised
from layers.standards.schema import shared_columns
from layers.symbology.palette import Look, free_look

# Formats that do not say which encoding they are in: what is detected is written down.
SAY_NO_ENCODING = (".csv", ".tsv", ".txt", ".shp")
# Notes of a coordinate system that was guessed.
GUESSED: set[ProblemKind] = {"crs_guessed", "crs_guessed_abroad", "crs_guessed_poorly"}
# The description of a layer of which only the name is known.
SHOWS: Text = {"ja": "{title}を地図に示します。", "en": "Shows {title} on the map."}
# Words in the names of files and folders, in the order they are looked for.
HAZARD_WORDS = {
    Hazard.INLAND_FLOOD: ("内水", "雨水出水", "naisui"),
    Hazard.STORM_SURGE: ("高潮", "takashio"),
    Hazard.TSUNAMI: ("津波", "tsunami"),
    Hazard.RESERVOIR_FLOOD: ("ため池", "溜池", "tameike"),
    Hazard.LANDSLIDE: ("土砂", "dosha"),
    Hazard.FLOOD: ("洪水", "浸水想定", "kozui"),
}
SCENARIO_WORDS = {
    Scenario.PAST_EVENTS: ("実績", "履歴"),
    Scenario.DESIGN_SCALE: ("計画規模",),
    Scenario.LARGEST_ASSUMED: ("想定最大", "最大規模"),
}


@dataclass(frozen=True)
class Draft:
    """A definition, and what there is to say of its parts."""

    definition: LayerDefinition
    comments: Mapping[str, str]

    @property
    def text(self) -> str:
        """The definition's file."""
        return text_of(self.definition, self.comments)


def drafts(job: DraftJob, data: Path) -> list[Draft]:
    """Definitions of what is in the job's file, below `data`, each of a look of its own.

    Without an id of the job's the first is made of the file's name; the others are made of the
    first and of what tells them from it. Raises `SourceError`.
    """
    proposals: dict[str, Draft] = {}
    for part in parts_of(job.path, data):
        looks = [
            (each.definition.style.color, each.definition.style.shape)
            for each in proposals.values()
        ]
        proposal = _draft(part, job.model_copy(update={"used": (*job.used, *looks)}), data)
        unique = _unique(proposal.definition.id, part.source, proposals)
        definition = proposal.definition.model_copy(update={"id": unique})
        proposals[unique] = Draft(definition, proposal.comments)
    return [*proposals.values()]


def _unique(layer_id: str, source: Source, used: Collection[str]) -> str:
    """The id, with what tells the part from the others behind it where it is used."""
    words = (source.geometry, source.sublayer and ascii_id(PurePosixPath(source.sublayer).stem))
    ids = [layer_id, *(f"{layer_id}_{word}" for word in words if word)]
    numbered = (f"{layer_id}_{number}" for number in count(2))
    return next(
        name for name in chain(ids, numbered) if name not in used and LAYER_ID.fullmatch(name)
    )


def _draft(part: Part, job: DraftJob, data: Path) -> Draft:
    """A definition of a part of the job's file."""
    path, rows, city, answers = part.source.name, part.rows, job.city, job.answers
    columns = cells_by_name(rows.columns.drop(columns=[*rows.hidden]))
    match = recognised(columns)
    published = match.fields.values() if match else ()
    private = [name for name in columns if looks_personal(name) and name not in published]
    fields = _fields(columns, match, private, rows)
    left_out = set(columns) - {field.column for field in fields.values()} - set(private)
    definition = LayerDefinition.model_validate(
        {
            "id": job.layer_id or _id(path, match),
            **_suggested(path, match, fields, city, answers.group),
            **_words(match, answers),
            "source": _source(part, match, columns),
            "credit": _credit(match, answers, job.date),
            "privacy": {"suppress": private},
            "fields": fields,
            "style": style_of(match, fields) if match else _style(job.used),
        }
    )
    general = remarks(definition, match, city, [name for name in columns if name in left_out])
    placed, of_position = _placed(definition, match, Job(definition, city, data), rows)
    return Draft(placed, {**general, **of_position})


def _fields(
    columns: Cells, match: Recognised | None, private: Collection[str], rows: Rows
) -> dict[str, FieldDefinition]:
    """The standard's fields, and one for every other column that says something of a row."""
    fields = fields_of(match, columns) if match else {}
    shared = shared_columns()
    used = {normalised_name(name) for name in (*rows.positions, *private)}
    used |= {normalised_name(name) for name in (match.columns if match else ())}
    used |= {
        normalised_name(name) for name in shared.longitude + shared.latitude + shared.unpublished
    }
    for position, column in enumerate(columns, 1):
        if normalised_name(column) not in used:
            fields[field_id(column, position, fields)] = field_of(column, columns[column])
    return fields


def _source(part: Part, match: Recognised | None, columns: Cells) -> dict[str, Any]:
    """The file, and what the reader notes of it."""
    path, rows = part.source.name, part.rows
    hints: dict[str, Any] = {**part.source.model_dump(exclude_none=True), "address": rows.address}
    if path.lower().endswith(SAY_NO_ENCODING):
        hints["encoding"] = rows.encoding
    header = _noted(rows, "header_row", "titles")
    hints["header"] = header.row if header else None
    if len(rows.positions) == 2:
        hints["longitude"], hints["latitude"] = rows.positions
    numbering = match.standard.row_id if match else shared_columns().fields["number"].columns
    hints["id"] = row_id_of(numbering, columns)
    return hints


def _noted(rows: Rows, *kinds: ProblemKind) -> Problem | None:
    """The reader's note of one of these kinds."""
    return next((problem for problem in rows.problems if problem.kind in kinds), None)


def _suggested(
    path: str,
    match: Recognised | None,
    fields: Collection[str],
    city: CityDefinition,
    chosen_group: str | None,
) -> dict[str, Any]:
    """Where the layer stands in the panel, what names a feature, and of a hazard which one."""
    groups = [group.id for group in city.groups]
    # A danger is not one by its group alone: it says which, and of what scenario.
    group = chosen_group if chosen_group not in (None, DISASTER) else GROUP
    if match is None:
        return {"group": group, "label": "name" if "name" in fields else None}
    layer = match.standard.layer
    hazard: dict[str, Any] = {}
    if layer.group == DISASTER and (which := layer.hazard or word_in(path, HAZARD_WORDS)):
        said = " ".join((path, *match.columns))
        if scenario := word_in(said, SCENARIO_WORDS) or layer.scenario:
            hazard = {"hazard": which, "scenario": scenario, "surveyed_extent": "unknown"}
            hazard |= {"partition": layer.partition} if layer.partition in fields else {}
    if group == GROUP and layer.group in groups and (layer.group != DISASTER or hazard):
        group = layer.group
    if layer.group == DISASTER and not hazard:
        group = GROUP  # zones of a danger are not to be published as if they were of none
    return {
        "group": group,
        "label": layer.label if layer.label in fields else None,
        "usage_note": layer.usage_note,
        "nearest": nearest_of(layer.nearest, fields),
        "shelters": layer.shelters,
        **hazard,
    }


def _words(match: Recognised | None, answers: Answers) -> dict[str, Any]:
    """Title and description: the officer's, else the standard's, else to be written."""
    title = match.standard.layer.title if match else TITLE
    description = match.standard.layer.description if match else DESCRIPTION
    if answers.title or answers.title_en:
        japanese = answers.title or title["ja"]
        title = {"ja": japanese, "en": answers.title_en or japanese}
        if match is None and answers.title:
            description = {key: text.format(title=title[key]) for key, text in SHOWS.items()}
    return {"title": title, "description": description}


def _credit(match: Recognised | None, answers: Answers, date: str) -> dict[str, Any]:
    attribution, licence = _attribution(match), LICENCE
    if answers.credit:
        attribution = dict.fromkeys(REQUIRED_LANGUAGES, answers.credit)
    if answers.licence:
        licence = dict.fromkeys(REQUIRED_LANGUAGES, answers.licence)
    return {"attribution": attribution, "licence": licence, "date": answers.date or date}


def _style(used: Collection[Look]) -> Style:
    color, shape = free_look(used)
    return Style(color=color, shape=shape)


def _id(path: str, match: Recognised | None) -> str:
    """222127_aed.csv is "aed": lists of the standards begin with the municipality's code."""
    stem = PurePosixPath(path).stem.lstrip("0123456789_-. ")
    return ascii_id(stem) or (match.standard.id if match else NAMELESS)


def _attribution(match: Recognised | None) -> Mapping[str, str]:
    return (match.standard.layer.attribution if match else None) or ATTRIBUTION


def _placed(
    definition: LayerDefinition, match: Recognised | None, job: Job, rows: Rows
) -> tuple[LayerDefinition, dict[str, str]]:
    """The definition with what only the positions tell: their system, and that some lie outside."""
    report = Report(path=definition.source.name, layer=definition.id)
    geometry = collect(job, report, rows).geometry
    kinds = {problem.kind for problem in report.problems}
    hints: dict[str, object] = {}
    comments = {}
    source = definition.source
    if turned := "axes_exchanged" in kinds and source.longitude is not None:
        hints |= {"longitude": source.latitude, "latitude": source.longitude}
        comments["source.longitude"] = (
            "北方向の座標（測量のX）と東方向の座標（測量のY）が逆とみて、入れ替えました。"
            "確かめてください。"
        )
    # Of a system that is written down the numbers are read in their order.
    if kinds & GUESSED and (turned or "axes_exchanged" not in kinds):
        hints["crs"] = report.crs
        comments["source.crs"] = (
            "座標系はファイルに書かれていないため、座標の数値から推定しました。確かめてください。"
        )
    if match and match.standard.clip_to_boundary:
        inside = shapely.intersects(boundary_of(job.city, job.data), geometry)
        if inside.any() and not inside.all():
            hints["clip_to"] = "boundary"
            comments["source.clip_to"] = (
                f"{int((~inside).sum())}件は市の境界の外にあるため、地図に載せません。"
            )
    placed = source.model_copy(update=hints)
    return definition.model_copy(update={"source": placed}), comments
