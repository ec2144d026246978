"""The request form with a photo, a file of data and an address for news: taken, or said why not."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from httpx2 import Response
from PIL import Image
from sqlalchemy import Connection, Engine, func, select
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.database.engine import reading
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Wording
from server.desk.answers.published_photos import PublishedPhotos
from server.desk.confidential.vault import Vault
from server.desk.intake.attachments import PHOTO, PICTURE, SAMPLE, Attachments
from server.desk.intake.photos import LONGEST as LONGEST_PHOTO
from server.desk.intake.requests import requests, subjects
from server.desk.intake.samples import LONGEST as LONGEST_SAMPLE
from server.http.headers import UsualHeaders
from server.http.trap import LEAST_S, TRAP, new_nonce
from server.pages.render import Pages
from server.routes.problems import install_errors
from server.routes.request_photo import request_photo_router
from tests.cases import received_of
from tests.server.routes.request_service import STATIC, request_routes
from tests.vaults import vault_of

BROWSER = {"Accept": "text/html"}
FORM = {"title": "AEDの場所", "purpose": "大会の日に", "category": "welfare"}
FIELDS = {"today": "歩いて\n探しています", "urgency": "season"}
PLANTED = "PLANTED-39.7417"
SCRIPT = "<script>alert(1)</script>"
CSV = ("aed.csv", "名称,緯度,経度\n市役所,35.797,139.594\n".encode(), "text/csv")


class Served(NamedTuple):
    client: TestClient
    engine: Engine
    vault: Vault
    attachments: Attachments


class News:
    """Who is asked to confirm an address, instead of `server.desk.mail.news`."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def state(self, _number: int) -> None:
        """Nothing is said of it on the sender's page."""

    def ask(self, connection: Connection, *what: object) -> None:
        assert connection.in_transaction()
        self.asked.append(what)


Serve = Callable[..., Served]


@pytest.fixture
def serve(engine: Engine, asaka: Catalog) -> Iterator[Serve]:
    """Starts the routes of requests over one vault."""
    vault = vault_of(engine)
    clients = []

    def start(*, most_bytes: int = 1 << 30, least_s: float = 0, news: object = None) -> Served:
        pages, service = Pages(asaka.city, STATIC), FastAPI()
        attachments = Attachments(engine, vault, most_bytes)
        service.include_router(
            request_routes(
                engine,
                pages,
                asaka,
                attachments=attachments,
                news=news,  # type: ignore[arg-type]
                least_s=least_s,
            )
        )
        service.include_router(request_photo_router(PublishedPhotos(engine)))
        install_errors(service, lambda: pages)
        service.add_middleware(UsualHeaders)
        clients.append(TestClient(service, headers=BROWSER, follow_redirects=False).__enter__())
        return Served(clients[-1], engine, vault, attachments)

    yield start
    for client in clients:
        client.__exit__()


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve()


def jpeg(size: tuple[int, int] = (40, 20)) -> bytes:
    """A photo that says where it was taken."""
    tags = Image.Exif()
    tags[0x010F] = tags[0x010E] = PLANTED
    tags.get_ifd(0x8825).update({1: "N", 2: (35.0, 47.0, 39.7417)})
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, "JPEG", exif=tags)
    return file.getvalue()


def error(page: Response, field: str) -> str:
    message = re.search(rf'<p class="error" id="error-{field}">(.*?)</p>', page.text)
    assert message is not None
    assert re.search(rf'aria-describedby="[^"]*error-{field}"', page.text)
    assert f'<a href="#{field}">' in page.text
    return message[1]


