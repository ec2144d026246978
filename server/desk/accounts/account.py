"""The account of somebody at the desk: what is kept of it, and what a name may be."""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text

from layers.japanese.spelling import nfkc
from server.database.engine import UtcDateTime, metadata
from server.desk.accounts.roles import COMMAND_LINE, Actor, Role
from server.desk.errors import InvalidAccount

NAME_LENGTH = 50  # characters, of a department too

accounts = Table(
    "staff_accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),  # the name in one spelling
    Column("role", String(32), nullable=False),
    Column("department", Text),
    Column("password", Text, nullable=False),  # its hash (`server.desk.accounts.passwords`)
    Column("temporary_until", UtcDateTime),  # of a one-time password
    Column("totp_secret", String(64)),  # sealed (`server.desk.accounts.totp_seal`)
    Column("totp_step", Integer),  # of the last code that was accepted
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    sqlite_autoincrement=True,  # the audit names accounts: a number is never given twice
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account, without what proves that somebody is its owner. Instants are in UTC.

    `department` is None where all departments' requests are seen. A password that was given
    (`temporary_until`) has to be changed before anything else.
    """

    id: int
    name: str
    role: Role
    department: str | None
    has_totp: bool
    temporary_until: datetime.datetime | None
    created_at: datetime.datetime
    disabled_at: datetime.datetime | None

    @property
    def actor(self) -> Actor:
        """Its owner, as the one who acts."""
        return Actor(self.name, self.role, self.department)


def account_of(row: Row[Any]) -> Account:
    """The account of a row of `accounts`."""
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        department=row.department,
        has_totp=row.totp_secret is not None,
        temporary_until=row.temporary_until,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )


def folded(name: str) -> str:
    """A name in the one spelling by which accounts are told apart: NFKC, without case.

    Without what no name has either, which no database need be asked for: PostgreSQL takes no NUL.
    """
    line = " ".join(nfkc(name[: 4 * NAME_LENGTH]).split())
    return nfkc("".join(filter(_is_written, line)).casefold())


def read_name(typed: str) -> str:
    """The name of an account. Raises `InvalidAccount`."""
    name = _line("name", typed)
    if not name:
        raise InvalidAccount("name", "name_empty")
    if folded(name) == COMMAND_LINE.name:
        raise InvalidAccount("name", "name_taken")
    return name


def read_department(typed: str, role: Role) -> str | None:
    """The department of an account, None for all. Raises `InvalidAccount`."""
    department = _line("department", typed) or None
    if department is not None and role is Role.ADMIN:
        # Who makes accounts could make one for every department.
        raise InvalidAccount("department", "department_of_admin")
    return department


def _line(field: str, typed: str) -> str:
    if len(typed) > NAME_LENGTH:
        raise InvalidAccount(field, f"{field}_long")
    line = " ".join(nfkc(typed).split())
    if len(line) > NAME_LENGTH:
        raise InvalidAccount(field, f"{field}_long")
    if not all(map(_is_written, line)):
        raise InvalidAccount(field, f"{field}_unprintable")
    return line


def _is_written(character: str) -> bool:
    """Whether it is no control, format, surrogate or private character."""
    return unicodedata.category(character)[0] != "C"
