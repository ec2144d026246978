"""Databases on both kinds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server import app
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts import passwords
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.edition import map_pages
from server.edition.rendering import CHANGED, CatalogChanged, RenderingJob
from server.renderer import rendered
from server.settings import Settings
from tests.sandbox import SANDBOX
from tests.vaults import VAULTS

VaultAt = Callable[[Path], Vault]


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


@pytest.fixture(scope="session", autouse=True)
def readers() -> Iterator[None]:
    """Layers are prepared in the sandbox that all tests share.

    One of its own takes a second for each app. Every test of a service in a process of its own has
    the real one, with the limits of its settings.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Sandbox", lambda _limits: SANDBOX)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed, and nobody's is looked at, in no time.

    As the service does it, each takes up to a tenth of a second. `desk/accounts/test_accounts.py`
    looks at the service's own settings, and every service in a process of its own has them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
        patch.setattr(passwords, "NOBODYS", passwords.HASHER.hash("nobody's"))
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


@pytest.fixture
def unasked_client(asaka: Catalog, unused_home: Path, tmp_path: Path) -> TestClient:
    """The service with the city that ships, before anything was asked of it.

    For a test that breaks what is made once and kept.
    """
    assert asaka.layers
    home = shutil.copytree(unused_home / "asaka", tmp_path / "home")
    database = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    return TestClient(create_app(Settings(home=home, database_url=database)))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A new database of either kind, with its tables."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def vault_at(engine: Engine, database_url: str) -> Iterator[VaultAt]:
    """What opens a vault of the database under the secret in a file."""
    assert engine is not None
    vaults: list[Vault] = []

    def at(secret: Path) -> Vault:
        vaults.append(Vault(Secret(secret), open_keys(database_url)))
        return vaults[-1]

    yield at
    for vault in vaults:
        vault.keys.dispose()


@pytest.fixture
def vault(vault_at: VaultAt, engine: Engine, tmp_path: Path) -> Vault:
    """An empty vault of the database."""
    vault = vault_at(tmp_path / "secret.key")
    vault.prepare(new=True)
    VAULTS[engine] = vault
    return vault
