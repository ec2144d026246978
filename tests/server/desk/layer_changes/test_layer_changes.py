"""What staff withdraw and change: kept, audited, written into the home, erased where withdrawn."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.query.listing import Listed, feature_of
from layers.store.desk_changes import DeskChanges
from layers.store.folder import HomeFolder
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor, Role
from server.desk.errors import ChangeNotFound, InvalidChange
from server.desk.intake.requests import requests, subjects
from server.desk.layer_changes.entries import layer_changes
from server.desk.layer_changes.layer_changes import LayerChanges
from server.desk.layer_changes.mirror import Mirror
from server.desk.shelters.states import shelter_states
from tests.layers.city import SmallCity
from tests.server.layer_desk import REMARK, planted_city

ACTOR = Actor("職員", Role.PUBLISHER)
PLACE = 139.15, 35.15


class Desk:
    """The desk's changes in a database and a home."""

    def __init__(self, engine: Engine, city: SmallCity) -> None:
        self.engine, self.city = engine, city
        self.home: DeskChanges = HomeFolder(city.home).desk_changes
        self.changes = LayerChanges(engine, Mirror(engine, self.home))

    @property
    def catalog(self) -> Catalog:
        """What is prepared with all changes so far."""
        return self.city.open()

    def row(self, number: int) -> dict[str, Any]:
        with self.engine.connect() as connection:
            query = select(layer_changes).where(layer_changes.c.number == number)
            return dict(connection.execute(query).mappings().one())

    def actions(self) -> list[str]:
        with self.engine.connect() as connection:
            return [*connection.scalars(select(audit.c.action).order_by(audit.c.id))]


def named(layer: Layer, name: str) -> Listed:
    features = [feature_of(layer, id) for id in layer.revision.table.ids.tolist()]
    return next(each for each in features if each and each.properties["name"].startswith(name))


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, planted_city(tmp_path / "city"))


def test_a_second_correction_still_knows_what_the_file_said(desk: Desk) -> None:
    layer = desk.catalog.layer("points")
    south, north = named(layer, "南"), named(layer, "北")
    desk.changes.correct(layer, south, "size", "7", "数え直した", actor=ACTOR)
    layer = desk.catalog.layer("points")
    again = feature_of(layer, south.id)
    assert again is not None
    assert again.properties["size"] == 7
    desk.changes.correct(layer, again, "size", "８", "もう一度", actor=ACTOR)
    desk.changes.move(layer, south.id, PLACE, desk.catalog, "正しい位置", actor=ACTOR)
    desk.changes.remove(layer, north.id, "撤去された", actor=ACTOR)
    changes = desk.home.of("points")
    (corrected,) = changes.corrected
    assert (corrected.before, corrected.after) == (2, "8")
    assert corrected.anchor == changes.moved[0].anchor
    layer = desk.catalog.layer("points")
    assert set(layer.revision.changes.values()) == {"pending"}
    moved = feature_of(layer, south.id)
    assert moved is not None
    assert (moved.longitude, moved.latitude) == PLACE
    assert feature_of(layer, north.id) is None
    expected = ["feature.correct", "layer.end_change", "feature.correct"]
    assert desk.actions() == [*expected, "feature.move", "feature.remove"]


def test_an_added_feature_can_be_edited_and_taken_away(desk: Desk) -> None:
    catalog = desk.catalog
    layer = catalog.layer("points")
    values = {"name": "東", "size": "4"}
    id = desk.changes.add(layer, PLACE, values, catalog, "新設", actor=ACTOR)
    layer = desk.catalog.layer("points")
    east = feature_of(layer, id)
    assert east is not None
    assert east.properties["size"] == 4
    desk.changes.correct(layer, east, "size", "5", "数え違い", actor=ACTOR)
    desk.changes.move(layer, id, (139.16, 35.16), catalog, "位置", actor=ACTOR)
    layer = desk.catalog.layer("points")
    east = feature_of(layer, id)
    assert east is not None
    assert (east.longitude, east.properties["size"]) == (139.16, 5)
    desk.changes.remove(layer, id, "やめた", actor=ACTOR)
    assert feature_of(desk.catalog.layer("points"), id) is None
    assert not desk.home.of("points")


def test_an_added_feature_can_be_withdrawn(desk: Desk) -> None:
    catalog = desk.catalog
    id = desk.changes.add(
        catalog.layer("points"), PLACE, {"name": REMARK}, catalog, "新設", actor=ACTOR
    )
    catalog = desk.catalog
    desk.changes.withdraw_feature(catalog.layer("points"), id, catalog, "個人宅", actor=ACTOR)
    layer = desk.catalog.layer("points")
    assert feature_of(layer, id) is None
    assert layer.feature_count == 3
    assert desk.row(1)["content"] is None


def test_what_the_file_has_by_now_ends_a_change(desk: Desk) -> None:
    layer = desk.catalog.layer("points")
    number = desk.changes.correct(layer, named(layer, "西"), "size", "9", "訂正", actor=ACTOR)
    path = desk.city.data / "points.csv"
    desk.changes.settle(desk.catalog)
    assert desk.row(number)["ended"] is None
    path.write_text(path.read_text("utf-8").replace(",3\n", ",9\n"), "utf-8")
    desk.changes.settle(desk.catalog)
    assert (desk.row(number)["ended"], desk.row(number)["ended_by"]) == ("settled", "file")
    assert not desk.home.of("points")
    assert named(desk.catalog.layer("points"), "西").properties["size"] == 9


