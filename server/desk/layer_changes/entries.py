"""Withdrawals and changes of layers, as the database has them.

An entry counts while `ended` is None. What was typed of an entry (`content`) is erased when the
feature or the column that it is about is withdrawn; who, when and why stay.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import JSON, BigInteger, Column, Connection, Integer, String, Table, Text, select

from layers.schema.changes import Changes
from layers.store.recalls import Recalls
from server.database.engine import UtcDateTime, metadata

Withdrawn = Literal["layer", "column", "feature"]
Edited = Literal["move", "correct", "add", "remove"]
Kind = Withdrawn | Edited
# How an entry ended: taken back by staff; the file has it by now; the file no longer has the
# feature; what it is about was withdrawn.
End = Literal["undone", "settled", "gone", "withdrawn"]

WITHDRAWN: tuple[Withdrawn, ...] = get_args(Withdrawn)
# In which list of `layers.schema.changes.Changes` an entry stands.
LISTS: Mapping[str, str] = {
    "column": "columns",
    "feature": "features",
    "move": "moved",
    "correct": "corrected",
    "add": "added",
    "remove": "removed",
}

layer_changes = Table(
    "layer_changes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("layer", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("feature", BigInteger),
    Column("field", Text),  # of a correction; of a column its first field
    Column("titles", JSON, nullable=False),  # of the layer, and of the column, by language
    Column("revisions", JSON, nullable=False),  # that were served then, of a withdrawal
    Column("content", JSON(none_as_null=True)),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended", String(16), index=True),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    Column("ended_reason", Text),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class LayerChange:
    """A withdrawal or a change; instants are in UTC.

    `titles` has that of the layer, and of the column that was withdrawn, by language. `content` is
    what the document of the layer has of it; None where it is erased, and of a whole layer.
    """

    number: int
    layer: str
    kind: Kind
    feature: int | None
    field: str | None
    titles: Mapping[str, Mapping[str, str]]
    revisions: tuple[str, ...]
    content: Mapping[str, Any] | None
    at: datetime.datetime
    actor: str
    reason: str
    ended: End | None
    ended_at: datetime.datetime | None
    ended_by: str | None
    ended_reason: str | None

    @property
    def is_withdrawal(self) -> bool:
        return self.kind in WITHDRAWN


def entries_of(connection: Connection, *conditions: Any) -> list[LayerChange]:
    """The entries that meet all conditions, in the order of their numbers."""
    query = select(layer_changes).where(*conditions).order_by(layer_changes.c.number)
    return [
        LayerChange(**{**row, "revisions": tuple(row["revisions"])})
        for row in connection.execute(query).mappings()
    ]


def in_force(connection: Connection) -> list[LayerChange]:
    """Everything that counts."""
    return entries_of(connection, layer_changes.c.ended.is_(None))


def changes_by_layer(entries: Iterable[LayerChange]) -> dict[str, Changes]:
    """The document of each layer of which anything but the whole is changed."""
    lists: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for entry in entries:
        if entry.content is not None and entry.kind in LISTS:
            of_layer = lists.setdefault(entry.layer, {})
            content = {**entry.content, "number": entry.number}
            of_layer.setdefault(LISTS[entry.kind], []).append(content)
    return {layer_id: Changes.model_validate(each) for layer_id, each in lists.items()}


def recalls_of(entries: Iterable[LayerChange]) -> Recalls:
    """What every process has to obey."""
    withdrawals = [entry for entry in entries if entry.is_withdrawal]
    withheld: dict[str, frozenset[int]] = {}
    revisions: dict[str, frozenset[str]] = {}
    for entry in withdrawals:
        if entry.kind != "layer":
            withheld[entry.layer] = withheld.get(entry.layer, frozenset()) | {entry.number}
        revisions[entry.layer] = revisions.get(entry.layer, frozenset()) | {*entry.revisions}
    whole = frozenset(entry.layer for entry in withdrawals if entry.kind == "layer")
    return Recalls(whole, withheld, revisions)
