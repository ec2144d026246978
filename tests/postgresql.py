"""A PostgreSQL of the tests' own, and databases on it and on SQLite."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
# Nothing that was written has to outlive the tests; what looks after old rows would go from one of
# hundreds of databases to the next, all the time.
OPTIONS = ["autovacuum=off", "full_page_writes=off", "max_wal_senders=0", "wal_level=minimal"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a new PostgreSQL server on the loopback, without its database's name."""
    binaries = _postgresql_binaries()
    folder = Path(tempfile.mkdtemp(prefix="bosai-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        port = _free_port()
        cluster, log = folder / "cluster", folder / "log"
        _run(binaries / "initdb", "-D", cluster, "-U", "bosai", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F -c " + " -c ".join(OPTIONS)
        _run(binaries / "pg_ctl", "-D", cluster, "-l", log, "-o", options, "-w", "start")
        try:
            yield f"postgresql://bosai@127.0.0.1:{port}"
        finally:
            _run(binaries / "pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
