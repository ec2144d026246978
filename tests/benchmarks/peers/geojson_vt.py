"""geojson-vt, the library that cuts GeoJSON in browsers, run by Node."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.benchmarks.measure import Worker, working
from tests.benchmarks.peers import install

VERSION = "6.3.1"
SCRIPT = Path(__file__).with_suffix(".mjs")


def worker(peers: Path, data: Path, minzoom: int, maxzoom: int) -> AbstractContextManager[Worker]:
    """A process that has read `data` and cuts all its tiles when told."""
    modules = install.npm(peers / "geojson-vt", {"@maplibre/geojson-vt": VERSION}, scripts=False)
    module = modules / "@maplibre" / "geojson-vt" / "dist" / "geojson-vt.mjs"
    command: list[str | Path] = [
        install.WITH_NODE,
        "node",
        SCRIPT,
        module,
        data,
        str(minzoom),
        str(maxzoom),
    ]
    return working(command, cwd=install.ROOT)
