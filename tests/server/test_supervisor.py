"""`bosai serve` watches over what answers: a fault ends a worker, not the service."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.disks import disk, read_only, remount_writable
from tests.layers.city import SmallCity
from tests.service import PROGRAM, ROOT, Running, free_port, running
from tests.waiting import PATIENCE, until

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ONE = "名称,緯度,経度\nあ,35.1,139.1\n"
TILE = "/tiles/points/8/226/101.geojson"


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    city = SmallCity(tmp_path)
    city.put("points.csv", ONE)
    city.declare("points", SOURCE)
    return city


def settings(city: SmallCity) -> dict[str, str]:
    return {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }


@pytest.fixture
def service(city: SmallCity, tmp_path: Path) -> Iterator[Running]:
    with running(settings(city), tmp_path / "log") as service:
        yield service


def status(service: Running, path: str) -> int:
    """The status of an answer; 0 where the connection failed."""
    try:
        with urllib.request.urlopen(f"{service.address}{path}", timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_worker_that_is_killed_is_replaced_and_no_connection_is_refused(
    service: Running,
) -> None:
    (worker,) = service.workers
    os.kill(worker, signal.SIGKILL)
    until(lambda: not is_alive(worker))
    # While no worker is there, the connection waits.
    assert status(service, TILE) == 200
    assert service.workers != [worker]
    assert "SIGKILL" in service.said()


def test_the_code_is_loaded_once_before_the_workers_and_by_a_single_thread(
    service: Running,
) -> None:
    parent = Path(f"/proc/{service.process.pid}")
    assert "libgeos" in (parent / "maps").read_text()
    # A process of several threads is not safely forked: a lock that another holds is never let go.
    assert len(list((parent / "task").iterdir())) == 1


def test_a_file_cut_while_it_is_served_ends_one_worker_and_is_prepared_anew(
    city: SmallCity, service: Running
) -> None:
    (arrays,) = city.home.glob("00000/revisions/points/*/arrays.bin")
    whole = arrays.read_bytes()
    os.truncate(arrays, 0)
    # Reading what is not there any more is SIGBUS; whether anybody does before it is noticed is
    # chance. Either way the right tile comes again.
    assert status(service, TILE) in (0, 200, 503)
    until(lambda: arrays.is_file() and arrays.read_bytes() == whole)
    until(lambda: status(service, TILE) == 200)
    assert status(service, "/readyz") == 200


@pytest.mark.breadth
def test_a_worker_that_is_ended_by_the_bus_signal_is_replaced(service: Running) -> None:
    (worker,) = service.workers
    os.kill(worker, signal.SIGBUS)
    until(lambda: "SIGBUS" in service.said())
    assert status(service, TILE) == 200


@pytest.mark.breadth
def test_a_worker_that_ends_again_and_again_is_started_with_pauses(service: Running) -> None:
    for _ in range(3):
        (worker,) = service.workers
        os.kill(worker, signal.SIGKILL)
        until(lambda worker=worker: service.workers not in ([], [worker]))  # type: ignore[misc]
    assert re.findall(" starts in ([0-9]+) s", service.said()) == ["1", "2", "4"]


@pytest.mark.parametrize(("sent", "ended"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)])
def test_a_signal_ends_the_service_and_its_worker(
    service: Running, sent: signal.Signals, ended: int
) -> None:
    (worker,) = service.workers
    service.process.send_signal(sent)
    assert service.process.wait(PATIENCE) == ended
    assert not is_alive(worker)
    assert status(service, "/healthz") == 0
    assert "Traceback" not in service.said()


def test_an_answer_that_is_under_way_is_finished_at_the_end(service: Running) -> None:
    host, _, port = service.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /layers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        service.process.terminate()
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    assert received.startswith(b"HTTP/1.1 200")


@pytest.mark.breadth
def test_without_a_terminal_a_hangup_replaces_the_workers_and_nobody_waits(
    service: Running,
) -> None:
    before = service.workers
    service.process.send_signal(signal.SIGHUP)
    answers = []

    def is_replaced() -> bool:
        answers.append(status(service, TILE))
        return len(service.workers) == 1 and service.workers != before

    until(is_replaced)
    assert {*answers} == {200}
    assert service.process.poll() is None


def test_the_worker_ends_with_its_parent(service: Running) -> None:
    (worker,) = service.workers
    service.process.kill()
    until(lambda: not is_alive(worker))
    assert status(service, "/healthz") == 0


@pytest.mark.breadth
def test_all_workers_end_with_their_parent(city: SmallCity, tmp_path: Path) -> None:
    with running(settings(city), tmp_path / "log", ["--workers", "3"]) as service:
        until(lambda: len(service.workers) == 3)
        every = service.workers
        service.process.kill()
        until(lambda: not any(is_alive(pid) for pid in every))


@pytest.mark.breadth
def test_several_workers_are_watched_too(city: SmallCity, tmp_path: Path) -> None:
    with running(settings(city), tmp_path / "log", ["--workers", "2"]) as service:
        until(lambda: len(service.workers) == 2)
        first, _ = service.workers
        os.kill(first, signal.SIGKILL)
        until(lambda: len(service.workers) == 2 and first not in service.workers)
        assert status(service, TILE) == 200
        every = service.workers
        service.process.terminate()
        service.process.wait(PATIENCE)
        assert not any(is_alive(pid) for pid in every)


def refused(city: SmallCity, **further: str) -> tuple[int, str]:
    """The exit status of a service that cannot start, and what it said."""
    environment = os.environ | settings(city) | {"BOSAI_PORT": str(free_port())} | further
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr.decode()


def test_a_start_at_which_nothing_can_be_served_ends_with_one_sentence(
    city: SmallCity, tmp_path: Path
) -> None:
    with disk(tmp_path / "disk") as folder, read_only(folder):
        ended, said = refused(city, BOSAI_HOME=str(folder / "home"))
    assert ended == 2
    assert "Traceback" not in said
    assert str(folder) in said
    assert "BOSAI_HOME" in said
    (tmp_path / "file").touch()
    ended, said = refused(city, BOSAI_HOME=str(tmp_path / "file"))
    assert ended == 2
    assert "Traceback" not in said
    assert str(tmp_path / "file") in said
    base = city.home / "00000" / "base"
    base.parent.mkdir(parents=True)
    base.touch()
    ended, said = refused(city)
    assert ended == 2
    assert f"{base}: " in said


def failing(service: Running) -> dict[str, str]:
    """What `/readyz` says cannot be used, and why."""
    with urllib.request.urlopen(f"{service.address}/readyz", timeout=PATIENCE) as answer:
        parts: dict[str, str] = json.load(answer)["failing"]
    return parts


@pytest.mark.breadth
def test_a_home_that_takes_no_writes_serves_what_was_published_and_heals(
    city: SmallCity, tmp_path: Path
) -> None:
    with disk(city.home):
        with running(settings(city), tmp_path / "first"):
            pass
        with ExitStack() as stack:
            stack.enter_context(read_only(city.home))
            service = stack.enter_context(running(settings(city), tmp_path / "log"))
            for path in ("/", TILE, "/layers/points", "/here?lat=35.1&lon=139.1"):
                assert status(service, path) == 200
            assert set(failing(service)) == {"home", "database"}
            assert "Read-only file system" in failing(service)["home"]
            assert status(service, "/notices") == 503
            remount_writable(city.home)
            until(lambda: failing(service) == {})
            assert status(service, "/notices") == 200
            assert "Traceback" not in service.said()


def test_a_city_that_is_a_pipe_ends_the_start_with_one_sentence(city: SmallCity) -> None:
    (city.definitions / "city.toml").unlink()
    os.mkfifo(city.definitions / "city.toml")
    ended, said = refused(city)
    assert ended == 2
    assert "city.toml：ふつうのファイルではない" in said
    assert "Traceback" not in said


def test_an_address_that_is_taken_ends_the_start(city: SmallCity) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended, said = refused(city, BOSAI_PORT=str(taken.getsockname()[1]))
    assert ended == 3
    assert "Address already in use" in said or "address already in use" in said
    assert "Traceback" not in said
