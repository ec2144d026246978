"""Column sets that many files follow, recognised by their headers: one TOML file each.

However a column is spelt, it is the same: names are compared as `normalised_name` gives them. A
standard fits when of each entry of its `required` a column is there; of several that fit, the one
with the most of the columns wins, then the one that requires more, then the first by id. The order
of columns does not matter, and neither do further columns or the absence of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from layers.japanese.spelling import normalised_name
from layers.standards.schema import Standard, shared_columns, standards


@dataclass(frozen=True)
class Recognised:
    """A standard and its columns in a source.

    `fields` maps the ids of published fields to columns, in published order; `columns` are all
    columns that belong to the standard, published or not.
    """

    standard: Standard
    fields: Mapping[str, str]
    columns: frozenset[str]


def recognised(columns: Iterable[object]) -> Recognised | None:
    """The standard that these columns follow; None when they follow none."""
    spellings: dict[str, str] = {}
    for column in columns:
        spellings.setdefault(normalised_name(str(column)), str(column))
    matches = [
        _match(standard, spellings) for standard in standards() if _fits(standard, spellings)
    ]
    return max(
        matches, key=lambda match: (len(match.columns), len(match.standard.required)), default=None
    )


def spelling(columns: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The first of `names` among the columns, as it is spelt there.

    `columns` are spellings by normalised name.
    """
    spellings = (columns.get(normalised_name(name)) for name in names)
    return next((column for column in spellings if column is not None), None)


def _fits(standard: Standard, columns: Mapping[str, str]) -> bool:
    return all(
        spelling(columns, (names,) if isinstance(names, str) else names) is not None
        for names in standard.required
    )


def _match(standard: Standard, columns: Mapping[str, str]) -> Recognised:
    shared = shared_columns()
    fields = {
        name: column
        for name, field in standard.fields.items()
        if (column := spelling(columns, field.columns)) is not None
    }
    others = [*standard.unpublished, *shared.unpublished, *shared.longitude, *shared.latitude]
    names = map(normalised_name, (*others, *standard.row_id))
    unpublished = {columns[name] for name in names if name in columns}
    return Recognised(standard, fields, frozenset(unpublished | set(fields.values())))
