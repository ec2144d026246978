"""How a sender can be reached: sealed, apart from the requests, for the desk alone."""

from __future__ import annotations

import base64

from sqlalchemy import Column, Connection, ForeignKey, Table, Text, insert, select

from server.database.engine import metadata
from server.desk.confidential.vault import Vault
from server.desk.errors import Erased

CONTACT = "contact"

# Apart from the requests, so that no page about a request can show it by oversight. Of a request
# without a key, which is of before there were keys, it is in plain text: see
# `server.desk.retention.keeping`.
contacts = Table(
    "request_contacts",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("contact", Text, nullable=False),
    info={"confidential": True},  # its rows are deleted when the request's key is erased
)


def sealed_contact(vault: Vault, key: str, contact: str) -> str:
    """A contact as it is stored."""
    return base64.b64encode(vault.seal(key, CONTACT, contact.encode())).decode()


def put_contact(connection: Connection, vault: Vault, number: int, key: str, contact: str) -> None:
    """Store the contact of a request, in the transaction that stores the request."""
    sealed = sealed_contact(vault, key, contact)
    connection.execute(insert(contacts).values(number=number, contact=sealed))


def contact_of(connection: Connection, vault: Vault, number: int, key: str | None) -> str | None:
    """The contact of a request, None without one and of one that is erased.

    Raises `VaultClosed` and `Unreadable`.
    """
    stored = connection.execute(
        select(contacts.c.contact).where(contacts.c.number == number)
    ).scalar()
    if stored is None or key is None:
        return stored
    try:
        return vault.open(key, CONTACT, base64.b64decode(stored)).decode()
    except Erased:
        return None
