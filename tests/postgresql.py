"""A PostgreSQL of the tests' own, and databases on it and on SQLite."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.waiting import until

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
# Nothing that was written has to outlive the tests; what looks after old rows would go from one of
# hundreds of databases to the next, all the time.
OPTIONS = ["autovacuum=off", "full_page_writes=off", "max_wal_senders=0", "wal_level=minimal"]


class Cluster:
    """A PostgreSQL server on the loopback, in `folder`: started, stopped and killed at will."""

    def __init__(self, folder: Path) -> None:
        self._binaries, self._folder, self._port = _postgresql_binaries(), folder, _free_port()
        self._cluster = folder / "cluster"
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        initdb = self._binaries / "initdb"
        _run(initdb, "-D", self._cluster, "-U", "bosai", "-A", "trust", "-E", "UTF8", "-N")

    @property
    def url(self) -> str:
        """Its address, without a database's name."""
        return f"postgresql://bosai@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log, every = self._folder / "log", " -c ".join(OPTIONS)
        options = f"-h 127.0.0.1 -p {self._port} -k {self._folder} -F -c {every}"
        self._control("-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """End it at once, without a word to who is connected."""
        self._control("-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """Kill its first process; the others end when they see that."""
        first = int((self._cluster / "postmaster.pid").read_text("ascii").splitlines()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        os.kill(first, signal.SIGKILL)
        until(lambda: not any(map(_runs, [str(first), *children])))

    def _control(self, *arguments: str | Path) -> None:
        _run(self._binaries / "pg_ctl", "-D", self._cluster, *arguments)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server of its own, that runs."""
    folder = Path(tempfile.mkdtemp(prefix="bosai-postgresql-"))
    try:
        server = Cluster(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a new PostgreSQL server on the loopback, without its database's name."""
    with cluster() as server:
        yield server.url


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.database)]


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    return _created(request.getfixturevalue("postgresql"))


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database that holds its tables, and nothing in them."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_tables"), tmp_path / "bosai.sqlite")
        return f"sqlite:///{path}"
    template: str = request.getfixturevalue("postgresql_tables")
    return _created(request.getfixturevalue("postgresql"), f"TEMPLATE {template}")


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables, to be copied: taking every step costs a tenth of a second."""
    path = tmp_path_factory.mktemp("tables") / "bosai.sqlite"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_tables(postgresql: str) -> str:
    """The name of a database with the tables, to be copied."""
    url = _created(postgresql)
    _make_tables(url)
    return url.rpartition("/")[2]


def _created(server: str, options: str = "") -> str:
    name = f"bosai_{secrets.token_hex(6)}"
    admin = create_engine(
        f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {options}"))
    admin.dispose()
    return f"{server}/{name}"


def _make_tables(url: str) -> None:
    from server.database.engine import open_database  # no other test of the layers loads it
    from server.database.schema import upgrade

    engine = open_database(url)
    upgrade(engine)
    engine.dispose()


def _postgresql_binaries() -> Path:
    folders = sorted(DEBIAN_BINARIES.glob("*/bin"), key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    if found:
        folders.append(Path(found).parent)
    if folders:
        return folders[-1]
    wanted = (
        "PostgreSQL (initdb) is not installed: apt-get install postgresql postgresql-15-postgis-3"
    )
    if os.environ.get("BOSAI_REQUIRE_SHARED") == "1":
        pytest.fail(wanted)
    pytest.skip(wanted)


def _run(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs, which refuse to run as root."""
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_postgres, *map(str, command)], capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode != 0:
        pytest.fail(f"{command[0]} failed: {done.stderr or done.stdout}")


def _runs(pid: str) -> bool:
    """Whether a process does anything: one that ended may wait for its parent to notice."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
