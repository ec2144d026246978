"""The connections of a process: how many it holds, and which are closed for a newcomer.

Nothing is asked of a client as long as there is room: many phones share the address of their
carrier. When there is none, those that wait for their client are closed, first those of an address
that holds many, first the idle ones, the oldest first. So whoever holds connections without asking
anything, or reading an answer, closes the map to nobody.
"""

from __future__ import annotations

import resource
from collections import Counter
from ipaddress import IPv6Address
from typing import Literal, Protocol, get_args

from server.http.addresses import address_of
from server.http.starts import Starts

MOST = 2048  # connections of a process, if it may have so many files
FILES = 4 * MOST  # of a process, if it may: all others are few
OTHER_FILES = 4  # one file of so many is for what is not a connection
MANY = 64  # connections of one address: more than a household's browsers open
AT_ONCE = 16  # one connection of so many is closed when room is made, so that it is made seldom

# For a request, for the rest of one, or until an answer is read.
Waits = Literal["idle", "arriving", "reading"]


class Connection(Protocol):
    """What can be closed: `waits` says what for, None while its client is being answered."""

    @property
    def waits(self) -> Waits | None: ...

    def drop(self) -> None: ...


class Connections:
    """Up to `most` connections, by the address of their client; their requests' `starts`."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._clients: dict[Connection, str] = {}  # the oldest first
        self._counts: Counter[str] = Counter()
        self.starts = Starts()

    def __len__(self) -> int:
        return len(self._clients)

    def add(self, connection: Connection, address: str) -> bool:
        """Hold a connection from `address`; False if there is no room, nor can be."""
        if len(self._clients) >= self._most:
            self._make_room()
        if len(self._clients) >= self._most:
            return False
        client = client_of(address)
        self._clients[connection] = client
        self._counts[client] += 1
        return True

    def remove(self, connection: Connection) -> None:
        """Hold it no longer, if it is held."""
        client = self._clients.pop(connection, None)
        if client is None:
            return
        self._counts[client] -= 1
        if not self._counts[client]:
            del self._counts[client]

    def _make_room(self) -> None:
        waiting = [
            (self._counts[client] <= MANY, waits, connection)
            for connection, client in self._clients.items()
            if (waits := connection.waits) is not None
        ]
        waiting.sort(key=lambda each: (each[0], get_args(Waits).index(each[1])))
        for _, _, connection in waiting[: max(1, self._most // AT_ONCE)]:
            self.remove(connection)
            connection.drop()


def client_of(address: str) -> str:
    """Whose connection it is: a client of IPv6 has a whole network of 64 bits."""
    client = address_of(address)
    if isinstance(client, IPv6Address):
        return client.packed[:8].hex()
    return address if client is None else str(client)


def most_connections() -> int:
    """How many connections this process can hold; its limit of files is raised as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    return max(1, min(MOST, most - most // OTHER_FILES))
