"""What is public of photos, on SQLite and on PostgreSQL: copies that outlive the request's key."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, func, select

from server.database.engine import reading
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.published_photos import PublishedPhotos, published_photos
from server.desk.confidential.vault import Vault
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.intake.attachments import Attachment, Attachments
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Request, Requests, key_of
from server.desk.public.own_request import OwnRequest
from server.desk.retention.retention import Erasure, Retention
from server.desk.triage.case import Cases

PICTURE = b"\xff\xd8picture"
FILES = {"photo": Attachment("a.jpg", b"original"), "picture": Attachment("photo.jpg", PICTURE)}
WITH_PHOTO = Wording(with_photo=True)


@dataclass
class Desk:
    """A desk, and what of photos is public."""

    engine: Engine
    vault: Vault

    def __post_init__(self) -> None:
        self.answers = Answers(self.engine, vault=self.vault)
        self.photos = PublishedPhotos(self.engine)
        self.attachments = Attachments(self.engine, self.vault)

    def request(self) -> Request:
        """A request that came with a photo."""
        return Requests(self.engine, self.vault).submit(
            RequestForm(title="t", purpose="p", category="fire"),
            lambda connection, number: self.attachments.attach(connection, number, FILES),
        )

    def publish(self, number: int, wording: Wording) -> None:
        self.answers.answer(number, wording, actor=COMMAND_LINE)

    def erase(self, number: int) -> None:
        erasure = Erasure(self.engine, self.vault, Retention(180))
        erasure.now(number, actor=COMMAND_LINE)

    def kept(self) -> int:
        """How many photos are stored to be public."""
        with reading(self.engine) as connection:
            query = select(func.count()).select_from(published_photos)
            return connection.execute(query).scalar_one()


@pytest.fixture
def desk(engine: Engine, vault: Vault) -> Desk:
    return Desk(engine, vault)


def test_a_public_photo_outlives_what_was_sent_in_confidence(desk: Desk) -> None:
    number = desk.request().number
    desk.publish(number, WITH_PHOTO)
    desk.erase(number)
    with pytest.raises(RequestNotFound):
        desk.attachments.picture(number)
    assert desk.photos.of(number) == PICTURE
    desk.publish(number, Wording("別の題", with_photo=True))
    assert desk.photos.of(number) == PICTURE
    assert desk.answers.public(number).has_photo
    cases = Cases(desk.engine, desk.vault, desk.attachments)
    assert cases.picture(number, actor=COMMAND_LINE) == PICTURE


def test_a_photo_that_is_public_no_more_is_nowhere(desk: Desk) -> None:
    number = desk.request().number
    desk.publish(number, WITH_PHOTO)
    desk.publish(number, Wording())
    assert desk.kept() == 0
    desk.publish(number, WITH_PHOTO)
    desk.answers.withdraw(number, actor=COMMAND_LINE)
    with pytest.raises(RequestNotFound):
        desk.photos.of(number)
    assert desk.kept() == 0


@pytest.mark.parametrize("leave", [OwnRequest.withdraw, OwnRequest.delete])
def test_what_its_sender_takes_back_takes_the_photo_with_it(desk: Desk, leave: object) -> None:
    request = desk.request()
    desk.publish(request.number, WITH_PHOTO)
    leave(OwnRequest(desk.engine, desk.vault), request.number, request.token)  # type: ignore[operator]
    assert desk.kept() == 0


def test_a_photo_that_is_erased_is_not_published_and_the_rest_stays(desk: Desk) -> None:
    number = desk.request().number
    desk.publish(number, Wording("前の題"))
    desk.erase(number)
    verdict = Verdict("declined", "理由")
    with pytest.raises(InvalidAnswer, match="which is not erased"):
        desk.answers.answer(number, WITH_PHOTO, verdict, actor=COMMAND_LINE)
    public = desk.answers.public(number)
    assert (public.title, public.has_photo, public.state) == ("前の題", False, "received")


def test_a_photo_whose_key_alone_is_gone_is_not_published(desk: Desk) -> None:
    number = desk.request().number
    with desk.engine.begin() as connection:
        key = key_of(connection, desk.vault, number)
    desk.vault.erase(key)
    with pytest.raises(InvalidAnswer, match="photo"):
        desk.publish(number, WITH_PHOTO)
