from __future__ import annotations

import asyncio
import datetime
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import shapely
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine, event, func, select, text
from starlette.testclient import TestClient

from layers.catalog.base_map import BaseMap, Neighbourhood
from layers.catalog.catalog import Catalog
from layers.query.search.build import index_of
from server.database.engine import metadata, open_database, reading
from server.database.schema import upgrade
from server.desk.answers.answers import Answers
from server.desk.confidential.contacts import contacts
from server.desk.confidential.secret import Secret
from server.desk.errors import DeskUnavailable, InvalidForm, RequestNotFound
from server.desk.intake.form import RequestForm, read_form
from server.desk.intake.requests import Request as Stored, Requests, requests
from server.http.form_body import MAX_BYTES, MAX_FIELDS
from server.http.headers import UsualHeaders
from server.http.rate import OF_NETWORK
from server.http.turns import Turns
from server.http.writers import WRITERS
from server.pages.render import Pages
from server.routes.problems import install_errors
from server.routes.request_list import request_list_router
from server.texts import translator
from tests.cases import received_of
from tests.server.cities import TEST_CITY
from tests.server.routes.request_service import STATIC, request_routes
from tests.vaults import vault_of

ROOT = Path(__file__).parents[3]
ENGLISH = translator("en")
TOWNS = [Neighbourhood("本町一丁目", 139.5933, 35.7967, {"ja-Latn": "Honchō 1"})]
BASE = BaseMap(b"{}", b"", shapely.box(*TEST_CITY.extent), TOWNS, [], [])
CATALOG = Catalog(TEST_CITY, BASE, {}, {}, {}, None)
INDEX = index_of(CATALOG)
FORM = {"title": "AEDの場所", "purpose": "大会の日に\n確かめたい", "category": "welfare"}
NO_SECRET = Secret(Path("none"))  # nothing is sealed here: no form has a file
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
# A writer that says which requests it was told are stored, until it is killed.
WRITER = """
import sys
from server.database.engine import open_database
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from tests.server.routes.request_service import STATIC, request_routes
from tests.vaults import vault_of
engine = open_database(sys.argv[1])
requests = Requests(engine, vault_of(engine))
while True:
    form = RequestForm(title="t", purpose="p", category="fire", contact="c@example.jp")
    stored = requests.submit(form)
    print(stored.number, stored.token, flush=True)
"""


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(app(engine), headers=BROWSER, follow_redirects=False) as client:
        yield client


def app(engine: Engine) -> FastAPI:
    return app_of(engine, Requests(engine, vault_of(engine)), Pages(TEST_CITY, STATIC))


def app_of(
    engine: Engine,
    desk: Requests,
    pages: Pages,
    catalog: Catalog = CATALOG,
    *,
    patience_s: float = 5,
) -> FastAPI:
    service, answers = FastAPI(), Answers(engine)
    service.include_router(request_list_router(answers, lambda: pages, Turns(), None))
    service.include_router(
        request_routes(engine, pages, catalog, requests=desk, patience_s=patience_s)
    )
    install_errors(service, lambda: pages)
    service.add_middleware(UsualHeaders)
    return service


