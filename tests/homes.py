"""Homes of whole cities, and what is made of them: prepared once in a run of the tests and copied
for each process of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from layers.files import locked
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from tests.sandbox import SANDBOX

WORKER = "PYTEST_XDIST_WORKER"  # set where a run has several processes, and one folder for all


def copy_home(factory: pytest.TempPathFactory, definitions: Path, data: Path, home: Path) -> None:
    """Make `home` of the city: a copy of the run's own, which the first process prepares."""
    copy_prepared(factory, home, lambda folder: _prepare(definitions, data, folder))


def copy_prepared(
    factory: pytest.TempPathFactory, folder: Path, prepare: Callable[[Path], None]
) -> None:
    """Make `folder`: a copy of the run's own of that name, which the first process prepares."""
    run = prepared_homes(factory)
    prepared = run / folder.name
    with locked(run / f"{folder.name}.lock"):
        if not prepared.exists():
            unfinished = run / f"{folder.name}.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            prepare(unfinished)
            unfinished.rename(prepared)
    shutil.copytree(prepared, folder)


def prepared_homes(factory: pytest.TempPathFactory) -> Path:
    """The run's own folder of homes, which nothing is served from."""
    run = factory.getbasetemp()
    return (run.parent if WORKER in os.environ else run) / "prepared"


def _prepare(definitions: Path, data: Path, home: Path) -> None:
    """Layers and map pages, as a service that starts leaves them."""
    from server.edition.map_pages import MapPages  # no other test of the layers loads them
    from server.edition.rendering import open_catalog
    from server.viewer.bundle import BUNDLE, StaticFiles

    folder = HomeFolder(home)
    published = Publisher(definitions, data, folder, SANDBOX).publish()
    catalog = open_catalog(published, folder, samples=True)
    MapPages(home, StaticFiles.load(BUNDLE), samples=True).pages(catalog, published)
