"""`bosai requests` and `bosai answer`: how the desk reads and answers from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.answers import Answers
from server.desk.form import RequestForm
from server.desk.requests import Requests

BOSAI = Path(sys.executable).with_name("bosai")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with one request."""
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    engine = open_database(url)
    upgrade(engine)
    form = {"title": "AEDの場所", "purpose": "使うため", "category": "welfare"}
    Requests(engine).submit(RequestForm(**form, contact="t@example.jp"))  # type: ignore[arg-type]
    engine.dispose()
    return url


def bosai(url: str, *arguments: str) -> tuple[int, str]:
    """The exit status and all that was written."""
    done = subprocess.run(
        [BOSAI, *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "BOSAI_DATABASE_URL": url},
        timeout=120,
        text=True,
    )
    return done.returncode, done.stdout


def test_a_request_is_read_answered_and_withdrawn(url: str) -> None:
    status, text = bosai(url, "requests")
    assert status == 0
    assert "AEDの場所" in text
    assert "非公開 / not public" in text
    assert "t@example.jp" not in text
    assert "連絡先 / Contact: t@example.jp" in bosai(url, "requests", "1")[1]
    answer = ("--publish", "--state", "available", "--reason", "載せました。", "--layer", "aed")
    status, text = bosai(url, "answer", "1", *answer)
    assert status == 0
    assert "available (地図で見られます / On the map)  aed" in text
    public = Answers(open_database(url)).public(1)
    assert (public.state, public.decisions[0].reason) == ("available", "載せました。")
    listed = json.loads(bosai(url, "requests", "--state", "available", "--json")[1])
    assert [(each["number"], each["is_public"]) for each in listed] == [(1, True)]
    assert json.loads(bosai(url, "requests", "1", "--json")[1])["decisions"][0]["layer"] == "aed"
    assert bosai(url, "answer", "1", "--withdraw")[0] == 0
    assert not Answers(open_database(url)).is_public(1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("answer", "1"), "--publish、--withdraw、--state のどれかを書いてください"),
        (("answer", "1", "--publish", "--withdraw"), "not --publish with --withdraw"),
        (("answer", "1", "--state", "declined"), "だれでも読む理由を"),
        (("answer", "1", "--publish", "--state", "done"), "state が「done」です"),
        (("answer", "1", "--title", "あ" * 101), "wanted a text of at most 100 characters"),
        (("answer", "2", "--publish"), "その番号の要望がない"),
        (("answer", "1", "--withdraw"), "その番号の要望がない"),
        (("requests", "2"), "no request has this number"),
        (("requests", "--state", "new"), "wanted one of received, checking"),
        (("requests", "0"), "NUMBER"),
    ],
)
def test_a_wrong_answer_is_refused_and_writes_nothing(
    url: str, arguments: tuple[str, ...], said: str
) -> None:
    status, text = bosai(url, *arguments)
    assert status == 2
    assert said in text
    assert "Traceback" not in text
    answers = Answers(open_database(url))
    assert not answers.is_public(1)
    assert answers.of_request(1) == []
