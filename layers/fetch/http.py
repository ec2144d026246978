"""Files on other hosts, over HTTP: asked conditionally, within limits, and taken only whole."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

import httpcore2
import httpx2

from layers.errors import SourceError
from layers.fetch.network import Deadline, LongBody, Network, Transport, refused, stated_length
from layers.sources import formats

MOST_BYTES = 1 << 30  # of what a source holds, after decompression
TOTAL_TIME = 300.0  # seconds for one source, redirects included; names resolve in the system's time
STILL_TIME = 30.0  # seconds without a byte
MOST_REDIRECTS = 5
MOST_REQUESTS = 2000  # for one source, redirects not counted
CHUNK = 1 << 20
SCHEMES = ("http", "https")
USER_AGENT = "bosai-layers/0.1 (municipal disaster-information layers)"
SUFFIXES = formats.KNOWN_SUFFIXES | formats.ARCHIVES  # others say nothing of a file
NAME_LENGTH = 50  # characters of a file name's stem; a character may take four bytes of the 255
PAGE_STARTS = (b"<!doctype html", b"<html")

# What may go wrong with a host: on the way, and in its answer.
FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
    httpx2.HTTPError,
    httpx2.InvalidURL,
)
DAMAGED_GZIP = (gzip.BadGzipFile, zlib.error, EOFError)


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
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in conditions.items() if value is not None}
    with visiting(url, private=private) as visit:
        response = visit.ask(url, headers)
        if response.status_code == httpx2.codes.NOT_MODIFIED and headers:
            return None
        path = folder / file_name(url, response)
        visit.save(response, path)
        return Download(path, _tag(response, "ETag"), _tag(response, "Last-Modified"))


@contextmanager
def visiting(url: str, *, private: bool) -> Iterator[Visit]:
    """A visit to the host of the source at `url`, which errors name. Raises `SourceError`."""
    deadline = Deadline(TOTAL_TIME)
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
    transport = Transport(Network(url, deadline, private))
    client = httpx2.Client(transport=transport, headers=headers, timeout=STILL_TIME)
    try:
        with client:
            yield Visit(url, client)
    except FAILURES as error:
        if deadline.passed:
            raise refused(url, "host_slow", f"{TOTAL_TIME:g}") from None
        raise refused(url, "host_away", _reason(error)) from None


class Visit:
    """The requests for one source: limits of time, size and number are of all of them together.

    `url` is the source's, which errors name. Methods raise `SourceError` and `FAILURES`.
    """

    def __init__(self, url: str, client: httpx2.Client) -> None:
        self.url = url
        self._client = client
        self._bytes_left, self._requests_left = MOST_BYTES, MOST_REQUESTS

    def ask(self, url: str, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """The answer at the end of the redirects, its body not read; of redirects none is."""
        if self._requests_left == 0:
            raise refused(self.url, "service_pages", str(MOST_REQUESTS))
        self._requests_left -= 1
        request = self._client.build_request("GET", url, headers=headers)
        for _ in range(MOST_REDIRECTS + 1):
            response = self._client.send(request, stream=True)
            if not response.has_redirect_location:
                return response
            response.close()
            if response.next_request is None:
                raise refused(self.url, "redirect_nowhere")
            following = response.next_request
            if following.url.scheme not in SCHEMES:
                raise refused(self.url, "redirect_scheme", following.url.scheme)
            if request.url.scheme == "https" and following.url.scheme == "http":
                raise refused(self.url, "redirect_downgrade")
            request = following
        raise refused(self.url, "many_redirects", str(MOST_REDIRECTS))

    def save(self, response: httpx2.Response, path: Path) -> None:
        """Write the decoded body. Refuses one too large, empty, not whole, or a web page."""
        if response.status_code != httpx2.codes.OK:
            raise refused(self.url, "host_status", str(response.status_code))
        length = stated_length(response.headers)
        if (length or 0) > self._bytes_left:
            raise self._too_large()
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise refused(self.url, "fetched_packed", encoding)
        raw = _Body(response.iter_raw())
        body: BinaryIO = io.BufferedReader(raw, CHUNK)
        if encoding != "identity":
            body = cast(BinaryIO, gzip.GzipFile(fileobj=body))  # notices a stream cut short
        try:
            with path.open("wb") as file:
                self._write(body, file)
        except DAMAGED_GZIP as error:
            raise refused(self.url, "fetched_gzip", _reason(error)) from None
        except LongBody as error:
            raise refused(self.url, "fetched_long", str(error)) from None
        except (httpcore2.RemoteProtocolError, httpcore2.ReadError):
            if length is None:
                raise refused(self.url, "fetched_cut", f"{raw.received:,}") from None
            detail = f"{raw.received:,} / {length:,}"
            raise refused(self.url, "fetched_short", detail) from None

    def _write(self, body: BinaryIO, file: BinaryIO) -> None:
        first = True
        while chunk := body.read(CHUNK):
            if first and _is_page(chunk):
                raise refused(self.url, "fetched_page")
            first = False
            self._bytes_left -= len(chunk)
            if self._bytes_left < 0:
                raise self._too_large()
            file.write(chunk)
        if first:
            raise refused(self.url, "fetched_nothing")

    def _too_large(self) -> SourceError:
        return refused(self.url, "fetched_size", f"{MOST_BYTES:,}")


def file_name(url: str, response: httpx2.Response) -> str:
    """A name for the file: the address's own, so that it stays the same from fetch to fetch.

    Its ending is that of the address, of where that led or of the name the server gives.
    """
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    path = PurePosixPath(unquote(urlsplit(url).path))
    names = (path.name, unquote(response.url.path), header.get_filename() or "")
    suffixes = (PurePosixPath(name).suffix.lower() for name in names)
    suffix = next((suffix for suffix in suffixes if suffix in SUFFIXES), "")
    return file_stem(path.stem) + suffix


def file_stem(name: str) -> str:
    """The part of a name that a file may have."""
    stem = "".join(c for c in name if c.isalnum() or c in "-_.").strip(".")
    return stem[:NAME_LENGTH] or "source"


def _tag(response: httpx2.Response, name: str) -> str | None:
    """A header to send back next time; None for what could not be sent."""
    value = response.headers.get(name)
    return value if value and value.isascii() and value.isprintable() else None


def _is_page(chunk: bytes) -> bool:
    return chunk.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith(PAGE_STARTS)


class _Body(io.RawIOBase):
    """A response's bytes as a file, for readers that want one; `received` counts them."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
            self.received += len(self._rest)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
