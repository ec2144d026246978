"""Answers of any size: each file is written once, and sent from there as often as it is wanted."""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BufferedRandom
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple, cast

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from isal.igzip import IGzipFile

from server.http.cache import ByteCache
from server.http.errors import DownloadFailed, ServiceBusy
from server.http.responses import (
    GZIP_LEVEL,
    etag_of,
    headers_of,
    new_digest,
    selected,
    wants_gzip,
)

AT_ONCE = 1 << 18  # bytes
CAPACITY = 256 << 20  # bytes of files kept, beside the one that is larger
WAITING = 16  # being written or waiting for it, one at a time

Write = Callable[[BinaryIO], None]
Key = tuple[Hashable, bool]


class Handling(NamedTuple):
    """How a file is written and sent.

    Who writes `apart` waits for another process, and lets nobody wait who does not. A file that is
    `packed` does not get smaller by gzip.
    """

    apart: bool = False
    packed: bool = False


PLAIN = Handling()


class WrittenFile:
    """A file without a name: its room is free again once nobody keeps or reads it."""

    def __init__(self, write: Write) -> None:
        """Raises what `write` raises, and `DownloadFailed` where there is no room."""
        try:
            with ExitStack() as unless_whole:
                file = cast(
                    BufferedRandom, unless_whole.enter_context(TemporaryFile(buffering=AT_ONCE))
                )
                write(file)
                file.seek(0)
                self.etag = etag_of(hashlib.file_digest(file, new_digest).hexdigest())
                self._size = file.tell()
                unless_whole.pop_all()
        except OSError as error:
            raise DownloadFailed(f"no file could be written: {error.strerror}") from error
        self._file = file
        weakref.finalize(self, file.close)

    def __len__(self) -> int:
        return self._size

    def chunks(self, part: slice) -> Iterator[bytes]:
        """The bytes of the part; several may read at once."""
        for start in range(part.start, part.stop, AT_ONCE):
            yield os.pread(self._file.fileno(), min(AT_ONCE, part.stop - start), start)


Files = ByteCache[Key, WrittenFile]


class Downloads:
    """What was written last. For one event loop."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._threads = ThreadPoolExecutor(1, "download")
        self._apart = ThreadPoolExecutor(1, "download-apart")
        self.clear()

    def clear(self) -> None:
        """Forget all, also what is being written: something may have been withdrawn."""
        self._files: Files = ByteCache(self._capacity)

    async def answer(
        self,
        request: Request,
        key: Hashable,
        write: Write,
        media_type: str,
        cache_control: str,
        handling: Handling = PLAIN,
        /,
        **headers: str,
    ) -> Response:
        """What `write` writes, as the request wants it: gzip or plain, a part, or 304.

        `key` holds exactly what changes it. Raises what `write` raises, `DownloadFailed` and
        `ServiceBusy`.
        """
        files = self._files
        file = plain = await self._written(
            files, (key, False), lambda: WrittenFile(write), handling.apart
        )
        sent = headers_of(cache_control, headers)
        if wants_gzip(request) and not handling.packed:
            file = await self._written(files, (key, True), lambda: _gzipped(plain))
            sent["Content-Encoding"] = "gzip"
        status, part = selected(request, sent, file.etag, len(file))
        if status == 304:
            return Response(status_code=304, headers=sent)
        sent["Content-Length"] = str(part.stop - part.start)
        if request.method == "HEAD":
            return Response(status_code=status, headers=sent, media_type=media_type)
        return StreamingResponse(file.chunks(part), status, sent, media_type)

    async def _written(
        self, files: Files, key: Key, make: Callable[[], WrittenFile], apart: bool = False
    ) -> WrittenFile:
        if key not in files and files.making >= WAITING:
            raise ServiceBusy(f"{WAITING} files are being written; wanted some patience")
        return await files.get(key, make, self._apart if apart else self._threads)


def _gzipped(plain: WrittenFile) -> WrittenFile:
    def write(file: BinaryIO) -> None:
        with IGzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as sink:  # type: ignore[no-untyped-call]
            for chunk in plain.chunks(slice(0, len(plain))):
                sink.write(chunk)  # type: ignore[no-untyped-call]

    return WrittenFile(write)
