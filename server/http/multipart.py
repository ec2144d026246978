"""A posted form that may have files: read as it comes, within limits, into files without a name.

A form with files is `multipart/form-data` (RFC 7578), any other URL-encoded: both are a
`PostedForm`. A file that is too large is read to its end and kept nowhere: so the fields around it
are known, and what was typed can be shown again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Literal

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from server.http.form_body import (
    MAX_BYTES,
    MAX_FIELDS,
    FormMalformed,
    FormNotUtf8,
    FormTooLarge,
    read_form_body,
)
from server.http.rate import network_of
from server.http.refusals import LONGEST_UPLOAD

MULTIPART = "multipart/form-data"
IN_MEMORY = 128 * 1024  # bytes of a file; a longer one is on the disk
MOST_FILES = 2000  # of a form
MOST_PART_FIELDS = 4  # header fields of a part: a browser sends two
LONGEST_PART_FIELD = 1024  # bytes: a file's name has at most 255 characters
LONGEST_BOUNDARY = 70  # characters (RFC 2046, 5.1.1)
# Of a process: as many forms as are read at once with their files, and of one network.
AT_ONCE, OF_NETWORK = 8, 2

Refused = Literal["large", "empty", "crowded"]

LOG = logging.getLogger(__name__)


@dataclass
class Upload:
    """A file of a form: `filename` as its sender's device called it, `size` in bytes.

    There is no `content` of one that is `refused`: it is too large or empty, or there was no room
    for it. Of one that is too large, `size` is what came.
    """

    filename: str
    size: int = 0
    content: IO[bytes] | None = None
    refused: Refused | None = None


@dataclass(frozen=True)
class PostedForm:
    """A form: the texts of its fields, and its files, by the names of the fields."""

    fields: Mapping[str, str]
    uploads: Mapping[str, Upload] = field(default_factory=dict)


class Uploads:
    """Reads the forms of a process, so many with files at once that memory and disk are bounded.

    `longest` are bytes of a file by its field's name; no other field may have a file. A field of
    `many` may have several, which are the form's uploads `name/0`, `name/1` and so on. A body has
    at most `whole` bytes, read or not. What does not stay in memory is written into `folder`.
    """

    def __init__(
        self,
        longest: Mapping[str, int],
        at_once: int = AT_ONCE,
        of_network: int = OF_NETWORK,
        *,
        many: Collection[str] = (),
        whole: int = LONGEST_UPLOAD,
        folder: Path | None = None,
    ) -> None:
        self._longest, self._at_once, self._of_network = longest, at_once, of_network
        self._many, self._whole, self._folder = many, whole, folder
        self._networks: Counter[str] = Counter()
        self._all = 0

    @asynccontextmanager
    async def read(self, request: Request) -> AsyncIterator[PostedForm]:
        """The form, whose files are gone in the end. Raises `FormError`.

        Without room for its files it comes without their content.
        """
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != MULTIPART:
            yield PostedForm(await read_form_body(request))
            return
        network = network_of(request.client.host if request.client else None)
        has_room = self._take(network)
        if has_room and self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        form = _Form(_boundary(request), self._longest, self._many, self._folder, keeps=has_room)
        try:
            await _feed(request, form, self._whole)
            yield PostedForm(form.fields, form.uploads)
        finally:
            form.close()
            if has_room:
                self._give(network)

    def _take(self, network: str | None) -> bool:
        # A private network may be a proxy that stands for everybody: see `server.http.rate`.
        if self._all >= self._at_once:
            return False
        if network is not None:
            if self._networks[network] >= self._of_network:
                return False
            self._networks[network] += 1
        self._all += 1
        return True

    def _give(self, network: str | None) -> None:
        self._all -= 1
        if network is not None:
            self._networks[network] -= 1
            if not self._networks[network]:
                del self._networks[network]


async def _feed(request: Request, form: _Form, whole: int) -> None:
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > whole:
                raise FormTooLarge(whole)
            form.write(chunk)
    except ClientDisconnect:
        raise FormMalformed from None
    if not form.is_whole:
        raise FormMalformed


def _boundary(request: Request) -> bytes:
    _, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise FormMalformed
    return boundary


class _Form:
    """What the parser tells of a body, collected. Raises `FormError`."""

    def __init__(
        self,
        boundary: bytes,
        longest: Mapping[str, int],
        many: Collection[str],
        folder: Path | None,
        *,
        keeps: bool,
    ) -> None:
        self.fields: dict[str, str] = {}
        self.uploads: dict[str, Upload] = {}
        self.is_whole = False
        self._longest, self._keeps = longest, keeps
        self._many, self._folder = many, folder
        self._field = ""  # of the part, as it is named
        self._names: set[str] = set()
        self._typed = 0  # bytes of fields
        self._head: dict[bytes, bytes] = {}
        self._head_name, self._head_value = b"", b""
        self._name = ""
        self._text = bytearray()
        self._upload: Upload | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._add_head_name,
                "on_header_value": self._add_head_value,
                "on_header_end": self._end_head_field,
                "on_headers_finished": self._end_head,
                "on_part_data": self._add,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
            max_header_count=MOST_PART_FIELDS,
            max_header_size=LONGEST_PART_FIELD,
        )

    def write(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise FormMalformed from None

    def close(self) -> None:
        for upload in self.uploads.values():
            _drop(upload)

    def _begin(self) -> None:
        self._head = {}
        self._head_name, self._head_value = b"", b""
        self._text.clear()
        self._upload = None

    def _add_head_name(self, data: bytes, start: int, end: int) -> None:
        self._head_name += data[start:end]

    def _add_head_value(self, data: bytes, start: int, end: int) -> None:
        self._head_value += data[start:end]

    def _end_head_field(self) -> None:
        self._head[self._head_name.lower()] = self._head_value
        self._head_name, self._head_value = b"", b""

    def _end_head(self) -> None:
        kind, options = parse_options_header(self._head.get(b"content-disposition", b""))
        self._name = _decoded(options.get(b"name", b""))
        self._typed += len(self._name)
        self._field = self._name
        filename = options.get(b"filename")
        if filename is not None and self._name in self._many:
            self._name = f"{self._name}/{len(self.uploads)}"
        if kind != b"form-data" or not self._name or self._name in self._names:
            raise FormMalformed
        self._names.add(self._name)
        if len(self._names) - len(self.uploads) > MAX_FIELDS or len(self.uploads) > MOST_FILES:
            raise FormMalformed
        if filename is None:
            return
        if self._field not in self._longest:
            raise FormMalformed
        self._upload = Upload(filename.decode(errors="replace"))
        self.uploads[self._name] = self._upload
        if self._keeps:
            self._upload.content = SpooledTemporaryFile(  # noqa: SIM115 - see `close`
                IN_MEMORY, dir=None if self._folder is None else str(self._folder)
            )
        else:
            self._upload.refused = "crowded"

    def _add(self, data: bytes, start: int, end: int) -> None:
        upload = self._upload
        if upload is None:
            self._typed += end - start
            if self._typed > MAX_BYTES:
                raise FormTooLarge
            self._text += data[start:end]
            return
        upload.size += end - start
        if upload.content is None:
            return
        if upload.size > self._longest[self._field]:
            _drop(upload)
            upload.refused = "large"
            return
        try:
            upload.content.write(data[start:end])
        except OSError:
            LOG.exception("a file that is being sent cannot be kept")
            _drop(upload)
            upload.refused = "crowded"

    def _end(self) -> None:
        upload = self._upload
        if upload is None:
            self.fields[self._name] = _decoded(bytes(self._text))
        elif not upload.size:
            _drop(upload)
            upload.refused = "empty"
            if not upload.filename:  # no file was chosen (HTML, "constructing the entry list")
                del self.uploads[self._name]
        elif upload.content is not None:
            upload.content.seek(0)

    def _finish(self) -> None:
        self.is_whole = True


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise FormNotUtf8 from None


def _drop(upload: Upload) -> None:
    if upload.content is not None:
        upload.content.close()
        upload.content = None