@pytest.mark.parametrize("what", ["column", "feature"])
def test_what_was_typed_of_it_goes_with_what_is_withdrawn(desk: Desk, what: str) -> None:
    catalog = desk.catalog
    layer = catalog.layer("points")
    south = named(layer, "南")
    number = desk.changes.correct(layer, south, "remark", REMARK, "訂正", actor=ACTOR)
    with desk.engine.begin() as connection:
        values = {"token": "t", "submission": "s", "title": "題", "purpose": "p"}
        values |= {"category": "fire", "state": "received"}
        received = datetime.datetime.now(datetime.UTC)
        connection.execute(insert(requests).values(received_at=received, **values))
        connection.execute(
            insert(subjects).values(number=1, layer="points", feature=south.id, name="南の家")
        )
        state = {"name": "南の家", "note": "", "set_at": received, "set_by": "職員"}
        connection.execute(insert(shelter_states).values(layer="points", feature=south.id, **state))
    if what == "column":
        desk.changes.withdraw_column(layer, "remark", catalog, "個人情報", actor=ACTOR)
    else:
        desk.changes.withdraw_feature(layer, south.id, catalog, "個人宅", actor=ACTOR)
    row = desk.row(number)
    assert (row["content"], row["ended"]) == (None, "withdrawn")
    with desk.engine.connect() as connection:
        name = connection.scalar(select(subjects.c.name))
        assert name == ("南の家" if what == "column" else None)
        shelters = connection.scalars(select(shelter_states.c.name)).all()
        assert list(shelters) == (["南の家"] if what == "column" else [])
        tables = connection.execute(select(layer_changes)).all()
    assert REMARK not in json.dumps([*map(str, tables)], ensure_ascii=False)
    recalls = desk.home.recalls()
    assert recalls.withheld == {"points": {number + 1}}
    assert recalls.revisions == {"points": {layer.revision.id}}


def test_a_withdrawal_and_its_way_back(desk: Desk) -> None:
    catalog = desk.catalog
    number = desk.changes.withdraw_layer("points", catalog, "誤り", actor=ACTOR)
    assert desk.home.recalls().layers == {"points"}
    assert "points" not in desk.catalog.layers
    with pytest.raises(ChangeNotFound):
        desk.changes.withdraw_layer("points", catalog, "もう一度", actor=ACTOR)
    (entry,) = desk.changes.public()
    assert (entry.kind, entry.titles["layer"]["ja"]) == ("layer", "レイヤー")
    desk.changes.undo(number, "確かめた", actor=ACTOR)
    assert desk.catalog.layer("points").revision.id == catalog.layer("points").revision.id
    assert [*desk.changes.public()] == []
    assert len(desk.changes.withdrawals()) == 1
    with pytest.raises(ChangeNotFound):
        desk.changes.undo(number, "もう一度", actor=ACTOR)


Act = Callable[[LayerChanges, Layer, Listed, Catalog], object]
REFUSED: dict[str, Act] = {
    "reason: empty": lambda c, la, f, _ca: c.remove(la, f.id, " \n", actor=ACTOR),
    "reason: long": lambda c, la, f, _ca: c.remove(la, f.id, "長" * 2001, actor=ACTOR),
    "place: outside": lambda c, la, f, ca: c.move(la, f.id, (0, 0), ca, "a", actor=ACTOR),
    "value-size: integer": lambda c, la, f, _ca: c.correct(
        la, f, "size", "たくさん", "a", actor=ACTOR
    ),
    "field: field": lambda c, la, f, _ca: c.correct(la, f, "no", "1", "a", actor=ACTOR),
    "values: empty": lambda c, la, _f, ca: c.add(la, PLACE, {"name": " "}, ca, "a", actor=ACTOR),
    "column: column": lambda c, la, _f, ca: c.withdraw_column(la, "no", ca, "a", actor=ACTOR),
}


@pytest.mark.parametrize("why", sorted(REFUSED))
def test_what_cannot_be_done_is_refused_and_nothing_kept(desk: Desk, why: str) -> None:
    catalog = desk.catalog
    layer = catalog.layer("points")
    with pytest.raises(InvalidChange, match=why):
        REFUSED[why](desk.changes, layer, named(layer, "北"), catalog)
    with desk.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM layer_changes")) == 0
        assert connection.scalar(text("SELECT count(*) FROM audit")) == 0


def test_a_home_that_lost_what_is_withdrawn_is_told_by_the_database(desk: Desk) -> None:
    catalog = desk.catalog
    desk.changes.withdraw_layer("points", catalog, "誤り", actor=ACTOR)
    other = HomeFolder(desk.city.home / "other").desk_changes  # of another machine
    Mirror(desk.engine, other).look()
    assert other.recalls().layers == {"points"}
    (desk.city.home / "desk" / "withdrawn.json").write_text("{")
    mirror = Mirror(desk.engine, desk.home)
    mirror.look()
    assert HomeFolder(desk.city.home).desk_changes.recalls().layers == {"points"}


def test_without_the_database_what_the_home_says_holds(desk: Desk) -> None:
    desk.changes.withdraw_layer("points", desk.catalog, "誤り", actor=ACTOR)
    home = HomeFolder(desk.city.home)
    Mirror(desk.engine, home.desk_changes, lambda: True).look()
    assert home.desk_changes.recalls().layers == {"points"}
    assert "points" not in desk.catalog.layers
