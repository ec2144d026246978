"""The service ends when it is to stop, whatever its clients do."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.http.protocol import TileProtocol
from server.run import GRACE
from tests.service import service


def test_a_client_that_sends_and_reads_nothing_whole_does_not_keep_it(home: Path) -> None:
    folder = home / "asaka"
    folder.mkdir(exist_ok=True)
    stopped = threading.Event()

    def trickle(link: socket.socket) -> None:
        with suppress(OSError):
            while not stopped.wait(0.2):
                link.sendall(b"x")

    with service(BUNDLED_DEFINITIONS, BUNDLED_DATA, folder) as address:
        port = urlsplit(address).port
        link = socket.create_connection(("127.0.0.1", port), 10)
        link.sendall(b"POST /requests HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n")
        link.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
        client = threading.Thread(target=trickle, args=(link,))
        client.start()
        begun = time.monotonic()
    taken = time.monotonic() - begun
    stopped.set()
    client.join()
    link.close()
    # It would be waited for until its time to arrive is over.
    assert taken < (GRACE + TileProtocol.arrival_s) / 2 + 5
