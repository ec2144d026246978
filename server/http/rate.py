"""How often may be written: by one network, and by all together. Nothing of it is stored."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network

from server.http.addresses import address_of

MOST_NETWORKS = 10_000  # remembered at once, some megabytes
SUBSCRIBER_BITS = 56  # of an IPv6 address: what a line is given, at least (RFC 6177)


class TooFrequent(Exception):
    """Too much is being written. `wait_s` is after how many seconds there is room again."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(f"too many requests are sent; there is room again in {wait_s:.0f} s")


@dataclass(frozen=True)
class Rate:
    """`burst` at once, and then one every `pause_s` seconds."""

    burst: int
    pause_s: float


# A neighbourhood association that gathers wishes around one table is one network; so is, behind a
# carrier's translated address, a whole district.
OF_NETWORK = Rate(10, 60.0)
OF_ALL = Rate(100, 6.0)


class Allowance:
    """What may still be written by each network and by all, in one process.

    Each network that wrote lately has the moment from which it would have its whole burst again
    (the generic cell rate algorithm). A sender on the machine itself, or in a private network, may
    be a proxy that is not trusted and stands for everybody: only the rate of all holds for it.
    """

    def __init__(
        self,
        of_network: Rate = OF_NETWORK,
        of_all: Rate = OF_ALL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._of_network, self._of_all, self._clock = of_network, of_all, clock
        self._rested: OrderedDict[str, float] = OrderedDict()
        self._all_rested = 0.0

    def take(self, address: str | None) -> None:
        """Count one that `address` writes. Raises `TooFrequent`, and then counts nothing."""
        now = self._clock()
        network = network_of(address)
        every = _next(self._all_rested, self._of_all, now)
        if network is not None:
            rested = _next(self._rested.get(network, 0.0), self._of_network, now)
            self._rested[network] = rested
            self._rested.move_to_end(network)
            if len(self._rested) > MOST_NETWORKS:
                self._rested.popitem(last=False)
        self._all_rested = every


def _next(rested: float, rate: Rate, now: float) -> float:
    """The moment of rest after one more."""
    after = max(rested, now) + rate.pause_s
    wait = after - now - rate.burst * rate.pause_s
    if wait > 0:
        raise TooFrequent(wait)
    return after


def network_of(address: str | None) -> str | None:
    """The line that an address belongs to; None where it tells none, as inside a network."""
    client = address_of(address or "")
    if client is None or not client.is_global:
        return None
    if isinstance(client, IPv6Address):
        return str(ip_network((client, SUBSCRIBER_BITS), strict=False))
    return str(client)
