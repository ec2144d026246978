"""The service ends when it is to stop, whatever its clients do."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.mail.outbox import Outbox, put
from server.http.protocol import TileProtocol
from server.run import GRACE
from server.sending import LAST_S
from tests.service import running, service


def test_a_client_that_sends_and_reads_nothing_whole_does_not_keep_it(home: Path) -> None:
    stopped = threading.Event()

    def trickle(link: socket.socket) -> None:
        with suppress(OSError):
            while not stopped.wait(0.2):
                link.sendall(b"x")

    with service(BUNDLED_DEFINITIONS, BUNDLED_DATA, home / "asaka") as address:
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


def test_a_mail_server_that_never_speaks_keeps_neither_a_page_nor_the_end(
    home: Path, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    vault = Vault(Secret(tmp_path / "secret.key"), open_keys(database))
    engine = open_database(database)
    upgrade(engine)
    vault.prepare(new=True)
    with engine.begin() as connection:
        words = {"recipient": "taro@example.jp", "subject": "s", "text": "t"}
        put(connection, vault, vault.new_key(), kind="news", once="1", **words)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {
            "BOSAI_DEFINITIONS": str(BUNDLED_DEFINITIONS),
            "BOSAI_DATA": str(BUNDLED_DATA),
            "BOSAI_HOME": str(home / "asaka"),
            "BOSAI_DATABASE_URL": database,
            "BOSAI_SECRET_FILE": str(tmp_path / "secret.key"),
            "BOSAI_BASE_URL": "https://map.example.jp",
            "BOSAI_MAIL_FROM": "bosai@city.example.jp",
            "BOSAI_SMTP_URL": f"smtp://user:geheim@127.0.0.1:{silent.getsockname()[1]}",
        }
        with running(settings, tmp_path / "serve.log") as started:
            link, _address = silent.accept()  # the mail is on its way
            with urllib.request.urlopen(f"{started.address}/requests", timeout=10) as answer:
                assert answer.status == 200
            begun = time.monotonic()
        taken = time.monotonic() - begun
        link.close()
    assert LAST_S < GRACE
    assert taken < LAST_S + 10  # of it the rest is the end of a service on a busy machine
    assert Outbox(engine, vault).standing().waiting == 1
    log = started.said()
    assert "Traceback" not in log
    assert not any(each in log for each in ("taro", "geheim"))
