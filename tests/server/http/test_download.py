"""A download has the headers of any answer, however long it is."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import BinaryIO

import pytest
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient

from server.http.download import AT_ONCE, download

CONTENT = b"".join(b"%d\n" % number for number in range(AT_ONCE // 4))


def app_of(write: Callable[[BinaryIO], None]) -> TestClient:
    """An app whose only file is what `write` writes."""
    app = FastAPI()

    @app.api_route("/file", methods=["GET", "HEAD"])
    def file(request: Request) -> Response:
        headers = {"Content_Disposition": "attachment"}
        return download(request, write, "text/plain", "no-cache", **headers)

    return TestClient(app)


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
