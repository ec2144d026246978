"""The accounts of the desk: made, changed, disabled, and proved by a password and a code."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.database.engine import reading
from server.desk.accounts import attempts, totp
from server.desk.accounts.account import (
    Account,
    account_of,
    accounts,
    folded,
    read_department,
    read_name,
)
from server.desk.accounts.audit import record
from server.desk.accounts.identities import write_link
from server.desk.accounts.passwords import check_password, hashed, is_password, one_time_password
from server.desk.accounts.roles import Actor, Role
from server.desk.accounts.sessions import end_sessions, now_utc, subject_of
from server.desk.accounts.totp_seal import TotpSeal
from server.desk.errors import AccountNotFound, InvalidAccount
from server.desk.failures import failures_logged

ONE_TIME = datetime.timedelta(days=7)  # for which a password that was given can be used
LARGEST_ID = 2**31 - 1  # PostgreSQL's integer


class Accounts:
    """The accounts in a database. All raise `DeskUnavailable` while it fails.

    What is done is in the audit; no password, code or secret is.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime.datetime] = now_utc) -> None:
        self._engine, self._clock = engine, clock

    def all(self) -> Sequence[Account]:
        """Every account, by name."""
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.folded))
            return [account_of(row) for row in rows]

    def of_id(self, number: int) -> Account:
        """The account of a number. Raises `AccountNotFound`."""
        if not 0 < number <= LARGEST_ID:
            raise AccountNotFound
        return self._one(accounts.c.id == number)

    def named(self, name: str) -> Account:
        """The account of a name. Raises `AccountNotFound`."""
        return self._one(accounts.c.folded == folded(name))

    def add(
        self, name: str, role: Role, department: str, *, openid: str = "", actor: Actor
    ) -> tuple[Account, str]:
        """A new account and its one-time password, linked to what a provider calls its owner.

        Raises `InvalidAccount`.
        """
        name, department_name = read_name(name), read_department(department, role)
        password, now = one_time_password(), self._clock()
        values = {
            "name": name,
            "folded": folded(name),
            "role": role.value,
            "department": department_name,
            "password": hashed(password),
            "temporary_until": now + ONE_TIME,
            "created_at": now,
        }
        with failures_logged():
            try:
                with self._engine.begin() as connection:
                    row = connection.execute(
                        insert(accounts).values(values).returning(accounts)
                    ).one()
                    account = account_of(row)
                    subject, after = subject_of(account), {"name": name, **_told(account)}
                    record(connection, actor, "account.add", subject, None, after)
                    if openid:
                        write_link(connection, account, openid, actor=actor)
            except IntegrityError:
                raise InvalidAccount("name", "name_taken") from None
        return account, password

    def change(self, account: Account, role: Role, department: str, *, actor: Actor) -> None:
        """Give an account a role and a department; "" for all. Raises `InvalidAccount`."""
        values = {"role": role.value, "department": read_department(department, role)}
        with self._writing(account, actor) as connection:
            _change(connection, account, "account.change", actor, values)

    def disable(self, account: Account, *, actor: Actor) -> None:
        """Let nobody use an account any more; whoever is signed in with it no longer is."""
        with self._writing(account, actor) as connection:
            _change(connection, account, "account.disable", actor, {"disabled_at": self._clock()})
            end_sessions(connection, account.id)

    def enable(self, account: Account, *, actor: Actor) -> None:
        """Let a disabled account be used again, with the password it had."""
        with self._writing(account, actor) as connection:
            _change(connection, account, "account.enable", actor, {"disabled_at": None})

    def give_password(self, account: Account, password: str | None = None, *, actor: Actor) -> str:
        """Give an account a password that has to be changed, a made-up one for None.

        Codes are no longer asked for: who has lost the telephone too begins anew. All sessions end,
        and failures at signing in are forgotten. Raises `InvalidAccount`.
        """
        if password is None:
            password = one_time_password()
        else:
            check_password(password, account.name)
        values: dict[str, Any] = {
            "password": hashed(password),
            "temporary_until": self._clock() + ONE_TIME,
            "totp_secret": None,
        }
        with self._writing(account, actor) as connection:
            _change(connection, account, "account.give_password", actor, values)
            totp.forget_recovery_codes(connection, account.id)
            end_sessions(connection, account.id)
            attempts.forget(connection, account.id, folded(account.name))
        return password

    def set_password(self, account: Account, current: str, new: str) -> None:
        """Change one's own password, which ends all sessions. Raises `InvalidAccount`."""
        self._require_password(account, current)
        check_password(new, account.name)
        if new == current:
            raise InvalidAccount("password", "password_same")
        values = {"password": hashed(new), "temporary_until": None}
        with self._writing(account) as connection:
            _change(connection, account, "account.set_password", account.actor, values)
            end_sessions(connection, account.id)

    def begin_totp(self, account: Account, seal: TotpSeal, secret: str, code: str) -> Sequence[str]:
        """Ask for the codes of this secret from now on; recovery codes. Raises `InvalidAccount`.

        One code of it proves that an app has it. There may be no other secret.
        """
        if account.has_totp:
            raise InvalidAccount("code", "code_in_use")
        now = self._clock()
        step = totp.step_of(secret, code, now)
        if step is None:
            raise InvalidAccount("code", "code_wrong")
        values = {"totp_secret": seal.seal(account.id, secret), "totp_step": step}
        with self._writing(account) as connection:
            _change(connection, account, "account.begin_totp", account.actor, values)
            return totp.give_recovery_codes(connection, account.id, now)

    def end_totp(self, account: Account, password: str) -> None:
        """Ask for no codes any more. Raises `InvalidAccount`."""
        self._require_password(account, password)
        with self._writing(account) as connection:
            _change(connection, account, "account.end_totp", account.actor, {"totp_secret": None})
            totp.forget_recovery_codes(connection, account.id)

    def new_recovery_codes(self, account: Account, password: str) -> Sequence[str]:
        """Other recovery codes than there were. Raises `InvalidAccount`."""
        self._require_password(account, password)
        with self._writing(account) as connection:
            subject = subject_of(account)
            record(connection, account.actor, "account.new_recovery_codes", subject, None, None)
            return totp.give_recovery_codes(connection, account.id, self._clock())

    def recovery_codes_left(self, account: Account) -> int:
        """How many recovery codes of the account have not been used."""
        with failures_logged(), reading(self._engine) as connection:
            return totp.recovery_codes_left(connection, account.id)

    def _one(self, condition: Any) -> Account:
        with failures_logged(), reading(self._engine) as connection:
            row = connection.execute(select(accounts).where(condition)).first()
        if row is None:
            raise AccountNotFound
        return account_of(row)

    def _require_password(self, account: Account, password: str) -> None:
        """Raises `InvalidAccount` and, when it was tried too often, `SignInPaused`."""
        counts = attempts.own_counts(folded(account.name))
        query = select(accounts.c.password).where(accounts.c.id == account.id)
        with failures_logged():
            with self._engine.begin() as connection:
                attempts.take(connection, counts, self._clock())
                stored = connection.execute(query).scalar()
            if not is_password(stored, password):
                raise InvalidAccount("current", "password_wrong")
            with self._engine.begin() as connection:
                attempts.succeed(connection, counts)

    @contextmanager
    def _writing(self, account: Account, actor: Actor | None = None) -> Iterator[Connection]:
        """A transaction about an account, which is not its `actor`'s own."""
        if actor is not None and actor.name == account.name:
            # So there is always one who can: whoever has just changed the others.
            raise InvalidAccount("account", "account_own")
        with failures_logged(), self._engine.begin() as connection:
            yield connection


def _change(
    connection: Connection,
    account: Account,
    action: str,
    actor: Actor,
    values: Mapping[str, object],
) -> None:
    changed = connection.execute(
        update(accounts).where(accounts.c.id == account.id).values(values).returning(accounts)
    )
    row: Row[Any] | None = changed.first()
    if row is None:
        raise AccountNotFound
    before, after = _told(account), _told(account_of(row))
    record(connection, actor, action, subject_of(account), before, after)


def _told(account: Account) -> dict[str, object]:
    """What the audit says of an account."""
    return {
        "role": account.role.value,
        "department": account.department,
        "codes": account.has_totp,
        "disabled": account.disabled_at is not None,
    }
