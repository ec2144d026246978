"""`bosai requests` and `bosai answer`: how the desk reads and answers from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.answers.answers import Answers
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.intake.attachments import PHOTO, PICTURE, SAMPLE, Attachment, Attachments
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from server.desk.mail.news import News
from server.desk.mail.outbox import Outbox
from tests import command_line
from tests.vaults import vault_of


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with one request."""
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    engine = open_database(url)
    upgrade(engine)
    form = {"title": "AEDの場所", "purpose": "使うため", "category": "welfare"}
    Requests(engine, vault_of(engine)).submit(RequestForm(**form, contact="t@example.jp"))  # type: ignore[arg-type]
    engine.dispose()
    return url


@pytest.fixture
def with_files(url: str, tmp_path: Path) -> str:
    """The database with another request, which came with files of hostile names."""
    engine = open_database(url)
    vault = Vault(Secret(tmp_path / "secret.key"), open_keys(url))
    vault.prepare(new=True)
    files = {
        PHOTO: Attachment("../../../.ssh/家 の前.jpg", b"original"),
        PICTURE: Attachment("photo.jpg", b"picture"),
        SAMPLE: Attachment("..\\..\\a\n.csv", b"x,y"),
    }
    form = RequestForm(title="t", purpose="p", category="fire", urgency="season", today="歩く")
    desk = Attachments(engine, vault)
    Requests(engine, vault).submit(
        form, lambda connection, number: desk.attach(connection, number, files)
    )
    engine.dispose()
    return url


def bosai(url: str, *arguments: str, **settings: str) -> tuple[int, str]:
    """The exit status and all that was written."""
    secret = str(Path(url.removeprefix("sqlite:///")).with_name("secret.key"))
    own = {"BOSAI_DATABASE_URL": url, "BOSAI_SECRET_FILE": secret}
    done = command_line.bosai(arguments, own | settings)
    return done.returncode, done.output


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
    assert "token" not in bosai(url, "requests", "1", "--json")[1]
    assert bosai(url, "answer", "1", "--withdraw")[0] == 0
    assert not Answers(open_database(url)).standing(1).is_public


def test_what_was_sent_in_confidence_is_erased_by_command(url: str) -> None:
    assert "連絡先 / Contact: t@example.jp" in bosai(url, "requests", "1")[1]
    status, text = bosai(url, "erase", "1")
    assert status == 0
    assert "t@example.jp" not in text
    assert "AEDの場所" in text
    status, text = bosai(url, "requests", "1")
    assert status == 0
    assert "t@example.jp" not in text
    assert bosai(url, "erase", "7")[0] == 2


def test_the_files_of_a_request_are_written_into_a_folder(with_files: str, tmp_path: Path) -> None:
    secret, folder = str(tmp_path / "secret.key"), tmp_path / "out" / "files"
    text = bosai(with_files, "requests", "2", BOSAI_SECRET_FILE=secret)[1]
    for line in (
        "急ぎの程度 / How soon: season (今の季節のうちに / Within this season)",
        "今のやり方 / Without it, today: 歩く",
        "写真（元のまま） / photo as sent 8 B",
    ):
        assert line in text
    arguments = ("requests", "2", "--files", str(folder))
    status, text = bosai(with_files, *arguments, BOSAI_SECRET_FILE=secret)
    assert status == 0
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert written == {
        "2-photo-家 の前.jpg": b"original",
        "2-picture-photo.jpg": b"picture",
        "2-sample-a_.csv": b"x,y",
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    assert all(str(folder / name) in text for name in written)
    status, text = bosai(with_files, *arguments, BOSAI_SECRET_FILE=secret)
    assert status == 2
    assert "上書きしません" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("requests", "--files", "."), "--files には要望の番号も"),
        (("requests", "1", "--files", "."), "nothing is kept of files of this request"),
        (("answer", "1", "--with-photo"), "写真といっしょに送られた要望を"),
    ],
)
def test_files_that_are_not_there_are_said(
    with_files: str, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    secret = str(tmp_path / "secret.key")
    status, text = bosai(with_files, *arguments, BOSAI_SECRET_FILE=secret)
    assert status == 2
    assert said in text
    assert "Traceback" not in text


def test_a_photo_is_published_when_that_is_asked_for(with_files: str, tmp_path: Path) -> None:
    secret = str(tmp_path / "secret.key")
    answer = ("answer", "2", "--with-photo", "--without-place")
    assert bosai(with_files, *answer, BOSAI_SECRET_FILE=secret)[0] == 0
    assert Answers(open_database(with_files)).public(2).has_photo
    assert bosai(with_files, "answer", "2", "--publish", BOSAI_SECRET_FILE=secret)[0] == 0
    assert not Answers(open_database(with_files)).public(2).has_photo


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("answer", "1"), "--publish、--withdraw、--state、--supplement のどれか"),
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
    assert not answers.standing(1).is_public
    assert answers.standing(1).decisions == []


def test_an_answer_is_mailed_and_what_waits_is_said(url: str, tmp_path: Path) -> None:
    secret = Secret(tmp_path / "secret.key")
    vault, engine = Vault(secret, open_keys(url)), open_database(url)
    vault.prepare(new=True)
    assert "mails:" not in bosai(url, "requests")[1]
    news = News(engine, vault, secret, "https://map.example.jp")
    with engine.begin() as connection:
        news.ask(connection, 1, "taro@example.jp", "ja")
    mails = Outbox(engine, vault)
    asking = mails.claim()
    assert asking is not None
    mails.failed(asking, "550", is_final=True)
    key = asking.text.split("key=")[1].split("&")[0]
    assert news.confirm(1, key) == "confirmed"
    # The command line needs none of the settings of mail for it.
    settings = {"BOSAI_SECRET_FILE": str(tmp_path / "secret.key")}
    status, text = bosai(url, "answer", "1", "--state", "checking", **settings)
    assert status == 0
    told = mails.claim()
    assert told is not None
    assert told.recipient == "taro@example.jp"
    status, text = bosai(url, "requests", **settings)
    assert "mails: 1 waiting, 1 given up (why: 550: 1)" in text
    assert "taro" not in text
