"""An answer of any size: written once into a temporary file, and sent from there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BufferedRandom
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from isal.igzip import IGzipFile

from server.http.responses import (
    GZIP_LEVEL,
    accepts_gzip,
    etag_of,
    headers_of,
    names_etag,
    new_digest,
)

AT_ONCE = 1 << 18  # bytes


def download(
    request: Request,
    write: Callable[[BinaryIO], None],
    media_type: str,
    cache_control: str,
    **headers: str,
) -> Response:
    """What `write` writes, as the request wants it: gzip or plain, or 304 for what it has."""
    gzipped = accepts_gzip(request.headers.get("accept-encoding", ""))
    file = _written(write, gzipped=gzipped)
    sent = headers_of(cache_control, headers)
    file.seek(0)
    sent["ETag"] = etag_of(hashlib.file_digest(file, new_digest).hexdigest())
    if gzipped:
        sent["Content-Encoding"] = "gzip"
    if names_etag(request.headers.get("if-none-match", ""), sent["ETag"]):
        file.close()
        return Response(status_code=304, headers=sent)
    sent["Content-Length"] = str(file.tell())
    return StreamingResponse(_chunks(file), media_type=media_type, headers=sent)


def _written(write: Callable[[BinaryIO], None], *, gzipped: bool) -> BufferedRandom:
    """A temporary file with what `write` writes, compressed or plain."""
    with ExitStack() as unless_whole:
        file = cast(BufferedRandom, unless_whole.enter_context(TemporaryFile(buffering=AT_ONCE)))
        if gzipped:
            with IGzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as sink:  # type: ignore[no-untyped-call]
                write(cast(BinaryIO, sink))
        else:
            write(file)
        unless_whole.pop_all()
    return file


def _chunks(file: BufferedRandom) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(AT_ONCE):
            yield chunk
