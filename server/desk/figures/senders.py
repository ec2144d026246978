"""How many senders searched for a word in vain, without keeping who they are or what they typed.

A word becomes a figure when `LEAST` senders used it on one day. Until then neither the word nor an
address is stored, only a keyed hash of each (HMAC-SHA-256), made the moment the search is
answered: that of the sender is another one for each word, so that nothing tells what else somebody
looked for.

The key is random, one for each day, and stored sealed in the vault, whose keys are apart from the
database and from its backups. When the day is over the vault's key is erased and the hashes are
deleted. What this keeps from whom: who gets a copy of the database, on any day, can tell nothing.
Who gets both the database and the vault with the operator's secret on the day itself could try all
addresses and words until hashes fit; afterwards nobody can. Words that look like somebody's
address, telephone number or name, and all words with a digit, are never considered.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
import unicodedata

from sqlalchemy import Column, Date, Engine, LargeBinary, String, Table, delete, select

from layers.japanese.spelling import nfkc
from server.database.engine import empty_log, metadata, reading, upsert
from server.desk.confidential.vault import Vault
from server.desk.figures.tally import Token
from server.desk.intake.personal import personal_parts

LEAST = 5  # senders
LONGEST = 40  # characters of a word
TOKEN_BYTES = 16
WHAT = "key of figures"

figure_keys = Table(
    "figure_keys",
    metadata,
    Column("day", Date, primary_key=True),
    Column("vault_key", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
figure_senders = Table(
    "figure_senders",
    metadata,
    Column("day", Date, primary_key=True),
    Column("word", LargeBinary(TOKEN_BYTES), primary_key=True),
    Column("sender", LargeBinary(TOKEN_BYTES), primary_key=True),
)


def considered(words: str) -> str | None:
    """A search in one spelling, if it may become a figure."""
    text = " ".join(nfkc(words).casefold().split())
    if not text or len(text) > LONGEST or personal_parts(text):
        return None
    is_fit = not any(unicodedata.category(sign)[0] in "NC" for sign in text)
    return text if is_fit else None


class Senders:
    """The day's key in memory, and what is made with it."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault
        self._day: datetime.date | None = None
        self._key = b""

    def token(self, words: str, network: str | None) -> Token | None:
        """What stands for a search of a line; None of what is not to be kept, or without a key."""
        text, key = considered(words), self._key
        if text is None or network is None or not key:
            return None
        word = _hash(key, "word", text)
        return Token(text, word, _hash(key, "sender", f"{text}\n{network}"))

    def begin(self, day: datetime.date) -> None:
        """Have the key of this day, and destroy those of others.

        Raises `SQLAlchemyError` and what the vault raises.
        """
        if day == self._day:
            return
        self._key, self._day = b"", None
        self._destroy_before(day)
        self._key = self._key_of(day)
        self._day = day

    def _key_of(self, day: datetime.date) -> bytes:
        with reading(self._engine) as connection:
            row = connection.execute(select(figure_keys).where(figure_keys.c.day == day)).first()
        if row is None:
            vault_key = self._vault.new_key()
            sealed = self._vault.seal(vault_key, WHAT, secrets.token_bytes(32))
            with self._engine.begin() as connection:
                connection.execute(
                    upsert(connection, figure_keys)
                    .values(day=day, vault_key=vault_key, sealed=sealed)
                    .on_conflict_do_nothing(index_elements=["day"])
                )
                row = connection.execute(select(figure_keys).where(figure_keys.c.day == day)).one()
            if row.vault_key != vault_key:  # another worker was first
                self._vault.erase(vault_key)
        return self._vault.open(row.vault_key, WHAT, row.sealed)

    def _destroy_before(self, day: datetime.date) -> None:
        old = figure_keys.c.day < day
        with reading(self._engine) as connection:
            keys = connection.execute(select(figure_keys.c.vault_key).where(old)).scalars().all()
        for key in keys:
            self._vault.erase(key)
        with self._engine.begin() as connection:
            connection.execute(delete(figure_keys).where(old))
            gone = connection.execute(delete(figure_senders).where(figure_senders.c.day < day))
        if keys or gone.rowcount:
            empty_log(self._engine)


def _hash(key: bytes, what: str, text: str) -> bytes:
    return hmac.new(key, f"{what}\n{text}".encode(), hashlib.sha256).digest()[:TOKEN_BYTES]
