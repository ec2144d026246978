"""The sender's own page: adding, withdrawing, deleting, without a script and for nobody else."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Wording
from server.desk.intake.requests import Requests
from server.desk.public.own_request import OwnRequest
from server.http.headers import UsualHeaders
from server.http.turns import Turns
from server.pages.render import Pages
from server.routes.own_request import own_request_router
from server.routes.problems import install_errors
from server.routes.request_list import request_list_router
from tests.server.cities import TEST_CITY
from tests.server.routes.request_service import STATIC, request_routes
from tests.server.routes.test_requests import BROWSER, CATALOG, FORM
from tests.vaults import vault_of

PLANTED = "planted@example.jp"


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    pages, service = Pages(TEST_CITY, STATIC), FastAPI()
    requests, own = Requests(engine, vault_of(engine)), OwnRequest(engine, vault_of(engine))
    service.include_router(own_request_router(requests, own, lambda: pages, None))
    service.include_router(request_list_router(Answers(engine), lambda: pages, Turns(), None))
    service.include_router(request_routes(engine, pages, CATALOG, requests=requests))
    install_errors(service, lambda: pages)
    service.add_middleware(UsualHeaders)
    with TestClient(service, headers=BROWSER, follow_redirects=False) as client:
        yield client


def send(client: TestClient, **others: str) -> tuple[str, dict[str, str]]:
    """The path of a new request's page, and what its forms send."""
    answer = client.post("/requests", data={**FORM, "contact": PLANTED, "looked": "1", **others})
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    return address.path, {"key": parse_qs(address.query)["key"][0]}


def own_page(client: TestClient, path: str, key: dict[str, str], **others: str) -> Response:
    return client.get(path, params={**key, **others})


def forms_of(page: str) -> dict[str, dict[str, str]]:
    """The forms that a page posts to its own requests, by path, with their hidden fields."""
    found: dict[str, dict[str, str]] = {}
    for action, inside in re.findall(
        r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL
    ):
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', inside)
        found[urlsplit(action).path] = dict(hidden)
    return found


def test_the_page_leads_to_all_that_its_sender_can_do(client: TestClient) -> None:
    path, key = send(client)
    page = own_page(client, path, key)
    assert page.headers["referrer-policy"] == "same-origin"  # or no form could be sent from it
    forms = forms_of(page.text)
    assert forms[f"{path}/supplements"] == key
    assert forms[f"{path}/withdraw"] == key
    asking = client.get(f"{path}/delete", params=key)
    assert forms_of(asking.text) == {f"{path}/delete": key}
    assert asking.headers["cache-control"] == "no-store"
    assert client.get(path, params=key).status_code == 200  # to ask deletes nothing


def test_what_is_added_is_shown_to_its_sender(client: TestClient) -> None:
    path, key = send(client)
    answer = client.post(f"{path}/supplements", data={**key, "text": "夜も\r\n使えるか <b>"})
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "夜も\n使えるか &lt;b&gt;" in page
    assert "まだ公開していません" in page
    for text, message in (("", "追記する内容を書いて"), ("あ" * 2001, "2000文字")):
        refused = client.post(f"{path}/supplements", data={**key, "text": text})
        assert refused.status_code == 400
        assert message in refused.text
        assert text in refused.text  # nothing typed is lost
        program = client.post(
            f"{path}/supplements", data={**key, "text": text}, headers={"Accept": "*/*"}
        )
        assert program.status_code == 400


def test_what_is_withdrawn_is_said_to_be(client: TestClient, engine: Engine) -> None:
    path, key = send(client)
    number = int(path.rsplit("/", 1)[1])
    Answers(engine).answer(number, Wording(), actor=COMMAND_LINE)
    assert client.get(path).status_code == 200
    assert client.post(f"{path}/withdraw", data=key).status_code == 303
    page = own_page(client, path, key).text
    assert "取り下げ" in page
    assert f"{path}/withdraw" not in forms_of(page)
    assert client.get(path).status_code == 404
    assert f'href="{path}"' not in client.get("/requests").text
    assert client.post(f"{path}/withdraw", data=key).status_code == 303


def test_what_is_deleted_answers_as_what_never_was(client: TestClient, engine: Engine) -> None:
    path, key = send(client)
    Answers(engine).answer(int(path.rsplit("/", 1)[1]), Wording(), actor=COMMAND_LINE)
    answer = client.post(f"{path}/delete", data=key)
    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200
    for query in ({}, key):
        gone, never = client.get(path, params=query), client.get("/requests/999", params=query)
        assert (gone.status_code, never.status_code) == (404, 404)
        assert gone.text.replace(path, "") == never.text.replace("/requests/999", "")
    assert client.post(f"{path}/delete", data=key).status_code == 404
    assert path not in client.get("/requests").text


@pytest.mark.parametrize("action", ["supplements", "withdraw", "delete"])
def test_a_form_of_another_request_or_site_does_nothing(client: TestClient, action: str) -> None:
    path, key = send(client)
    other, other_key = send(client, title="other")
    typed: dict[str, Any] = {"text": "t"}
    for data in (other_key, {"key": ""}, {}, {"key": key["key"][:-1]}, {"key": "鍵"}):
        assert client.post(f"{path}/{action}", data={**typed, **data}).status_code == 404
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (
        client.post(f"{path}/{action}", data={**typed, **key}, headers=foreign).status_code == 403
    )
    assert client.get(f"{path}/withdraw", params=key).status_code in (404, 405)
    for page in (own_page(client, path, key), own_page(client, other, other_key)):
        assert f"{urlsplit(str(page.url)).path}/withdraw" in forms_of(page.text)
        assert "まだ公開していません" not in page.text


def test_a_telephone_number_is_gently_pointed_out(client: TestClient) -> None:
    path, key = send(client, purpose="電話 090-1234-5678 まで")
    page = own_page(client, path, key).text
    assert "電話番号のようなものがあります" in page
    assert "公開の前に" in page
    other, other_key = send(client, title="普通の要望")
    assert "のようなものがあります" not in own_page(client, other, other_key).text


def test_a_contact_is_in_no_page_and_no_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path, key = send(client)
    client.post(f"{path}/supplements", data={**key, "text": f"連絡は {PLANTED}"})
    for lang in ("ja", "ja-x-easy", "en", "zh", "ko", "vi"):
        for address in ("/requests", f"{path}/delete"):
            assert PLANTED not in client.get(address, params={**key, "lang": lang}).text
    assert PLANTED not in client.get("/requests.atom").text
    assert PLANTED not in caplog.text
