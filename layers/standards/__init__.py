"""Column sets that many files follow, known by their headers: one TOML file each.

A column is the same however it is spelt: names are compared by `names.plain`. A standard fits when
of each entry of its `required` a column is there; of several that fit, the one that knows the most
of the columns wins, then the one that requires more, then the first by id. Order does not matter,
and neither do further columns or the absence of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from layers.japanese.spelling import plain
from layers.standards.schema import Standard, shared_columns, standards


@dataclass(frozen=True)
class Recognised:
    """A standard and its columns in a source.

    `fields` maps the ids of published fields to columns, in published order; `known` are all
    columns that belong to the standard, published or not.
    """

    standard: Standard
    fields: Mapping[str, str]
    known: frozenset[str]


def recognised(columns: Iterable[object]) -> Recognised | None:
    """The standard that these columns follow; None when they follow none."""
    spelt: dict[str, str] = {}
    for column in columns:
        spelt.setdefault(plain(str(column)), str(column))
    fitting = [_match(one, spelt) for one in standards() if _fits(one, spelt)]
    return max(
        fitting, key=lambda match: (len(match.known), len(match.standard.required)), default=None
    )


def spelling(columns: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The first of `names` that is among columns, as it is spelt there; they are by plain name."""
    return next((columns[plain(name)] for name in names if plain(name) in columns), None)


def _fits(standard: Standard, columns: Mapping[str, str]) -> bool:
    return all(
        spelling(columns, (one,) if isinstance(one, str) else one) is not None
        for one in standard.required
    )


def _match(standard: Standard, columns: Mapping[str, str]) -> Recognised:
    shared = shared_columns()
    fields = {
        name: column
        for name, field in standard.fields.items()
        if (column := spelling(columns, field.columns)) is not None
    }
    others = [*standard.unpublished, *shared.unpublished, *shared.longitude, *shared.latitude]
    others += standard.row_id
    known = {columns[plain(name)] for name in others if plain(name) in columns}
    return Recognised(standard, fields, frozenset(known | set(fields.values())))
