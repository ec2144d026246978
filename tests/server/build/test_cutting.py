"""Tiles cut by processes, of this machine or of a cluster, are those that are cut here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Encoding
from layers.geometry.tile import Tile
from server.build import cutting as cutting_module
from server.build.build import SUFFIXES
from server.build.cutting import Cutting, NoScheduler, cutting
from tests.server.test_cli import bosai
from tests.service import free_port
from tests.waiting import until

ENCODINGS = tuple(SUFFIXES)
LAYERS = ("flood", "hydrants")  # areas, and points that are counted


def tiles(cutter: Cutting, catalog: Catalog) -> dict[tuple[str, Encoding, Tile], bytes]:
    return {
        (layer_id, share.encoding, tile): content
        for layer_id in LAYERS
        for share, cut in cutter.tiles(catalog.layer(layer_id), ENCODINGS)
        for tile, content in cut
    }


@pytest.fixture(scope="module")
def here(asaka: Catalog) -> dict[tuple[str, Encoding, Tile], bytes]:
    """The tiles as this process cuts them."""
    with cutting() as cutter:
        return tiles(cutter, asaka)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process."""
    folder = tmp_path_factory.mktemp("cluster")
    address = f"tcp://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    common = ["--no-dashboard", "--host", "127.0.0.1"]
    worker = [address, *common, "--nthreads", "1", "--local-directory", str(folder)]
    commands = {
        "scheduler": ["distributed.cli.dask_scheduler", *common, "--port", port],
        "worker-1": ["distributed.cli.dask_worker", *worker],
        "worker-2": ["distributed.cli.dask_worker", *worker],
    }
    with ExitStack() as stack:
        for name, command in commands.items():
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=folder, stdout=log, stderr=log
            )
            stack.callback(process.wait, timeout=120)
            stack.callback(process.terminate)
        scheduler = folder / "scheduler.log"
        until(lambda: read(scheduler).count("Register worker") == 2, patience=600)
        yield address


def read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def test_processes_cut_the_same_bytes(
    asaka: Catalog, here: dict[tuple[str, Encoding, Tile], bytes]
) -> None:
    with cutting(large=1) as cutter:
        assert tiles(cutter, asaka) == here


def test_a_cluster_of_two_workers_cuts_the_same_bytes(
    asaka: Catalog, here: dict[tuple[str, Encoding, Tile], bytes], cluster: str
) -> None:
    with cutting(cluster) as cutter:
        assert tiles(cutter, asaka) == here


def test_a_scheduler_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    monkeypatch.setattr(cutting_module, "CONNECT_S", 1)
    with pytest.raises(NoScheduler, match="scheduler_away") as refused, cutting(address):
        pass
    assert address in str(refused.value)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "distributed", None)
        done = bosai(tmp_path, "build", "-o", str(tmp_path / "copy"), "--scheduler", address)
    assert done.returncode == 2
    assert "bosai-layers[cluster]" in done.stderr.decode()
