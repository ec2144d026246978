"""The mirror of the desk's layers follows the database, SQLite and PostgreSQL alike."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from layers.publish.desk_folder import DeskFolder
from server.database.engine import open_database
from server.desk.accounts.roles import Actor, Role
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.files import layer_chunks
from server.desk.layers.mirror import desk_folder
from server.desk.layers.versions import Act, Content
from tests.server.desk.layers.versions import HYDRANTS, Clock, definition

SUZUKI = Actor("suzuki", Role.PUBLISHER)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(engine: Engine, clock: Clock) -> DeskLayers:
    return DeskLayers(engine, clock)


def publish(
    engine: Engine,
    desk: DeskLayers,
    folder: Path,
    title: str,
    at: datetime.datetime | None = None,
) -> None:
    path = folder / "put.csv"
    path.write_text(title)
    sha256 = desk.put_file(path)
    with engine.begin() as connection:
        files = {"hydrants.csv": sha256, "表/番号.txt": sha256}
        content = Content(definition(title), files)
        desk.publish(connection, HYDRANTS, content, Act(SUZUKI), at=at)


def contents(folder: DeskFolder) -> dict[str, tuple[str, str, str]]:
    folder.refresh()
    return {
        layer_id: (
            each.path.read_text(),
            (each.data / "hydrants.csv").read_text(),
            (each.data / "表" / "番号.txt").read_text(),
        )
        for layer_id, each in folder.declarations().items()
    }


def test_what_is_published_is_written_down_at_its_time(
    engine: Engine, desk: DeskLayers, clock: Clock, tmp_path: Path
) -> None:
    folder = desk_folder(tmp_path, engine, clock)
    assert contents(folder) == {}
    publish(engine, desk, tmp_path, "一")
    assert contents(folder) == {HYDRANTS: (definition("一"), "一", "一")}
    at = clock.now + datetime.timedelta(hours=9)
    publish(engine, desk, tmp_path, "二", at)
    assert contents(folder) == {HYDRANTS: (definition("一"), "一", "一")}
    clock.now = at
    anew = desk_folder(tmp_path, engine, clock)
    assert contents(anew) == {HYDRANTS: (definition("二"), "二", "二")}
    with engine.begin() as connection:
        desk.roll_back(connection, HYDRANTS, 1, Act(SUZUKI))
    assert contents(folder) == {HYDRANTS: (definition("一"), "一", "一")}
    with engine.begin() as connection:
        desk.give_back(connection, HYDRANTS, Act(SUZUKI))
    assert contents(folder) == {}


def test_a_damaged_file_in_the_database_keeps_the_version_before(
    engine: Engine, desk: DeskLayers, tmp_path: Path
) -> None:
    folder = desk_folder(tmp_path, engine)
    publish(engine, desk, tmp_path, "一")
    before = contents(folder)
    publish(engine, desk, tmp_path, "二")
    with engine.begin() as connection:
        connection.execute(delete(layer_chunks))
    with pytest.raises(OSError, match="damaged"):
        folder.refresh()
    assert contents(DeskFolder(tmp_path / "desk")) == before


def test_without_a_database_or_its_tables_nothing_is_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    desk_folder(tmp_path / "home", open_database(url)).refresh()
    (tmp_path / "none.sqlite").touch()
    desk_folder(tmp_path / "home", open_database(url)).refresh()
    assert not (tmp_path / "home").exists()
