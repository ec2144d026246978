"""Open311 GeoReport v2: the documents and errors of the specification, and nothing private."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from httpx2 import Response
from sqlalchemy import update
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Request, Requests, requests
from server.desk.labels import CATEGORIES
from server.http.rate import OF_NETWORK
from server.settings import Settings
from tests.cases import queued, received_of
from tests.vaults import vault_of

# GeoReport v2, "GET Service Requests": every field of a request, in its order.
_FIELDS = """
service_request_id status status_notes service_name service_code description agency_responsible
service_notice requested_datetime updated_datetime expected_datetime address address_id zipcode
lat long media_url
"""
FIELDS = _FIELDS.split()
LISTS = ("services", "attributes", "service_requests", "errors", "endpoints", "formats")
HOSTILE = "<script>alert(1)</script> ]]> & \" ' \ufffe \u202e"
PLACE = {"lat": "35.797", "long": "139.594"}
SENT = {"service_code": "fire", "description": "消火栓が見たい\n散歩のため", **PLACE}
OTHER = {"Origin": "https://other.example"}


class City:
    """The service of the city that ships with a database of its own, and its desk."""

    def __init__(self, settings: Settings, url: str) -> None:
        self.app = create_app(settings)
        self.client = TestClient(self.app)
        self.engine = open_database(url)
        self.answers, self.requests = (
            Answers(self.engine),
            Requests(self.engine, vault_of(self.engine)),
        )

    def received(self, title: str, **others: object) -> Request:
        form = {
            "purpose": "使うため",
            "category": "welfare",
            "contact": "taro@example.jp",
            **others,
        }
        return self.requests.submit(RequestForm(title=title, **form))  # type: ignore[arg-type]

    def published(
        self, title: str, *verdict: str, with_place: bool = True, **others: object
    ) -> int:
        number = self.received(title, **others).number
        self.answers.answer(
            number,
            Wording(with_place=with_place),
            Verdict(*verdict) if verdict else None,
            actor=COMMAND_LINE,
        )
        return number

    def get(self, path: str, **parameters: str) -> Any:
        answer = self.client.get(f"/open311/{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def xml(self, path: str, **parameters: str) -> Element:
        answer = self.client.get(f"/open311/{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        return fromstring(answer.content)

    def numbers(self, **parameters: str) -> set[int]:
        listed = self.get("v2/requests.json", **parameters)
        return {int(each["service_request_id"]) for each in listed}


NewCity = Callable[[], City]


@pytest.fixture(scope="module")
def new_city(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> NewCity:
    assert asaka.layers

    def new() -> City:
        url = f"sqlite:///{tmp_path_factory.mktemp('open311') / 'bosai.sqlite'}"
        return City(
            Settings(
                home=home / "asaka",
                database_url=url,
                secret_file=Path(url[len("sqlite:///") :]).with_name("secret.key"),
            ),
            url,
        )

    return new


@pytest.fixture
def city(new_city: NewCity) -> City:
    return new_city()


@pytest.fixture(scope="module")
def empty(new_city: NewCity) -> City:
    """A city without a request, for tests that bring it none."""
    return new_city()


def as_json(element: Element) -> Any:
    """The element by the Spark convention, all that is no container as a text."""
    if element.tag in LISTS:
        return [as_json(child) for child in element]
    if len(element):
        return {child.tag: as_json(child) for child in element}
    return element.text


def texts(content: Any) -> Any:
    """A JSON document with its numbers and truth values as XML writes them."""
    if isinstance(content, dict):
        return {name: texts(value) for name, value in content.items()}
    if isinstance(content, list):
        return [texts(each) for each in content]
    if isinstance(content, bool):
        return str(content).lower()
    return None if content is None else str(content)


def test_discovery_leads_to_the_services_and_their_definitions(empty: City) -> None:
    document = empty.get("discovery.json", lang="en")
    (endpoint,) = document["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert document["key_service"] == "No key is needed."
    services = empty.get("v2/services.json", lang="ja")
    assert [each["service_code"] for each in services] == list(CATEGORIES)
    assert services[2]["service_name"] == "消防"
    assert {each["type"] for each in services} == {"realtime"}
    for service in services:
        definition = empty.get(f"v2/services/{service['service_code']}.json")
        (attribute,) = definition["attributes"]
        assert (attribute["code"], attribute["required"]) == ("title", False)


def test_xml_and_json_are_of_one_shape(city: City) -> None:
    city.published(HOSTILE, "declined", HOSTILE, place=Place(35.8, 139.6))
    city.published("場所のないもの")
    for path in ("discovery", "v2/services", "v2/services/fire", "v2/requests", "v2/requests/1"):
        document = city.get(f"{path}.json", lang="ja")
        expected = json.dumps(texts(document), ensure_ascii=False).replace("\ufffe", "\ufffd")
        assert as_json(city.xml(f"{path}.xml", lang="ja")) == json.loads(expected), path


def test_a_request_has_the_fields_of_the_specification(city: City) -> None:
    number = city.published(
        "消火栓", "available", "載せました。", "hydrants", place=Place(35.8, 139.6), category="fire"
    )
    (request,) = city.get(f"v2/requests/{number}.json", lang="ja")
    assert list(request) == FIELDS
    assert request["service_request_id"] == str(number)
    assert (request["status"], request["service_code"]) == ("closed", "fire")
    assert request["status_notes"].startswith("地図で見られます\n載せました。\n")
    assert request["status_notes"].endswith("http://testserver/?layers=hydrants")
    assert (request["lat"], request["long"]) == (35.8, 139.6)
    assert request["description"] == "消火栓\n使うため"
    for name in ("requested_datetime", "updated_datetime"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", request[name])


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("received", "open"),
        ("checking", "open"),
        ("considering", "open"),
        ("adopted", "open"),
        ("declined", "closed"),
        ("available", "closed"),
    ],
)
def test_each_state_is_open_or_closed(city: City, state: str, status: str) -> None:
    number = city.published("AED", state, "理由です。")
    (request,) = city.get(f"v2/requests/{number}.json")
    assert request["status"] == status
    assert "理由です。" in request["status_notes"]
    assert city.numbers(status=status) == {number}
    assert city.numbers(status="closed" if status == "open" else "open") == set()
    assert city.numbers(status="open,closed") == {number}


def test_what_is_private_is_nowhere(city: City) -> None:
    waiting = city.received("内緒の題", place=Place(35.81, 139.61))
    hidden = city.published("AED", with_place=False, place=Place(35.81, 139.61))
    withdrawn = city.published("取り下げた題")
    city.answers.withdraw(withdrawn, actor=COMMAND_LINE)
    for format in ("json", "xml"):
        listed = city.client.get(f"/open311/v2/requests.{format}").text
        every = f"{waiting.number},{hidden},{withdrawn}"
        named = city.client.get(
            f"/open311/v2/requests.{format}", params={"service_request_id": every}
        ).text
        for secret in ("内緒", "取り下げた題", "taro@", "35.81", waiting.token):
            assert secret not in listed + named
        for number in (waiting.number, withdrawn, 99, 0, 2**31, 9_999_999_999, 10**30, "x", "１"):
            answer = city.client.get(f"/open311/v2/requests/{number}.{format}")
            assert answer.status_code == 404
            assert "内緒" not in answer.text
    assert city.numbers(service_request_id=every) == {hidden}


def test_requests_are_chosen_by_category_and_time(city: City) -> None:
    now = datetime.datetime.now(datetime.UTC)
    ages = {0: "fire", 10: "fire", 80: "welfare", 100: "fire", 200: "living"}
    numbers = {}
    for age, category in ages.items():
        numbers[age] = city.published(f"{age}日前", category=category)
        received = now - datetime.timedelta(days=age, minutes=1)
        with city.engine.begin() as connection:
            row = update(requests).where(requests.c.number == numbers[age])
            connection.execute(row.values(received_at=received))

    def at(age: float) -> str:
        return (now - datetime.timedelta(days=age)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def chosen(**parameters: str) -> list[int]:
        found = city.numbers(**parameters)
        return [age for age, number in numbers.items() if number in found]

    assert chosen() == [0, 10, 80]
    assert chosen(service_code="fire") == [0, 10]
    ignored = {"status": "", "jurisdiction_id": "asaka", "page_size": "1"}
    assert chosen(service_code="fire,welfare", **ignored) == [0, 10, 80]
    assert chosen(start_date=at(150)) == [80, 100]
    assert chosen(end_date=at(50)) == [80, 100]
    assert chosen(start_date=at(90), end_date=at(5)) == [10, 80]
    assert chosen(service_request_id=str(numbers[200]), service_code="fire") == [200]
    japan = datetime.timezone(datetime.timedelta(hours=9))
    start = (now - datetime.timedelta(days=5)).astimezone(japan).isoformat(timespec="seconds")
    with_plus = city.client.get(f"/open311/v2/requests.json?start_date={start}")
    assert [each["service_request_id"] for each in with_plus.json()] == [str(numbers[0])]


def told(answer: Response) -> list[tuple[int, str]]:
    """The errors of an answer, in either format."""
    if answer.headers["content-type"] == "application/json; charset=utf-8":
        return [(each["code"], each["description"]) for each in answer.json()]
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = fromstring(answer.content)
    assert root.tag == "errors"
    return [(int(each.findtext("code") or 0), each.findtext("description") or "") for each in root]


@pytest.mark.parametrize("format", ["json", "xml"])
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("status=done", "status"),
        ("service_code=spam", "service_code"),
        ("start_date=yesterday", "start_date"),
        ("start_date=2026-01-01", "start_date"),
        ("start_date=2026-01-01T00:00:00", "start_date"),
        ("start_date=0001-01-01T00:00:00Z", "start_date"),
        ("end_date=9999-12-31T23:59:59Z", "end_date"),
        ("end_date=" + "9" * 300, "end_date"),
        ("start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:00Z", "end_date"),
        ("start_date=2026-01-02T00:00:00Z&end_date=2026-01-01T00:00:00Z", "end_date"),
        ("service_request_id=1;DROP", "service_request_id"),
        ("service_request_id=1,,2", "service_request_id"),
        ("service_request_id=<script>", "service_request_id"),
        ("status=" + "x" * 3000, "status"),
    ],
)
def test_a_wrong_parameter_is_named(empty: City, format: str, query: str, named: str) -> None:
    answer = empty.client.get(f"/open311/v2/requests.{format}?{query}")
    assert answer.status_code == 400
    ((code, description),) = told(answer)
    assert code == 400
    assert named in description


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("v2/services/spam.xml", 404),
        ("v2/services/spam.json", 404),
        ("v2/tokens/1.json", 404),
        ("v2/requests.csv", 404),
        ("v2/requests", 404),
        ("v2/nothing.json", 404),
        ("nothing.xml", 404),
    ],
)
def test_every_error_is_in_the_form_of_the_specification(
    empty: City, path: str, status: int
) -> None:
    answer = empty.client.get(f"/open311/{path}", headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert [code for code, _ in told(answer)] == [status]
    deleted = empty.client.delete("/open311/v2/requests.json")
    assert [code for code, _ in told(deleted)] == [405]


# Sent


def test_a_request_that_is_sent_waits_for_the_desk(city: City) -> None:
    person = {
        "first_name": "太郎",
        "last_name": "朝霞",
        "email": "taro@example.jp",
        "phone": "090-1234-5678",
        "device_id": "d-1",
        "account_id": "a-1",
        "address_string": "本町1-1-1",
        "media_url": "https://example.com/a.jpg",
        "api_key": "k",
        "jurisdiction_id": "asaka",
    }
    sent = city.client.post("/open311/v2/requests.json?lang=ja", data={**SENT, **person})
    assert sent.status_code == 201
    assert sent.headers["cache-control"] == "no-store"
    (created,) = sent.json()
    assert set(created) == {"service_request_id", "service_notice", "account_id"}
    assert "確認が済むと公開されます。" in created["service_notice"]
    for name in ("address_string", "media_url", "device_id", "account_id"):
        assert name in created["service_notice"]
    number = int(created["service_request_id"])
    received = received_of(city.engine, number)
    request = received.request
    assert (request.title, request.category) == ("消火栓が見たい", "fire")
    assert request.purpose == "消火栓が見たい\n散歩のため"
    assert request.place == Place(35.797, 139.594)
    assert received.contact == "太郎 朝霞 taro@example.jp 090-1234-5678"
    stored = repr(received)
    for unstored in ("d-1", "a-1", "本町1-1-1", "example.com/a.jpg"):
        assert unstored not in stored
    assert request.token not in sent.text
    assert city.client.get(f"/open311/v2/requests/{number}.json").status_code == 404
    city.answers.answer(number, Wording(), actor=COMMAND_LINE)
    (public,) = city.get(f"v2/requests/{number}.json")
    assert public["description"] == "消火栓が見たい\n散歩のため"


def test_a_title_may_be_sent_as_the_attribute_of_the_definition(city: City) -> None:
    sent = city.client.post("/open311/v2/requests.xml", data={**SENT, "attribute[title]": "消火栓"})
    assert sent.headers["content-type"] == "text/xml; charset=utf-8"
    ((request,),) = [fromstring(sent.content)]
    number = int(request.findtext("service_request_id") or 0)
    assert received_of(city.engine, number).request.title == "消火栓"


@pytest.mark.parametrize(
    ("changed", "status", "named"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "spam"}, 404, "spam"),
        ({"description": ""}, 400, "description"),
        ({"description": "あ" * 2001}, 400, "description"),
        ({"description": "\0"}, 400, "description"),
        ({"lat": "", "long": ""}, 400, "lat"),
        ({"long": ""}, 400, "long"),
        ({"lat": "nan"}, 400, "lat"),
        ({"long": "0"}, 400, "long"),
        ({"attribute[title]": "あ" * 101}, 400, "attribute[title]"),
        ({"email": "a" * 201}, 400, "contact"),
    ],
)
def test_what_cannot_be_taken_names_the_field_as_it_was_sent(
    empty: City, changed: dict[str, str], status: int, named: str
) -> None:
    for format in ("json", "xml"):
        sent = empty.client.post(f"/open311/v2/requests.{format}", data={**SENT, **changed})
        assert sent.status_code == status
        ((code, description),) = told(sent)
        assert code == status
        assert named in description
    assert not queued(empty.engine)


def test_a_body_that_is_none_is_refused_in_the_same_form(empty: City) -> None:
    address = "/open311/v2/requests.json"
    for content, media_type, status in (
        (b"{}", "application/json", 415),
        (b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"lat=1&lat=2", "application/x-www-form-urlencoded", 400),
        (b"description=%ff", "application/x-www-form-urlencoded", 400),
    ):
        sent = empty.client.post(address, content=content, headers={"Content-Type": media_type})
        assert [code for code, _ in told(sent)] == [sent.status_code] == [status]
    assert empty.client.post("/open311/v2/requests.csv", data=SENT).status_code == 404
    assert not queued(empty.engine)


def test_pages_of_other_sites_read_but_do_not_send(empty: City) -> None:
    read = empty.client.get("/open311/v2/requests.json", headers=OTHER)
    assert read.headers["access-control-allow-origin"] == "*"
    sent = empty.client.post("/open311/v2/requests.json", data=SENT, headers=OTHER)
    assert [code for code, _ in told(sent)] == [403]
    assert not queued(empty.engine)


def test_one_network_sends_no_more_than_by_the_form(city: City) -> None:
    with TestClient(city.app, client=("203.0.114.1", 5000), follow_redirects=False) as client:
        form = {"title": "t", "purpose": "p", "category": "fire"}
        for _ in range(OF_NETWORK.burst - 1):
            assert client.post("/requests", data=form).status_code == 303
        assert client.post("/open311/v2/requests.json", data=SENT).status_code == 201
        refused = client.post("/open311/v2/requests.json", data=SENT)
        assert [code for code, _ in told(refused)] == [429]
        assert int(refused.headers["retry-after"]) > 0
        assert client.post("/requests", data=form).status_code == 429


def test_what_people_wrote_is_text(city: City) -> None:
    number = city.published(HOSTILE, "declined", HOSTILE, category="fire", purpose=HOSTILE)
    (request,) = city.xml(f"v2/requests/{number}.xml")
    readable = HOSTILE.replace("\ufffe", "\ufffd")
    assert readable in (request.findtext("description") or "")
    assert readable in (request.findtext("status_notes") or "")