def stored(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalars(select(func.count()).select_from(requests)).one()


def post(client: TestClient, body: bytes | str, **headers: str) -> Response:
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.post("/requests", content=body, headers={**form_type, **headers})


def nonce(page: Response) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


# The way through


def test_a_request_gets_a_number_and_a_page_of_its_own(client: TestClient) -> None:
    form = {**FORM, "lat": "35.7967", "lon": "139.5933", "contact": "taro@example.jp"}
    form["nonce"] = nonce(client.get("/requests/new"))
    sent = client.post("/requests", data=form)
    assert sent.status_code == 303
    assert re.fullmatch(r"/requests/1\?key=[\w-]{32}&lang=ja", sent.headers["location"])
    page = client.get(sent.headers["location"])
    assert page.status_code == 200
    for shown in ("受け付けました（確認前）", "AEDの場所", "福祉・子育て", "35.7967", "139.5933"):
        assert shown in page.text


def test_the_senders_page_is_kept_by_nobody_else(client: TestClient) -> None:
    sent = client.post("/requests", data=FORM)
    form, own = client.get("/requests/new"), client.get(sent.headers["location"])
    for response, policy in (
        (form, "same-origin"),  # it has to say where it is sent from
        (sent, "no-referrer"),
        (own, "same-origin"),
    ):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["referrer-policy"] == policy
        assert response.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://example.com"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},  # a sandboxed frame's
        {"Origin": "https://testserver"},  # another scheme, another origin
        {"Origin": "http://testserver.example.com"},
    ],
)
def test_a_form_of_another_site_is_not_taken(
    client: TestClient, engine: Engine, headers: dict[str, str]
) -> None:
    page = client.post("/requests", data=FORM, headers=headers)
    assert page.status_code == 403
    assert "この地図のページから送られたものではありません" in page.text
    assert FORM["title"] not in page.text
    assert stored(engine) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver"},
        {"Origin": "HTTP://TestServer"},
        {},
    ],
)
def test_a_form_of_this_service_is_taken(
    client: TestClient, engine: Engine, headers: dict[str, str]
) -> None:
    assert client.post("/requests", data=FORM, headers=headers).status_code == 303
    assert stored(engine) == 1


def test_one_network_cannot_fill_the_desk(engine: Engine) -> None:
    with TestClient(
        app(engine), headers=BROWSER, follow_redirects=False, client=("203.0.114.1", 5000)
    ) as client:
        statuses = [
            client.post("/requests", data={**FORM, "title": f"t{number}"}).status_code
            for number in range(50)
        ]
        assert statuses == [303] * OF_NETWORK.burst + [429] * (50 - OF_NETWORK.burst)
        assert stored(engine) == OF_NETWORK.burst
        page = client.post("/requests", data={**FORM, "title": "失われない題"})
        assert 0 < int(page.headers["retry-after"]) <= OF_NETWORK.pause_s
        assert 'value="失われない題"' in page.text
        assert "同じ回線からの送信が続いているため" in page.text
        program = client.post("/requests", data=FORM, headers={"Accept": "application/json"})
        assert program.status_code == 429
        assert program.json()["status"] == 429
        assert int(program.headers["retry-after"]) > 0


def test_a_form_to_be_corrected_is_not_counted(engine: Engine) -> None:
    with TestClient(
        app(engine), headers=BROWSER, follow_redirects=False, client=("203.0.114.1", 5000)
    ) as client:
        for _ in range(2 * OF_NETWORK.burst):
            assert client.post("/requests", data={**FORM, "title": ""}).status_code == 400
        assert client.post("/requests", data=FORM).status_code == 303


