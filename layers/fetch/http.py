"""Files on other hosts, over HTTP: asked conditionally, within limits, from public addresses only.

A connection is made to the very address that was checked, so that a name which resolves anew
cannot lead elsewhere; every redirect is checked the same way. Proxies of the environment are not
used: what a proxy connects to cannot be checked.
"""

from __future__ import annotations

import gzip
import io
import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

import httpcore2
import httpx2

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.schema.source import without_secrets
from layers.sources import formats

MOST_BYTES = 1 << 30  # of a file, after decompression
TOTAL_TIME = 300.0  # seconds for one source, redirects included; names resolve in the system's time
STILL_TIME = 30.0  # seconds without a byte
MOST_REDIRECTS = 5
CHUNK = 1 << 20
SCHEMES = ("http", "https")
USER_AGENT = "bosai-layers/0.1 (municipal disaster-information layers)"
SUFFIXES = formats.KNOWN_SUFFIXES | formats.ARCHIVES  # others say nothing of a file
NAME_LENGTH = 50  # characters of a file name's stem; a character may take four bytes of the 255
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
PAGE_STARTS = (b"<!doctype html", b"<html")

Resolve = Callable[[str, int], Sequence[str]]
# What may go wrong with a host: on the way, in its answer, in what it compressed.
FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
)


@dataclass(frozen=True)
class Download:
    """A file fetched, and what its server wants to be asked with next time."""

    path: Path
    etag: str | None = None
    last_modified: str | None = None


def fetch(
    url: str,
    folder: Path,
    etag: str | None = None,
    last_modified: str | None = None,
    *,
    private: bool = False,
) -> Download | None:
    """Fetch the file at `url` into `folder`; None when it is the one `etag` or the date names.

    `private` allows addresses inside private networks. Raises `SourceError`.
    """
    deadline = Deadline(TOTAL_TIME)
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
    headers |= {name: value for name, value in conditions.items() if value is not None}
    transport = _Transport(_Network(url, deadline, private))
    client = httpx2.Client(transport=transport, headers=headers, timeout=STILL_TIME)
    try:
        with client:
            response = _follow(client, url)
            if response.status_code == httpx2.codes.NOT_MODIFIED and (etag or last_modified):
                return None
            if response.status_code != httpx2.codes.OK:
                raise _refused(url, "host_status", str(response.status_code))
            path = folder / file_name(url, response)
            with path.open("wb") as file:
                _save(url, response, file)
            return Download(path, _tag(response, "ETag"), _tag(response, "Last-Modified"))
    except FAILURES as error:
        if deadline.passed:
            raise _refused(url, "host_slow", f"{TOTAL_TIME:g}") from None
        raise _refused(url, "host_away", _reason(error)) from None


def is_public(address: str) -> bool:
    """Whether an IP address is one host of the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def file_name(url: str, response: httpx2.Response) -> str:
    """A name for the file: the address's own, so that it stays the same from fetch to fetch.

    Its ending is that of the address, of where that led or of the name the server gives.
    """
    path = PurePosixPath(unquote(urlsplit(url).path))
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    names = (path.name, unquote(response.url.path), header.get_filename() or "")
    suffixes = (PurePosixPath(name).suffix.lower() for name in names)
    suffix = next((suffix for suffix in suffixes if suffix in SUFFIXES), "")
    stem = "".join(c for c in path.stem if c.isalnum() or c in "-_.").strip(".")
    return (stem[:NAME_LENGTH] or "source") + suffix


def _follow(client: httpx2.Client, url: str) -> httpx2.Response:
    """The answer at the end of the redirects; bodies of redirects are not read."""
    request = client.build_request("GET", url)
    for _ in range(MOST_REDIRECTS + 1):
        response = client.send(request, stream=True)
        if not response.has_redirect_location:
            return response
        response.close()
        if response.next_request is None:
            raise _refused(url, "redirect_nowhere")
        following = response.next_request
        if following.url.scheme not in SCHEMES:
            raise _refused(url, "redirect_scheme", following.url.scheme)
        if request.url.scheme == "https" and following.url.scheme == "http":
            raise _refused(url, "redirect_downgrade")
        request = following
    raise _refused(url, "many_redirects", str(MOST_REDIRECTS))


def _tag(response: httpx2.Response, name: str) -> str | None:
    """A header to send back next time; None for what could not be sent."""
    value = response.headers.get(name)
    return value if value and value.isascii() and value.isprintable() else None


def _save(url: str, response: httpx2.Response, file: BinaryIO) -> None:
    """Write the decoded body. Raises `SourceError` for one too large, empty, or a web page."""
    if int(response.headers.get("Content-Length", 0)) > MOST_BYTES:
        raise _refused(url, "fetched_size", f"{MOST_BYTES:,}")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    body: BinaryIO = io.BufferedReader(_Body(response.iter_raw()), CHUNK)
    if encoding in ("gzip", "x-gzip"):
        body = cast(BinaryIO, gzip.GzipFile(fileobj=body))  # notices a stream that is cut short
    elif encoding != "identity":
        raise _refused(url, "fetched_packed", encoding)
    size = 0
    while chunk := body.read(CHUNK):
        if size == 0 and chunk.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith(PAGE_STARTS):
            raise _refused(url, "fetched_page")
        size += len(chunk)
        if size > MOST_BYTES:
            raise _refused(url, "fetched_size", f"{MOST_BYTES:,}")
        file.write(chunk)
    if size == 0:
        raise _refused(url, "fetched_nothing")


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


class _Network(httpcore2.NetworkBackend):
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
            raise _refused(self._url, "private_network", host)
        failure: Exception = httpcore2.ConnectError(f"no address of {host} is known")
        for address in addresses:
            try:
                stream = self._connect(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure


class _Stream(httpcore2.NetworkStream):
    """A connection that ends with the deadline, however slowly bytes drip."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

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
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Transport(httpx2.BaseTransport):
    """httpx's requests over httpcore's connections, made by the given network."""

    def __init__(self, network: httpcore2.NetworkBackend) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(), network_backend=network
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
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
        stream = _ByteStream(cast(Iterable[bytes], answer.stream))
        return httpx2.Response(answer.status, headers=answer.headers, stream=stream)

    def close(self) -> None:
        self._pool.close()


class _ByteStream(httpx2.SyncByteStream):
    """A response's body as httpx takes it."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        cast(Any, self._stream).close()


class _Body(io.RawIOBase):
    """A response's bytes as a file, for readers that want one."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _refused(url: str, kind: ProblemKind, detail: str = "") -> SourceError:
    address = without_secrets(url)
    return SourceError(Path(address), kind, address, detail, key="source.url")


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
