"""Which part of an answer a request wants, and whether it has it already (RFC 9110, 13 and 14)."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.exceptions import HTTPException

# One range of bytes: from a first to a last, from a first on, or so many at the end.
RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


def field(request: Request, name: str) -> str:
    """A field's value; several lines of it are one list (RFC 9110, 5.3)."""
    return ", ".join(request.headers.getlist(name))


def names_etag(if_none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names the ETag (RFC 9110, 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


def wanted_range(request: Request, etag: str, length: int) -> slice | None:
    """The part that `Range` asks for of a body of `length` bytes; None where all of it is sent.

    All is sent to who asks for several parts, by another unit or in no known form, and to who has
    a part of other bytes, by `If-Range`: a resumed download is never put together of two files.
    Raises `HTTPException` 416 where the part would be empty.
    """
    match = RANGE.fullmatch(field(request, "range"))
    if request.method != "GET" or match is None or field(request, "if-range") not in ("", etag):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    if first:
        start, end = int(first), min(int(last) + 1, length) if last else length
    elif last:
        start, end = length - min(int(last), length), length
    else:
        return None
    if start >= length:
        headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes */{length}"}
        raise HTTPException(416, headers=headers)
    return slice(start, end)
