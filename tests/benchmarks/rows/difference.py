"""How long it takes to tell what changed between two revisions of a country's points."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.parts import from_shapes, shapes_of
from layers.report import Report
from layers.revision.difference import difference
from layers.revision.points import points_of
from layers.revision.revision import Contents, Revision, write_revision
from layers.revision.table import FeatureTable, Slices
from layers.schema.layer import LayerDefinition
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Row, within

COUNT = 1_000_000
MOST = 5.0  # seconds of processor time
TEXT = {"ja": "点", "en": "points"}
DEFINITION = LayerDefinition.model_validate(
    {
        "id": "points",
        "title": TEXT,
        "description": TEXT,
        "group": "fire",
        "source": {"path": "points.csv"},
        "credit": {"attribution": TEXT, "licence": TEXT, "date": "2026-01-01"},
        "fields": {"name": {"title": TEXT, "column": "name"}},
    }
)


def rows(bench: Bench) -> Iterator[Row]:
    """Points of which one in a thousand moved and one in a hundred has other values."""
    count = int(COUNT * bench.share)
    with tempfile.TemporaryDirectory(dir=bench.work) as folder:
        before, after = _revisions(count, Path(folder))
        seconds = [_compared(before, after) for _ in range(bench.runs)]
    yield within(f"two revisions of {count:,} points compared", f"{MOST:g} s", seconds, MOST)


def _compared(before: Revision, after: Revision) -> float:
    begun = time.process_time()
    difference(before, after)
    return time.process_time() - begun


def _revisions(count: int, folder: Path) -> tuple[Revision, Revision]:
    numbers = np.random.default_rng(1)
    places = np.column_stack([numbers.uniform(130, 140, count), numbers.uniform(33, 40, count)])
    properties = [b'{"name":"%d","size":65}' % number for number in range(count)]
    before = _revision(places, properties, folder / "before")
    places[::1000] += [0, 0.001]
    properties[50::100] = [text.replace(b"65", b"75") for text in properties[50::100]]
    return before, _revision(places, properties, folder / "after")


def _revision(places: npt.NDArray[np.float64], properties: list[bytes], folder: Path) -> Revision:
    count = len(places)
    parts = from_shapes(shapes_of("point", np.asarray(shapely.points(places))))
    pairs = zip(properties, places, strict=True)
    ids = np.array([hash(text + place.tobytes()) >> 11 for text, place in pairs])
    contents = Contents(
        definition=DEFINITION,
        kind="point",
        table=FeatureTable(ids, Slices.of(properties)),
        columns={},
        rows=np.arange(count),
        source=parts,
        shown=points_of(parts, np.zeros(count, dtype=np.int16), [None], 250, 16),
        coverage=b"",
        report=Report("points.csv", "points"),
        classes=[None],
        pixels={},
    )
    folder.mkdir()
    write_revision(folder, folder.name, [], contents)
    return Revision(folder)
