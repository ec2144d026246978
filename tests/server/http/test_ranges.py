"""A part of an answer is the part of its plain bytes that was asked for, or all is sent."""

from __future__ import annotations

from typing import BinaryIO

import pytest
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient

from server.http.download import Downloads
from server.http.responses import Body, answer

CONTENT = b"".join(b"%04d\n" % number for number in range(400))
SIZE = len(CONTENT)
ADDRESSES = ("/body", "/file")


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The same bytes from memory and from a file."""
    app, body, downloads = FastAPI(), Body(CONTENT, "text/plain"), Downloads()

    def write(sink: BinaryIO) -> None:
        sink.write(CONTENT)

    @app.api_route("/body", methods=["GET", "HEAD"])
    def of_memory(request: Request) -> Response:
        return answer(request, body, "no-cache", Content_Disposition="attachment")

    @app.api_route("/file", methods=["GET", "HEAD"])
    async def of_file(request: Request) -> Response:
        headers = {"Content_Disposition": "attachment"}
        return await downloads.answer(request, "a", write, "text/plain", "no-cache", **headers)

    return TestClient(app)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=10-19", 10, 20),
        ("BYTES= 10-19 ", 10, 20),
        ("bytes=1990-99999", 1990, SIZE),
        ("bytes=-5", SIZE - 5, SIZE),
        ("bytes=-99999", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
    ],
)
def test_a_part_is_sent(
    client: TestClient, address: str, wanted: str, start: int, end: int
) -> None:
    whole = client.get(address, headers={"Accept-Encoding": "identity"})
    part = client.get(address, headers={"Range": wanted, "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, CONTENT[start:end])
    assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert part.headers["content-length"] == str(end - start)
    assert "content-encoding" not in part.headers
    for name in ("etag", "cache-control", "content-type", "content-disposition", "vary"):
        assert part.headers[name] == whole.headers[name]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,4-5",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=１-２",
        "bytes=0x0-5",
        f"bytes={'9' * 5000}-",
        "lines=0-1",
        "",
    ],
)
def test_what_is_not_one_range_gets_all(client: TestClient, address: str, wanted: str) -> None:
    answered = client.get(address, headers={b"Range": wanted.encode(), b"Accept-Encoding": b"gzip"})
    assert (answered.status_code, answered.content) == (200, CONTENT)
    assert answered.headers["accept-ranges"] == "bytes"
    assert "content-range" not in answered.headers


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
def test_a_part_beyond_the_end_is_416(client: TestClient, address: str, wanted: str) -> None:
    answered = client.get(address, headers={"Range": wanted})
    assert answered.status_code == 416
    assert answered.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_resumed_download_is_of_the_same_bytes_or_begins_anew(
    client: TestClient, address: str
) -> None:
    plain = client.get(address, headers={"Accept-Encoding": "identity"}).headers["etag"]
    gzipped = client.get(address, headers={"Accept-Encoding": "gzip"}).headers["etag"]
    date = "Mon, 30 Nov 2026 00:00:00 GMT"
    for held, status in ((plain, 206), (f"W/{plain}", 200), (gzipped, 200), (date, 200)):
        answered = client.get(address, headers={"Range": "bytes=9-", "If-Range": held})
        assert answered.status_code == status
        assert answered.content == CONTENT[9 if status == 206 else 0 :]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_head_has_no_parts(client: TestClient, address: str) -> None:
    head = client.head(address, headers={"Range": "bytes=9-", "Accept-Encoding": "identity"})
    assert head.status_code == 200
    assert head.headers["content-length"] == str(SIZE)
    assert head.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("address", ADDRESSES)
def test_several_lines_of_a_field_count_together(client: TestClient, address: str) -> None:
    etag = client.get(address).headers["etag"]
    for lines in (['"a"', etag], [etag, '"a"'], ['"a", "b"', f'W/{etag}, "c"']):
        fields = [("If-None-Match", line) for line in lines]
        answered = client.get(address, headers=fields)
        assert (answered.status_code, answered.content) == (304, b"")
    assert client.get(address, headers=[("Range", "bytes=0-1")] * 2).status_code == 200


def test_who_has_the_whole_is_sent_no_part(client: TestClient) -> None:
    plain = client.get("/body", headers={"Accept-Encoding": "identity"}).headers["etag"]
    held = client.get("/body", headers={"Range": "bytes=0-1", "If-None-Match": plain})
    assert held.status_code == 304
