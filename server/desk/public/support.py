"""Support for a public request (私も): given once by a browser, and taken back.

Nothing tells who it was. A browser keeps a secret for each request it supports, another for each,
so that neither the service nor the database can tell which requests one and the same browser
supports. Of a secret only its hash is stored: who holds it can take the support back, nobody else.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from server.database.engine import reading
from server.desk.answers.publications import is_public
from server.desk.answers.supports import supports
from server.desk.errors import RequestNotFound
from server.desk.failures import failures_logged
from server.desk.intake.requests import require_number


class Support:
    """Who supports the requests in a database.

    All raise `DeskUnavailable` while it fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, number: int, secret: str) -> None:
        """Count the holder of the secret once. Raises `RequestNotFound` unless it is public."""
        row = {"number": number, "digest": _digest(number, secret)}
        with failures_logged():
            try:
                with self._engine.begin() as connection:
                    _require_public(connection, number)
                    if not _is_given(connection, number, secret):
                        connection.execute(insert(supports).values(row))
            except IntegrityError:  # pressed twice: the other press was a moment quicker
                if not self.is_given(number, secret):
                    raise RequestNotFound from None  # the request was deleted meanwhile

    def take_back(self, number: int, secret: str) -> None:
        """Count the holder of the secret no more. Raises `RequestNotFound` unless it is public."""
        withdrawal = delete(supports).where(
            supports.c.number == number, supports.c.digest == _digest(number, secret)
        )
        with failures_logged(), self._engine.begin() as connection:
            _require_public(connection, number)
            connection.execute(withdrawal)

    def is_given(self, number: int, secret: str) -> bool:
        """Whether the holder of the secret is counted."""
        with failures_logged(), reading(self._engine) as connection:
            return _is_given(connection, number, secret)


def secret_of(nonce: str, number: int) -> str:
    """The secret of a page's button: the same however often it is pressed, and of one request."""
    return hashlib.sha256(f"support {number} {nonce}".encode()).hexdigest()[:40]


def _is_given(connection: Connection, number: int, secret: str) -> bool:
    row = select(supports.c.number).where(
        supports.c.number == number, supports.c.digest == _digest(number, secret)
    )
    return connection.execute(row).first() is not None


def _require_public(connection: Connection, number: int) -> None:
    require_number(number)
    if not is_public(connection, number):
        raise RequestNotFound


def _digest(number: int, secret: str) -> str:
    return hashlib.sha256(f"{number} {secret}".encode()).hexdigest()
