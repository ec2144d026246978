"""What nobody finished is discarded by rule, with its files, on both kinds of database."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.database.engine import reading
from server.desk.accounts.audit import audit
from server.desk.drafts.drafts import Drafts
from server.desk.drafts.errors import DraftNotFound
from server.desk.drafts.expiry import DRAFT_DAYS, UPLOAD_DAYS, Expiry
from server.desk.drafts.tables import State
from tests.server.desk.drafts.test_drafts import HANA, READ, added


@pytest.fixture
def drafts(engine: Engine, tmp_path: Path) -> Drafts:
    return Drafts(engine, tmp_path / "drafts", 1000, list)


def later(**days: int) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1, **days)


def test_an_upload_and_a_draft_that_were_given_up_are_deleted(
    engine: Engine, drafts: Drafts
) -> None:
    expiry = Expiry(engine, drafts, lambda: False)
    part, _names = drafts.begin("a.csv", {"a.csv": 10}, "", HANA)
    drafts.receive(part.number, "a.csv", 0, b"12345", HANA)
    read = added(drafts)
    drafts.take_reading(read, None, READ)
    assert expiry.by_rule(later(days=UPLOAD_DAYS - 1)) == []
    assert expiry.by_rule(later(days=UPLOAD_DAYS)) == [part.number]
    assert not drafts.folder(part).path.exists()
    with pytest.raises(DraftNotFound):
        drafts.receive(part.number, "a.csv", 5, b"67890", HANA)
    assert drafts.folder(read).path.exists()
    assert expiry.by_rule(later(days=DRAFT_DAYS)) == [read.number]
    assert drafts.of(read.number, HANA).state is State.DISCARDED
    assert not drafts.folder(read).path.exists()
    with reading(engine) as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.action).order_by(audit.c.id)).all()
    assert [*rows[-2:]] == [("retention", "draft.expire")] * 2
