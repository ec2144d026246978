"""The map is served whatever becomes of the database, and what needs it says so until it heals."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from server.app import create_app
from server.database import upkeep
from server.database.engine import open_database, reading
from server.database.schema import upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.alerts.alerts import Alerts
from server.desk.errors import DeskUnavailable
from server.desk.intake.requests import requests
from server.settings import Settings
from tests.breadth import mainly
from tests.disks import disk, full, read_only
from tests.layers.city import SmallCity
from tests.server.desk.alerts.test_alerts import ORDER
from tests.waiting import until

PAGE = {"Accept": "text/html"}
FORM = {"title": "t", "purpose": "p", "category": "fire"}
UNKNOWN = "情報が出ていないという意味ではありません"
PAGE_SIZE = 4096


@pytest.fixture(autouse=True)
def sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "PAUSE", 0.05)
    monkeypatch.setattr("server.database.sqlite_file.AGAIN", 0.05)
    monkeypatch.setattr("server.desk.alerts.alerts.REUSE_S", 0.0)


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    city = SmallCity(tmp_path)
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:6668"')
    return city


@contextmanager
def client_of(city: SmallCity, url: str | None = None) -> Iterator[TestClient]:
    settings = Settings(
        definitions=city.definitions, data=city.data, home=city.home, database_url=url
    )
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def post(client: TestClient) -> Response:
    return client.post("/requests", data=FORM, headers={**PAGE, "Origin": "http://testserver"})


def problem(client: TestClient) -> str:
    """What is wrong with the database, "" when nothing is."""
    return str(client.get("/readyz").json()["failing"].get("database", ""))


def assert_served_without_database(client: TestClient) -> None:
    """The map is there; what needs the database is not, and says so."""
    assert client.get("/", headers=PAGE).status_code == 200
    assert client.get("/tiles/points/8/226/101.geojson").status_code == 200
    until(lambda: problem(client) != "")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert "/" not in problem(client).replace("I/O", "")  # no folder of the machine
    for answer in (
        post(client),
        client.get("/notices?f=json"),
        client.get("/notices", headers=PAGE),
    ):
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
    assert UNKNOWN in client.get("/notices/bar").text
    assert UNKNOWN in client.get("/layers", headers=PAGE).text
    assert UNKNOWN in client.get("/notices", headers=PAGE).text


def assert_healthy(client: TestClient) -> None:
    until(lambda: problem(client) == "")
    until(lambda: client.get("/notices?f=json").status_code == 200)
    assert UNKNOWN not in client.get("/notices/bar").text
    stored = post(client)
    assert stored.status_code == 303
    assert client.get(stored.headers["location"], headers=PAGE).status_code == 200


def filled(path: Path, *, rows: int = 300) -> None:
    """A database in which something is stored."""
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    Alerts(engine).issue(ORDER, actor=COMMAND_LINE)
    with engine.begin() as connection:
        for number in range(rows):
            connection.execute(
                requests.insert().values(
                    token="t" * 32,
                    submission=f"{number:064d}",
                    title="題" * 40,
                    purpose="p" * 500,
                    category="fire",
                    state="received",
                    received_at=ORDER.issued_at,
                )
            )


def not_a_database(path: Path) -> None:
    path.write_bytes(b"not a database at all\n" * 400)


def cut_in_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def cut_in_half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // PAGE_SIZE // 2 * PAGE_SIZE + 100])


def zeroed_pages(path: Path) -> None:
    with path.open("r+b") as file:  # in place: a file that is empty for a moment gets its tables
        file.seek(2 * PAGE_SIZE)
        file.write(bytes(path.stat().st_size - 3 * PAGE_SIZE))


def zeroed_first_page(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(bytes(PAGE_SIZE) + content[PAGE_SIZE:])


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "kept").write_text("an operator's", "utf-8")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES = [
    not_a_database,
    cut_in_the_header,
    cut_in_half,
    zeroed_pages,
    zeroed_first_page,
    a_folder,
    a_pipe,
]


def snapshot(path: Path) -> object:
    if path.is_dir():
        return [file.read_bytes() for file in sorted(path.iterdir())]
    return path.read_bytes() if path.is_file() else path.stat().st_ino


@pytest.mark.parametrize("damage", mainly(zeroed_pages, DAMAGES))
def test_a_damaged_database_keeps_no_map_from_being_served(
    city: SmallCity, damage: Callable[[Path], None]
) -> None:
    path = city.home / "bosai.sqlite"
    filled(path)
    whole = city.home / "backup"
    shutil.copy(path, whole)
    damage(path)
    before = snapshot(path)
    with client_of(city) as client:
        assert_served_without_database(client)
        assert snapshot(path) == before  # it is left for who can save something of it
        path.rename(city.home / "damaged")
        whole.rename(path)
        until(lambda: problem(client) == "")
        until(lambda: len(client.get("/notices?f=json").json()) == 1)
        assert post(client).status_code == 303


@pytest.mark.breadth
def test_damage_that_came_while_running_is_said(city: SmallCity) -> None:
    path = city.home / "bosai.sqlite"
    filled(path)
    with client_of(city) as client:
        assert_healthy(client)
        zeroed_pages(path)
        until(lambda: post(client).status_code == 503)
        until(lambda: problem(client) != "")


def test_what_nobody_expected_is_said_and_looked_at_again(tmp_path: Path) -> None:
    engine, faults = open_database(f"sqlite:///{tmp_path / 'bosai.sqlite'}"), [KeyError("step")]

    def prepare(_new: bool) -> None:
        if faults:
            raise faults[0]

    keeper = upkeep.Upkeep(engine, prepare, lambda: None)
    keeper.look()
    assert keeper.problem is not None
    assert "KeyError" in keeper.problem
    faults.clear()
    keeper.look()
    assert keeper.problem is None


OWN_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"


@pytest.mark.breadth
def test_a_database_that_was_emptied_gets_its_tables_again(city: SmallCity) -> None:
    city.home.mkdir()
    with closing(sqlite3.connect(city.home / "bosai.sqlite")) as other:
        other.execute("CREATE TABLE another (a)")
        other.commit()
    with client_of(city) as client:
        assert_healthy(client)
        with closing(sqlite3.connect(city.home / "bosai.sqlite")) as other:
            for (name,) in other.execute(OWN_TABLES).fetchall():
                other.execute(f"DROP TABLE {name}")
            other.commit()
        until(lambda: post(client).status_code == 303)


def test_a_folder_that_takes_no_writes_keeps_no_map_from_being_served(
    city: SmallCity, tmp_path: Path
) -> None:
    with disk(tmp_path / "disk") as folder:
        url = f"sqlite:///{folder / 'bosai.sqlite'}"
        with read_only(folder), client_of(city, url) as client:
            assert_served_without_database(client)
        filled(folder / "bosai.sqlite")
        with client_of(city, url) as client:
            with read_only(folder):
                until(lambda: post(client).status_code == 503)
                until(lambda: problem(client) != "")
            assert_healthy(client)


def test_a_full_disk_is_said_and_heals(city: SmallCity, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 4 << 20) as folder:
        url = f"sqlite:///{folder / 'bosai.sqlite'}"
        with client_of(city, url) as client:
            assert_healthy(client)
            with full(folder):
                until(lambda: post(client).status_code == 503)
                until(lambda: problem(client) != "")
                assert client.get("/tiles/points/8/226/101.geojson").status_code == 200
            assert_healthy(client)


def test_a_database_that_is_away_keeps_no_map_from_being_served(city: SmallCity) -> None:
    with client_of(city, "postgresql://bosai:secret@127.0.0.1:1/bosai") as client:
        assert_served_without_database(client)
        assert "secret" not in client.get("/readyz").text
        assert "127.0.0.1" not in client.get("/readyz").text


def key(answer: Response) -> str:
    found = re.search(r"/requests/(\d+)\?", answer.headers["location"])
    assert found is not None
    return found[1]


def stored_in(path: Path) -> set[str]:
    """The numbers of the requests in the file, all by itself.

    What was written is in it once nobody reads: the last to close leaves everything in the file.
    """
    copy = path.with_name("copy.sqlite")
    shutil.copyfile(path, copy)
    with closing(sqlite3.connect(copy)) as connection:
        return {str(number) for (number,) in connection.execute("SELECT number FROM requests")}


def is_closed(path: Path) -> bool:
    """Whether nothing has the file open. Who has, leaves its log beside the next file of the name,
    which SQLite takes for that one's (sqlite.org/howtocorrupt.html, 4.3).
    """
    descriptors = Path("/proc/self/fd").iterdir()
    return not any(os.path.realpath(each) == str(path.resolve()) for each in descriptors)


def test_what_is_acknowledged_is_in_the_file_that_is_there(city: SmallCity, tmp_path: Path) -> None:
    path = city.home / "bosai.sqlite"
    with client_of(city) as client:
        first = [key(post(client)) for _ in range(3)]
        until(lambda: stored_in(path) == {*first})
        path.rename(city.home / "moved.sqlite")
        assert post(client).status_code == 503
        until(lambda: problem(client) != "")
        assert not path.exists()  # no new one, in which numbers would begin again
        assert UNKNOWN in client.get("/notices/bar").text
        assert stored_in(city.home / "moved.sqlite") == {*first}
        (city.home / "moved.sqlite").rename(path)
        until(lambda: problem(client) == "")
        assert key(post(client)) == "4"

        filled(tmp_path / "other.sqlite", rows=7)
        until(lambda: is_closed(path))
        path.unlink()
        (tmp_path / "other.sqlite").rename(path)
        until(lambda: post(client).status_code == 303)
        until(lambda: len(stored_in(path)) == 8)


def test_a_file_moved_away_in_the_midst_of_a_write_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bosai.sqlite"
    filled(path, rows=0)
    engine = open_database(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(requests.delete())
        path.rename(tmp_path / "moved")
        with pytest.raises(OperationalError, match="no database file"):
            connection.commit()
    with pytest.raises(DeskUnavailable):
        Alerts(engine).issue(ORDER, actor=COMMAND_LINE)
    (tmp_path / "moved").rename(path)
    with reading(engine) as connection:
        assert connection.execute(select(requests)).all() == []


def test_alerts_known_before_are_shown_and_said_not_to_be_all(city: SmallCity) -> None:
    path = city.home / "bosai.sqlite"
    filled(path)
    with client_of(city) as client:
        assert len(client.get("/notices?f=json").json()) == 1
        path.rename(city.home / "moved")
        until(lambda: UNKNOWN in client.get("/notices/bar").text)
        assert ORDER.area in client.get("/notices/bar").text
        assert [each["level"] for each in client.get("/notices?f=json").json()] == [4]