def test_no_more_wait_to_be_read_than_there_is_room_for(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    service = app_of(
        engine, Requests(engine, vault_of(engine), most_waiting=3), Pages(TEST_CITY, STATIC)
    )
    with TestClient(service, headers=BROWSER, follow_redirects=False) as client:
        forms = [{**FORM, "title": f"t{number}"} for number in range(5)]
        statuses = [client.post("/requests", data=form).status_code for form in forms]
        assert statuses == [303, 303, 303, 503, 503]
        page = client.post("/requests", data=forms[4])
        assert "retry-after" in page.headers
        assert 'value="t4"' in page.text
        assert stored(engine) == 3
        assert "3 requests wait to be read" in caplog.text
        program = client.post("/requests", data=FORM, headers={"Accept": "application/json"})
        assert "no more are taken in" in program.json()["detail"]


def test_a_form_that_did_not_come_from_the_page_is_taken_too(
    client: TestClient, engine: Engine
) -> None:
    raw = "title=道&purpose=通学&category=transport".encode()  # as curl -d sends it
    assert post(client, raw, Accept="*/*").status_code == 303
    assert stored(engine) == 1


def test_the_language_goes_with_the_reader(client: TestClient) -> None:
    page = client.get("/requests/new?lang=en&lat=35.8&lon=139.6")
    assert '<html lang="en">' in page.text
    assert 'action="/requests?lang=en"' in page.text
    assert 'to=%2Frequests%2Fnew%3Flat%3D35.8%26lon%3D139.6"' in page.text
    sent = client.post("/requests?lang=en", data=FORM)
    assert sent.headers["location"].endswith("&lang=en")
    assert "Received (to be checked)" in client.get(sent.headers["location"]).text


def test_the_form_works_without_script_or_inline_style(client: TestClient) -> None:
    page = client.get("/requests/new").text
    assert re.findall("<script[^>]*>[^<]*", page) == [
        '<script src="/static/request-HASH.js" defer>'
    ]
    assert re.search(r'<div class="place-choice" data-place-map="[^"]*" hidden>', page)
    assert "style=" not in page
    assert '<link rel="stylesheet" href="/static/page-HASH.css">' in page


def test_the_list_says_that_there_is_none_yet(client: TestClient) -> None:
    client.post("/requests", data=FORM)
    page = client.get("/requests")
    assert page.status_code == 200
    assert "一覧に載っている要望は、まだありません。" in page.text
    assert FORM["title"] not in page.text


def test_the_place_comes_from_the_address(client: TestClient) -> None:
    page = client.get("/requests/new?lat=35.80&lon=139.60").text
    assert 'value="35.80"' in page
    assert 'value="139.60"' in page
    wrong = client.get("/requests/new?lat=35.80&lon=east")
    assert wrong.status_code == 400
    assert 'id="error-lon"' in wrong.text


def test_a_neighbourhood_stands_for_the_point_in_its_middle(
    client: TestClient, engine: Engine
) -> None:
    page = client.get("/requests/new?lang=en").text
    assert '<option value="本町一丁目" data-lat="35.7967" data-lon="139.5933">' in page
    assert "Honchō 1 (本町一丁目)" in page
    sent = client.post("/requests", data={**FORM, "town": "本町一丁目"})
    assert "緯度 35.7967、経度 139.5933" in client.get(sent.headers["location"]).text
    chosen = client.post("/requests", data={**FORM, "town": "本町一丁目", "purpose": ""}).text
    assert re.search('<option value="本町一丁目"[^>]* selected>', chosen)
    exact = {**FORM, "town": "本町一丁目", "lat": "35.8", "lon": "139.6"}
    sent = client.post("/requests", data=exact)
    assert "緯度 35.8、経度 139.6" in client.get(sent.headers["location"]).text
    unknown = client.post("/requests", data={**FORM, "town": "東京"})
    assert unknown.status_code == 400
    assert "町丁目は、一覧から選んでください。" in unknown.text
    assert stored(engine) == 2


# Pressed twice


def test_pressing_twice_gives_one_request(client: TestClient, engine: Engine) -> None:
    form = {**FORM, "nonce": nonce(client.get("/requests/new"))}
    first, second = (client.post("/requests", data=form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert stored(engine) == 1


def test_a_form_that_is_changed_and_sent_again_is_not_lost(
    client: TestClient, engine: Engine
) -> None:
    form = {**FORM, "nonce": nonce(client.get("/requests/new"))}
    client.post("/requests", data=form)
    client.post("/requests", data={**form, "purpose": "別の使い道"})
    assert stored(engine) == 2


def test_the_same_words_from_two_people_are_two_requests(
    client: TestClient, engine: Engine
) -> None:
    for _ in range(2):
        client.post("/requests", data={**FORM, "nonce": nonce(client.get("/requests/new"))})
        client.post("/requests", data=FORM)
    assert stored(engine) == 4


# What cannot be taken


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"title": ""}, "title", "ほしいレイヤーを書いてください。"),
        ({"title": "\u3000\u200b "}, "title", "ほしいレイヤーを書いてください。"),
        ({"title": "字" * 101}, "title", "100文字以内にしてください。今は101文字あります。"),
        ({"title": "A\0B"}, "title", "保存できない文字"),
        ({"purpose": ""}, "purpose", "使い道を書いてください。"),
        ({"purpose": "字" * 2001}, "purpose", "今は2001文字あります。"),
        ({"purpose": "\x1b[2J"}, "purpose", "保存できない文字"),
        ({"category": ""}, "category", "分類を1つ選んでください。"),
        ({"category": "spam"}, "category", "分類を1つ選んでください。"),
        ({"lat": "35.8"}, "lon", "両方を書くか、両方を空のまま"),
        ({"lon": "139.6"}, "lat", "両方を書くか、両方を空のまま"),
        ({"lat": "139.6", "lon": "35.8"}, "lat", "市から離れすぎている"),
        ({"lat": "nan", "lon": "139.6"}, "lat", "小数点を使った度の値"),
        ({"lat": "35.8", "lon": "1e400"}, "lon", "小数点を使った度の値"),
        ({"lat": "35.8", "lon": "139.8"}, "lon", "139.46 から 139.73 まで"),
        ({"contact": "a" * 201}, "contact", "200文字以内"),
        ({"contact": "a\0@example.jp"}, "contact", "保存できない文字"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    client: TestClient, engine: Engine, changed: dict[str, str], field: str, message: str
) -> None:
    page = client.post("/requests", data={**FORM, **changed})
    assert page.status_code == 400
    said = re.search(rf'<p class="error" id="error-{field}">(.*?)</p>', page.text)
    assert said is not None
    assert message in said[1]
    assert f'<a href="#{field}">' in page.text
    assert f'id="{field}"' in page.text
    assert re.search(rf'aria-describedby="[^"]*error-{field}"', page.text)
    assert "\0" not in page.text
    assert stored(engine) == 0


def test_an_empty_post_names_every_field_that_is_needed(client: TestClient, engine: Engine) -> None:
    page = post(client, "")
    assert page.status_code == 400
    assert re.findall(r'id="error-(\w+)"', page.text) == ["title", "purpose", "category"]
    assert stored(engine) == 0


def test_what_was_typed_is_shown_again_and_stays_text(client: TestClient) -> None:
    typed = {**FORM, "title": '"><script>alert(1)</script>', "category": "", "lat": "ここ"}
    page = client.post("/requests", data=typed).text
    assert page.count("<script") == 1  # our own
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "大会の日に\n確かめたい</textarea>" in page
    assert 'value="ここ"' in page


def test_a_program_is_told_what_is_wrong_as_json(client: TestClient, engine: Engine) -> None:
    answer = client.post("/requests", data={"title": "t"}, headers={"Accept": "*/*"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "category" in answer.json()["detail"]
    assert stored(engine) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"title=" + b"a" * 1_000_000, 413),
        (b"title=" + b"a" * (MAX_BYTES - 5), 413),
        (b"title=%8D%86&purpose=p&category=fire", 400),
        ("title=道&purpose=p&category=fire".encode("cp932"), 400),
        (b"title=%ED%A0%80&purpose=p&category=fire", 400),  # half a surrogate pair
        (b"title=%C0%80&purpose=p&category=fire", 400),  # an overlong NUL
        (b"title=t&title=u&purpose=p&category=fire", 400),
        (b"&".join(b"f%d=1" % n for n in range(MAX_FIELDS + 1)), 400),
        (b"\xff\xfe\x00", 400),
    ],
)
def test_a_body_that_is_no_form_is_refused_and_nothing_stored(
    client: TestClient, engine: Engine, body: bytes, status: int
) -> None:
    page = post(client, body)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    program = post(client, body, Accept="application/json")
    assert program.status_code == status
    assert program.headers["content-type"] == "application/problem+json"
    assert stored(engine) == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded; charset=Shift_JIS",
    ],
)
def test_another_kind_of_body_is_refused(
    client: TestClient, engine: Engine, content_type: str
) -> None:
    answer = client.post(
        "/requests", content=urlencode(FORM), headers={"Content-Type": content_type}
    )
    assert answer.status_code == 415
    assert stored(engine) == 0


