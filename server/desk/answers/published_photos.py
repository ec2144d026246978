"""The photos that are public with requests: copies that no request's key seals.

What is published is public, and stays so when what was sent in confidence is erased.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Engine, ForeignKey, LargeBinary, Table, insert, select

from server.database.engine import metadata, reading
from server.desk.confidential.vault import Vault
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.failures import failures_logged
from server.desk.intake.attachments import picture_of
from server.desk.intake.requests import require_number

published_photos = Table(
    "request_publication_photos",
    metadata,
    Column(
        "number", ForeignKey("request_publications.number", ondelete="CASCADE"), primary_key=True
    ),
    Column("content", LargeBinary, nullable=False),  # a JPEG
)


class PublishedPhotos:
    """The public photos in a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, number: int) -> bytes:
        """The photo, a JPEG, of a request that is public with it.

        Raises `RequestNotFound` for any other, and `DeskUnavailable`.
        """
        require_number(number)
        with failures_logged(), reading(self._engine) as connection:
            photo = published_photo(connection, number)
        if photo is None:
            raise RequestNotFound
        return photo


def published_photo(connection: Connection, number: int) -> bytes | None:
    """The photo that is public with a request; None without one."""
    query = select(published_photos.c.content).where(published_photos.c.number == number)
    return connection.execute(query).scalar()


def photo_to_publish(connection: Connection, vault: Vault | None, number: int) -> bytes:
    """The photo of a request, public already or still sealed; without a vault none is opened.

    Raises `InvalidAnswer` where none was sent or it is erased.
    """
    photo = published_photo(connection, number)
    if photo is not None:
        return photo
    try:
        if vault is None:
            raise RequestNotFound
        return picture_of(connection, vault, number)
    except RequestNotFound:
        wanted = "a request that a photo was sent with, which is not erased"
        raise InvalidAnswer("photo", number, wanted) from None


def put_photo(connection: Connection, number: int, photo: bytes) -> None:
    """Make a photo public, in the transaction that publishes its request."""
    connection.execute(insert(published_photos).values(number=number, content=photo))
