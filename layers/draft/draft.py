"""What a definition of a data file says, from what is in the file. Runs in the child process."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import shapely

from layers.draft.comments import remarks
from layers.draft.infer import ascii_id, field_id, field_of
from layers.japanese.spelling import normalised_name
from layers.messages import ProblemKind
from layers.prepare.areas import boundary_of
from layers.prepare.complete import Cells, cells_by_name, fields_of, nearest_of, row_id_of, style_of
from layers.prepare.features import Job, collect
from layers.prepare.privacy import looks_personal
from layers.report import Problem, Report
from layers.schema.city import CityDefinition
from layers.schema.layer import FieldDefinition, LayerDefinition, Style
from layers.schema.source import Source
from layers.schema.unwritten import ATTRIBUTION, DESCRIPTION, LICENCE, TITLE
from layers.schema.values import NAMELESS, Hazard, Scenario
from layers.schema.write import text_of
from layers.sources.files import locate
from layers.sources.read import read
from layers.sources.rows import Rows
from layers.standards import Recognised, recognised
from layers.standards.schema import shared_columns

Key = TypeVar("Key", bound=str)

# Formats that do not say which encoding they are in: what is detected is written down.
SAY_NO_ENCODING = (".csv", ".tsv", ".txt", ".shp")
# Notes of a coordinate system that was guessed.
GUESSED: set[ProblemKind] = {"crs_guessed", "crs_guessed_abroad", "crs_guessed_poorly"}
PLAIN_LOOK = Style(color="#1F3A5F")
DISASTER = "disaster"  # the group whose layers declare hazard, scenario and surveyed_extent
EVACUATION = "evacuation"  # the group of places to flee to
# Words in the names of files and folders, in the order they are looked for.
GROUP_WORDS = {
    "evacuation": ("避難", "hinan", "evacuation", "shelter"),
    "fire": ("消防", "消火", "水利", "防火", "hydrant"),
    "crime_prevention": ("防犯", "警察", "交番", "こども110番"),
    "care": ("aed", "福祉", "介護", "医療", "要配慮", "病院"),
}
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


def draft(path: str, layer_id: str | None, date: str, city: CityDefinition, data: Path) -> Draft:
    """A definition of the file at `path`, below `data`, as of `date`.

    Without `layer_id` the id is made of the file's name. Raises `SourceError`.
    """
    rows = read(Source(path=path), locate(Source(path=path), data))
    columns = cells_by_name(rows.columns.drop(columns=[*rows.hidden]))
    match = recognised(columns)
    published = match.fields.values() if match else ()
    private = [name for name in columns if looks_personal(name) and name not in published]
    fields = _fields(columns, match, private, rows)
    left_out = set(columns) - {field.column for field in fields.values()} - set(private)
    definition = LayerDefinition.model_validate(
        {
            "id": layer_id or _id(path, match),
            **_words(match),
            **_suggested(path, match, fields, city),
            "source": _source(path, rows, match, columns),
            "credit": {"attribution": _attribution(match), "licence": LICENCE, "date": date},
            "privacy": {"suppress": private},
            "fields": fields,
            "style": style_of(match, fields) if match else PLAIN_LOOK,
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


def _source(path: str, rows: Rows, match: Recognised | None, columns: Cells) -> dict[str, Any]:
    """The file, and what the reader notes of it."""
    hints: dict[str, Any] = {"path": path, "address": rows.address}
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
    path: str, match: Recognised | None, fields: Collection[str], city: CityDefinition
) -> dict[str, Any]:
    """Where the layer stands in the panel, what names a feature, and of a hazard which one."""
    groups = [group.id for group in city.groups]
    by_name = _word_in(path, GROUP_WORDS)
    group = by_name if by_name in groups else _harmless(groups)
    if match is None:
        return {"group": group, "label": "name" if "name" in fields else None}
    layer = match.standard.layer
    hazard: dict[str, Any] = {}
    if layer.group == DISASTER and (which := layer.hazard or _word_in(path, HAZARD_WORDS)):
        said = " ".join((path, *match.columns))
        if scenario := _word_in(said, SCENARIO_WORDS) or layer.scenario:
            hazard = {"hazard": which, "scenario": scenario, "surveyed_extent": "unknown"}
            hazard |= {"partition": layer.partition} if layer.partition in fields else {}
    if layer.group in groups and (layer.group != DISASTER or hazard):
        group = layer.group
    # Zones of a danger are not to be published as if they were of none.
    title = {"title": TITLE} if layer.group == DISASTER and not hazard else {}
    return {
        **title,
        "group": group,
        "label": layer.label if layer.label in fields else None,
        "usage_note": layer.usage_note,
        "nearest": nearest_of(layer.nearest, fields),
        **hazard,
    }


def _harmless(groups: list[str]) -> str:
    """A group for what fits none: not one that would make it a danger, or a place to flee to."""
    others = [group for group in groups if group not in (DISASTER, EVACUATION)]
    return (others or groups)[-1]


def _words(match: Recognised | None) -> dict[str, Any]:
    """Title and description of the standard; without one, only the officer knows them."""
    if match is None:
        return {"title": TITLE, "description": DESCRIPTION}
    return {"title": match.standard.layer.title, "description": match.standard.layer.description}


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


def _word_in(path: str, words: Mapping[Key, Collection[str]]) -> Key | None:
    """The first of the keys one of whose words is in the path."""
    text = path.lower()
    return next(
        (key for key, synonyms in words.items() if any(word in text for word in synonyms)), None
    )