@pytest.mark.parametrize("declared", [None, b"10"])
def test_of_a_body_longer_than_it_says_no_more_is_read_than_the_limit(
    tmp_path: Path, declared: bytes | None
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'bosai.sqlite'}")
    upgrade(engine)
    status, read = asyncio.run(send_endlessly(app(engine), declared))
    assert status == 413
    assert MAX_BYTES < read <= MAX_BYTES + 8192
    assert stored(engine) == 0
    engine.dispose()


async def send_endlessly(service: FastAPI, declared: bytes | None) -> tuple[int, int]:
    """Post chunks without an end. The answer's status and how many bytes were taken."""
    taken = 0
    statuses = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 8192
        return {"type": "http.request", "body": b"a" * 8192, "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    if declared is not None:
        headers.append((b"content-length", declared))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/requests",
        "raw_path": b"/requests",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    await service(scope, receive, send)
    return statuses[0], taken


def test_of_a_body_declared_too_long_nothing_is_read(client: TestClient) -> None:
    read = []

    def body() -> Iterator[bytes]:
        read.append(True)
        yield b"title=t"

    huge = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "9" * 5000}
    assert client.post("/requests", content=body(), headers=huge).status_code == 413
    assert read == []


# What is private


def test_only_the_senders_link_opens_the_page(client: TestClient) -> None:
    location = client.post("/requests", data=FORM).headers["location"]
    key = location.partition("key=")[2].removesuffix("&lang=ja")
    refused = [
        client.get(address)
        for address in (
            "/requests/1",
            "/requests/1?key=",
            f"/requests/1?key={key[:-1]}",
            f"/requests/1?key={quote('鍵')}",
            f"/requests/1?key=wrong&KEY={key}",
            f"/requests/2?key={key}",
            f"/requests/0?key={key}",
            f"/requests/01a?key={key}",
            f"/requests/-1?key={key}",
            f"/requests/{quote('１')}?key={key}",
            f"/requests/9999999999?key={key}",
            f"/requests/{'9' * 5000}?key={key}",
        )
    ]
    assert {response.status_code for response in refused} == {404}
    assert len({response.text for response in refused}) == 1


