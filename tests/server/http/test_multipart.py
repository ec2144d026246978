"""Forms with files: read as they come, within limits, whatever comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from httpx2 import Response
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from server.http.form_body import MAX_BYTES, MAX_FIELDS, FormError
from server.http.multipart import IN_MEMORY, PostedForm, Upload, Uploads
from server.http.refusals import LONGEST_UPLOAD

LONGEST = {"photo": 300_000, "sample": 600_000}
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
JPEG = {"photo": ("a.jpg", b"\xff\xd8" + b"x" * 100, "image/jpeg")}


class Desk:
    """An app that reads forms, and remembers the content of their files."""

    def __init__(self, uploads: Uploads) -> None:
        self.uploads = uploads
        self.contents: dict[str, bytes | None] = {}
        self.read: list[PostedForm] = []
        self.app = FastAPI()
        self.app.add_api_route("/requests", self.post, methods=["POST"])

    async def post(self, request: Request) -> JSONResponse:
        try:
            async with self.uploads.read(request) as form:
                self.read.append(form)
                self.contents = {
                    name: upload.content.read() if upload.content else None
                    for name, upload in form.uploads.items()
                }
                files = {name: _json(upload) for name, upload in form.uploads.items()}
                return JSONResponse({"fields": form.fields, "files": files})
        except FormError as error:
            return JSONResponse(type(error).__name__, 400)


def _json(upload: Upload) -> list[Any]:
    return [upload.filename, upload.size, upload.refused]


@pytest.fixture
def desk() -> Desk:
    return Desk(Uploads(LONGEST))


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(desk.app) as client:
        yield client


def raw(client: TestClient, body: bytes, **headers: str) -> Response:
    return client.post("/requests", content=body, headers={**MULTIPART, **headers})


def part(content: bytes, name: str = "title", more: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def test_both_kinds_of_form_are_read_alike(client: TestClient, desk: Desk) -> None:
    fields = {"title": "題 & 名\r\n", "empty": ""}
    encoded = client.post("/requests", data=fields)
    with_file = client.post("/requests", data=fields, files=JPEG)
    assert encoded.json() == {"fields": fields, "files": {}}
    assert with_file.json() == {"fields": fields, "files": {"photo": ["a.jpg", 102, None]}}
    assert desk.contents["photo"] == JPEG["photo"][1]


def test_a_file_that_was_not_chosen_is_none(client: TestClient) -> None:
    body = part(b"t") + part(b"", "photo", '; filename=""') + END
    assert raw(client, body).json() == {"fields": {"title": "t"}, "files": {}}


def test_an_empty_file_is_told_from_none(client: TestClient) -> None:
    body = part(b"", "photo", '; filename="a.jpg"') + END
    assert raw(client, body).json()["files"] == {"photo": ["a.jpg", 0, "empty"]}


@pytest.mark.parametrize("size", [IN_MEMORY - 1, IN_MEMORY + 1, LONGEST["photo"]])
def test_a_file_arrives_as_it_was_sent(client: TestClient, desk: Desk, size: int) -> None:
    content = (f"\r\n--{BOUNDARY[:-1]}".encode() * (size // 20))[:size]  # near a boundary
    assert raw(client, part(content, "photo", '; filename="a"') + END).status_code == 200
    assert desk.contents["photo"] == content


def test_of_a_file_too_large_what_stands_around_it_is_read(client: TestClient, desk: Desk) -> None:
    size = LONGEST["photo"] + 1
    body = part(b"t") + part(b"x" * size, "photo", '; filename="a"') + part(b"p", "purpose") + END
    read = raw(client, body).json()
    assert read["fields"] == {"title": "t", "purpose": "p"}
    assert read["files"] == {"photo": ["a", size, "large"]}
    assert desk.contents == {"photo": None}


def test_a_files_name_is_in_utf_8(client: TestClient) -> None:
    body = part(b"x", "photo", '; filename="家の前 \\"一\\".jpg"') + END
    assert raw(client, body).json()["files"]["photo"][0] == '家の前 "一".jpg'


def test_nothing_is_kept_of_a_form_that_was_answered(client: TestClient, desk: Desk) -> None:
    before = open_files()
    client.post("/requests", files={"sample": ("a.csv", b"x" * 500_000)})
    (form,) = desk.read
    assert form.uploads["sample"].content is None
    assert open_files() <= before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "FormMalformed"),
        (b"title=t", "FormMalformed"),
        (part(b"t"), "FormMalformed"),  # cut short
        ((part(b"t") + END)[:-6], "FormMalformed"),
        (part(b"t") + part(b"t") + END, "FormMalformed"),
        (part(b"t", "photo") + part(b"t", "photo", '; filename="a"') + END, "FormMalformed"),
        (part(b"t", "") + END, "FormMalformed"),
        (part(b"t", "other", '; filename="a"') + END, "FormMalformed"),
        (b"".join(part(b"", f"n{n}") for n in range(MAX_FIELDS + 1)) + END, "FormMalformed"),
        (part(b"t").replace(b"form-data", b"attachment") + END, "FormMalformed"),
        (part(b"t").replace(b"Content-Disp", b"Content-Disq") + END, "FormMalformed"),
        (part(b"t", more="; x=" + "x" * 2000) + END, "FormMalformed"),
        (part(b"t").replace(b"\r\n\r\n", b"\r\nX: y" * 9 + b"\r\n\r\n") + END, "FormMalformed"),
        (part("字".encode("cp932")) + END, "FormNotUtf8"),
        (part(b"x" * MAX_BYTES) + END, "FormTooLarge"),
        (part(b"t") + part(b"x" * LONGEST_UPLOAD, "photo", '; filename="a"'), "FormTooLarge"),
    ],
)
def test_what_is_no_form_is_refused(client: TestClient, body: bytes, error: str) -> None:
    assert raw(client, body).json() == error


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'b' * 200}",
        "multipart/mixed; boundary=b",
        "text/plain",
    ],
)
def test_without_a_boundary_nothing_is_read(client: TestClient, content_type: str) -> None:
    answer = raw(client, part(b"t") + END, **{"Content-Type": content_type})
    assert answer.json() in ("FormMalformed", "FormType")


def test_only_so_many_forms_are_read_with_their_files() -> None:
    uploads = Uploads(LONGEST, at_once=4, of_network=2)
    desk = Desk(uploads)
    taken = [uploads._take(network) for network in ("a", "a", "a", "b", None, None)]
    assert taken == [True, True, False, True, True, False]
    with TestClient(desk.app, client=("8.8.8.8", 1)) as client:
        crowded = client.post("/requests", data={"title": "t"}, files=JPEG).json()
        assert crowded == {"fields": {"title": "t"}, "files": {"photo": ["a.jpg", 102, "crowded"]}}
        assert desk.contents == {"photo": None}
        assert client.post("/requests", data={"title": "t"}).json()["fields"] == {"title": "t"}
        uploads._give("a")
        for _ in range(3):  # each gives back its room
            assert client.post("/requests", files=JPEG).json()["files"]["photo"][2] is None
        assert raw(client, b"--").json() == "FormMalformed"
        assert client.post("/requests", files=JPEG).json()["files"]["photo"][2] is None
