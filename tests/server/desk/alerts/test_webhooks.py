"""Alerts for other programs: queued with the alert, signed, sent at least once and in order."""

from __future__ import annotations

import asyncio
import base64
import datetime
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from server.app import create_app
from server.database.engine import open_database
from server.database.following import Following
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.alerts.alerts import Alerts
from server.desk.alerts.webhooks import RULES, Delivery, Webhooks, webhooks
from server.desk.errors import InvalidAlert
from server.desk.message_queue import GIVEN_UP, SENT, WAITING
from server.sending import Sender
from server.settings import Settings
from server.webhooks import WebhookCarrier
from tests.alert_cases import DRILL, HOUR, NOW, ORDER
from tests.layers.city import SmallCity

SECRET = "合言葉"
NONE = datetime.timedelta()
# Writes each request as a line of JSON, then dies without an answer, waits, or answers.
RECEIVER = """
import http.server, json, os, sys, time
port, path, act = int(sys.argv[1]), sys.argv[2], sys.argv[3]
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(path, "a") as file:
            headers = {name.lower(): value for name, value in self.headers.items()}
            file.write(json.dumps({"headers": headers, "body": body}) + "\\n")
        if act == "die":
            os.kill(os.getpid(), 9)
        self.send_response(int(act))
        if act == "302":
            self.send_header("Location", "/elsewhere")
        self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
"""


@dataclass
class Receiver:
    """A program of its own that takes alerts, on a port of its own."""

    port: int
    file: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts?key=秘".replace("秘", "s3cret")

    def start(self, act: str) -> None:
        self.stop()
        command = [sys.executable, "-c", RECEIVER, str(self.port), str(self.file), act]
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 5).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def requests(self) -> list[dict[str, object]]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    receiver = Receiver(port, tmp_path / "requests")
    yield receiver
    receiver.stop()


def sender(engine: Engine, *urls: str, private: bool = True) -> Sender[Delivery]:
    queue = Webhooks(engine, urls, replace(RULES, backoff=lambda _attempts: NONE, lease=NONE))
    return Sender(queue, WebhookCarrier(SECRET, private=private), Following(engine))


def send_next(sending: Sender[Delivery]) -> bool:
    return asyncio.run(sending.send_next())


def states(engine: Engine) -> list[tuple[str, str | None]]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(webhooks.c.state, webhooks.c.failure).order_by(webhooks.c.id)
        )
        return [(row.state, row.failure) for row in rows]


def test_a_receiver_that_dies_in_the_middle_gets_it_again_whole_and_the_same(
    engine: Engine, receiver: Receiver
) -> None:
    alerts = Alerts(engine, webhooks=[receiver.url])
    number = alerts.issue(DRILL, actor=COMMAND_LINE)
    alerts.end(number, NOW, actor=COMMAND_LINE)
    sending = sender(engine, receiver.url)
    receiver.start("die")
    assert send_next(sending)
    assert receiver.process is not None
    receiver.process.wait()
    assert [state for state, _ in states(engine)] == [WAITING, WAITING]
    receiver.start("204")
    while send_next(sending):
        pass
    assert states(engine) == [(SENT, None), (SENT, None)]
    killed, again, end = receiver.requests
    assert killed["body"] == again["body"]
    ids = [request["headers"]["webhook-id"] for request in (killed, again, end)]  # type: ignore[index]
    assert ids[0] == ids[1] != ids[2]
    types = [json.loads(str(request["body"]))["type"] for request in (again, end)]
    assert types == ["drill.issued", "drill.ended"]
    assert "key=" not in str(states(engine))


def test_each_is_signed_as_standard_webhooks_has_it(engine: Engine, receiver: Receiver) -> None:
    receiver.start("200")
    Alerts(engine, webhooks=[receiver.url]).issue(ORDER, actor=COMMAND_LINE)
    assert send_next(sender(engine, receiver.url))
    (request,) = receiver.requests
    headers, body = request["headers"], str(request["body"])
    assert isinstance(headers, dict)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    mac = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 600
    data = json.loads(body)["data"]
    assert data["words"]["en"]["title"] == "Alert level 4: evacuation instruction"
    assert data["places"] == ["岡一丁目", "字〇〇"]


