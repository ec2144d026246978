"""The public list of requests over HTTP: pages, JSON and feeds, in which nothing private is."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import fromstring

import feedparser
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.publications import PAGE as LISTED
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Request, Requests
from server.desk.intake.subject import Subject
from server.settings import Settings
from tests.vaults import vault_of

PAGE = {"Accept": "text/html"}
ATOM = {"atom": "http://www.w3.org/2005/Atom", "georss": "http://www.georss.org/georss"}
SECRETS = ("taro@example.jp", "090-1234-5678", "太郎")


class City:
    """The service of the city that ships with a database of its own, and its desk."""

    def __init__(self, client: TestClient, answers: Answers, requests: Requests) -> None:
        self.client, self.answers, self.requests = client, answers, requests
        self.wish = self.received("AEDの場所（太郎 090-1234-5678）", place=Place(35.8, 139.6))
        self.error = self.received("消火栓が足りない", subject=Subject("evacuation_shelters"))

    def received(self, title: str, **others: object) -> Request:
        """A request that was sent."""
        form = {
            "purpose": "使うため",
            "category": "welfare",
            "contact": "taro@example.jp",
            **others,
        }
        return self.requests.submit(RequestForm(title=title, **form))  # type: ignore[arg-type]

    def page(self, address: str) -> str:
        answer = self.client.get(address, headers=PAGE)
        assert answer.status_code == 200
        return unescape(answer.text)


def publish(
    answers: Answers, number: int, title: str | None = None, *, with_place: bool = True
) -> None:
    """Publish a request, with this title where one is given."""
    answers.answer(number, Wording(title, with_place=with_place), actor=COMMAND_LINE)


def decide(answers: Answers, number: int, *verdict: str) -> None:
    """Bring a request into a state, for a reason, answered by a layer."""
    answers.answer(number, verdict=Verdict(*verdict), actor=COMMAND_LINE)


@pytest.fixture(scope="module")
def city(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    assert asaka.layers
    folder = tmp_path_factory.mktemp("list")
    url = f"sqlite:///{folder / 'bosai.sqlite'}"
    settings = Settings(home=home / "asaka", database_url=url, secret_file=folder / "secret.key")
    client = TestClient(create_app(settings))
    engine = open_database(url)
    city = City(client, Answers(engine), Requests(engine, vault_of(engine)))
    publish(city.answers, city.wish.number, "AEDの場所", with_place=False)
    decide(city.answers, city.wish.number, "adopted", "載せることにしました。")
    publish(city.answers, city.error.number)
    return city


def test_the_list_leads_to_each_request_and_its_answer(city: City) -> None:
    page = city.page("/requests?lang=ja")
    assert "AEDの場所" in page
    assert "採用します" in page
    assert f'href="/requests/{city.wish.number}?lang=ja"' in page
    own = city.page(f"/requests/{city.wish.number}?lang=ja")
    assert "載せることにしました。" in own
    assert "これまでの経過" in own
    error = city.page(f"/requests/{city.error.number}?lang=ja")
    assert "指定避難所" in error


def test_a_decision_leads_to_the_layer_on_the_map(city: City) -> None:
    request = city.received("消火栓を見たい")
    publish(city.answers, request.number)
    decide(city.answers, request.number, "available", "載せました。", "hydrants")
    decide(city.answers, request.number, "available", "前の名前です。", "gone")
    own = city.page(f"/requests/{request.number}?lang=ja")
    assert 'href="/?layers=hydrants&lang=ja"' in own
    assert "layers=gone" not in own


def test_the_senders_page_has_the_decision_and_leads_to_the_public_one(city: City) -> None:
    key = city.wish.token
    page = city.page(f"/requests/{city.wish.number}?key={key}&lang=ja")
    assert "載せることにしました。" in page
    assert "公開の一覧に載っています。" in page
    assert f'href="/requests/{city.wish.number}?lang=ja"' in page
    waiting = city.received("まだのもの")
    page = city.page(f"/requests/{waiting.number}?key={waiting.token}&lang=ja")
    assert "公開はしていません。" in page


@pytest.mark.parametrize("headers", [PAGE, {"Accept": "application/json"}])
def test_what_is_not_public_is_not_there(city: City, headers: dict[str, str]) -> None:
    waiting = city.received("内緒の題")
    for address in (f"/requests/{waiting.number}", f"/requests/{waiting.number}.atom"):
        answer = city.client.get(address, headers=headers)
        assert answer.status_code == 404
        assert "内緒の題" not in answer.text
    for address in ("/requests", "/requests.atom"):
        assert "内緒の題" not in city.client.get(address, headers=headers).text


def test_no_page_and_no_feed_holds_what_is_private(city: City) -> None:
    number = city.wish.number
    for address in (
        "/requests",
        "/requests.atom",
        f"/requests/{number}",
        f"/requests/{number}.atom",
    ):
        for headers in (PAGE, {"Accept": "application/json"}):
            answer = city.client.get(address, headers=headers)
            assert answer.status_code == 200
            for secret in (*SECRETS, city.wish.token, "35.8", "139.6"):
                assert secret not in answer.text, (address, secret)


def test_programs_get_json(city: City) -> None:
    listed = city.client.get("/requests?f=json&state=adopted").json()
    assert (listed["total"], listed["page"], listed["pages"]) == (1, 1, 1)
    (request,) = listed["requests"]
    assert request["number"] == city.wish.number
    assert request["decisions"][0]["reason"] == "載せることにしました。"
    assert city.client.get(f"/requests/{city.wish.number}?f=json").json() == request


def test_a_feed_reader_gets_each_change(city: City) -> None:
    placed = city.received("場所のあるもの", place=Place(35.81, 139.61))
    publish(city.answers, placed.number)
    answer = city.client.get("/requests.atom?lang=ja")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = fromstring(answer.content)
    entries = {
        entry.findtext("atom:title", None, ATOM): entry
        for entry in feed.iterfind("atom:entry", ATOM)
    }
    wish = entries["AEDの場所"]
    assert wish.findtext("atom:summary", None, ATOM) == "採用します 載せることにしました。"
    assert wish.find("georss:point", ATOM) is None
    assert entries["場所のあるもの"].findtext("georss:point", None, ATOM) == "35.81 139.61"
    for element in (feed, *entries.values()):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"atom:{name}", None, ATOM)
    own = fromstring(city.client.get(f"/requests/{city.wish.number}.atom").content)
    assert len(own.findall("atom:entry", ATOM)) == 1
    fire = fromstring(city.client.get("/requests.atom?category=fire").content)
    assert fire.findall("atom:entry", ATOM) == []


def test_a_public_reader_takes_the_feeds_and_they_are_as_rfc_4287_wants(city: City) -> None:
    hostile = city.received("<b>題</b> ]]> & \ufffe", place=Place(35.82, 139.62), category="fire")
    publish(city.answers, hostile.number)
    for address in (
        "/requests.atom?lang=en",
        "/requests.atom?category=fire&lang=ja-x-easy",
        f"/requests/{hostile.number}.atom?lang=ja",
    ):
        answer = city.client.get(address)
        root = fromstring(answer.content)
        links = {link.get("rel"): link.get("href") for link in root.iterfind("atom:link", ATOM)}
        assert links["self"] == f"http://testserver{address}"
        parsed = feedparser.parse(answer.content)
        assert not parsed.bozo
        assert parsed.version == "atom10"
        assert parsed.feed.author
        assert parsed.feed.updated_parsed
        entry = next(each for each in parsed.entries if "題" in each.title)
        assert entry.title == "<b>題</b> ]]> & \ufffd"
        assert entry.link == f"http://testserver/requests/{hostile.number}"
        assert entry.where["coordinates"] == (139.62, 35.82)
        assert entry.published_parsed <= entry.updated_parsed
        assert [tag.term for tag in entry.tags] == ["fire"]


def test_ids_are_the_same_wherever_the_service_is(city: City) -> None:
    ids = []
    for host in ("a.example", "b.example"):
        root = fromstring(city.client.get("/requests.atom", headers={"Host": host}).content)
        ids.append([element.text for element in root.iter("{http://www.w3.org/2005/Atom}id")])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0]) > 2
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", str(each)) for each in ids[0])
    fire = fromstring(city.client.get("/requests.atom?category=fire").content)
    assert fire.findtext("atom:id", None, ATOM) not in ids[0]


def test_a_long_feed_is_read_page_by_page(city: City) -> None:
    for number in range(LISTED):
        publish(city.answers, city.received(f"交通 {number}", category="transport").number)
    publish(city.answers, city.received("交通", category="transport").number)
    address: str | None = "/requests.atom?category=transport&lang=en"
    titles, pages = [], 0
    while address is not None:
        root = fromstring(city.client.get(address).content)
        titles += [title.text for title in root.iterfind("atom:entry/atom:title", ATOM)]
        following = root.find("atom:link[@rel='next']", ATOM)
        address, pages = None if following is None else following.get("href"), pages + 1
    assert (pages, len(titles), len(set(titles))) == (2, LISTED + 1, LISTED + 1)
    assert city.client.get("/requests.atom?category=transport&page=3").status_code == 404


def test_pages_lead_to_their_feeds(city: City) -> None:
    for page, feed in (
        ("/requests?lang=en", "/requests.atom?lang=en"),
        ("/requests?category=fire&lang=en", "/requests.atom?category=fire&lang=en"),
        (f"/requests/{city.wish.number}?lang=en", f"/requests/{city.wish.number}.atom?lang=en"),
    ):
        link = re.search('<link rel="alternate" type="application/atom.xml"[^>]*>', city.page(page))
        assert link is not None
        assert f'href="{feed}"' in link[0]


def test_the_list_is_searched_without_a_script(city: City) -> None:
    found = city.page("/requests?q=ａｅｄ&state=&category=&order=changed&lang=ja")
    assert "AEDの場所" in found
    assert "消火栓が足りない" not in found
    assert "条件に合う要望は、一覧にありません。" in city.page("/requests?q=ない言葉&lang=ja")
    assert city.page("/requests?fbclid=1")


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("state=done", 400, "state"),
        ("category=x", 400, "category"),
        ("order=y", 400, "order"),
        ("page=0", 400, "page"),
        ("page=-1", 400, "page"),
        ("page=99", 404, ""),
        ("q=" + "a" * 101, 400, "q"),
        ("f=json&sort=new", 400, "sort"),
    ],
)
def test_a_wrong_parameter_is_named(city: City, query: str, status: int, named: str) -> None:
    answer = city.client.get(f"/requests?{query}")
    assert answer.status_code == status
    assert named in answer.json()["detail"]