def test_a_stored_contact_is_in_no_answer(client: TestClient, engine: Engine) -> None:
    contact = "hanako-0487@example.jp"
    form = {**FORM, "contact": contact, "nonce": nonce(client.get("/requests/new"))}
    sent = [client.post("/requests", data=form) for _ in range(2)]
    location = sent[0].headers["location"]
    answers = [
        *sent,
        *(client.get(address) for address in (location, "/requests", "/requests/new")),
        client.get(location, headers={"Accept": "application/json"}),
        client.get(f"{location}&lang=en"),
        client.get("/requests/1"),
    ]
    for answer in answers:
        assert contact not in answer.text
        assert contact not in str(answer.headers)
    with reading(engine) as connection:
        for table in (contacts, requests):
            assert contact not in str(connection.execute(select(table)).all())
    assert received_of(engine, 1).contact == contact


def test_nothing_of_a_form_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    client.post("/requests", data={**FORM, "contact": "hanako-0487@example.jp"})
    client.post("/requests", data={**FORM, "contact": "hanako-0487@example.jp", "lat": "x"})
    assert "hanako" not in caplog.text
    assert FORM["title"] not in caplog.text


# When the database fails


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    other = open_database(engine.url.render_as_string(hide_password=False))
    with other.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE requests"))
        yield
    other.dispose()


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "postgresql":
        pytest.skip("a disk of its own would be needed")
    # SQLite raises what it has to no less than the pages that there are.
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 1"))
    engine.dispose()
    yield


@contextmanager
def without_tables(engine: Engine) -> Iterator[None]:
    with engine.begin() as connection:
        metadata.drop_all(connection)
    yield


