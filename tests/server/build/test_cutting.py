"""Tiles cut by processes, of this machine or of a cluster, are those that are cut here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import dask
import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Encoding
from layers.geometry.tile import Tile
from server.build import cutting as cutting_module
from server.build.build import SUFFIXES
from server.build.cutting import Cutting, NoScheduler, cutting
from tests.cluster import CA_FILE, Certificates, cluster
from tests.server.test_cli import bosai
from tests.service import free_port

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
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.made(tmp_path_factory.mktemp("tls") / "certificates")


def test_processes_cut_the_same_bytes(
    asaka: Catalog, here: dict[tuple[str, Encoding, Tile], bytes]
) -> None:
    with cutting(large=1) as cutter:
        assert tiles(cutter, asaka) == here


def test_a_cluster_of_two_workers_cuts_the_same_bytes(
    asaka: Catalog,
    here: dict[tuple[str, Encoding, Tile], bytes],
    certificates: Certificates,
    tmp_path: Path,
) -> None:
    with (
        certificates.trusted(),
        cluster(tmp_path / "cluster", certificates, workers=2) as started,
        cutting(started.address) as cutter,
    ):
        assert tiles(cutter, asaka) == here


def test_a_scheduler_without_workers_or_that_is_killed_is_named(
    asaka: Catalog, certificates: Certificates, tmp_path: Path
) -> None:
    with (
        certificates.trusted(),
        cluster(tmp_path / "cluster", certificates, workers=0) as started,
    ):

        def cut() -> None:
            with cutting(started.address) as cutter:
                for _ in cutter.tiles(asaka.layer("flood"), ENCODINGS):
                    started.scheduler.kill()  # with the first share

        def refusal() -> tuple[str, object, bool]:
            with pytest.raises(NoScheduler) as refused:
                cut()
            return refused.value.reason, refused.value.value, refused.value.may_pass

        assert refusal() == ("scheduler_alone", started.address, True)
        with started.worker():
            assert refusal() == ("scheduler_lost", started.address, True)


def test_what_is_wrong_with_a_scheduler_is_said_and_nothing_is_written(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"

    def refusal(address: str, configuration: Mapping[str, object]) -> tuple[int, str]:
        with dask.config.set(configuration):
            done = bosai(tmp_path, "build", "-o", str(copy), "--scheduler", address)
        assert done.stdout == b""
        assert not copy.exists()
        assert address in done.stderr.decode()
        return done.returncode, done.stderr.decode()

    ours, others = certificates.configuration, Certificates.made(tmp_path / "others").configuration
    with cluster(tmp_path / "cluster", certificates, workers=0) as started:
        for wrong in (
            others,  # of another authority
            {**others, CA_FILE: ours[CA_FILE]},  # the scheduler does not know us
            {},  # none
            {**ours, CA_FILE: str(tmp_path / "nowhere.pem")},
        ):
            status, words = refusal(started.address, wrong)
            assert status == 2
            assert str(wrong.get(CA_FILE, "ca_file: -")) in words
    monkeypatch.setattr(cutting_module, "CONNECT_S", 1)
    for address in (f"tls://127.0.0.1:{free_port()}", "nonsense"):
        status, words = refusal(address, ours)
        assert status == 1
        assert "つながりません" in words
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "distributed", None)
        done = bosai(tmp_path, "build", "-o", str(copy), "--scheduler", address)
    assert done.returncode == 2
    assert "bosai-layers[cluster]" in done.stderr.decode()
