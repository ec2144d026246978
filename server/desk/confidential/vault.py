"""What people sent in confidence, sealed with a key for each request.

The keys are apart from the database, so that no backup of the database holds them: a request's key
erased, what was sealed with it can be read from no backup either. On SQLite they are in a file of
their own beside it, on PostgreSQL in a table that is left out of dumps. Each is wrapped under the
operator's secret: who has the keys alone can read nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    make_url,
    select,
)

from server.database.engine import BUSY_TIMEOUT_S, empty_log, open_database, reading
from server.database.schema import SCHEMA_LOCK
from server.database.sqlite_file import make_sqlite
from server.desk.confidential.sealing import KEY_BYTES, seal, unseal
from server.desk.confidential.secret import Secret
from server.desk.errors import Erased, Unreadable, VaultClosed

ID_BYTES = 16
PURPOSE = "keys of requests"
PROBE = "probe"  # the key that seals nothing: whoever can unwrap it has the right secret

metadata = MetaData()  # of its own: no step of the database's schema makes it
keys = Table(
    "request_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)


def open_keys(url: str) -> Engine:
    """The engine of the keys that belong to the database at `url`. Nothing is opened yet.

    Of `bosai.sqlite` they are in `bosai-keys.sqlite`. Raises `DatabaseUrlError`.
    """
    engine = open_database(url)
    if engine.dialect.name != "sqlite":
        return engine
    path = Path(engine.url.database or "")
    beside = path.with_name(f"{path.stem}-keys{path.suffix}")
    return open_database(
        make_url(url).set(database=str(beside)).render_as_string(hide_password=False)
    )


class Vault:
    """Seals, opens and erases. All raise `VaultClosed` without the right secret, and
    `sqlalchemy.exc.SQLAlchemyError` while the keys' database fails.
    """

    def __init__(self, secret: Secret, keys: Engine) -> None:
        self.secret, self.keys = secret, keys

    def prepare(self, *, new: bool) -> None:
        """Make the keys' table, and the secret, where there are none and there may be (`new`).

        Safe from many workers at once. Raises `sqlite3.Error` and `OSError` too.
        """
        is_file = self.keys.dialect.name == "sqlite"
        if is_file:
            path = Path(self.keys.url.database or "")
            if not new and not path.exists():
                raise _gone()
            make_sqlite(path, BUSY_TIMEOUT_S, new=new)
        with self.keys.begin() as connection:  # on SQLite the only one that writes
            if not is_file:
                connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
            metadata.create_all(connection)
            if _wrapped(connection, PROBE) is None:
                if not new:
                    raise _gone()
                self.secret.make()
                self._insert(connection, PROBE)
        self.check()

    def check(self) -> None:
        """Raise `VaultClosed` where the secret is missing or is not the keys' one."""
        with reading(self.keys) as connection:
            wrapped = _wrapped(connection, PROBE)
        if wrapped is None:
            raise _gone()
        self._unwrap(PROBE, wrapped)

    def new_key(self) -> str:
        """A new key's id; the key is stored for good before anything is sealed with it."""
        return self.new_keys(1)[0]

    def new_keys(self, count: int) -> Sequence[str]:
        """The ids of so many new keys, all of them stored for good."""
        ids = [secrets.token_hex(ID_BYTES) for _ in range(count)]
        self.check()  # a key under another secret than the others' would be lost with it
        with self.keys.begin() as connection:
            for key_id in ids:
                self._insert(connection, key_id)
        return ids

    def has(self, key_id: str) -> bool:
        """Whether a key is there; not once it is erased."""
        with reading(self.keys) as connection:
            return _wrapped(connection, key_id) is not None

    def seal(self, key_id: str, what: str, content: bytes) -> bytes:
        """`content` for nobody to read who has no key; only as this `what` it can be opened again.

        Raises `Erased`.
        """
        return seal(self._key(key_id), _context(key_id, what), content)

    def open(self, key_id: str, what: str, content: bytes) -> bytes:
        """What was sealed. Raises `Erased`, and `Unreadable` for bytes that were changed."""
        return unseal(self._key(key_id), _context(key_id, what), content)

    def erase(self, key_id: str) -> None:
        """Erase a key for good, if there is one: what was sealed with it is lost everywhere."""
        with self.keys.begin() as connection:
            connection.execute(delete(keys).where(keys.c.id == key_id))
        empty_log(self.keys)

    def _insert(self, connection: Connection, key_id: str) -> None:
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = seal(self.secret.key(PURPOSE), _context(key_id, "key"), key)
        connection.execute(insert(keys).values(id=key_id, wrapped=wrapped))

    def _key(self, key_id: str) -> bytes:
        with reading(self.keys) as connection:
            wrapped = _wrapped(connection, key_id)
        if wrapped is None:
            self.check()  # without any key it is the keys that are gone
            raise Erased
        return self._unwrap(key_id, wrapped)

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return unseal(self.secret.key(PURPOSE), _context(key_id, "key"), wrapped)
        except Unreadable as error:
            raise VaultClosed(
                "the secret is not the one that the requests' keys are wrapped under; restore "
                "the file that BOSAI_SECRET_FILE names"
            ) from error


def _wrapped(connection: Connection, key_id: str) -> bytes | None:
    return connection.execute(select(keys.c.wrapped).where(keys.c.id == key_id)).scalar()


def _context(key_id: str, what: str) -> str:
    """What a sealed content is bound to: an id has no colon."""
    return f"{key_id}:{what}"


def _gone() -> VaultClosed:
    return VaultClosed(
        "the requests' keys are gone, and what people sent in confidence cannot be read without "
        "them; restore them from their own backup (bosai-keys.sqlite, or the table request_keys)"
    )
