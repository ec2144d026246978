"""A PostgreSQL of the tests' own, and databases on both kinds."""

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
from sqlalchemy import Engine, create_engine, text
from starlette.testclient import TestClient

from layers.catalog import Catalog
from server.app import create_app
from server.database import create_tables, open_database
from server.settings import Settings

DEBIAN_BINARIES = Path("/usr/lib/postgresql")


@pytest.fixture(scope="session")
def asaka_client(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> TestClient:
    """The service with the city that ships; for tests that change nothing."""
    assert asaka.layers
    database = tmp_path_factory.mktemp("asaka") / "bosai.sqlite"
    settings = Settings(home=home / "asaka", database_url=f"sqlite:///{database}")
    return TestClient(create_app(settings))


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
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
        _run(binaries / "pg_ctl", "-D", cluster, "-l", log, "-o", options, "-w", "start")
        try:
            yield f"postgresql://bosai@127.0.0.1:{port}"
        finally:
            _run(binaries / "pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.database)],
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    server: str = request.getfixturevalue("postgresql")
    name = f"bosai_{secrets.token_hex(6)}"
    admin = create_engine(
        f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return f"{server}/{name}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A new database of either kind, with its tables."""
    engine = open_database(database_url)
    create_tables(engine)
    yield engine
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