@pytest.mark.parametrize("act", ["302", "404", "500"])
def test_what_is_not_taken_is_tried_again(engine: Engine, receiver: Receiver, act: str) -> None:
    receiver.start(act)
    Alerts(engine, webhooks=[receiver.url]).issue(ORDER, actor=COMMAND_LINE)
    sending = sender(engine, receiver.url)
    assert send_next(sending)
    assert send_next(sending)
    assert states(engine) == [(WAITING, act)]
    assert len(receiver.requests) == 2


def test_private_networks_are_refused_unless_they_are_allowed(
    engine: Engine, receiver: Receiver
) -> None:
    receiver.start("200")
    Alerts(engine, webhooks=[receiver.url]).issue(ORDER, actor=COMMAND_LINE)
    assert send_next(sender(engine, receiver.url, private=False))
    assert states(engine) == [(WAITING, "private")]
    assert receiver.requests == []


def test_it_is_queued_with_the_alert_or_not_at_all(engine: Engine) -> None:
    alerts = Alerts(engine, webhooks=["https://a.example/x", "https://b.example/y"])
    number = alerts.issue(ORDER, actor=COMMAND_LINE)
    assert len(states(engine)) == 2
    with pytest.raises(InvalidAlert):
        alerts.extend(number, ORDER.expires_at - HOUR, actor=COMMAND_LINE)
    with pytest.raises(InvalidAlert):
        alerts.issue(replace(ORDER, issuer=""), actor=COMMAND_LINE)
    assert len(states(engine)) == 2
    with engine.connect() as connection:
        stored = str(connection.execute(select(webhooks)).all())
    assert "a.example" not in stored


def test_what_holds_one_address_up_holds_no_other_up_and_keeps_the_order(
    engine: Engine, receiver: Receiver
) -> None:
    gone = "http://127.0.0.1:1/gone"
    alerts = Alerts(engine, webhooks=[gone, receiver.url])
    number = alerts.issue(ORDER, actor=COMMAND_LINE)
    alerts.extend(number, ORDER.expires_at + HOUR, actor=COMMAND_LINE)
    alerts.end(number, NOW, actor=COMMAND_LINE)
    receiver.start("200")
    sending = sender(engine, gone, receiver.url)
    for _ in range(20):
        send_next(sending)
    types = [json.loads(str(request["body"]))["type"] for request in receiver.requests]
    assert types == ["alert.issued", "alert.extended", "alert.ended"]
    assert Webhooks(engine, ()).standing(number) == {WAITING: 3, SENT: 3}


def test_what_waits_for_an_address_that_is_none_any_more_is_given_up(engine: Engine) -> None:
    alerts = Alerts(engine, webhooks=["https://a.example/x"])
    alerts.issue(ORDER, actor=COMMAND_LINE)
    assert not send_next(sender(engine))
    assert states(engine) == [(GIVEN_UP, "address")]


def test_the_service_sends_what_is_issued_elsewhere(receiver: Receiver, tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:6668"')
    secret = tmp_path / "webhook.key"
    secret.write_text("s3cret", encoding="ascii")
    receiver.start("200")
    settings = Settings.model_validate(
        {
            "definitions": city.definitions,
            "data": city.data,
            "home": city.home,
            "webhook_urls": receiver.url,
            "webhook_secret_file": secret,
            "private_webhooks": "allow",
        }
    )
    with TestClient(create_app(settings)):
        engine = open_database(settings.database)
        Alerts(engine, webhooks=settings.webhooks).issue(DRILL, actor=COMMAND_LINE)
        deadline = time.monotonic() + 120
        while not receiver.requests:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert json.loads(str(receiver.requests[0]["body"]))["type"] == "drill.issued"
