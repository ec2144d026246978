"""Connections to other hosts: to public addresses only, until a deadline, each answer whole.

A connection is made to the very address that was checked, so that a name which resolves anew
cannot lead elsewhere; every redirect is checked the same way. Proxies of the environment are not
used: what a proxy connects to cannot be checked. A connection serves one request, so that what
comes after an answer is known to be too much.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import httpcore2
import httpx2

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.schema.source import without_secrets

CLOSING_TIME = 2.0  # seconds that a server has to end the connection after its answer
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Every block of IANA's special-purpose registries, the few that are reached from everywhere
# included: what answers there is whoever is nearest, and no city's server. Others of IPv6's are
# not in `GLOBAL_UNICAST`. https://www.iana.org/assignments/iana-ipv4-special-registry and
# https://www.iana.org/assignments/iana-ipv6-special-registry
SPECIAL = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # of the link, and of clouds' own services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols' own
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4, which are no more
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # measurements
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # many hosts
        "240.0.0.0/4",  # reserved, and everybody on the link
        "2001::/23",  # protocols' own, Teredo among them
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

Resolve = Callable[[str, int], Sequence[str]]


class LongBody(httpcore2.ProtocolError):
    """A body goes on after the length that its server gave."""


def is_public(address: str) -> bool:
    """Whether an IP address is one host of the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in GLOBAL_UNICAST:
            return False
    return ip.is_global and not any(ip in block for block in SPECIAL)


class Deadline:
    """A moment after which nothing is waited for."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end

    def within(self, timeout: float | None) -> float:
        """Seconds to wait, at most `timeout`. Raises a timeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left if timeout is None else min(left, timeout)


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host. Raises `httpcore2.ConnectError`."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"no address of {host} is known") from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))


class Network(httpcore2.NetworkBackend):
    """Resolves a name, checks every address of it, and connects to one of those."""

    def __init__(self, url: str, deadline: Deadline, private: bool) -> None:
        self._url, self._deadline, self._private = url, deadline, private
        self._connect = httpcore2.SyncBackend().connect_tcp

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = resolve(host, port)
        if not self._private and not all(map(is_public, addresses)):
            raise refused(self._url, "private_network", host)
        failure: Exception = httpcore2.ConnectError(f"no address of {host} is known")
        for address in addresses:
            try:
                stream = self._connect(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return Stream(stream, self._deadline)
        raise failure


class Stream(httpcore2.NetworkStream):
    """A connection that ends with the deadline, however slowly bytes drip.

    The head of an answer is handed on a line at a time, so that `body_bytes` counts from where the
    body begins.
    """

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline
        self._in_head, self._unread = True, b""
        self._body_bytes = 0

    def begin_body(self) -> None:
        """From now on what is read is the body."""
        self._in_head = False

    def ends_after(self, length: int) -> bool:
        """Whether a body of so many bytes, all of them read, is the last that the server sends."""
        if self._body_bytes > length:
            return False
        try:
            return not self.read(1, CLOSING_TIME)
        except (httpcore2.TimeoutException, httpcore2.NetworkError):
            return True  # left open, or cut behind the last byte

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        chunk = self._unread or self._stream.read(max_bytes, self._deadline.within(timeout))
        if self._in_head:
            line, end, self._unread = chunk.partition(b"\n")
            return line + end
        chunk, self._unread = chunk[:max_bytes], chunk[max_bytes:]
        self._body_bytes += len(chunk)
        return chunk

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(
            ssl_context, server_hostname, self._deadline.within(timeout)
        )
        return Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Transport(httpx2.BaseTransport):
    """httpx's requests over httpcore's connections, made by the given network."""

    def __init__(self, network: Network) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(), network_backend=network
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        request.headers["Connection"] = "close"
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        connection = cast(Stream, answer.extensions["network_stream"])
        connection.begin_body()
        headers = httpx2.Headers(answer.headers)
        chunks = cast(Iterable[bytes], answer.stream)
        body = _Body(chunks, connection, stated_length(headers))
        return httpx2.Response(answer.status, headers=headers, stream=body)

    def close(self) -> None:
        self._pool.close()


def stated_length(headers: httpx2.Headers) -> int | None:
    """The bytes of the body as it is sent, as the server says; None where it sends it in parts."""
    length = headers.get("Content-Length")
    return None if length is None or "Transfer-Encoding" in headers else int(length)


class _Body(httpx2.SyncByteStream):
    """A response's body as httpx takes it. Raises `LongBody` for one longer than is stated."""

    def __init__(self, chunks: Iterable[bytes], connection: Stream, length: int | None) -> None:
        self._chunks, self._connection, self._length = chunks, connection, length

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._length is not None and not self._connection.ends_after(self._length):
            raise LongBody(f"{self._length:,}")

    def close(self) -> None:
        cast(Any, self._chunks).close()


def refused(url: str, kind: ProblemKind, detail: str = "") -> SourceError:
    address = without_secrets(url)
    return SourceError(Path(address), kind, address, detail, key="source.url")
