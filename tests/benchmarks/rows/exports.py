"""A country's points as one file, against ogr2ogr of the system (Debian's gdal-bin)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from layers.exports.formats import format_named
from tests.benchmarks.bench import Bench
from tests.benchmarks.cities import City
from tests.benchmarks.data import GROWING, Dataset
from tests.benchmarks.measure import Sample, in_turn, run
from tests.benchmarks.report import Condition, Goal, Row, at_least, compared, within

GOALS = {"geojson": 1.2, "gpkg": 0.8, "fgb": 0.8, "parquet": 0.8}
DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "fgb": "FlatGeobuf", "parquet": "Parquet"}
GROWTH = 1.2  # none, and what the machine's unrest makes of it


def rows(bench: Bench) -> Iterator[Row]:
    """Each format of all points; the memory that GeoJSON takes, of all and of a tenth."""
    *_, tenth, whole = GROWING
    city = bench.cities.seeded("growth", [tenth, whole])
    source = bench.work / "points.fgb"
    layer = city.layer(whole.id)
    with source.open("wb") as file:
        format_named("fgb").write(layer.revision, file)
    ogr2ogr = shutil.which("ogr2ogr")
    for name, limit in GOALS.items():
        what = f"{layer.feature_count:,} points, prepared revision → {DRIVERS[name]}"
        goal = at_least(limit)
        if ogr2ogr is None:
            yield Row(what, "ogr2ogr", goal, missing="there is no ogr2ogr")
            continue
        bench.versions["ogr2ogr"] = _said(ogr2ogr, "--version")
        yield _compared(bench, city, whole, source, name, goal, what)
    memory = [_memory(bench, city, dataset) for dataset in (whole, tenth)]
    yield within(
        "memory of its own while it writes GeoJSON, of all points",
        "of a tenth of them",
        [memory[0] / memory[1]],
        GROWTH,
    )


def _compared(
    bench: Bench, city: City, dataset: Dataset, source: Path, name: str, goal: Goal, what: str
) -> Row:
    # Debian's has no Parquet: what it writes the fastest stands for it.
    driver = DRIVERS[name] if _writes(DRIVERS[name]) else DRIVERS["fgb"]
    ours = bench.work / f"ours.{name}"
    theirs = bench.work / f"theirs.{name if driver == DRIVERS[name] else 'fgb'}"
    command: list[str | Path] = ["ogr2ogr", "-f", driver, theirs, source]

    def convert() -> Sample:
        theirs.unlink(missing_ok=True)
        return run(command)

    with bench.worker("export", city.home, dataset.id, name, ours) as worker:
        samples = in_turn(bench.runs, worker.run, convert)
    count = pq.read_metadata(ours).num_rows if name == "parquet" else _count(ours)
    same = Condition(count == _count(theirs), f"{count:,} features")
    return compared(what, f"ogr2ogr, FlatGeobuf → {driver}", samples, goal, [same])


def _memory(bench: Bench, city: City, dataset: Dataset) -> float:
    """The most bytes of memory of its own that a process has while it writes GeoJSON."""
    city.layer(dataset.id)  # prepared
    with bench.worker("export-memory", city.home, dataset.id, "geojson", "/dev/null") as worker:
        return worker.run().phases["anonymous"]


def _writes(driver: str) -> bool:
    return f"{driver} -vector- (rw" in _said("ogr2ogr", "--formats").replace("-raster,", "-")


def _count(path: Path) -> int:
    said = _said("ogrinfo", "-al", "-so", str(path))
    counts = (line.partition(": ")[2] for line in said.splitlines() if "Feature Count" in line)
    return int(next(counts))


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
