"""Who sends or publishes a draft is killed at each of its steps: nothing is lost, or half done."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from layers.report import Report
from server.desk.accounts.roles import Actor, Role
from server.desk.drafts.drafts import Drafts, Proposal
from server.desk.drafts.publishing import Publishing, Served, Wish
from server.desk.drafts.tables import Check, Draft, State
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.exchange import FolderLayer
from server.desk.layers.mirror import desk_folder
from tests.server.killed.test_killed_layers import ATTEMPTS, contents, killed
from tests.server.layer_service import DEFINITION, POINTS, points_named

HANA = Actor("花", Role.PUBLISHER)
PART = 64  # bytes


@pytest.fixture
def drafts(engine: Engine, tmp_path: Path) -> Drafts:
    return Drafts(engine, tmp_path / "drafts", 100_000, list)


def publishing(engine: Engine, drafts: Drafts, folder: Path) -> Publishing:
    """What publishes drafts, of a layer that the operator's folder declares."""
    (folder / "points.csv").write_text(points_named("フォルダ"), encoding="utf-8")
    declared = FolderLayer(DEFINITION, {"points.csv": folder / "points.csv"})
    served = Served(lambda _id: None, lambda _id, _revision: None, lambda _id: declared)
    return Publishing(engine, drafts, DeskLayers(engine), served, by_two=False)


def read_draft(drafts: Drafts, layers: DeskLayers, name: str) -> Draft:
    """A draft of one point of this name that can be published."""
    content = points_named(name).encode()
    path = drafts.root.parent / "sent.csv"
    path.write_bytes(content)
    with path.open("rb") as sent:
        draft = drafts.add("points.csv", [("points.csv", len(content), sent)], POINTS, HANA)
    newest = layers.history(POINTS)
    number = newest[0].version.number if newest else 0
    check = Check(Report("points.csv", POINTS, rows=1, features=1), "r", None, number, None)
    drafts.take_reading(draft, [Proposal(POINTS, DEFINITION, DEFINITION)], check)
    return drafts.of(draft.number, HANA)


@pytest.mark.breadth
def test_a_draft_becomes_a_version_or_stays_a_draft_whenever_who_publishes_is_killed(
    engine: Engine, drafts: Drafts, tmp_path: Path
) -> None:
    layers, desk = DeskLayers(engine), publishing(engine, drafts, tmp_path)
    for step in range(1, ATTEMPTS):
        name, before = f"版{step}", len(layers.history(POINTS))
        draft = read_draft(drafts, layers, name)
        work = partial(desk.publish, draft.number, draft.edition, Wish(), HANA)
        was_killed, is_acknowledged = killed(step, engine, work)
        after, history = drafts.of(draft.number, HANA), layers.history(POINTS)
        if after.state is State.READY:  # the button is pressed again
            assert (is_acknowledged, len(history), after) == (False, before, draft)
            desk.publish(draft.number, draft.edition, Wish(), HANA)
            after, history = drafts.of(draft.number, HANA), layers.history(POINTS)
        taken_over = 0 if before else 1  # the folder's own, to go back to
        assert len(history) == before + taken_over + 1
        assert (after.state, after.version) == (State.PUBLISHED, history[0].version.number)
        desk_folder(tmp_path, engine).refresh()
        assert contents(tmp_path / "desk") == {POINTS: (DEFINITION, points_named(name))}
        drafts.sweep()
        assert [*drafts.root.iterdir()] == []
        if not was_killed:
            break
    assert not was_killed
    assert step > 20


def test_an_upload_goes_on_where_it_was_whenever_who_receives_it_is_killed(
    engine: Engine, drafts: Drafts
) -> None:
    content, kills = bytes(range(256)), 0
    for step in range(1, ATTEMPTS):
        draft, _ = drafts.begin("points.csv", {"points.csv": len(content)}, "", HANA)

        def send(offset: int, number: int = draft.number) -> None:
            part = content[offset : offset + PART]
            drafts.receive(number, "points.csv", offset, part, HANA)

        send(0)
        was_killed, is_acknowledged = killed(step, engine, partial(send, PART))
        (file,) = drafts.of(draft.number, HANA).files
        assert file.received in ((2 * PART,) if is_acknowledged else (PART, 2 * PART))
        while file.received < len(content):
            send(file.received)
            (file,) = drafts.of(draft.number, HANA).files
        was_killed_at_end, _ = killed(step, engine, partial(drafts.finish, draft.number, HANA))
        drafts.finish(draft.number, HANA)
        assert drafts.of(draft.number, HANA).state is State.WAITING
        assert (drafts.folder(draft).data / "points.csv").read_bytes() == content
        drafts.discard(draft.number, drafts.of(draft.number, HANA).edition, HANA)
        kills += was_killed + was_killed_at_end
        if not was_killed:
            break
    assert not was_killed
    assert kills >= 8
