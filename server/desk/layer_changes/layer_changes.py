"""Withdrawing layers, columns and features at once, and changing features on top of their file."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, insert, or_, select, update

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.privacy_grid import middles
from layers.query.listing import Listed
from layers.revision.anchors import anchor_of
from server.database.engine import empty_log, reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor, Role
from server.desk.errors import ChangeNotFound, InvalidChange
from server.desk.failures import failures_logged
from server.desk.intake.form import storable
from server.desk.intake.requests import subjects
from server.desk.layer_changes.cells import checked_cell
from server.desk.layer_changes.entries import (
    WITHDRAWN,
    End,
    Kind,
    LayerChange,
    entries_of,
    layer_changes,
)
from server.desk.layer_changes.mirror import Mirror
from server.desk.shelters.states import shelter_states

LONGEST_REASON = 2000  # characters
MOST_IN_FORCE = 1000  # changes of one layer: beyond, its file is to be published anew
ADDED = 1 << 52, 1 << 53  # ids of features that are added: hardly any file has ids of this size
FILE = Actor("file", Role.EDITOR)  # who ends a change that a new file has

Place = tuple[float, float]  # degrees, longitude first


class LayerChanges:
    """What staff withdrew and changed. `mirror` is what has every process obey it.

    `closes` is called in the transaction of each withdrawal, with the layer and by whom: what else
    has the layer's data gives it up.

    What writes commits before it returns, and raises `InvalidChange`, `ChangeNotFound` and
    `DeskUnavailable`.
    """

    def __init__(self, engine: Engine, mirror: Mirror) -> None:
        self._engine, self._mirror = engine, mirror
        self.closes: Callable[[Connection, str, Actor], None] = lambda *_: None

    def of_layer(self, layer_id: str) -> Sequence[LayerChange]:
        """Everything of a layer, the newest first."""
        return self._entries(layer_changes.c.layer == layer_id)

    def withdrawals(self) -> Sequence[LayerChange]:
        """Every withdrawal, the newest first."""
        return self._entries(layer_changes.c.kind.in_(WITHDRAWN))

    def public(self) -> Sequence[LayerChange]:
        """The withdrawals of which copies of others may still be about, the newest first."""
        ended = layer_changes.c.ended
        is_lasting = or_(ended.is_(None), ended == "gone")
        return self._entries(layer_changes.c.kind.in_(WITHDRAWN), is_lasting)

    def withdraw_layer(self, layer_id: str, catalog: Catalog, reason: str, *, actor: Actor) -> int:
        """Withdraw everything of a layer, which may be one that cannot be served."""
        layer = catalog.layers.get(layer_id)
        if layer is None and layer_id not in catalog.unserved:
            raise ChangeNotFound
        title = dict(layer.definition.title) if layer else {"ja": layer_id, "en": layer_id}

        def act(connection: Connection) -> int:
            return self._add(
                connection,
                actor,
                "layer",
                layer_id,
                reason,
                titles={"layer": title},
                revisions=_revisions(catalog, layer_id),
            )

        return self._withdraw(act, layer_id)

    def withdraw_column(
        self, layer: Layer, name: str, catalog: Catalog, reason: str, *, actor: Actor
    ) -> int:
        """Withdraw the column that a published field is made of, with all that is made of it."""
        definition = layer.definition
        field = definition.public_fields.get(name)
        if field is None:
            raise InvalidChange("column", "column")
        column = field.column
        fields = [key for key, each in definition.fields.items() if each.column == column]
        deciding = {definition.style.field, definition.partition}
        if definition.hazard is not None and not deciding.isdisjoint(fields):
            raise InvalidChange("column", "hazard")
        if column in (definition.source.longitude, definition.source.latitude):
            raise InvalidChange("column", "position")

        def act(connection: Connection) -> int:
            corrects = layer_changes.c.kind == "correct", layer_changes.c.field.in_(fields)
            _erase(connection, actor, layer.id, *corrects)
            for entry in entries_of(
                connection, layer_changes.c.layer == layer.id, layer_changes.c.kind == "add"
            ):
                values = dict(entry.content["values"]) if entry.content else {}
                left = {key: value for key, value in values.items() if key not in fields}
                if entry.content and left != values:
                    _set(connection, entry.number, content={**entry.content, "values": left})
            return self._add(
                connection,
                actor,
                "column",
                layer.id,
                reason,
                field=name,
                titles={"layer": dict(definition.title), "column": dict(field.title)},
                revisions=_revisions(catalog, layer.id),
                content={"column": column, "fields": fields},
            )

        return self._withdraw(act, layer.id if definition.label in fields else None)

    def withdraw_feature(
        self, layer: Layer, feature: int, catalog: Catalog, reason: str, *, actor: Actor
    ) -> int:
        """Withdraw one feature."""

        def act(connection: Connection) -> int:
            anchor = self._anchor(connection, layer, feature)
            added = _added(connection, layer.id, feature)
            _erase(connection, actor, layer.id, layer_changes.c.feature == feature)
            return self._add(
                connection,
                actor,
                "feature",
                layer.id,
                reason,
                feature=feature,
                revisions=_revisions(catalog, layer.id),
                titles={"layer": dict(layer.definition.title)},
                content={"feature": feature, "anchor": anchor, "is_added": added is not None},
            )

        return self._withdraw(act, layer.id, feature)

    def move(
        self,
        layer: Layer,
        feature: int,
        place: Place,
        catalog: Catalog,
        reason: str,
        *,
        actor: Actor,
    ) -> int:
        """Have a point lie elsewhere."""
        longitude, latitude = _checked_place(layer, place, catalog)
        where = {"longitude": longitude, "latitude": latitude}

        def act(connection: Connection) -> int:
            added = _added(connection, layer.id, feature)
            if added is not None:
                return self._replace(connection, actor, added, reason, where)
            content = {**self._named(connection, layer, feature), **where}
            _end_same(connection, actor, layer.id, "move", feature)
            return self._add(
                connection, actor, "move", layer.id, reason, feature=feature, content=content
            )

        return self._change(act)

    def correct(
        self, layer: Layer, feature: Listed, name: str, typed: str, reason: str, *, actor: Actor
    ) -> int:
        """Have a field of a feature say something else than its file."""
        if name not in layer.definition.public_fields:
            raise InvalidChange("field", "field")
        after = checked_cell(layer.definition, name, typed)

        def act(connection: Connection) -> int:
            added = _added(connection, layer.id, feature.id)
            if added is not None and added.content is not None:
                values = {**added.content["values"], name: after}
                return self._replace(connection, actor, added, reason, {"values": values})
            earlier = _end_same(connection, actor, layer.id, "correct", feature.id, name)
            content = {
                **self._named(connection, layer, feature.id),
                "field": name,
                "before": earlier["before"] if earlier else feature.properties.get(name),
                "after": after,
            }
            return self._add(
                connection,
                actor,
                "correct",
                layer.id,
                reason,
                feature=feature.id,
                field=name,
                content=content,
            )

        return self._change(act)

    def add(
        self,
        layer: Layer,
        place: Place,
        typed: Mapping[str, str],
        catalog: Catalog,
        reason: str,
        *,
        actor: Actor,
    ) -> int:
        """Add a point that the file lacks; gives the id of the feature."""
        longitude, latitude = _checked_place(layer, place, catalog)
        names = layer.definition.public_fields.keys() & typed.keys()
        cells = {name: checked_cell(layer.definition, name, typed[name]) for name in sorted(names)}
        values = {name: cell for name, cell in cells.items() if cell}
        if not values:
            raise InvalidChange("values", "empty")
        feature = ADDED[0] + secrets.randbelow(ADDED[1] - ADDED[0])
        content = {
            "feature": feature,
            "longitude": longitude,
            "latitude": latitude,
            "values": values,
        }

        def act(connection: Connection) -> int:
            return self._add(
                connection, actor, "add", layer.id, reason, feature=feature, content=content
            )

        self._change(act)
        return feature

    def remove(self, layer: Layer, feature: int, reason: str, *, actor: Actor) -> int:
        """Take away a feature that is not there any more."""
        if layer.definition.hazard is not None:
            raise InvalidChange("reason", "hazard")

        def act(connection: Connection) -> int:
            added = _added(connection, layer.id, feature)
            if added is not None:
                _end(connection, actor, added, "undone", reason)
                return added.number
            content = self._named(connection, layer, feature)
            return self._add(
                connection, actor, "remove", layer.id, reason, feature=feature, content=content
            )

        return self._change(act)

    def undo(self, number: int, reason: str, *, actor: Actor) -> LayerChange:
        """Take a change back, or publish what was withdrawn again."""
        return self._ended(number, "undone", reason, actor)

    def confirm_gone(self, number: int, reason: str, *, actor: Actor) -> LayerChange:
        """Say that a file no longer has a withdrawn feature, in whatever form."""
        return self._ended(number, "gone", reason, actor, layer_changes.c.kind == "feature")

    def settle(self, catalog: Catalog) -> None:
        """End the changes that the files have by now, as the revisions served say."""
        settled = [
            number
            for layer in catalog.layers.values()
            for number, state in layer.revision.changes.items()
            if state == "settled"
        ]
        if not settled:
            return
        with failures_logged():
            with reading(self._engine) as connection:
                query = select(layer_changes.c.number).where(_counts(settled))
                if not connection.execute(query).first():
                    return
            with self._engine.begin() as connection:
                for entry in entries_of(connection, _counts(settled)):
                    _end(connection, FILE, entry, "settled", "")
        self._mirror.look()

    def _entries(self, *conditions: Any) -> Sequence[LayerChange]:
        with failures_logged(), reading(self._engine) as connection:
            return entries_of(connection, *conditions)[::-1]

    def _change(self, act: Callable[[Connection], int]) -> int:
        with failures_logged(), self._engine.begin() as connection:
            number = act(connection)
        self._mirror.look()
        return number

    def _withdraw(
        self, act: Callable[[Connection], int], layer_id: str | None, feature: int | None = None
    ) -> int:
        """What `act` does, without the names of the layer's features, or of this one, elsewhere.

        They are in corrections that residents sent, and in the states of shelters, which go.
        """
        with failures_logged():
            with self._engine.begin() as connection:
                number = act(connection)
                if layer_id is not None:
                    connection.execute(
                        update(subjects)
                        .where(*_about(subjects, layer_id, feature))
                        .values(name=None)
                    )
                    connection.execute(
                        delete(shelter_states).where(*_about(shelter_states, layer_id, feature))
                    )
            self._mirror.look()
            with suppress(Exception):  # it is emptied by and by; what is withdrawn is withdrawn
                empty_log(self._engine)
        return number

    def _ended(
        self, number: int, end: End, reason: str, actor: Actor, *conditions: Any
    ) -> LayerChange:
        checked_reason(reason)
        with failures_logged(), self._engine.begin() as connection:
            entries = entries_of(connection, _counts([number]), *conditions)
            if not entries:
                raise ChangeNotFound
            _end(connection, actor, entries[0], end, reason)
        self._mirror.look()
        return entries[0]

    def _add(
        self,
        connection: Connection,
        actor: Actor,
        kind: Kind,
        layer_id: str,
        reason: str,
        *,
        feature: int | None = None,
        field: str | None = None,
        titles: Mapping[str, object] | None = None,
        revisions: Sequence[str] = (),
        content: Mapping[str, object] | None = None,
    ) -> int:
        if kind not in WITHDRAWN:
            every = entries_of(connection, layer_changes.c.layer == layer_id, _counts())
            if len(every) >= MOST_IN_FORCE:
                raise InvalidChange("reason", "many")
        elif kind == "layer" and entries_of(
            connection,
            layer_changes.c.layer == layer_id,
            layer_changes.c.kind == "layer",
            _counts(),
        ):
            raise ChangeNotFound  # somebody else was quicker
        number: int = connection.execute(
            insert(layer_changes)
            .values(
                layer=layer_id,
                kind=kind,
                feature=feature,
                field=field,
                titles=titles or {},
                revisions=[*revisions],
                content=content,
                at=datetime.datetime.now(datetime.UTC),
                actor=actor.name,
                reason=checked_reason(reason),
            )
            .returning(layer_changes.c.number)
        ).scalar_one()
        after = {"change": number, "feature": feature, "field": field, "reason": len(reason)}
        action = f"{kind}.withdraw" if kind in WITHDRAWN else f"feature.{kind}"
        record(connection, actor, action, f"layer {layer_id}", None, after)
        if kind in WITHDRAWN:
            self.closes(connection, layer_id, actor)
        return number

    def _replace(
        self,
        connection: Connection,
        actor: Actor,
        added: LayerChange,
        reason: str,
        changed: Mapping[str, object],
    ) -> int:
        """An added feature, added in another way."""
        content = {**(added.content or {}), **changed}
        _end(connection, actor, added, "undone", reason)
        _set(connection, added.number, content=None)
        return self._add(
            connection,
            actor,
            "add",
            added.layer,
            reason,
            feature=added.feature,
            content=content,
        )

    def _named(self, connection: Connection, layer: Layer, feature: int) -> dict[str, object]:
        return {"feature": feature, "anchor": self._anchor(connection, layer, feature)}

    def _anchor(self, connection: Connection, layer: Layer, feature: int) -> object:
        """That of an earlier change of the feature: what is served is the feature as changed."""
        of_feature = layer_changes.c.layer == layer.id, layer_changes.c.feature == feature
        for entry in entries_of(connection, *of_feature, _counts()):
            if entry.content is not None and "anchor" in entry.content:
                return entry.content["anchor"]
        anchor = anchor_of(layer.revision, feature)
        if anchor is None:
            raise ChangeNotFound
        return anchor.model_dump()


def _about(table: Table, layer_id: str, feature: int | None) -> list[Any]:
    """The conditions of what a table has of a layer, or of one feature of it."""
    conditions = [table.c.layer == layer_id]
    return conditions if feature is None else [*conditions, table.c.feature == feature]


def _counts(numbers: Sequence[int] | None = None) -> Any:
    """The condition of what counts, of these numbers or of any."""
    counts = layer_changes.c.ended.is_(None)
    return counts if numbers is None else counts & layer_changes.c.number.in_(numbers)


def _set(connection: Connection, number: int, **values: object) -> None:
    connection.execute(
        update(layer_changes).where(layer_changes.c.number == number).values(**values)
    )


def _end(connection: Connection, actor: Actor, entry: LayerChange, end: End, reason: str) -> None:
    now = datetime.datetime.now(datetime.UTC)
    _set(
        connection,
        entry.number,
        ended=end,
        ended_at=now,
        ended_by=actor.name,
        ended_reason=storable(reason).strip(),
    )
    after = {"change": entry.number, "how": end, "reason": len(reason)}
    action = "layer.end_withdrawal" if entry.is_withdrawal else "layer.end_change"
    record(connection, actor, action, f"layer {entry.layer}", None, after)


def _end_same(
    connection: Connection,
    actor: Actor,
    layer_id: str,
    kind: Kind,
    feature: int,
    field: str | None = None,
) -> Mapping[str, Any] | None:
    """End the change in whose place another one comes; gives what it said."""
    same = [layer_changes.c.layer == layer_id, layer_changes.c.kind == kind]
    same += [layer_changes.c.feature == feature, _counts()]
    if field is not None:
        same.append(layer_changes.c.field == field)
    content = None
    for entry in entries_of(connection, *same):
        content = entry.content
        _end(connection, actor, entry, "undone", "")
    return content


def _added(connection: Connection, layer_id: str, feature: int) -> LayerChange | None:
    """The entry of a feature that staff added; None of one of the file."""
    of_feature = layer_changes.c.layer == layer_id, layer_changes.c.feature == feature
    entries = entries_of(connection, *of_feature, layer_changes.c.kind == "add", _counts())
    return entries[0] if entries else None


def _erase(connection: Connection, actor: Actor, layer_id: str, *conditions: Any) -> None:
    """End what is about something that is withdrawn, and delete what was typed of it."""
    of_layer = layer_changes.c.layer == layer_id, layer_changes.c.kind.not_in(WITHDRAWN)
    for entry in entries_of(connection, *of_layer, *conditions):
        if entry.ended is None:
            _end(connection, actor, entry, "withdrawn", "")
        _set(connection, entry.number, content=None)


def checked_reason(reason: str) -> str:
    """The reason as it is kept. Raises `InvalidChange`."""
    text = storable(reason).strip()
    if not text:
        raise InvalidChange("reason", "empty")
    if len(text) > LONGEST_REASON:
        raise InvalidChange("reason", "long")
    return text


def _checked_place(layer: Layer, place: Place, catalog: Catalog) -> Place:
    """A place in the city; on the grid of a layer that tells no exact ones."""
    if layer.geometry != "point":
        raise InvalidChange("place", "points")
    if not catalog.contains(*place):
        raise InvalidChange("place", "outside")
    grid_m = layer.definition.privacy.grid_m
    if grid_m is None:
        return round(place[0], 7), round(place[1], 7)
    ((longitude, latitude),) = middles([place], grid_m, *catalog.latitudes).tolist()
    return longitude, latitude


def _revisions(catalog: Catalog, layer_id: str) -> list[str]:
    """The revisions of a layer that are asked for now."""
    layers = (each.get(layer_id) for each in (catalog.layers, catalog.former))
    return [layer.revision.id for layer in layers if layer is not None]
