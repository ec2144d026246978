"""Databases on both kinds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database
from server.database.schema import upgrade
from server.edition import map_pages
from server.edition.rendering import CHANGED, CatalogChanged, RenderingJob
from server.renderer import rendered
from server.settings import Settings


def _rendered_here(job: RenderingJob) -> bytes:
    try:
        return rendered(job)
    except SystemExit as end:
        if end.code != CHANGED:
            raise
        raise CatalogChanged(job.key) from None


@pytest.fixture(scope="session", autouse=True)
def renderer() -> Iterator[None]:
    """Map pages are rendered by the tests' own process, which has Folium loaded already.

    A renderer of its own takes a second for each new home. `edition/test_map_pages.py`, and every
    test of a service in a process of its own, has the real one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_pages, "render", _rendered_here)
        yield


@pytest.fixture(scope="session")
def asaka_client(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> TestClient:
    """The service with the city that ships; for tests that change nothing."""
    assert asaka.layers
    database = tmp_path_factory.mktemp("asaka") / "bosai.sqlite"
    settings = Settings(home=home / "asaka", database_url=f"sqlite:///{database}")
    return TestClient(create_app(settings))


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
    upgrade(engine)
    yield engine
    engine.dispose()
