"""Who asks, and by which address, as the proxies before the service say: those that are trusted.

Each proxy adds to `X-Forwarded-For`, `-Proto` and `-Host` on the right what it saw itself; what is
to the left of a trusted proxy's own word may be made up. `Forwarded` (RFC 7239) is read only where
there is no `X-Forwarded-For`: most proxies set that one, and let the other through as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.addresses import address_of

Network = IPv4Network | IPv6Network
# One parameter of `Forwarded`, with what parts it from the next.
PAIR = re.compile(r'\s*(\w+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s";,]*)\s*(;|,|$)')
HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
SCHEMES = ("http", "https")


class Hop(NamedTuple):
    """What one proxy saw: from whom the request came, by which scheme and for which host.

    "" where it does not say.
    """

    client: str
    scheme: str
    host: str


class TrustedProxies:
    """ASGI middleware: requests that come through `proxies` are as the first of these saw them."""

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client"):
            hop = self._first(Headers(scope=scope), scope["client"][0])
            if hop is not None:
                scope = as_seen(scope, hop)
        await self._app(scope, receive, send)

    def _first(self, headers: Headers, peer: str) -> Hop | None:
        """What the trusted proxy saw that is farthest away; None where there is none."""
        first = None
        for hop in hops(headers):
            if not is_trusted(self._proxies, peer):
                break
            first, peer = hop, hop.client
        return first


def is_trusted(proxies: Sequence[Network], client: str) -> bool:
    """Whether a client is one of these proxies."""
    address = address_of(client)
    return address is not None and any(address in network for network in proxies)


def hops(headers: Headers) -> Iterator[Hop]:
    """What each proxy saw, the nearest first."""
    clients = listed(headers, "x-forwarded-for")
    if not clients and "forwarded" in headers:
        yield from reversed(forwarded(", ".join(headers.getlist("forwarded"))))
        return
    schemes, hosts = listed(headers, "x-forwarded-proto"), listed(headers, "x-forwarded-host")
    for index in range(max(map(len, (clients, schemes, hosts)))):
        # A proxy that replaces a list instead of adding to it leaves a shorter one.
        yield Hop(
            clients[index] if index < len(clients) else "",
            *(values[min(index, len(values) - 1)] if values else "" for values in (schemes, hosts)),
        )


def listed(headers: Headers, name: str) -> list[str]:
    """The values of a list from its right end, several lines of it being one."""
    values = ",".join(headers.getlist(name)).split(",")
    return [value.strip() for value in reversed(values) if value.strip()]


def forwarded(value: str) -> list[Hop]:
    """The elements of `Forwarded`; none of one that is malformed."""
    elements: list[dict[str, str]] = [{}]
    at = 0
    while at < len(value):
        pair = PAIR.match(value, at)
        if pair is None:
            return []
        name, text, end = pair.groups()
        elements[-1][name.lower()] = re.sub(r"\\(.)", r"\1", text.strip('"'))
        if end == ",":
            elements.append({})
        at = pair.end()
    return [
        Hop(*(element.get(name, "") for name in ("for", "proto", "host"))) for element in elements
    ]


def as_seen(scope: Scope, hop: Hop) -> Scope:
    """The request as it was where the proxy saw it; what it does not say, or not well, stays."""
    seen = dict(scope)
    address = address_of(hop.client)
    if address is not None:
        seen["client"] = (str(address), 0)
    if hop.scheme.lower() in SCHEMES:
        seen["scheme"] = hop.scheme.lower()
    if HOST.fullmatch(hop.host):
        others = [field for field in scope["headers"] if field[0] != b"host"]
        seen["headers"] = [(b"host", hop.host.encode("ascii")), *others]
    return seen
