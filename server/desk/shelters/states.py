"""What staff say of a shelter, or of an emergency site: kept until it is said anew.

A state is bound to a feature by the layer's id and the feature's, and is of the day: it is in no
revision, no tile and no export.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    RowMapping,
    String,
    Table,
    Text,
    and_,
    or_,
    select,
)

from server.database.engine import UtcDateTime, metadata, upsert
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.failures import failures_logged

# 開設, 混雑, 満員, 閉鎖
StateName = Literal["open", "crowded", "full", "closed"]
STATES: tuple[StateName, ...] = get_args(StateName)
REFUSING: frozenset[StateName] = frozenset({"full", "closed"})  # who comes is turned away
NOTE_LENGTH = 100  # characters: it is read beside a name
# Within this time the same said again is the same press of a button, sent twice.
REPEATED = datetime.timedelta(seconds=60)

FeatureKey = tuple[str, int]  # a layer's id, and the id of a feature of it

shelter_states = Table(
    "shelter_states",
    metadata,
    Column("layer", Text, primary_key=True),
    Column("feature", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("state", String(16)),
    Column("note", Text, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class ShelterState:
    """What was said last of a feature, when (UTC) and by whom.

    `state` is None where it was taken back: the place is as designated again. `name` is what the
    feature was called then. `note` is for everybody, in Japanese, "" without one.
    """

    layer: str
    feature: int
    name: str
    state: StateName | None
    note: str
    set_at: datetime.datetime
    set_by: str

    @property
    def key(self) -> FeatureKey:
        """What it is of."""
        return self.layer, self.feature


class Shelters:
    """Writes the states in a database. Raises `DeskUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set(
        self,
        names: Mapping[FeatureKey, str],
        state: StateName | None,
        note: str,
        *,
        actor: Actor,
    ) -> None:
        """Say this of features, with what each is called: of all of them or of none.

        The same said again renews the time; within a minute it changes nothing. The audit knows of
        a note its length alone: what is in it can be taken back.
        """
        now = datetime.datetime.now(datetime.UTC)
        with failures_logged(), self._engine.begin() as connection:
            known = _known(connection, names)
            for key, name in names.items():
                before = known.get(key)
                if before is not None and _is_repeated(before, state, note, now):
                    continue
                values = {
                    "name": name,
                    "state": state,
                    "note": note,
                    "set_at": now,
                    "set_by": actor.name,
                }
                layer, feature = key
                statement = upsert(connection, shelter_states).values(
                    layer=layer, feature=feature, **values
                )
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["layer", "feature"], set_=values
                    )
                )
                record(
                    connection,
                    actor,
                    "shelter.set",
                    f"shelter {layer}/{feature}",
                    None if before is None else _audited(before["state"], before["note"]),
                    _audited(state, note),
                )


def _known(connection: Connection, keys: Collection[FeatureKey]) -> dict[FeatureKey, RowMapping]:
    """The rows of these features, locked until the transaction ends."""
    by_layer: dict[str, list[int]] = {}
    for layer, feature in keys:
        by_layer.setdefault(layer, []).append(feature)
    columns = shelter_states.c
    wanted = or_(
        *(
            and_(columns.layer == layer, columns.feature.in_(features))
            for layer, features in by_layer.items()
        )
    )
    query = select(shelter_states).where(wanted).order_by(columns.layer, columns.feature)
    rows = connection.execute(query.with_for_update()).mappings()
    return {(row["layer"], row["feature"]): row for row in rows}


def _is_repeated(
    before: RowMapping, state: StateName | None, note: str, now: datetime.datetime
) -> bool:
    is_same = (before["state"], before["note"]) == (state, note)
    return is_same and now - before["set_at"] < REPEATED


def _audited(state: str | None, note: str) -> dict[str, Any]:
    return {"opening": state, "length": len(note)} if note else {"opening": state}
