"""Our side as a process that measures itself; what it answers, see `measure.Worker`.

encode HOME LAYER                               prepared revision → the bytes of every tile
generalise HOME LAYER                           the same, every zoom generalised anew before
disk DEFINITIONS DATA LAYER ENCODING OUTPUT     file → prepared → every tile on disk
tile HOME LAYER z/x/y…                          each tile once, compressed, its index there
export HOME LAYER FORMAT OUTPUT                 prepared revision → a file
export-memory HOME LAYER FORMAT OUTPUT          the same, and the most memory of its own
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from layers.catalog.layer import Encoding, Layer
from layers.exports.formats import format_named
from layers.geometry.tile import Tile
from layers.process.sandbox import Sandbox
from layers.publish.base_map import publish_base
from layers.schema.folder import CITY
from layers.schema.load import load_city
from layers.store.folder import FolderStore
from tests.benchmarks import cities, engine, measure

Phases = dict[str, float]
Run = Callable[[], Phases]


def encode(home: Path, layer_id: str) -> Run:
    def run() -> Phases:
        layer = _open(home, layer_id)
        for z in range(layer.minzoom, layer.maxzoom + 1):
            for _ in layer.tiles(z):
                pass
        return {}

    return run


def generalised(home: Path, layer_id: str) -> Run:
    encoding = encode(home, layer_id)

    def run() -> Phases:
        begun = time.perf_counter()
        for _ in engine.generalised_zooms(_open(home, layer_id)):
            pass
        generalising = time.perf_counter() - begun
        encoding()
        return {"generalise": generalising}

    return run


def to_disk(
    definitions: Path, data: Path, layer_id: str, encoding: str, output: Path, sandbox: Sandbox
) -> Run:
    wanted = next(known for known in get_args(Encoding) if known == encoding)
    # As in a service that runs: the process that preparations are split from is there.
    with tempfile.TemporaryDirectory(dir=output.parent) as home:
        publish_base(FolderStore(Path(home)), load_city(definitions / CITY), data, sandbox)

    def run() -> Phases:
        with tempfile.TemporaryDirectory(dir=output.parent) as home:
            begun = time.perf_counter()
            layer = cities.publish(definitions, data, Path(home), layer_id, sandbox)
            published = time.perf_counter()
            engine.write_mbtiles(layer, output, wanted)
            return {"publish": published - begun, "tiles": time.perf_counter() - published}

    return run


def new_tiles(home: Path, layer_id: str, addresses: list[str]) -> Run:
    wanted = [Tile(*map(int, address.split("/"))) for address in addresses]
    layer = _open(home, layer_id)
    for tile in wanted:  # the index of each zoom is made when it is first asked
        layer.tile(tile)

    def run() -> Phases:
        phases = {f"z{tile.z}": 0.0 for tile in wanted}
        for tile in wanted:
            begun = time.perf_counter()
            engine.compressed(layer.tile(tile))
            phases[f"z{tile.z}"] += time.perf_counter() - begun
        return phases

    return run


def export(home: Path, layer_id: str, format_name: str, output: str) -> Run:
    def run() -> Phases:
        with Path(output).open("wb") as sink:
            format_named(format_name).write(_open(home, layer_id).revision, sink)
        return {}

    return run


def export_memory(home: Path, layer_id: str, format_name: str, output: str) -> Run:
    def run() -> Phases:
        seen = [0]

        def look(_done: int, _of: int) -> None:
            rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
            seen.append(int(rollup.partition("Anonymous:")[2].split()[0]) << 10)

        with Path(output).open("wb") as sink:
            revision = _open(home, layer_id).revision
            format_named(format_name).write(revision, sink, progress=look)
        return {"anonymous": float(max(seen))}

    return run


def main(command: str, *arguments: str) -> None:
    """Get ready, then run once for each line."""
    with Sandbox() as sandbox:
        _serve(command, arguments, sandbox)


def _serve(command: str, arguments: Sequence[str], sandbox: Sandbox) -> None:
    first, *others = arguments
    if command == "encode":
        run = encode(Path(first), *others)
    elif command == "generalise":
        run = generalised(Path(first), *others)
    elif command == "disk":
        data, layer_id, encoding, output = others
        run = to_disk(Path(first), Path(data), layer_id, encoding, Path(output), sandbox)
    elif command == "export":
        run = export(Path(first), *others)
    elif command == "export-memory":
        run = export_memory(Path(first), *others)
    else:
        run = new_tiles(Path(first), others[0], others[1:])
    print(json.dumps({"ready": 1}), flush=True)
    for _ in sys.stdin:
        cpu, begun = _processor_time(), time.perf_counter()
        phases = run()
        wall = time.perf_counter() - begun
        answer = {"wall": wall, "cpu": _processor_time() - cpu, **phases}
        print(json.dumps(answer), flush=True)


def _open(home: Path, layer_id: str) -> Layer:
    revision = FolderStore(home).current(layer_id)
    if revision is None:
        raise RuntimeError(f"{layer_id} is not prepared in {home}")
    return Layer(revision)


def _processor_time() -> float:
    """Seconds of this process and all that it started, directly or through others."""
    return measure.processor_time(measure.tree(os.getpid()))


if __name__ == "__main__":
    main(*sys.argv[1:])
