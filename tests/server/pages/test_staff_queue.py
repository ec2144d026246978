"""What the queue says of itself, in words."""

from __future__ import annotations

import pytest

from server.desk.triage.triage import Counts
from server.pages.staff_queue import age_words
from server.texts import plain, translator


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (0.2, "この1年に決めた要望の半分は、届いたその日に決まりました。"),
        (1.2, "この1年に決めた要望の半分は、1日以内に決まりました。"),
        (12.0, "この1年に決めた要望の半分は、12日以内に決まりました。"),
    ],
)
def test_how_long_decisions_take_is_a_sentence(days: float, sentence: str) -> None:
    counts = Counts(by_state={}, oldest=None, days_to_decision=days)
    assert [plain(words) for words in age_words(counts, translator("ja"))] == [sentence]
    assert (
        age_words(Counts(by_state={}, oldest=None, days_to_decision=None), translator("ja")) == []
    )
