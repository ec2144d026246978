"""Withdrawals in words for everybody."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from server.desk.layer_changes.entries import LayerChange
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class Notice:
    """A withdrawal: of which layer, of which column or feature of it, and when."""

    layer: str
    column: str | None
    feature: int | None
    at: datetime.datetime


def notice_of(entry: LayerChange, lang: str) -> Notice:
    """The withdrawal in a language."""
    column = entry.titles.get("column")
    return Notice(
        layer=localized(entry.titles["layer"], lang),
        column=localized(column, lang) if column else None,
        feature=entry.feature,
        at=entry.at,
    )
