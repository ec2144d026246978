"""Without moderation: what is public as soon as it is sent, and what waits for somebody's look."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.desk.accounts.audit import audit
from server.desk.answers.answers import Answers
from server.desk.answers.moderation import UNMODERATED, publish_unmoderated
from server.desk.answers.publications import Selection
from server.desk.confidential.vault import Vault
from server.desk.intake.attachments import SAMPLE, Attachment, Attachments
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from server.settings import Settings


def sent(engine: Engine, vault: Vault, title: str, *, with_file: bool = False) -> int:
    """The number of a request that is taken in without moderation."""
    form = RequestForm(
        title=title,
        purpose="大会の日に確かめたい",
        category="welfare",
        place=Place(35.8, 139.6),
        contact="taro@example.jp",
    )
    files = {SAMPLE: Attachment("a.csv", b"x,y")} if with_file else {}
    attachments = Attachments(engine, vault)
    return (
        Requests(engine, vault, at_once=publish_unmoderated)
        .submit(form, lambda connection, number: attachments.attach(connection, number, files))
        .number
    )


def test_a_request_is_public_at_once_without_its_place(engine: Engine, vault: Vault) -> None:
    number = sent(engine, vault, "AEDの場所")
    public = Answers(engine).public(number)
    assert (public.title, public.place) == ("AEDの場所", None)
    with engine.connect() as connection:
        assert connection.scalars(select(audit.c.actor)).all() == [UNMODERATED.name]


@pytest.mark.parametrize("title", ["電話は048-463-1111です", "taro@example.jpまで", "AED"])
def test_what_may_be_personal_or_has_a_file_waits(engine: Engine, vault: Vault, title: str) -> None:
    number = sent(engine, vault, title, with_file=title == "AED")
    assert not Answers(engine).standing(number).is_public
    assert Answers(engine).page(Selection(), 1)[1] == 0


@pytest.mark.parametrize("is_moderated", [True, False])
def test_the_form_and_the_list_say_when_it_is_public(
    asaka: Catalog, home: Path, tmp_path: Path, *, is_moderated: bool
) -> None:
    assert asaka.layers
    settings = Settings(
        home=home / "asaka",
        database_url=f"sqlite:///{tmp_path / 'bosai.sqlite'}",
        secret_file=tmp_path / "secret.key",
        moderation="on" if is_moderated else "off",
    )
    client = TestClient(create_app(settings))
    sentences = {
        "/requests/new": ("確認したあとで公開する", "送るとすぐに公開します"),
        "/requests": ("内容を確認したあとで", "送られるとすぐに"),
    }
    for path, (later, at_once) in sentences.items():
        page = client.get(f"{path}?lang=ja", headers={"Accept": "text/html"}).text
        assert (later in page, at_once in page) == (is_moderated, not is_moderated)
