"""Fixtures every test may use."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from layers.catalog.catalog import Catalog
from layers.process.sandbox import Sandbox
from layers.publish.open import open_catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.store.folder import HomeFolder
from tests.homes import copy_home, copy_prepared, prepared_homes
from tests.sandbox import SANDBOX
from tests.service import service
from tests.static_copy import StaticCopy, served_copy, write_copy

pytest_plugins = ["tests.postgresql"]

# A busy machine is no fault: how long an example takes decides nothing.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("suite"), max_examples=30)

MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes: several times what all tests leave in their folders
ROOT = Path(__file__).parents[1]
YAIZU = ROOT / "tests" / "cities" / "yaizu"


def pytest_configure(config: pytest.Config) -> None:
    """Folders of tests are in memory where there is room: what is stored waits for no disk.

    Without further sizes and languages fewer examples are tried, too.
    openpyxl is the one of `layers.sources.tables`, also where a test loads it first.
    """
    gc.disable()  # until all is collected: nothing of that is given up
    settings.load_profile("quick" if "not breadth" in config.option.markexpr else "suite")
    os.environ["OPENPYXL_LXML"] = "False"
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """From now on look for what is given up, but not among what was collected."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Further ones are a whole city beside the one that ships, as preparing it takes half a minute,
    and PostgreSQL below pages and commands: they ask the desk, whose own tests have both databases.
    """
    tests = ROOT / "tests"
    pages = (tests / "server" / "routes", tests / "browser")
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        is_of_pages = item.path.parent == tests / "server" or any(
            item.path.is_relative_to(folder) for folder in pages
        )
        on_postgresql = item.get_closest_marker("database") is not None
        if "yaizu" in item.fixturenames or (is_of_pages and on_postgresql):
            item.add_marker(pytest.mark.breadth)


@pytest.fixture(scope="session", autouse=True)
def sandbox() -> Iterator[Sandbox]:
    """The shared sandbox, open while tests run."""
    with SANDBOX:
        yield SANDBOX


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared/data; where it is absent the test is skipped, or fails in CI."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("BOSAI_REQUIRE_SHARED") == "1":
            pytest.fail(f"{folder} is absent and BOSAI_REQUIRE_SHARED=1")
        pytest.skip(f"{folder} is absent")
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of homes that all read-only tests of this process share; in `asaka`, the city that
    ships is prepared.
    """
    folder = tmp_path_factory.mktemp("home")
    copy_home(tmp_path_factory, BUNDLED_DEFINITIONS, BUNDLED_DATA, folder / "asaka")
    return folder


@pytest.fixture(scope="session")
def unused_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The homes as they were prepared, to be copied by a test that writes into its own.

    In `home` is what earlier tests left; `yaizu` is there once that fixture is.
    """
    assert home.is_dir()
    return prepared_homes(tmp_path_factory)


@pytest.fixture(scope="session")
def asaka(home: Path) -> Catalog:
    """The catalogue that ships."""
    return open_catalog(BUNDLED_DEFINITIONS, BUNDLED_DATA, HomeFolder(home / "asaka"), SANDBOX)


@pytest.fixture(scope="session")
def yaizu(home: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A whole real city's catalogue."""
    copy_home(tmp_path_factory, YAIZU, shared / "yaizu", home / "yaizu")
    return open_catalog(YAIZU, shared / "yaizu", HomeFolder(home / "yaizu"), SANDBOX)


@pytest.fixture(scope="session")
def asaka_site(asaka: Catalog, home: Path) -> Iterator[str]:
    """The address of the service with the city that ships."""
    assert asaka.layers
    with service(BUNDLED_DEFINITIONS, BUNDLED_DATA, home / "asaka") as address:
        yield address


@pytest.fixture(scope="session")
def yaizu_site(yaizu: Catalog, shared: Path, home: Path) -> Iterator[str]:
    """The address of the service with a real city's own data."""
    assert yaizu.layers
    with service(YAIZU, shared / "yaizu", home / "yaizu") as address:
        yield address


@pytest.fixture(scope="session")
def static_copy(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StaticCopy]:
    """The static copy of the city that ships, on a server of its own."""
    assert asaka.layers
    folder = tmp_path_factory.mktemp("copies") / "static"
    copy_prepared(tmp_path_factory, folder, lambda new: write_copy(home / "asaka", new))
    with served_copy(folder) as copy:
        yield copy