def stored(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalars(select(func.count()).select_from(requests)).one()


def test_the_desk_reads_how_soon_and_what_is_done_today_and_nobody_else(served: Served) -> None:
    client, engine, *_ = served
    sent = client.post("/requests", data={**FORM, **FIELDS})
    request = received_of(engine, 1).request
    assert (request.urgency, request.today) == ("season", FIELDS["today"])
    own = client.get(sent.headers["location"]).text
    assert "今の季節のうちに" in own
    assert FIELDS["today"] in own
    Answers(engine).answer(1, Wording(), actor=COMMAND_LINE)
    public = client.get("/requests/1")
    program = client.get("/requests/1", headers={"Accept": "application/json"})
    for answer in (public, program):
        assert FORM["title"] in answer.text
        assert "歩いて" not in answer.text
        assert "season" not in answer.text
        assert "季節" not in answer.text


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"urgency": "now"}, "urgency", "この中から1つ選ぶか"),
        ({"today": "字" * 501}, "today", "今は501文字あります。"),
        ({"today": "A\0B"}, "today", "保存できない文字"),
        ({"email": "t@example.jp\r\nBcc: x@example.com"}, "email", "メールアドレスとして"),
        ({"email": "花子 <t@example.jp>"}, "email", "メールアドレスとして"),
        ({"email": "a@b@example.jp"}, "email", "メールアドレスとして"),
        ({"email": "t@" + "a" * 250 + ".jp"}, "email", "メールアドレスとして"),
        ({"email": SCRIPT + "@example.jp"}, "email", "メールアドレスとして"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    serve: Serve, changed: dict[str, str], field: str, message: str
) -> None:
    served = serve(news=News())
    page = served.client.post("/requests", data={**FORM, **changed})
    assert page.status_code == 400
    assert message in error(page, field)
    assert stored(served.engine) == 0


def test_an_address_for_news_is_handed_on_with_the_request(serve: Serve) -> None:
    news = News()
    served = serve(news=news)
    form = {**FORM, "email": " ｔａｒｏ@例え.jp ", "nonce": new_nonce()}
    assert served.client.post("/requests?lang=en", data=form).status_code == 303
    (asked,) = news.asked
    number, address, lang, _network = asked
    assert (number, address, lang) == (1, "taro@xn--r8jz45g.jp", "en")
    served.client.post("/requests?lang=en", data=form)  # pressed twice
    assert len(news.asked) == 1


def test_where_no_news_are_sent_no_address_is_asked_for_or_taken(served: Served) -> None:
    client, engine, *_ = served
    assert 'name="email"' not in client.get("/requests/new").text
    refused = client.post("/requests", data={**FORM, "email": "taro@example.jp"})
    assert refused.status_code == 400
    assert "taro" not in refused.text
    assert stored(engine) == 0


def test_a_photo_becomes_public_only_when_the_desk_says_so(served: Served) -> None:
    client, engine, vault, attachments = served
    sent = client.post("/requests", data=FORM, files={"photo": ("家.jpg", jpeg((3000, 2000)))})
    assert sent.status_code == 303
    assert "送信済み" in client.get(sent.headers["location"]).text
    answers = Answers(engine, vault=vault)
    photo = "/requests/1/photo.jpg"
    assert client.get(photo).status_code == 404
    answers.answer(1, Wording(), actor=COMMAND_LINE)
    assert client.get(photo).status_code == 404
    assert "photo.jpg" not in client.get("/requests/1").text
    answers.answer(1, Wording(with_photo=True), actor=COMMAND_LINE)
    assert (
        '<img src="/requests/1/photo.jpg" alt="要望と一緒に送られた写真">'
        in client.get("/requests/1").text
    )
    picture = client.get(photo)
    assert "content-encoding" not in picture.headers
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.headers["cache-control"] == "no-cache"
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert picture.content == attachments.opened(1)[PICTURE].content
    assert PLANTED.encode() not in picture.content
    assert client.get(photo, headers={"If-None-Match": picture.headers["etag"]}).status_code == 304
    answers.withdraw(1, actor=COMMAND_LINE)
    assert client.get(photo, headers={"If-None-Match": picture.headers["etag"]}).status_code == 404


