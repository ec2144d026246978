"""How soon the whole map is a picture, as a sheet prints it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Bounds
from layers.pictures.frame import Frame
from layers.pictures.picture import draw
from layers.publish.open import open_catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.store.folder import HomeFolder
from tests.benchmarks import cities, data
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Row, within

MOST = 1.0  # seconds of a processor


def rows(bench: Bench) -> Iterator[Row]:
    """Every layer of the city that ships, and of the second one with its real data."""
    home = HomeFolder(bench.cities.home("asaka"))
    yield _row(bench, "the city that ships", open_catalog(BUNDLED_DEFINITIONS, BUNDLED_DATA, home))
    if data.SHARED.is_dir():
        home = HomeFolder(bench.cities.home("yaizu-whole"))
        yield _row(bench, "Yaizu", open_catalog(cities.YAIZU, data.YAIZU, home))
    else:
        yield Row("picture: Yaizu", f"{MOST:g} s", missing="../shared/data is absent")


def _row(bench: Bench, name: str, catalog: Catalog) -> Row:
    frame = Frame.around(Bounds(*catalog.city.extent), 800, 600, margin=10)
    _seconds(catalog, frame)  # what is read from the disk once
    values = [_seconds(catalog, frame) for _ in range(bench.runs)]
    return within(f"all layers as a picture: {name}", f"{MOST:g} s", values, MOST)


def _seconds(catalog: Catalog, frame: Frame) -> float:
    begun = time.process_time()
    layers = [*catalog.layers.values()]
    draw(catalog, layers, frame, title="map", mark="SAMPLE", patterns=True)
    return time.process_time() - begun
