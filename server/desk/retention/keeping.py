"""What is done beside answering: contacts of before are sealed, and old ones erased."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import Connection, Engine, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from server.database.engine import reading
from server.database.schema import SCHEMA_LOCK
from server.database.sqlite_file import checkpoint
from server.database.upkeep import Upkeep
from server.desk.confidential.contacts import contacts, sealed_contact
from server.desk.confidential.vault import Vault
from server.desk.errors import DeskError
from server.desk.intake.requests import requests
from server.desk.retention.clock import Clock
from server.desk.retention.retention import Erasure

PAUSE = 5.0  # seconds from one look to the next
HOUR = 3600.0  # seconds from one erasing to the next
BATCH = 200  # requests that are sealed in one transaction
SEALED = 1  # a SQLite file's `user_version` when no contact is in it in plain bytes
SEALED_COMMENT = "sealed"  # the same of PostgreSQL's table

LOG = logging.getLogger(__name__)


def vault_upkeep(database: Engine, vault: Vault, after: Upkeep | None = None) -> Upkeep:
    """What looks after the vault, as `after` does after the database, and while that can be used.

    Keys are made only where nothing in the database was sealed with any.
    """

    def prepare(new: bool) -> None:
        vault.prepare(new=new and not _has_keys(database))

    return Upkeep(vault.keys, prepare, vault.check, after)


class Keeping:
    """Seals what was stored before there were keys, and erases by rule, once an hour at most."""

    def __init__(
        self, engine: Engine, vault: Vault, erasure: Erasure, is_usable: Callable[[], bool]
    ) -> None:
        self._engine, self._vault, self._erasure = engine, vault, erasure
        self._clock = Clock(engine)
        self._is_usable = is_usable
        self._is_sealed, self._erased_at = False, -HOUR
        self._problem = ""

    def run(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while True:
            self.look()
            if stop.wait(PAUSE):
                return

    def look(self) -> None:
        """Do what is to be done now. What fails is logged and done later."""
        if not self._is_usable():
            return
        try:
            if not self._is_sealed:
                self._is_sealed = seal_contacts(self._engine, self._vault)
            if time.monotonic() - self._erased_at >= HOUR:
                if self._clock.is_trusted():
                    self._erasure.by_rule()
                self._erased_at = time.monotonic()
            self._problem = ""
        except (SQLAlchemyError, sqlite3.Error, DeskError) as error:
            problem = f"{type(error).__name__}: {error}"
            if problem != self._problem:
                LOG.error("contacts could not be sealed or erased; later again: %s", problem)  # noqa: TRY400
            self._problem = problem


def seal_contacts(engine: Engine, vault: Vault) -> bool:
    """Seal the contacts that are in plain text, and take their bytes out of the database.

    Whether all is done: a reader may keep a file's bytes in place for a while. Can be cut off
    anywhere, and run by many workers at once.
    """
    if _is_clean(engine):
        return True
    while _seal_batch(engine, vault):
        pass
    return _clean(engine)


def _has_keys(engine: Engine) -> bool:
    with reading(engine) as connection:
        any_key = select(requests.c.number).where(requests.c.key.is_not(None)).limit(1)
        return connection.execute(any_key).first() is not None


def _seal_batch(engine: Engine, vault: Vault) -> int:
    """Give some of the requests without a key one, and seal their contacts; how many it were."""
    plain = (
        select(requests.c.number, contacts.c.contact)
        .select_from(requests.outerjoin(contacts))
        .where(requests.c.key.is_(None))
        .order_by(requests.c.number)
        .limit(BATCH)
    )
    with engine.begin() as connection:
        _lock(connection)
        rows = connection.execute(plain).all()
        for row, key in zip(rows, vault.new_keys(len(rows)), strict=True):
            of_request = requests.c.number == row.number
            connection.execute(update(requests).where(of_request).values(key=key))
            if row.contact is not None:
                sealed = sealed_contact(vault, key, row.contact)
                of_contact = contacts.c.number == row.number
                connection.execute(update(contacts).where(of_contact).values(contact=sealed))
    return len(rows)


def _is_clean(engine: Engine) -> bool:
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            return version >= SEALED
        comment = f"SELECT obj_description('{contacts.name}'::regclass)"
        return connection.execute(text(comment)).scalar() == SEALED_COMMENT


def _clean(engine: Engine) -> bool:
    """Rewrite what held plain bytes: all of a SQLite file, the contacts' table of PostgreSQL.

    PostgreSQL's own log keeps them until it is recycled.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM FULL {contacts.name}"))
            connection.execute(text(f"COMMENT ON TABLE {contacts.name} IS '{SEALED_COMMENT}'"))
        return True
    with closing(engine.raw_connection()) as connection:
        driver = connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("VACUUM")
        if not checkpoint(driver):
            return False
        driver.execute(f"PRAGMA user_version = {SEALED}")
    return True


def _lock(connection: Connection) -> None:
    """Be the only one: on SQLite whoever writes is."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
