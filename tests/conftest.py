"""Fixtures every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from layers.catalog.catalog import Catalog
from layers.process.sandbox import Sandbox
from layers.publish.open import open_catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.store.folder import HomeFolder
from tests.sandbox import SANDBOX

pytest_plugins = ["tests.postgresql"]

# A busy machine is no fault: how long an example takes decides nothing.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

ROOT = Path(__file__).parents[1]
YAIZU = ROOT / "tests" / "cities" / "yaizu"


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
    """A home folder that all read-only tests share, so that each city is prepared once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def asaka(home: Path) -> Catalog:
    """The catalogue that ships."""
    return open_catalog(BUNDLED_DEFINITIONS, BUNDLED_DATA, HomeFolder(home / "asaka"), SANDBOX)


@pytest.fixture(scope="session")
def yaizu(home: Path, shared: Path) -> Catalog:
    """A whole real city's catalogue."""
    return open_catalog(YAIZU, shared / "yaizu", HomeFolder(home / "yaizu"), SANDBOX)
