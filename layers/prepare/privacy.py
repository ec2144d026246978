"""What a layer withholds: personal columns, exact positions, small groups.

Applied once, before anything else uses the data, so that nothing behind it can reveal more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import shapely

from layers.errors import SourceError
from layers.geometry.parts import Geometries, Kind
from layers.geometry.privacy_grid import middles
from layers.japanese.spelling import nfkc
from layers.messages import ProblemKind
from layers.report import HIDDEN, Problem, folded
from layers.revision.table import Slices
from layers.schema.changes import Changes, without_columns
from layers.schema.layer import FieldDefinition, LayerDefinition, Privacy
from layers.sources.rows import Rows
from layers.standards import recognised

# Kinds of problems that show where a row is, or what it holds, whatever column they name.
TELLING: Set[ProblemKind] = {
    "address_placed",
    "address_unknown",
    "broken_geometry",
    "collapsed",
    "coordinate",
    "crs_elsewhere",
    "crs_unknown",
    "far_away",
    "gdal",
    "id",
    "latitude_first_in_row",
    "near_outside",
    "no_column",
    "no_positions",
    "no_standard",
    "no_towns",
    "not_finite",
    "off_the_earth",
    "outside_japan",
    "packed_degrees",
    "repaired",
    "salvaged",
    "unreadable_row",
    "wkt",
}

# Names of columns about a person. 個人情報保護法 2条: what tells one living person from others.
PERSON = re.compile(
    r"氏名|姓名|本名|代表者|担当者|責任者|管理人|世帯主|申請者|届出者|保護者|居住者|要支援者|要介護者|個人"
    r"|(?<!日)本人|所有者|(?<!発)生年月日|誕生日|年齢|性別|国籍|続柄|マイナンバー|障害(?:等級|者手帳)|要介護度"
    r"|^お?名前$|^姓$|^名$|birth|gender|fullname|firstname|lastname|surname|personname"
)
CONTACT = re.compile(r"電話|携帯|ファックス|ファクス|メール(?!トル)|mail|phone|^tel|fax|連絡先")
# Contacts of an office or a facility say whose they are; an age may be that of those it takes in.
OFFICE = re.compile(
    r"問合|問い合|代表電話|施設|事務所|事務局|窓口|担当課|所管|部署|役所|本部|署|病院|学校|店舗|会社"
    r"|法人|事業所|団体|備考|url|使用後|公衆"
)
CLIENTS = re.compile(r"^(?:受入|対象|利用)年齢")
# What is said of many, or only whether there is any, tells no person from others.
OF_MANY = re.compile(r"^平均|(?:人口|人数|件数|者数|世帯数|率|割合|層|有無|標示)$")
# Numbers that people carry with them; 1.07012345678 is none.
MOBILE = re.compile(r"(?<![\d.])0[789]0-?\d{4}-?\d{4}(?!\d)")
MOBILE_IN_BYTES = re.compile(MOBILE.pattern.encode())
HOMES = re.compile(r"(?:こども|子ども|子供)(?:110番|を守る家|を守る110番|安全の家)|110番の家")
ENDS_OF_HOMES = "[番家]"  # one of them ends each of these
PUBLIC_PLACES = re.compile(r"種別|種類|区分|分類|業種|同意")


def looks_personal(column: str) -> bool:
    """Whether a column is by its name about persons, or about how to reach them."""
    name = re.sub(r"[\s_()（）・]", "", nfkc(column)).lower()
    if OF_MANY.search(name):
        return False
    if PERSON.search(name):
        return not CLIENTS.match(name)
    return bool(CONTACT.search(name)) and not OFFICE.search(name)


def personal_columns(definition: LayerDefinition, columns: pd.DataFrame) -> list[Problem]:
    """Columns that look personal: published ones are errors, unmentioned ones warnings.

    Suppressed ones get a note. The columns of a standard for publishing are about facilities,
    whatever they are called.
    """
    standard = recognised(columns)
    public = {field.column for field in definition.public_fields.values()}
    mentioned = {*definition.hidden_columns, *(standard.fields.values() if standard else ())}
    problems = [Problem("note", "suppressed", column=name) for name in definition.privacy.suppress]
    for column in map(str, columns):
        if column in mentioned or not looks_personal(column):
            continue
        if column in public:
            problems.append(Problem("error", "personal_published", column=column))
        else:
            problems.append(Problem("warning", "personal_column", column=column))
    return problems


def homes(definition: LayerDefinition, columns: pd.DataFrame) -> list[Problem]:
    """A warning of a list of homes that children may flee to, where it is not told that they are
    shops or public places: the name of a household and its address lead to its door.
    """
    if any(PUBLIC_PLACES.search(nfkc(str(column))) for column in columns):
        return []
    public = dict.fromkeys(field.column for field in definition.public_fields.values())
    named = [name for name in (definition.source.name, *public) if HOMES.search(nfkc(name))]
    named += [name for name in public if _are_homes(columns[name])]
    return [Problem("warning", "private_homes", value=named[0])] if named else []


def _are_homes(cells: pd.Series[Any]) -> bool:
    """Whether most of the cells say that they are of such homes."""
    texts = cells.dropna().astype("str")
    possible = texts[texts.str.contains(ENDS_OF_HOMES)]
    homes = sum(HOMES.search(nfkc(text)) is not None for text in possible.tolist())
    return homes > 0.5 * len(texts)


def without_hidden(definition: LayerDefinition, rows: Rows) -> tuple[Rows, list[Problem]]:
    """The rows without hidden columns that the definition does not name, and a warning of them."""
    source, rule = definition.source, definition.privacy
    named = {field.column for field in definition.fields.values()}
    named |= {*rule.suppress, *rule.group_by}
    named |= {source.id or "", *rows.positions, rows.address or ""}
    hidden = [name for name in rows.hidden if name not in named]
    if not hidden:
        return rows, []
    problem = Problem("warning", "hidden_columns", value=", ".join(hidden))
    return replace(rows, columns=rows.columns.drop(columns=hidden), hidden=()), [problem]


def suppressed(definition: LayerDefinition, rows: Rows) -> Rows:
    """The rows without the columns to suppress.

    Raises `SourceError` for one that the source lacks, or that positions still reveal.
    """
    for key, names in (
        ("suppress", definition.privacy.suppress),
        ("group_by", definition.privacy.group_by),
    ):
        for column in names:
            if column not in rows.columns:
                columns = ", ".join(map(str, rows.columns))
                raise SourceError(rows.path, "no_column", column, columns, key=f"privacy.{key}")
    dropped = list(definition.privacy.suppress)
    if definition.privacy.grid_m is None:
        for column in rows.positions:
            if column in dropped:
                key = "privacy.suppress"
                raise SourceError(rows.path, "position_suppressed", column, key=key)
    address = None if rows.address in dropped else rows.address
    return replace(rows, columns=rows.columns.drop(columns=dropped), address=address)


def without_withheld(
    definition: LayerDefinition, rows: Rows, changes: Changes
) -> tuple[LayerDefinition, Rows]:
    """Both without the columns that the desk withholds, after a standard was recognised by them.

    One that small groups are told by stays until they are left out. Raises `SourceError` for one
    that exact positions still reveal.
    """
    columns = {entry.column for entry in changes.columns}
    if not columns:
        return definition, rows
    if definition.privacy.grid_m is None:
        for column in rows.positions:
            if column in columns:
                raise SourceError(rows.path, "position_suppressed", column, key="privacy.suppress")
    present = columns & {*map(str, rows.columns)} - {*definition.privacy.group_by}
    problems = [withheld(p) if p.column in columns else p for p in rows.problems]
    rows = replace(
        rows,
        columns=rows.columns.drop(columns=sorted(present)),
        address=None if rows.address in columns else rows.address,
        problems=problems,
    )
    return without_columns(definition, changes), rows


def masked(problem: Problem, definition: LayerDefinition) -> Problem:
    """The problem as everybody may read it: without what the definition withholds."""
    public = {field.column for field in definition.public_fields.values()}
    if problem.kind in TELLING:
        hides = definition.privacy != Privacy() or bool(definition.hidden_columns)
        hides = hides and not _is_published(problem, definition.privacy, public)
    else:
        of_cells = problem.row is not None or problem.kind == "synonyms"
        hides = of_cells and problem.column is not None and problem.column not in public
    return withheld(problem) if hides else problem


def _is_published(problem: Problem, rule: Privacy, public: Set[str | None]) -> bool:
    """Whether the map shows what a telling problem tells: an exact position, a public value."""
    if rule.grid_m is not None or rule.least_group is not None:
        return False
    if problem.kind == "latitude_first_in_row":
        return True
    return problem.column in public


def explained(problems: list[Problem]) -> list[Problem]:
    """A note of what the stars stand for, where any problem has them."""
    if any(problem.hides_values for problem in problems):
        return [Problem("note", "masked")]
    return []


def withheld(problem: Problem) -> Problem:
    """The problem without values of the data; an error's value is the definition's."""
    if problem.severity == "error":
        return replace(problem, detail=problem.detail and HIDDEN)
    return replace(
        problem,
        value=problem.value and HIDDEN,
        detail=problem.detail and HIDDEN,
    )


def on_privacy_grid(
    rule: Privacy, kind: Kind, geometry: Geometries, city: shapely.Geometry, path: Path
) -> Geometries:
    """Points (degrees) moved to the middle of the cell of the rule's grid they lie in.

    The grid's cells are `grid_m` metres high, and as wide at the city's middle latitude. Raises
    `SourceError` for lines and polygons: their shape would still reveal where they are.
    """
    if rule.grid_m is None:
        return geometry
    if kind != "point":
        raise SourceError(path, "grid_of_points", rule.grid_m, kind, key="privacy.grid_m")
    _, south, _, north = shapely.bounds(city)
    grid_m = rule.grid_m
    moved: Geometries = shapely.transform(
        geometry, lambda places: middles(places, grid_m, south, north)
    )
    return moved


def large_groups(
    rule: Privacy, columns: pd.DataFrame, geometry: Geometries
) -> npt.NDArray[np.bool_]:
    """Which rows are in a group, by the rule's columns or position, that is large enough."""
    if rule.least_group is None:
        return np.ones(len(columns), dtype=bool)
    if rule.group_by:
        keys = [columns[name].astype(str).to_numpy() for name in rule.group_by]
    else:
        keys = [np.asarray(shapely.to_wkb(geometry, hex=True), dtype=object)]
    groups = pd.DataFrame(dict(enumerate(keys))).groupby(list(range(len(keys))), sort=False)
    large: npt.NDArray[np.bool_] = (groups.transform("size") >= rule.least_group).to_numpy()
    return large


def mobile_numbers(
    properties: Slices, numbers: npt.NDArray[np.int64], fields: Mapping[str, FieldDefinition]
) -> list[Problem]:
    """A warning of each published text that holds what looks like a mobile telephone's number.

    `numbers` are the rows' numbers. The report does not repeat what it found.
    """
    matches = np.array([m.start() for m in MOBILE_IN_BYTES.finditer(properties.content)], dtype=int)
    rows = np.unique(np.searchsorted(properties.ends, matches, side="right"))
    return folded(
        Problem("warning", "personal_value", int(numbers[row]), fields[name].column)
        for row, values in zip(rows.tolist(), properties.take(rows), strict=True)
        for name, value in orjson.loads(values).items()
        if isinstance(value, str) and MOBILE.search(value)
    )
