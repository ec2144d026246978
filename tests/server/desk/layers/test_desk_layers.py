"""The versions of the desk's layers, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update

from layers.errors import DefinitionError
from server.database.engine import reading
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor, Role
from server.desk.errors import (
    DeskError,
    InvalidVersion,
    LayerFilesFull,
    VersionConflict,
    VersionNotFound,
    VersionWaiting,
)
from server.desk.layers import files as layer_files
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.files import chunks_of, layer_chunks, layer_files as files_table
from server.desk.layers.versions import Act, Content
from tests.server.desk.layers.versions import HYDRANTS, Clock, definition

SUZUKI, TANAKA = (Actor(name, Role.PUBLISHER) for name in ("suzuki", "tanaka"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(engine: Engine, clock: Clock) -> DeskLayers:
    return DeskLayers(engine, clock)


@pytest.fixture
def sha256(desk: DeskLayers, tmp_path: Path) -> str:
    """A file that was put."""
    path = tmp_path / "hydrants.csv"
    path.write_text("名称,緯度,経度\n一,35.8,139.6\n")
    return desk.put_file(path)


def publish(
    engine: Engine,
    desk: DeskLayers,
    sha256: str,
    title: str = "消火栓",
    expected: int | None = None,
    **options: object,
) -> int:
    content = Content(definition(title), {"hydrants.csv": sha256})
    act = Act(SUZUKI, expected=expected)
    with engine.begin() as connection:
        return desk.publish(connection, HYDRANTS, content, act, **options)  # type: ignore[arg-type]


def test_a_version_follows_the_one_before(engine: Engine, desk: DeskLayers, sha256: str) -> None:
    with engine.begin() as connection:
        content = Content(definition("消火栓"), {"hydrants.csv": sha256})
        assert desk.take_over(connection, HYDRANTS, content, Act(SUZUKI)) == 1
    assert publish(engine, desk, sha256, "消火栓と水槽", author="tanaka", expected=1) == 2
    current = desk.current()[HYDRANTS]
    assert (current.number, current.author, current.publisher) == (2, "tanaka", "suzuki")
    assert [(each.version.number, each.state) for each in desk.history(HYDRANTS)] == [
        (2, "in_force"),
        (1, "former"),
    ]
    with engine.begin() as connection:
        assert desk.roll_back(connection, HYDRANTS, 1, Act(TANAKA, "列がちがいました")) == 3
    current = desk.current()[HYDRANTS]
    assert (current.definition, current.replaces, current.origin) == (definition("消火栓"), 2, 1)
    with engine.begin() as connection:
        assert desk.give_back(connection, HYDRANTS, Act(TANAKA)) == 4
    assert desk.current() == {}
    with reading(engine) as connection:
        actions = connection.scalars(select(audit.c.action).order_by(audit.c.id)).all()
    assert actions == ["layer.take_over", "layer.publish", "layer.roll_back", "layer.give_back"]


def test_what_is_scheduled_is_in_force_from_its_time_on(
    engine: Engine, desk: DeskLayers, clock: Clock, sha256: str
) -> None:
    publish(engine, desk, sha256)
    at = clock.now + datetime.timedelta(hours=9)
    assert publish(engine, desk, sha256, "あす", at=at) == 2
    assert desk.current()[HYDRANTS].number == 1
    assert [each.state for each in desk.history(HYDRANTS)] == ["waiting", "in_force"]
    clock.now = at
    assert DeskLayers(engine, clock).current()[HYDRANTS].number == 2
    assert [each.state for each in desk.history(HYDRANTS)] == ["in_force", "former"]


def test_while_one_waits_no_other_is_published_until_it_is_cancelled(
    engine: Engine, desk: DeskLayers, clock: Clock, sha256: str
) -> None:
    publish(engine, desk, sha256)
    publish(engine, desk, sha256, "あす", at=clock.now + datetime.timedelta(hours=9))
    with pytest.raises(VersionWaiting):
        publish(engine, desk, sha256, "今")
    with engine.begin() as connection:
        with pytest.raises(InvalidVersion):
            desk.cancel(connection, HYDRANTS, 1, SUZUKI)
        desk.cancel(connection, HYDRANTS, 2, SUZUKI)
    assert publish(engine, desk, sha256, "今") == 3
    clock.now += datetime.timedelta(days=2)
    assert desk.current()[HYDRANTS].number == 3
    assert [each.state for each in desk.history(HYDRANTS)] == ["in_force", "cancelled", "former"]


def test_of_two_publishers_one_wins_and_the_other_is_told(
    engine: Engine, desk: DeskLayers, sha256: str
) -> None:
    publish(engine, desk, sha256)
    outcomes: list[int | DeskError] = []
    start = threading.Barrier(4)

    def attempt(number: int) -> None:
        start.wait()
        try:
            outcomes.append(publish(engine, desk, sha256, f"版{number}", expected=1))
        except DeskError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    conflicts = [each for each in outcomes if isinstance(each, VersionConflict)]
    assert [each for each in outcomes if isinstance(each, int)] == [2]
    assert [(each.expected, each.newest, each.publisher) for each in conflicts] == [
        (1, 2, "suzuki")
    ] * 3
    assert len(desk.history(HYDRANTS)) == 2


def test_a_file_is_kept_once_and_comes_back_as_it_was(
    engine: Engine, desk: DeskLayers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_files, "CHUNK", 1000)
    path, content = tmp_path / "large.bin", bytes(range(256)) * 20
    path.write_bytes(content)
    (tmp_path / "empty").touch()
    sha256 = desk.put_file(path)
    assert desk.put_file(path) == sha256
    empty = desk.put_file(tmp_path / "empty")
    with reading(engine) as connection:
        assert b"".join(chunks_of(connection, sha256)) == content
        assert b"".join(chunks_of(connection, empty)) == b""
        assert connection.scalar(select(func.count()).select_from(layer_chunks)) == 6
        assert connection.scalar(select(func.count()).select_from(files_table)) == 2


def test_what_belongs_to_no_version_goes_after_a_day(
    engine: Engine, desk: DeskLayers, sha256: str, tmp_path: Path
) -> None:
    publish(engine, desk, sha256)
    (tmp_path / "unused").write_bytes(b"x")
    (tmp_path / "new").write_bytes(b"y")
    unused = desk.put_file(tmp_path / "unused")
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
    with engine.begin() as connection:
        half = {"upload": "half", "number": 0, "content": b"z", "put_at": long_ago}
        connection.execute(insert(layer_chunks).values(half))
        for table in (files_table, layer_chunks):
            connection.execute(update(table).values(put_at=long_ago))
    assert desk.put_file(tmp_path / "unused") == unused  # put again, and so wanted
    with engine.begin() as connection:
        connection.execute(
            update(files_table).where(files_table.c.sha256 == unused).values(put_at=long_ago)
        )
    new = desk.put_file(tmp_path / "new")
    with reading(engine) as connection:
        assert set(connection.scalars(select(files_table.c.sha256))) == {sha256, new}
        assert set(connection.scalars(select(layer_chunks.c.upload))) == set(
            connection.scalars(select(files_table.c.upload))
        )


def test_files_beyond_the_room_are_refused(
    engine: Engine, desk: DeskLayers, sha256: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_files, "MOST_BYTES", 100)
    (tmp_path / "large").write_bytes(b"x" * 99)
    with pytest.raises(LayerFilesFull):
        desk.put_file(tmp_path / "large")
    assert publish(engine, desk, sha256) == 1


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("layer", {"layer_id": "x" * 65}),
        ("files", {"files": {}}),
        ("files", {"files": {"../hydrants.csv": ""}}),
        ("files", {"files": {"/etc/hydrants.csv": ""}}),
        ("files", {"files": {".hydrants.csv": ""}}),
        ("files", {"files": {"a\\hydrants.csv": ""}}),
        ("files", {"files": {"a//hydrants.csv": ""}}),
        ("files", {"files": {"a\x00b": ""}}),
        ("files", {"files": {"\ud800.csv": ""}}),
        ("files", {"files": {"消" * 80: ""}}),
        ("files", {"files": {"hydrants.csv": "0" * 64}}),
        ("files", {"files": {"hydrants.csv": "", "hydrants.csv/a": ""}}),
        ("reason", {"reason": "x" * 2001}),
        ("at", {"at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}),
        ("at", {"at": datetime.datetime(2027, 1, 1)}),  # noqa: DTZ001
        ("at", {"at": datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)}),
    ],
)
def test_what_no_version_may_be_is_refused(
    engine: Engine, desk: DeskLayers, sha256: str, field: str, changed: dict[str, object]
) -> None:
    named = changed.get("files", {"hydrants.csv": ""})
    assert isinstance(named, dict)
    files = {name: digest or sha256 for name, digest in named.items()}
    layer_id, reason = str(changed.get("layer_id", HYDRANTS)), str(changed.get("reason", ""))
    content, act = Content(definition("消火栓"), files), Act(SUZUKI, reason)
    at: Any = changed.get("at")
    with pytest.raises(InvalidVersion) as refusal, engine.begin() as connection:
        desk.publish(connection, layer_id, content, act, at=at)
    assert field in (refusal.value.field, "files")
    assert desk.history(HYDRANTS) == []


@pytest.mark.parametrize("text", ["", "title = 1", 'title = "消火栓', "[source]\npath = 'a.csv'\n"])
def test_a_definition_that_cannot_be_read_is_refused_in_its_own_words(
    engine: Engine, desk: DeskLayers, sha256: str, text: str
) -> None:
    with pytest.raises(DefinitionError, match=r"hydrants\.toml"), engine.begin() as connection:
        desk.publish(connection, HYDRANTS, Content(text, {"a.csv": sha256}), Act(SUZUKI))


def test_a_definition_with_words_to_be_written_is_refused(
    engine: Engine, desk: DeskLayers, sha256: str
) -> None:
    with pytest.raises(DefinitionError) as refusal:
        publish(engine, desk, sha256, "（名前を書いてください）")
    assert (refusal.value.kind, refusal.value.key) == ("unwritten", "title")


def test_only_what_is_the_desks_can_be_given_back_or_rolled_back(
    engine: Engine, desk: DeskLayers, sha256: str
) -> None:
    with engine.begin() as connection:
        with pytest.raises(VersionNotFound):
            desk.give_back(connection, HYDRANTS, Act(SUZUKI))
        with pytest.raises(VersionNotFound):
            desk.roll_back(connection, HYDRANTS, 1, Act(SUZUKI))
    publish(engine, desk, sha256)
    with engine.begin() as connection:
        with pytest.raises(InvalidVersion):
            desk.roll_back(connection, HYDRANTS, 1, Act(SUZUKI))
        content = Content(definition("消火栓"), {"hydrants.csv": sha256})
        with pytest.raises(InvalidVersion):
            desk.take_over(connection, HYDRANTS, content, Act(SUZUKI))


def test_a_layer_that_was_given_back_can_be_rolled_back_to(
    engine: Engine, desk: DeskLayers, sha256: str
) -> None:
    publish(engine, desk, sha256)
    with engine.begin() as connection:
        desk.give_back(connection, HYDRANTS, Act(SUZUKI))
        with pytest.raises(VersionNotFound):
            desk.roll_back(connection, HYDRANTS, 2, Act(SUZUKI))
        assert desk.roll_back(connection, HYDRANTS, 1, Act(SUZUKI)) == 3
    assert desk.current()[HYDRANTS].number == 3
