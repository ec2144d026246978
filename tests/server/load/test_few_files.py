"""A service that may open few files: those who fit are served, the others later, and it stays."""

from __future__ import annotations

import resource
import socket
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.layers.city import SmallCity
from tests.service import running
from tests.waiting import until

FILES = 128
CLIENTS = 4 * FILES
ASKED = b"GET /layers/points?f=json HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.breadth
def test_more_clients_than_files_end_nothing_and_leave_nothing(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:6668"')
    settings = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }
    with running(settings, tmp_path / "log") as service, ExitStack() as held:
        (worker,) = service.workers
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (FILES, FILES))
        port = urlsplit(service.address).port
        for _ in range(CLIENTS):
            link = held.enter_context(socket.create_connection(("127.0.0.1", port), 60))
            with suppress(OSError):  # it was closed for another one
                link.sendall(ASKED)

        def is_answered() -> bool:
            with suppress(OSError):
                address = f"{service.address}/tiles/points/8/226/101.geojson"
                with urllib.request.urlopen(address, timeout=5) as answer:
                    return bool(answer.status == 200)
            return False

        until(lambda: len([*Path(f"/proc/{worker}/fd").iterdir()]) >= FILES - 2)
        held.close()
        until(is_answered)
        assert service.workers == [worker]
        until(lambda: len([*Path(f"/proc/{worker}/fd").iterdir()]) < FILES // 2)
        assert "Traceback" not in service.said()
