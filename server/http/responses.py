"""Bytes → 200, 204, 206 or 304, with the headers that say how long they keep."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from fastapi import Request, Response
from isal import igzip

from server.http.query import requested_revision
from server.http.ranges import field, names_etag, wanted_range

READ = ["GET", "HEAD"]  # the methods of an address that is only read
# The sender's page is found by its address alone: no cache, referrer or search engine may keep it,
# and no page of another site read it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
# A form on such a page says to this service, and to no other, where it is sent from: `own_site`.
PRIVATE_FORM = {**PRIVATE, "Referrer-Policy": "same-origin"}
GZIP_LEVEL = 2  # of isal's 0 to 3: nearly the size of zlib's 6 at a tenth of the time
GZIP_FROM = 512  # bytes: below, a compressed answer saves no packet
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"  # kept, but asked about each time
NO_STORE = "no-store"


@dataclass(frozen=True)
class Representation:
    """One encoding of a body and its validator, the hash of these very bytes."""

    content: bytes
    etag: str


class Body:
    """Bytes to send as often as they are asked for, each encoding made once.

    What is `lasting`, sent far more often than it is made, is compressed as small as gzip can: a
    script of 250 KB to seven eighths of what the quick level leaves.
    """

    def __init__(self, content: bytes, media_type: str, *, lasting: bool = False) -> None:
        self.media_type = media_type
        self._content, self._lasting = content, lasting

    def __len__(self) -> int:
        return len(self._content)

    @cached_property
    def plain(self) -> Representation:
        """The body as it is."""
        return _representation(self._content)

    @cached_property
    def gzipped(self) -> Representation | None:
        """The body in gzip, the same bytes each time; None when it is too short to gain."""
        if len(self._content) < GZIP_FROM:
            return None
        if self._lasting:
            return _representation(gzip.compress(self._content, mtime=0))
        return _representation(igzip.compress(self._content, GZIP_LEVEL, mtime=0))

    def compressed(self) -> Body:
        """The body itself, its gzip made now rather than when it is asked for."""
        _ = self.gzipped
        return self


def answer(request: Request, body: Body, cache_control: str, **headers: str) -> Response:
    """The body as the request wants it: gzip or plain, a part of it, or 304 for what it has; 204
    when empty.
    """
    sent = headers_of(cache_control, headers)
    if not len(body):
        return Response(status_code=204, headers=sent)
    gzipped = body.gzipped if wants_gzip(request) else None
    chosen = gzipped or body.plain
    if gzipped:
        sent["Content-Encoding"] = "gzip"
    status, part = selected(request, sent, chosen.etag, len(chosen.content))
    if status == 304:
        return Response(status_code=304, headers=sent)
    return Response(chosen.content[part], status, sent, body.media_type)


def headers_of(cache_control: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of every answer with a validator, and further ones, their `-` spelt `_`."""
    further = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Cache-Control": cache_control, "Vary": "Accept-Encoding", **further}


def selected(
    request: Request, headers: dict[str, str], etag: str, length: int
) -> tuple[int, slice]:
    """The status of an answer that has `length` bytes, and which of them are sent.

    Adds to `headers` the validator and what they say of ranges. Raises `HTTPException` 416.
    """
    headers["ETag"] = etag
    headers["Accept-Ranges"] = "bytes"
    if names_etag(field(request, "if-none-match"), etag):
        return 304, slice(0, 0)
    part = wanted_range(request, etag, length)
    if part is None:
        return 200, slice(0, length)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{length}"
    return 206, part


def freshness(request: Request, revision: str) -> str:
    """How long an address keeps: for ever when its `v` is the revision served."""
    requested = requested_revision(request)
    if requested is None:
        return REVALIDATE
    return IMMUTABLE if requested == revision else NO_STORE


def _representation(content: bytes) -> Representation:
    return Representation(content, etag_of(new_digest(content).hexdigest()))


def new_digest(content: bytes = b"") -> blake2b:
    """The digest that validators are made of."""
    return blake2b(content, digest_size=12)


def etag_of(digest: str) -> str:
    """The validator of bytes of this digest."""
    return f'"{digest}"'


def wants_gzip(request: Request) -> bool:
    """Whether to compress the answer: parts are those of the plain bytes, whoever wants them."""
    accepted = request.headers.get("accept-encoding", "")
    return "range" not in request.headers and accepts_gzip(accepted)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header allows gzip and likes it no less than plain (RFC 9110, 12.5.3)."""
    quality = {}
    for item in accept_encoding.split(","):
        coding, _, parameter = (part.strip() for part in item.lower().partition(";"))
        try:
            quality[coding] = float(parameter.removeprefix("q=")) if parameter else 1.0
        except ValueError:
            quality[coding] = 0.0
    accepted = quality.get("gzip", quality.get("*", 0.0))
    return accepted > 0 and accepted >= quality.get("identity", 0.0)
