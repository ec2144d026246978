"""Who holds many connections and asks nothing makes room for the others."""

from __future__ import annotations

import resource

import pytest

from server.http.connections import MANY, MOST, Connections, Waits, client_of, most_connections


class Held:
    """A connection that says what it waits for, and whether it was closed."""

    def __init__(self, waits: Waits | None) -> None:
        self.waits = waits
        self.is_open = True

    def drop(self) -> None:
        self.is_open = False


def held(connections: Connections, count: int, waits: Waits | None, address: str) -> list[Held]:
    """So many connections of a client, all of which find room."""
    group = [Held(waits) for _ in range(count)]
    for connection in group:
        assert connections.add(connection, address)
    return group


def test_nobody_is_closed_while_there_is_room() -> None:
    connections = Connections(200)
    assert all(connection.is_open for connection in held(connections, 200, "idle", "192.0.2.1"))
    assert len(connections) == 200


def test_the_oldest_of_who_holds_many_are_closed_first() -> None:
    connections = Connections(160)
    neighbours = held(connections, 20, "idle", "192.0.2.1")
    many = held(connections, MANY + 76, "arriving", "192.0.2.2")
    assert connections.add(Held("idle"), "192.0.2.3")
    assert all(neighbour.is_open for neighbour in neighbours)
    assert [connection.is_open for connection in many] == [False] * 10 + [True] * 130
    assert len(connections) == 151


def test_idle_ones_are_closed_before_those_of_which_something_comes() -> None:
    connections = Connections(16)
    kinds: list[Waits | None] = ["reading", "arriving", None, "idle"]
    first = {kind: held(connections, 4, kind, "192.0.2.1") for kind in kinds}
    order = []
    for _ in range(12):
        assert connections.add(Held(None), "192.0.2.3")
        order = [sum(not each.is_open for each in first[kind]) for kind in kinds]
        assert order[0] == 0 or order[1] == 4
        assert order[1] == 0 or order[3] == 4
    assert order == [4, 4, 0, 4]
    assert not connections.add(Held("idle"), "192.0.2.4")


def test_what_is_closed_otherwise_makes_room_too() -> None:
    connections = Connections(1)
    (first,) = held(connections, 1, None, "192.0.2.1")
    assert not connections.add(Held(None), "192.0.2.2")
    connections.remove(first)
    connections.remove(first)
    assert connections.add(Held(None), "192.0.2.2")


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%lo", "fe80::2%lo", True),
    ],
)
def test_a_network_of_ipv6_is_one_client(address: str, other: str, same: bool) -> None:
    assert (client_of(address) == client_of(other)) == same


@pytest.mark.parametrize(
    ("limits", "raised", "most"),
    [
        ((256, 1024), (1024, 1024), 768),
        ((1024, 1 << 20), (4 * MOST, 1 << 20), MOST),
        ((1 << 20, 1 << 20), (1 << 20, 1 << 20), MOST),
        ((1024, resource.RLIM_INFINITY), (4 * MOST, resource.RLIM_INFINITY), MOST),
    ],
)
def test_a_process_may_have_as_many_files_as_its_connections_need(
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    raised: tuple[int, int],
    most: int,
) -> None:
    kept = [limits]
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: kept[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, wanted: kept.append(wanted))
    assert most_connections() == most
    assert kept[-1] == raised
