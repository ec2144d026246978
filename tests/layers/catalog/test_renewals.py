"""When a layer is overdue: by the date of its data, of a url by when it changed."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from layers.catalog.renewals import renewal_state
from layers.schema.renewal import Renewal

DATE = datetime.date(2025, 4, 1)
SINCE = datetime.datetime(2025, 6, 30, 15, 30, tzinfo=datetime.UTC)  # July 1 in Japan


def layer(*, url: str | None = None, sample: bool = False, renewal: bool = True) -> Any:
    definition = SimpleNamespace(
        renewal=Renewal(every="yearly") if renewal else None,
        sample=sample,
        credit=SimpleNamespace(date=DATE),
        source=SimpleNamespace(url=url),
    )
    return SimpleNamespace(definition=definition, pointer=SimpleNamespace(since=SINCE.timestamp()))


@pytest.mark.parametrize(
    ("today", "is_overdue"),
    [("2026-03-31", False), ("2026-04-01", False), ("2026-04-02", True), ("2027-01-01", True)],
)
def test_a_file_is_overdue_from_the_day_after_it_was_due(today: str, is_overdue: bool) -> None:
    state = renewal_state(layer())
    assert state is not None
    assert (state.newest, state.due) == (DATE, datetime.date(2026, 4, 1))
    assert state.is_overdue(datetime.date.fromisoformat(today)) is is_overdue


def test_what_comes_from_a_url_is_as_new_as_its_revision() -> None:
    state = renewal_state(layer(url="https://city.example/a.csv"))
    assert state is not None
    assert (state.newest, state.due) == (datetime.date(2025, 7, 1), datetime.date(2026, 7, 1))


def test_samples_and_layers_without_a_rhythm_are_never_overdue() -> None:
    assert renewal_state(layer(sample=True)) is None
    assert renewal_state(layer(renewal=False)) is None
