"""What one host publishes is on every host, whole, whoever dies; one host at a time publishes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, func, select, text

from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from layers.store.store import LeadLost
from server.database.engine import open_database
from server.hosts.lead import LOCK
from server.hosts.tables import published_chunks, published_revisions
from tests.postgresql import _created
from tests.sandbox import SANDBOX
from tests.server.hosts.hosts import WHEN_WOKEN, Host, city_of
from tests.server.layer_service import POINTS
from tests.service import ROOT
from tests.waiting import until

pytestmark = pytest.mark.database


@pytest.fixture
def engine(postgresql: str, postgresql_tables: str) -> Iterator[Engine]:
    engine = open_database(_created(postgresql, f"TEMPLATE {postgresql_tables}"))
    yield engine
    engine.dispose()


@pytest.fixture
def first(tmp_path: Path, engine: Engine) -> Host:
    """A host that has published."""
    host = Host(tmp_path / "first", engine, "一")
    host.publisher.start()
    return host


def rows(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def is_led(engine: Engine) -> bool:
    """Whether a session of the database holds the lock of who publishes."""
    with engine.connect() as connection:
        query = (
            "SELECT count(*) FROM pg_locks JOIN pg_database ON database = pg_database.oid"
            " WHERE datname = current_database() AND locktype = 'advisory' AND objid = :lock"
        )
        return bool(connection.execute(text(query), {"lock": LOCK}).scalar_one())


def end_sessions(engine: Engine) -> None:
    """Have the server end every other session of the database."""
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_new_host_serves_what_another_published_and_prepares_nothing(
    first: Host, tmp_path: Path, engine: Engine
) -> None:
    second = Host(tmp_path / "second", engine, "別")
    for path in second.data.iterdir():
        path.unlink()  # there is nothing that it could prepare
    with first.leading() as leads:
        assert leads
        second.publisher.start()
        assert not second.publisher.published_first
        assert (second.name(), second.digests()) == ("一", first.digests())
        first.publish("二")
        second.record.follow()
        assert (second.name(), second.digests()) == ("二", first.digests())
        assert second.record.stamp() != first.record.stamp()
        before = second.record.stamp()
        second.record.follow()
        assert second.record.stamp() == before  # nothing is written anew


def test_what_is_published_wakes_every_host(tmp_path: Path, engine: Engine) -> None:
    first, second = (Host(tmp_path / name, engine, "一", WHEN_WOKEN) for name in ("a", "b"))
    first.publisher.start()
    second.record.follow()
    first.put("二")
    first.publisher._woken.clear()  # what wakes it comes at once, or apart
    until(lambda: not is_led(engine))  # the server ends a session after its client has
    with first.running():
        until(lambda: first.name() == "二")  # woken when it was prepared
        with second.running():
            until(lambda: second.name() == "二")  # by the listener: it may have missed something
            first.put("三")
            first.publisher.wake()
            until(lambda: second.name() == "三")
            assert first.name() == "三"


def test_a_damaged_or_missing_file_is_fetched_anew(
    first: Host, tmp_path: Path, engine: Engine
) -> None:
    second = Host(tmp_path / "second", engine, "別")
    with first.leading():
        second.record.follow()
        whole = second.digests()
        (revision,) = whole
        arrays = second.path / "00000" / "revisions" / POINTS / revision / "arrays.bin"
        content = arrays.read_bytes()
        arrays.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        second.record.follow()
        assert arrays.read_bytes() == content
        arrays.unlink()
        second.record.follow()
        assert (arrays.read_bytes(), second.digests()) == (content, whole)


def test_who_lost_the_session_publishes_nothing_and_another_host_may(
    first: Host, tmp_path: Path, engine: Engine
) -> None:
    second = Host(tmp_path / "second", engine, first_city(first))
    with first.leading() as leads, second.leading() as too:
        assert (leads, too) == (True, False)
        end_sessions(engine)
        with pytest.raises(LeadLost):
            first.publish("二")
        assert not first.record.still_leads()
        with second.leading() as now:
            assert now
            assert second.name() == "一"
    first.record.follow()
    assert (first.name(), first.digests()) == ("一", second.digests())
    with second.leading():
        second.publish("三")
    first.record.follow()
    assert (first.name(), first.digests()) == ("三", second.digests())


def first_city(host: Host) -> str:
    return (host.data / "points.csv").read_text("utf-8").splitlines()[1].split(",")[0]


def test_nothing_is_kept_in_the_database_of_what_nobody_may_ask_for(
    first: Host, engine: Engine
) -> None:
    base_and_revision = rows(engine, published_chunks)
    assert (base_and_revision, rows(engine, published_revisions)) == (3, 1)
    with first.leading():
        first.publish("二")  # takes the name of before back: its revision is asked for no more
        first.publish("三")
        assert (rows(engine, published_chunks), rows(engine, published_revisions)) == (3, 1)
        (first.definitions / f"{POINTS}.toml").unlink()
        first.record.write(first.publisher.publish())
    assert (rows(engine, published_chunks), rows(engine, published_revisions)) == (1, 0)


def test_what_is_taken_away_is_gone_on_every_host(
    first: Host, tmp_path: Path, engine: Engine
) -> None:
    second = Host(tmp_path / "second", engine, "別")
    with first.leading():
        second.record.follow()
        assert second.digests()
        (first.definitions / f"{POINTS}.toml").unlink()
        first.record.write(first.publisher.publish())
        second.record.follow()
    assert not (second.path / "00000" / "revisions" / POINTS).exists()


def test_what_a_person_accepts_on_one_host_is_accepted_on_the_one_that_publishes(
    first: Host, tmp_path: Path, engine: Engine
) -> None:
    second = Host(tmp_path / "second", engine, "別")
    second.store.accept(POINTS, "data")
    with first.leading():
        assert first.record.still_leads()
        assert first.store.accepted(POINTS) == "data"
        first.publish("二")
        assert first.record.still_leads()
        assert first.store.accepted(POINTS) is None


def test_a_host_without_the_database_serves_its_folder_until_it_is_back(
    first: Host, tmp_path: Path, engine: Engine
) -> None:
    away = open_database("postgresql://bosai@127.0.0.1:1/away")
    second = Host(tmp_path / "second", away, "別")
    second.publisher.start()
    assert second.name() == "別"
    with second.leading() as leads:
        assert not leads  # it has something to serve
    back = Host(tmp_path / "third", engine, "別")
    back.path.mkdir()
    (tmp_path / "third" / "home").rmdir()
    (tmp_path / "second" / "home").rename(tmp_path / "third" / "home")
    with first.leading():
        back.publisher.start()
        assert (back.name(), back.digests()) == ("一", first.digests())


def test_a_folder_that_differs_is_told_by_its_files(
    first: Host, tmp_path: Path, engine: Engine
) -> None:
    same = Host(tmp_path / "same", engine, first_city(first))
    other = Host(tmp_path / "other", engine, "別")
    for host in (same, other):
        with first.leading():
            host.publisher.start()
        host.publisher._compare_folder()
    assert same.publisher.differing == frozenset()
    assert other.publisher.differing == {f"{POINTS}.toml"}


@pytest.fixture
def prepared(tmp_path: Path) -> tuple[Path, Path]:
    """The folder of a prepared revision, and the file of a record that names it."""
    city = city_of(tmp_path / "new", "二")
    published = Publisher(city.definitions, city.data, HomeFolder(city.home), SANDBOX).publish()
    pointer = published.layers[POINTS].pointer
    assert pointer is not None
    document = tmp_path / "record"
    document.write_bytes(published.to_stored())
    return city.home / "00000" / "revisions" / POINTS / pointer.revision, document


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False).replace("+psycopg", "")


def test_a_host_killed_at_any_point_leaves_the_state_before_or_the_new_one(
    first: Host, prepared: tuple[Path, Path], tmp_path: Path, engine: Engine
) -> None:
    others = tmp_path / "others"
    others.mkdir()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.server.hosts.killed", url_of(engine)),
            *map(str, (first.path, *prepared, others)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    steps = names.index("二")
    assert steps > 10
    assert names == ["一"] * steps + ["二"] * 2  # killed when it was written, then not killed


BY_ITSELF = [pytest.mark.soak, pytest.mark.database]


@pytest.mark.parametrize("is_ended", [True, pytest.param(False, marks=BY_ITSELF)])
@pytest.mark.parametrize("step", [1, 8], ids=["before", "within"])
def test_a_host_that_stands_still_writes_nothing_when_it_goes_on(
    step: int,
    is_ended: bool,
    first: Host,
    prepared: tuple[Path, Path],
    tmp_path: Path,
    engine: Engine,
) -> None:
    second = Host(tmp_path / "second", engine, "別")
    command = [sys.executable, "-m", "tests.server.hosts.stopped", url_of(engine)]
    command += [*map(str, (first.path, *prepared)), str(step)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as stopped:
        assert os.WIFSTOPPED(os.waitpid(stopped.pid, os.WUNTRACED)[1])
        if is_ended:
            end_sessions(engine)  # as the server does by itself after some seconds

        def takes_over() -> bool:
            with second.leading() as leads:
                if leads:
                    second.publish("三")
            return leads

        until(takes_over)
        stopped.send_signal(signal.SIGCONT)
        assert stopped.communicate()[0].split() == ["lost"]
    third = Host(tmp_path / "third", engine, "別")
    third.record.follow()
    assert (third.name(), third.digests()) == ("三", second.digests())