def test_only_the_desk_has_the_original_and_only_sealed(
    served: Served, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    client, engine, vault, attachments = served
    original = jpeg()
    caplog.set_level(0)
    files = {"photo": (f"{PLANTED}.jpg", original), "sample": ("a.csv", PLANTED.encode())}
    sent = client.post("/requests", data={**FORM, "today": "t"}, files=files)
    Answers(engine, vault=vault).answer(1, Wording(with_photo=True), actor=COMMAND_LINE)
    opened = attachments.opened(1)
    assert opened[PHOTO].content == original
    assert (opened[PHOTO].name, opened[SAMPLE].name) == (f"{PLANTED}.jpg", "a.csv")
    for address in (sent.headers["location"], "/requests/1", "/requests/1/photo.jpg"):
        assert PLANTED not in client.get(address).text
    assert PLANTED not in caplog.text
    for file in tmp_path.iterdir():
        assert PLANTED.encode() not in file.read_bytes()
    with reading(engine) as connection:
        for table in ("request_attachments", "request_publication_photos", "requests", "audit"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert (
                PLANTED.encode()
                not in str(
                    [
                        [bytes(value) if isinstance(value, memoryview) else value for value in row]
                        for row in rows
                    ]
                ).encode()
            )
        key = connection.execute(select(requests.c.key)).scalar_one()
    vault.erase(key)
    assert attachments.opened(1) == {}
    assert PLANTED.encode() not in client.get("/requests/1/photo.jpg").raise_for_status().content


@pytest.mark.parametrize(
    ("field", "file", "message"),
    [
        ("photo", ("図.svg", f"<svg>{SCRIPT}</svg>".encode()), "「図.svg」はSVGです。"),
        ("photo", ("a.heic", b"\0\0\0\x18ftypheic"), "「a.heic」はHEIC形式のため"),
        ("photo", ("a.jpg", jpeg((900, 900))[:900]), "「a.jpg」は壊れていて"),
        ("photo", ("a.jpg", b"x"), "「a.jpg」は写真として読めません"),
        ("photo", ("a.jpg", b""), "「a.jpg」は中身がありません"),
        ("photo", ("a.jpg", b"x" * (LONGEST_PHOTO + 1)), "「a.jpg」は5.1 MBあります。5 MBまで"),
        ("photo", (SCRIPT, b"x"), "&lt;script&gt;"),
        ("sample", ("a.exe", b"MZ"), "「a.exe」は読める形式ではありません"),
        ("sample", ("a.shp", b"x"), "「a.shp」は読める形式ではありません"),
        ("sample", ("a.csv", b"x" * (LONGEST_SAMPLE + 1)), "10.1 MBあります。10 MBまで"),
    ],
)
def test_a_wrong_file_is_named_and_what_was_typed_stays(
    served: Served, field: str, file: tuple[str, bytes], message: str
) -> None:
    client, engine, *_ = served
    form = {**FORM, **FIELDS, "contact": "c@example.jp", "nonce": new_nonce()}
    page = client.post("/requests", data=form, files={field: file})
    assert page.status_code == 400
    assert message in error(page, field)
    assert SCRIPT not in page.text
    for typed in (FORM["title"], form["contact"], form["nonce"]):
        assert f'value="{typed}"' in page.text
    for typed in (FORM["purpose"], FIELDS["today"]):
        assert f"{typed}</textarea>" in page.text
    assert re.search('value="season" checked', page.text)
    assert stored(engine) == 0
    program = client.post("/requests", data=form, files={field: file}, headers={"Accept": "*/*"})
    assert program.status_code == 400
    assert program.json()["detail"].startswith(f"{field}: ")


def test_files_have_to_be_chosen_again_and_the_page_says_which(served: Served) -> None:
    client, engine, *_ = served
    page = client.post(
        "/requests",
        data={**FORM, "title": ""},
        files={"photo": ("a.jpg", jpeg(), "image/jpeg"), "sample": CSV},
    )
    assert page.status_code == 400
    assert "もう一度選んでください: a.jpg、aed.csv" in page.text
    assert stored(engine) == 0


def test_every_fault_is_said_at_once(served: Served) -> None:
    files = {"sample": ("a.exe", b"x")}
    page = served.client.post("/requests", data={**FORM, "title": ""}, files=files)
    assert re.findall(r'id="error-(\w+)"', page.text) == ["title", "sample"]


def test_another_photo_with_the_same_words_is_another_request(served: Served) -> None:
    client, engine, *_ = served
    form = {**FORM, "nonce": new_nonce()}
    for size in ((40, 20), (40, 20), (20, 40)):
        client.post("/requests", data=form, files={"photo": ("a.jpg", jpeg(size))})
    assert stored(engine) == 2


def test_without_room_for_files_the_request_is_taken_and_says_so(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client, engine, _vault, attachments = serve(most_bytes=1000)
    sent = client.post("/requests", data=FORM, files={"sample": CSV})
    assert [file.is_kept for file in attachments.listed(1)] == [True]
    sent = client.post("/requests", data=FORM, files={"sample": ("b.csv", b"x" * 1000)})
    assert sent.status_code == 303
    assert [file.is_kept for file in attachments.listed(2)] == [False]
    assert attachments.opened(2) == {}
    assert "ファイルは残していません" in client.get(sent.headers["location"]).text
    assert "there is no room for more files" in caplog.text
    assert stored(engine) == 2


def test_a_photo_in_a_form_of_another_site_is_not_even_read(served: Served) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    page = served.client.post("/requests", data=FORM, files={"sample": CSV}, headers=foreign)
    assert page.status_code == 403


@pytest.mark.parametrize("how", ["quickly", "everywhere"])
def test_what_a_program_sends_comes_back_to_be_sent_again(serve: Serve, how: str) -> None:
    client, engine, *_ = serve(least_s=LEAST_S if how == "quickly" else 0)
    form = {**FORM, **FIELDS, "nonce": new_nonce()}
    if how == "everywhere":
        form[TRAP] = "https://example.com"
    page = client.post("/requests", data=form)
    assert page.status_code == 400
    assert "もう一度送信してください" in page.text
    assert f"{FIELDS['today']}</textarea>" in page.text
    assert "https://example.com" not in page.text
    program = client.post("/requests", data=form, headers={"Accept": "application/json"})
    assert program.status_code == 400
    assert stored(engine) == 0
    later = f"{int(time.time()) - 60:08x}{form['nonce'][8:]}"
    assert client.post("/requests", data={**form, "nonce": later, TRAP: ""}).status_code == 303


def test_nobody_sees_the_trap(served: Served) -> None:
    page = served.client.get("/requests/new").text
    trap = re.search(r'<div class="unseen" aria-hidden="true">(.*?)</div>', page, re.DOTALL)
    assert trap is not None
    assert f'name="{TRAP}" type="text" value="" tabindex="-1" autocomplete="off"' in trap[1]


def test_the_revision_that_was_looked_at_is_kept(served: Served, asaka: Catalog) -> None:
    client, engine, *_ = served
    layer = asaka.layers["emergency_sites"]
    page = client.get(f"/requests/new?layer={layer.id}&revision={layer.revision.id}")
    assert f'name="revision" value="{layer.revision.id}"' in page.text
    for revision in (layer.revision.id, "x" * 20, SCRIPT):
        form = {**FORM, "kind": "correction", "layer": layer.id, "revision": revision}
        assert client.post("/requests", data=form).status_code == 303
    with reading(engine) as connection:
        revisions = list(
            connection.scalars(select(subjects.c.revision).order_by(subjects.c.number))
        )
    assert revisions == [layer.revision.id, None, None]


@pytest.mark.parametrize("field", ["title", "purpose", "today", "contact"])
def test_a_script_in_a_field_is_text(served: Served, field: str) -> None:
    client, *_ = served
    sent = client.post("/requests", data={**FORM, field: SCRIPT}, files={"sample": CSV})
    assert sent.status_code == 303
    assert SCRIPT not in client.get(sent.headers["location"]).text
    refused = client.post("/requests", data={**FORM, "category": "", field: SCRIPT})
    assert SCRIPT not in refused.text
    assert "&lt;script&gt;" in refused.text
