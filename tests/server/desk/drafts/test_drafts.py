"""Drafts in the database, on both kinds: whose they are, who changed them, what became of them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from sqlalchemy import Engine

from layers.report import Report
from server.desk.accounts.roles import Actor, Role
from server.desk.drafts.drafts import Drafts, Proposal, read_draft_number, set_values
from server.desk.drafts.errors import DraftChanged, DraftNotFound, UploadRefused
from server.desk.drafts.folder import in_one_folder, is_clutter, main_name, plain_name
from server.desk.drafts.tables import Check, Draft, State

HANA = Actor("花", Role.EDITOR)
TARO = Actor("太郎", Role.PUBLISHER)
FIRE = Actor("消", Role.EDITOR, "消防本部")
ROADS = Actor("道", Role.EDITOR, "道路整備課")
READ = Check(Report("list.csv", "list", rows=3, features=3), None, None, 0, None)


@pytest.fixture
def drafts(engine: Engine, tmp_path: Path) -> Drafts:
    return Drafts(engine, tmp_path / "drafts", 1000, lambda: ["boundary.geojson"])


def added(drafts: Drafts, actor: Actor = HANA, name: str = "list.csv") -> Draft:
    content = b"a,b\n1,2\n"
    return drafts.add(name, [(name, len(content), io.BytesIO(content))], "", actor)


def test_a_file_in_parts_waits_to_be_read_when_it_is_whole(drafts: Drafts) -> None:
    draft, names = drafts.begin("消火栓.csv", {"消火栓.csv": 10}, "hydrants", HANA)
    assert (draft.state, names) == (State.ARRIVING, {"消火栓.csv": "消火栓.csv"})
    assert drafts.receive(draft.number, "消火栓.csv", 0, b"12345", HANA).received == 5
    assert drafts.receive(draft.number, "消火栓.csv", 3, b"45678", HANA).received == 8
    with pytest.raises(UploadRefused, match="gap: 8"):
        drafts.receive(draft.number, "消火栓.csv", 9, b"0", HANA)
    with pytest.raises(UploadRefused, match="large"):
        drafts.receive(draft.number, "消火栓.csv", 8, b"9012", HANA)
    with pytest.raises(UploadRefused, match="gap: 8"):
        drafts.finish(draft.number, HANA)
    drafts.receive(draft.number, "消火栓.csv", 8, b"90", HANA)
    drafts.finish(draft.number, HANA)
    waiting = drafts.next_waiting()
    assert waiting is not None
    assert (waiting.number, waiting.layer_id) == (draft.number, "hydrants")
    assert (drafts.folder(draft).data / "消火栓.csv").read_bytes() == b"1234567890"
    with pytest.raises(DraftNotFound):
        drafts.receive(draft.number, "消火栓.csv", 0, b"x", HANA)


def test_a_draft_is_its_departments(drafts: Drafts) -> None:
    own = added(drafts, FIRE)
    assert drafts.of(own.number, FIRE).department == "消防本部"
    assert drafts.of(own.number, TARO).number == own.number
    assert list(drafts.all(ROADS)) == []
    with pytest.raises(DraftNotFound):
        drafts.of(own.number, ROADS)
    with pytest.raises(DraftNotFound):
        drafts.discard(own.number, own.edition, ROADS)


def test_who_hands_back_an_older_state_is_told_who_changed_it(drafts: Drafts) -> None:
    draft = added(drafts)
    drafts.change(draft.number, draft.edition, "title = 1", "list", TARO)
    with pytest.raises(DraftChanged) as refused:
        drafts.change(draft.number, draft.edition, "title = 2", "list", HANA)
    assert (refused.value.by, refused.value.state) == ("太郎", "waiting")
    assert drafts.of(draft.number, HANA).text == "title = 1"


def test_what_is_changed_while_it_is_read_is_read_again(drafts: Drafts) -> None:
    draft = added(drafts)
    drafts.change(draft.number, draft.edition, "newer", "list", TARO)
    drafts.take_reading(draft, [Proposal("list", "older", "older")], READ)
    current = drafts.of(draft.number, HANA)
    assert (current.state, current.text) == (State.WAITING, "newer")


def test_each_layer_in_a_file_is_a_draft_of_the_same_files(drafts: Drafts) -> None:
    draft = added(drafts)
    drafts.take_reading(
        draft,
        [Proposal(*each) for each in (("points", "one", "one"), ("lines", "two", "two"))],
        READ,
    )
    first, second = sorted(drafts.all(HANA), key=lambda each: each.number)
    assert (first.state, first.text, second.state, second.text) == (
        State.READY,
        "one",
        State.WAITING,
        "two",
    )
    assert first.folder == second.folder
    assert first.check is not None
    assert first.check.report.rows == 3
    drafts.discard(first.number, first.edition, HANA)
    assert drafts.folder(second).path.exists()
    drafts.discard(second.number, second.edition, HANA)
    assert not drafts.folder(second).path.exists()


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({}, "none"),
        ({"a.csv": 0}, "empty"),
        ({"a.csv": 1001}, "large"),
        ({"../a.csv": 1}, "name"),
        ({f"{'あ' * 70}.csv": 1}, "name"),
        ({"d/a.csv": 1, "d/A.csv": 1}, "twice"),
        ({f"{number}.csv": 0 for number in range(2001)}, "many"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_it_is_sent(
    drafts: Drafts, files: dict[str, int], fault: str
) -> None:
    with pytest.raises(UploadRefused, match=fault):
        drafts.begin("a", files, "", HANA)
    assert list(drafts.all(HANA)) == []


def test_names_are_those_of_the_senders_device_below_one_folder() -> None:
    assert plain_name("dir\\sub\\か\u3099.shp") == "dir/sub/が.shp"
    assert plain_name("boundary.geojson", ["boundary.geojson"]) == "_boundary.geojson"
    assert plain_name("町/区域.prj", ["町/区域.shp"]) == "_町/区域.prj"
    loose = in_one_folder(["a.shp", "a.dbf"])
    assert loose == ["a/a.shp", "a/a.dbf"]
    assert main_name(loose) == "a"
    assert in_one_folder(["d/a.shp", "d/a.dbf"]) == ["d/a.shp", "d/a.dbf"]
    assert main_name(["a.csv"]) == "a.csv"
    assert [is_clutter(name) for name in (".DS_Store", "d/Thumbs.db", "../a.csv", "a.csv")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("text", ["", "-1", "１", "9" * 11, "4294967296", "1e3"])
def test_no_number_of_a_draft_is_none(text: str) -> None:
    with pytest.raises(DraftNotFound):
        read_draft_number(text)


def test_what_is_withdrawn_of_a_layer_stays_in_no_draft_of_it(
    drafts: Drafts, engine: Engine
) -> None:
    draft, published, other = added(drafts), added(drafts), added(drafts)
    drafts.take_reading(
        draft, [Proposal("points", "one", "one"), Proposal("lines", "two", "two")], READ
    )
    drafts.take_reading(published, [Proposal("points", "one", "one")], READ)
    drafts.take_reading(other, [Proposal("areas", "one", "one")], READ)
    with engine.begin() as connection:
        set_values(connection, published, HANA, state=State.PUBLISHED.value)
        drafts.close_of(connection, "points", HANA)
    drafts.sweep()
    states = {each.layer_id: each.state for each in drafts.all(HANA) if each.state.is_open}
    assert states == {"areas": State.READY}  # lines are of the same file as points
    assert drafts.of(published.number, HANA).state is State.PUBLISHED
    assert drafts.of(published.number, HANA).check is None
    assert [path.name for path in drafts.root.iterdir()] == [other.folder]


def test_what_a_killed_process_left_half_sent_goes_after_a_day(drafts: Drafts) -> None:
    kept = added(drafts)
    half = drafts.root / ("0" * 32)
    (half / "data").mkdir(parents=True)
    drafts.sweep()
    assert half.exists()
    os.utime(half, (0, 0))
    drafts.sweep()
    assert [path.name for path in drafts.root.iterdir()] == [kept.folder]