@pytest.mark.parametrize("failing", [locked, full, without_tables])
def test_what_cannot_be_stored_now_is_shown_again_as_typed(
    database_url: str,
    caplog: pytest.LogCaptureFixture,
    failing: Callable[[Engine], AbstractContextManager[None]],
) -> None:
    engine = open_database(database_url, busy_timeout_s=0.5)
    upgrade(engine)
    with TestClient(app(engine), headers=BROWSER, raise_server_exceptions=False) as client:
        form = {**FORM, "purpose": "字" * 2000, "contact": "hanako-0487@example.jp"}
        form["nonce"] = nonce(client.get("/requests/new"))
        with failing(engine):
            pages = [client.post("/requests", data=form) for _ in range(2)]
            program = client.post("/requests", data=form, headers={"Accept": "*/*"})
    engine.dispose()
    page = pages[-1]
    assert page.status_code == 503
    assert page.headers["cache-control"] == "no-store"
    assert int(page.headers["retry-after"]) > 0
    assert "保存できませんでした" in page.text
    assert f"{form['purpose']}</textarea>" in page.text
    for field in ("title", "contact", "nonce"):
        assert f'value="{form[field]}"' in page.text
    assert program.status_code == 503
    assert program.headers["content-type"] == "application/problem+json"
    assert int(program.headers["retry-after"]) > 0
    assert "INSERT" not in program.text
    assert "hanako" not in caplog.text
    assert "the database failed" in caplog.text


def test_a_page_of_what_cannot_be_read_now_says_to_come_back(engine: Engine) -> None:
    with (
        TestClient(app(engine), headers=BROWSER, raise_server_exceptions=False) as client,
        without_tables(engine),
    ):
        page = client.get("/requests/1?key=a")
        program = client.get("/requests/1?key=a", headers={"Accept": "application/json"})
    assert (page.status_code, program.status_code) == (503, 503)
    assert int(page.headers["retry-after"]) > 0
    assert "しばらくしてから" in page.text
    assert "このレイヤーは" not in page.text
    assert program.json()["detail"] == "the requests can be neither read nor written at the moment"


def test_few_write_at_once_and_the_others_are_told_soon(engine: Engine) -> None:
    writing, released = [], threading.Event()

    class Slow(Requests):
        def __init__(self) -> None:
            pass

        def submit(self, form: RequestForm, _also: object = None) -> Stored:
            writing.append(form)
            assert released.wait(300)
            raise DeskUnavailable

    service = app_of(engine, Slow(), Pages(TEST_CITY, STATIC), patience_s=0.5)
    with TestClient(service, headers=BROWSER) as client, ThreadPoolExecutor(WRITERS + 8) as pool:
        posts = [pool.submit(client.post, "/requests", data=FORM) for _ in range(WRITERS + 8)]
        try:
            told = [next(done).result() for done in [as_completed(posts, timeout=120)] * 8]
            assert {page.status_code for page in told} == {503}
            assert len(writing) == WRITERS
        finally:
            released.set()


def test_no_page_is_rendered_in_the_event_loop(engine: Engine) -> None:
    in_loop = []

    def notices() -> tuple[()]:
        in_loop.append(asyncio._get_running_loop() is not None)
        return ()

    service = app_of(engine, Requests(engine, vault_of(engine)), Pages(TEST_CITY, STATIC, notices))
    with TestClient(service, headers=BROWSER) as client, without_tables(engine):
        assert post(client, "").status_code == 400
        assert in_loop == [False]
        assert client.post("/requests", data=FORM).status_code == 503
    assert in_loop == [False, False]


# Apart from HTTP


