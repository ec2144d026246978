"""A download has the headers of any answer, however long it is, and is written once."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient

from server.http.download import AT_ONCE, Downloads
from server.http.errors import DownloadFailed

CONTENT = b"".join(b"%d\n" % number for number in range(AT_ONCE // 4))


def app_of(write: Callable[[BinaryIO], None], downloads: Downloads | None = None) -> TestClient:
    """An app whose every file is what `write` writes."""
    app, downloads = FastAPI(), downloads or Downloads()

    @app.api_route("/{name}", methods=["GET", "HEAD"])
    async def file(name: str, request: Request) -> Response:
        headers = {"Content_Disposition": "attachment"}
        return await downloads.answer(request, name, write, "text/plain", "no-cache", **headers)

    return TestClient(app)


def open_files() -> int:
    """How many files of this process have no name any more."""
    links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return sum(" (deleted)" in str(link) for link in links)


def write_content(sink: BinaryIO) -> None:
    sink.writelines(CONTENT[start : start + 1000] for start in range(0, len(CONTENT), 1000))


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_content_is_what_was_written(encoding: str) -> None:
    response = app_of(write_content).get("/file", headers={"Accept-Encoding": encoding})
    assert len(CONTENT) > AT_ONCE
    assert response.content == CONTENT
    assert response.headers.get("content-encoding", "identity") == encoding
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["cache-control"] == "no-cache"


def test_the_length_is_that_of_the_bytes_sent() -> None:
    gzipped, plain = {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}
    client = app_of(write_content)
    with client.stream("GET", "/file", headers=gzipped) as response:
        sent = b"".join(response.iter_raw())
    assert int(response.headers["content-length"]) == len(sent)
    assert gzip.decompress(sent) == CONTENT
    for answer in (client.get("/file", headers=plain), client.head("/file", headers=plain)):
        assert int(answer.headers["content-length"]) == len(CONTENT)


def test_whoever_has_these_bytes_is_sent_none() -> None:
    client, etags = app_of(write_content), set()
    for encoding in ("gzip", "identity"):
        headers = {"Accept-Encoding": encoding}
        etag = client.get("/file", headers=headers).headers["etag"]
        again = client.get("/file", headers={**headers, "If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        etags.add(etag)
    assert len(etags) == 2


def test_what_cannot_be_written_is_no_answer() -> None:
    def write(sink: BinaryIO) -> None:
        sink.write(b"half")
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        app_of(write).get("/file")


class Writer:
    """Writes the content, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, sink: BinaryIO) -> None:
        self.count += 1
        write_content(sink)


def test_it_is_written_once_however_it_is_asked_for() -> None:
    write = Writer()
    client = app_of(write)
    for headers in ({}, {"Accept-Encoding": "identity"}, {"Range": "bytes=5-9"}):
        assert client.get("/file", headers=headers).is_success
        client.head("/file", headers=headers)
    assert write.count == 1


@pytest.fixture
def files_before() -> int:
    return open_files()


def test_no_more_files_are_kept_than_there_is_room_for(files_before: int) -> None:
    write = Writer()
    client = app_of(write, Downloads(capacity=2 * len(CONTENT) + 2000))
    plain = {"Accept-Encoding": "identity"}
    for name in "abcaba":  # the last two are there still when they are asked for
        client.get(f"/{name}", headers=plain)
    assert write.count == 5
    assert open_files() - files_before <= 2


def test_a_file_larger_than_the_room_is_kept_alone() -> None:
    write = Writer()
    client = app_of(write, Downloads(capacity=10))
    for start in range(3):
        assert client.get("/a", headers={"Range": f"bytes={start}-9"}).status_code == 206
    assert write.count == 1


def test_what_is_forgotten_leaves_no_file(files_before: int) -> None:
    write, downloads = Writer(), Downloads()
    client = app_of(write, downloads)
    client.get("/file")
    assert open_files() > files_before
    downloads.clear()
    assert open_files() == files_before
    client.get("/file")
    assert write.count == 2


def test_what_is_being_written_when_all_is_forgotten_is_not_kept(files_before: int) -> None:
    downloads = Downloads()

    def write(sink: BinaryIO) -> None:
        downloads.clear()
        write_content(sink)

    assert app_of(write, downloads).get("/file", headers={"Accept-Encoding": ""}).content == CONTENT
    assert open_files() == files_before


def test_without_room_to_write_it_is_said_so() -> None:
    def write(_sink: BinaryIO) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(DownloadFailed, match="no file could be written: No space left on device"):
        app_of(write).get("/file")
