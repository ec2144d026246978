"""How every layer stands with its renewal, as the staff pages show it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.catalog.renewals import RenewalState, renewal_state
from layers.schema.values import Text
from server.texts import Translate
from server.texts.renewal import rhythm_words

Queued = Mapping[str, Mapping[datetime.date, datetime.datetime]]


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """A layer; `due` is None where no rhythm is declared, `queued_at` where nobody was written to.

    `days` are those since it was due, 0 of one that is not overdue.
    """

    id: str
    title: Text
    department: str
    rhythm: str
    newest: datetime.date
    due: datetime.date | None
    days: int
    queued_at: datetime.datetime | None


def renewal_rows(
    catalog: Catalog, today: datetime.date, queued: Queued, _: Translate
) -> list[RenewalRow]:
    """Every layer but the samples: the longest overdue first, those without a rhythm last."""
    rows = []
    for layer in catalog.layers.values():
        definition, state = layer.definition, renewal_state(layer)
        if definition.sample:
            continue
        rows.append(
            RenewalRow(
                layer.id,
                definition.title,
                (definition.renewal.department or "") if definition.renewal else "",
                rhythm_words(state.renewal.rhythm, _) if state else "",
                state.newest if state else definition.credit.date,
                state.due if state else None,
                _days_overdue(state, today),
                queued.get(layer.id, {}).get(state.due) if state else None,
            )
        )
    return sorted(rows, key=lambda row: row.due or datetime.date.max)


def count_overdue(catalog: Catalog, today: datetime.date) -> int:
    """How many layers are overdue."""
    states = (renewal_state(layer) for layer in catalog.layers.values())
    return sum(state is not None and state.is_overdue(today) for state in states)


def _days_overdue(state: RenewalState | None, today: datetime.date) -> int:
    return max(0, (today - state.due).days) if state else 0