def test_text_is_brought_into_one_shape() -> None:
    form = read_form(
        {
            "title": "  AEDと\t\u3000か\u3099い\r\n所  ",
            "purpose": "一行目\r\n二行目\r三行目\u2028\n",
            "category": "other",
            "lat": "３５．８０００００４",
            "lon": "+139.6",
            "contact": " ",
            "nonce": "short",
        },
        CATALOG,
        ENGLISH,
    )
    assert form.title == "AEDと がい 所"
    assert form.purpose == "一行目\n二行目\n三行目"
    assert form.place is not None
    assert (form.place.latitude, form.place.longitude) == (35.8, 139.6)
    assert (form.contact, form.nonce) == (None, None)


def test_characters_are_counted_as_a_reader_counts_them() -> None:
    for title in ("か\u3099" * 100, "🏥" * 100, f"  {'字' * 100}  "):
        assert len(read_form({**FORM, "title": title}, CATALOG, ENGLISH).title) == 100
    with pytest.raises(InvalidForm, match="It now has 101 characters"):
        read_form({**FORM, "title": "🏥" * 101}, CATALOG, ENGLISH)


def test_what_is_stored_is_what_was_sent(engine: Engine) -> None:
    form = read_form(
        {**FORM, "title": "𠮷野家 🏥 ﾊﾝｶｸ '; --", "lat": "35.796721", "lon": "139.593312"},
        CATALOG,
        ENGLISH,
    )
    sent = Requests(engine, vault_of(engine)).submit(form)
    found = Requests(engine, vault_of(engine)).of_sender(sent.number, sent.token)
    assert found == sent
    assert (found.title, found.purpose, found.place) == (form.title, form.purpose, form.place)
    assert found.received_at.utcoffset() is not None


def test_the_time_is_shown_as_in_japan(client: TestClient, engine: Engine) -> None:
    location = client.post("/requests", data=FORM).headers["location"]
    midnight = datetime.datetime(2026, 6, 30, 15, 5, tzinfo=datetime.UTC)
    with engine.begin() as connection:
        connection.execute(requests.update().values(received_at=midnight))
    assert "2026年7月1日 0時05分" in client.get(location).text
    assert "1 July 2026, 0:05 Japan time" in client.get(f"{location}&lang=en").text


def test_senders_at_the_same_moment_get_numbers_of_their_own(engine: Engine) -> None:
    desk = Requests(engine, vault_of(engine))
    forms = [
        RequestForm(title=f"t{n}", purpose="p", category="fire", contact=f"c{n}") for n in range(40)
    ]
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(desk.submit, forms))
    assert len({request.number for request in sent}) == 40
    for request, form in zip(sent, forms, strict=True):
        assert desk.of_sender(request.number, request.token).title == form.title
    kept = {request.number: received_of(engine, request.number).contact for request in sent}
    assert kept == {request.number: form.contact for request, form in zip(sent, forms, strict=True)}


def test_one_form_pressed_at_the_same_moment_is_one_request(engine: Engine) -> None:
    desk = Requests(engine, vault_of(engine))
    form = RequestForm(title="t", purpose="p", category="fire", contact="c", nonce="n" * 32)
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(desk.submit, [form] * 16))
    assert len(set(sent)) == 1
    assert stored(engine) == 1


def test_an_unknown_request_is_not_found(engine: Engine) -> None:
    for number in (-1, 0, 1, 2**31, 2**80):
        with pytest.raises(RequestNotFound):
            Requests(engine, vault_of(engine)).of_sender(number, "")


def test_a_killed_writer_loses_no_request_that_it_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    engine = open_database(url)
    upgrade(engine)
    acknowledged: list[str] = []
    for kill in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        acknowledged += [writer.stdout.readline() for _ in range(5 + 7 * kill)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [line for line in writer.stdout.read().splitlines(True) if line[-1] == "\n"]
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
    desk = Requests(engine, vault_of(engine))
    for line in acknowledged:
        number, token = line.split()
        assert received_of(engine, int(number)).contact == "c@example.jp"
        assert desk.of_sender(int(number), token).number == int(number)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        orphans = select(func.count()).where(requests.c.number.not_in(select(contacts.c.number)))
        assert connection.scalars(orphans).one() == 0
    engine.dispose()
