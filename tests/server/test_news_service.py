"""The whole way of news by e-mail: form, mail server, links, command line, a worker that dies."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

from server.database.engine import open_database
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.mail.outbox import Outbox
from tests.mail_server import MailServer, await_that, mail_server
from tests.service import running, shipped_city

BASE = "https://map.example.jp"
BOSAI = Path(sys.executable).with_name("bosai")
FORM = {
    "title": "AEDの場所",
    "purpose": "大会の日に",
    "category": "welfare",
    "email": "Taro.Asaka@example.jp",
}
PLANTED = ("taro.asaka", "Taro.Asaka")


def post(address: str, **fields: str) -> str:
    """The page that a posted form leads to."""
    body = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(address, body, {"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        content: bytes = answer.read()
        return content.decode()


def arrived(office: MailServer, count: int) -> EmailMessage:
    """The mail with which there are so many."""
    await_that(lambda: len(office.mails()) >= count)
    return office.mails()[count - 1]


def test_from_the_form_to_the_last_mail(home: Path, tmp_path: Path) -> None:
    with mail_server(tmp_path / "post office") as office:
        settings = {
            **shipped_city(home, tmp_path),
            "BOSAI_BASE_URL": BASE,
            "BOSAI_MAIL_FROM": "防災マップ <bosai@city.example.jp>",
            "BOSAI_SMTP_URL": office.url,
        }

        database = settings["BOSAI_DATABASE_URL"]
        vault = Vault(Secret(tmp_path / "secret.key"), open_keys(database))
        mails = Outbox(open_database(database), vault)

        def answer(*arguments: str) -> None:
            environment = {**os.environ, **settings}
            subprocess.run([BOSAI, "answer", "1", *arguments], check=True, env=environment)

        with running(settings, tmp_path / "serve.log", ("--workers", "2")) as started:
            page = post(f"{started.address}/requests?lang=ja-x-easy", **FORM)
            assert not any(each in page for each in PLANTED)
            asking = arrived(office, 1)
            assert asking["To"] == FORM["email"]
            [link] = re.findall(f"{BASE}(/\\S+/confirm\\S+)", asking.get_content())
            post(f"{started.address}{link}")
            answer("--publish", "--state", "adopted", "--reason", "来年度に調べます。")
            told = arrived(office, 2)
            assert "来年度に調べます。" in told.get_content()
            assert "希望（きぼう）" in told.get_content()
            await_that(lambda: mails.standing().sent == 2)
            for worker in started.workers:
                os.kill(worker, signal.SIGKILL)
            answer("--state", "available", "--reason", "載せました。", "--layer", "aed")
            assert f"{BASE}/?layers=aed" in arrived(office, 3).get_content()
            stop = told["List-Unsubscribe"].strip("<>").removeprefix(BASE)
            await_that(lambda: answers(started.address))
            post(f"{started.address}{stop}", **{"List-Unsubscribe": "One-Click"})
            answer("--withdraw")
            log = started.said()
        standing = mails.standing()
        assert (standing.waiting, standing.sent, standing.given_up) == (0, 3, 0)
        assert set(Counter(mail["Message-ID"] for mail in office.mails()).values()) == {1}
    kept = log.encode() + b"".join(path.read_bytes() for path in tmp_path.glob("bosai*"))
    assert not any(each.encode() in kept for each in PLANTED)


def answers(address: str) -> bool:
    """Whether a worker answers again."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5):
            return True
    except OSError:
        return False
