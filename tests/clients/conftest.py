"""The service as other people's programs find it: over a connection, on a port of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.conftest import YAIZU
from tests.service import service


@pytest.fixture(scope="session")
def asaka_service(asaka: Catalog, home: Path) -> Iterator[str]:
    """The address of the service with the city that ships."""
    assert asaka.layers
    with service(BUNDLED_DEFINITIONS, BUNDLED_DATA, home / "asaka") as address:
        yield address


@pytest.fixture(scope="session")
def yaizu_service(yaizu: Catalog, shared: Path, home: Path) -> Iterator[str]:
    """The address of the service with a real city, whose flood zones are a file of megabytes."""
    assert yaizu.layers
    with service(YAIZU, shared / "yaizu", home / "yaizu") as address:
        yield address
