"""Signing in with a name, a password and, where the account has one, a code."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from server.database.engine import reading
from server.desk.accounts import attempts, totp
from server.desk.accounts.account import Account, account_of, accounts, folded
from server.desk.accounts.attempts import Counted, counts_of
from server.desk.accounts.passwords import is_password
from server.desk.accounts.sessions import now_utc
from server.desk.accounts.totp_seal import TotpSeal
from server.desk.errors import SignInRefused
from server.desk.failures import failures_logged


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is typed, and where it comes from.

    `network` is the line, None where the address tells none. `device` is the token of a browser in
    which an account was signed in before, None without.
    """

    name: str
    password: str
    code: str = ""
    network: str | None = None
    device: str | None = None


class SignIn:
    """Attempts at the accounts of a database. All raise `DeskUnavailable` while it fails, and where
    a code is to be looked at without the right secret of the operator.
    """

    def __init__(
        self, engine: Engine, seal: TotpSeal, clock: Callable[[], datetime.datetime] = now_utc
    ) -> None:
        self._engine, self._seal, self._clock = engine, seal, clock

    def is_of_device(self, attempt: Attempt) -> bool:
        """Whether the account was signed in with this browser before."""
        if attempt.device is None:
            return False
        with failures_logged(), reading(self._engine) as connection:
            return attempts.is_device(connection, folded(attempt.name), attempt.device)

    def account(self, attempt: Attempt) -> Account:
        """The account whose owner this is. Raises `SignInRefused` and `SignInPaused`.

        Each attempt takes the work of one password, also with a name that no account has.
        """
        name, now = folded(attempt.name), self._clock()
        known = attempt.device if self.is_of_device(attempt) else None
        counts = counts_of(name, attempt.network, known)
        with failures_logged():
            with self._engine.begin() as connection:
                attempts.take(connection, counts, now)
            with reading(self._engine) as connection:
                row = connection.execute(select(accounts).where(accounts.c.folded == name)).first()
            is_proved = is_password(_usable(row, now), attempt.password)
            if row is None or not is_proved:
                raise SignInRefused
            with self._engine.begin() as connection:
                return self._proved(connection, row, attempt.code, counts, now)

    def new_device(self, account: Account) -> str:
        """The token by which this browser is known as one of the account's."""
        with failures_logged(), self._engine.begin() as connection:
            return attempts.new_device(connection, account.id, self._clock())

    def _proved(
        self,
        connection: Connection,
        row: Row[Any],
        code: str,
        counts: Sequence[Counted],
        now: datetime.datetime,
    ) -> Account:
        if row.totp_secret is not None:
            secret = self._seal.open(row.id, row.totp_secret)
            if not totp.accept(connection, row.id, secret, code, now):
                raise SignInRefused
        attempts.succeed(connection, counts)
        return account_of(row)


def _usable(row: Row[Any] | None, now: datetime.datetime) -> str | None:
    """The hash of the password with which the account may be signed in to; None for none."""
    if row is None or row.disabled_at is not None:
        return None
    if row.temporary_until is not None and row.temporary_until <= now:
        return None
    password: str = row.password
    return password
