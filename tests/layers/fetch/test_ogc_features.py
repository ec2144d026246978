"""Collections of OGC API - Features: followed from page to page on their own host."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from layers.errors import SourceError
from layers.fetch import http, ogc_features, services
from layers.fetch.ogc_features import items_address
from layers.schema.source import Source
from layers.sources.read import read
from tests.layers.fetch.host import Host, serving

Json = dict[str, Any]
COLLECTION = "/ogc/collections/aed"


class Collection:
    """A collection as pygeoapi answers for it; `asked` are the queries it got.

    `spoil` changes a page before it is sent.
    """

    def __init__(self, host: Host, count: int = 7) -> None:
        self.count, self.most = count, 3
        self.asked: list[dict[str, str]] = []
        self.accepted: list[str] = []
        self.headers: dict[str, str] = {}
        self.spoil: Callable[[Json], Json] = lambda page: page
        self.url = host.url + COLLECTION
        host.answers[f"{COLLECTION}/items"] = self._items

    def _items(self, handler: BaseHTTPRequestHandler) -> None:
        query = dict(parse_qsl(urlsplit(handler.path).query))
        self.asked.append(query)
        self.accepted.append(handler.headers["Accept"])
        start = int(query.get("offset", 0))
        end = min(start + min(self.most, int(query["limit"])), self.count)
        items = f"{self.url}/items"
        links = [
            {"type": "application/geo+json", "rel": "self", "href": f"{items}?f=json"},
            {"type": "text/html", "rel": "next", "href": f"{items}?f=html&offset={end}"},
            {
                "type": "application/geo+json",
                "rel": "next",
                "href": f"{items}?offset={end}&limit={query['limit']}",
            },
        ]
        page = self.spoil(
            {
                "type": "FeatureCollection",
                "features": [feature(number) for number in range(start, end)],
                "numberMatched": self.count,
                "numberReturned": end - start,
                "links": links if end < self.count else links[:1],
                "timeStamp": f"2026-11-30T00:00:{len(self.asked):02}Z",
            }
        )
        content = json.dumps(page).encode()
        handler.send_response(200)
        for name, value in {"Content-Length": str(len(content)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


def feature(number: int) -> Json:
    return {
        "type": "Feature",
        "id": number,
        "geometry": {"type": "Point", "coordinates": [139.5 + number / 1000, 35.8]},
        "properties": {"name": f"AED {number}"},
    }


def without(page: Json, *names: str) -> Json:
    return {name: value for name, value in page.items() if name not in names}


def next_is(href: str) -> Callable[[Json], Json]:
    return lambda page: {**page, "links": [{"rel": "next", "href": href}]}


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


def fetched(url: str, folder: Path) -> Path:
    return services.fetch(Source(url=url), folder, private=True)


def refused(url: str, folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        fetched(url, folder)
    assert "secret" not in str(caught.value)
    return str(caught.value)


def names_in(path: Path) -> list[str]:
    return [one["properties"]["name"] for one in json.loads(path.read_bytes())["features"]]


@pytest.mark.parametrize("address", ["", "/", "/items", "/items?f=html&limit=2"])
def test_every_page_is_followed(host: Host, tmp_path: Path, address: str) -> None:
    collection = Collection(host)
    path = fetched(collection.url + address, tmp_path)
    assert path == tmp_path / "aed.geojson"
    assert names_in(path) == [f"AED {number}" for number in range(7)]
    assert {accept.split(",")[0] for accept in collection.accepted} == {"application/geo+json"}
    rows = read(Source(path="x"), path)
    assert len(rows.geometry) == 7
    assert rows.crs is not None
    assert rows.crs.to_epsg() == 4326


def test_when_it_was_asked_leaves_no_mark(host: Host, tmp_path: Path) -> None:
    collection = Collection(host)
    first = fetched(collection.url, tmp_path).read_bytes()
    assert fetched(collection.url, tmp_path).read_bytes() == first
    assert b"2026-11-30" not in first
    assert b"links" not in first


def test_what_the_address_asks_for_is_asked_for() -> None:
    url = "https://example.jp/collections/a/items?bbox=1,2,3,4&key=k&f=html&offset=3"
    assert items_address(url) == (
        "https://example.jp/collections/a/items?bbox=1%2C2%2C3%2C4&key=k&limit=1000"
    )


def test_a_server_that_counts_nothing_is_read_to_its_last_page(host: Host, tmp_path: Path) -> None:
    collection = Collection(host)
    collection.spoil = lambda page: without(page, "numberMatched", "numberReturned")
    assert len(names_in(fetched(collection.url, tmp_path))) == 7


def test_a_server_that_says_neither_how_many_nor_what_follows_is_not_believed(
    host: Host, tmp_path: Path
) -> None:
    """As pg_featureserv, which names no next page."""
    collection = Collection(host)
    collection.spoil = lambda page: without(page, "numberMatched", "links")
    assert "the service stops at 3" in refused(f"{collection.url}/items?limit=3", tmp_path)
    collection.most = 1000
    assert len(names_in(fetched(collection.url, tmp_path))) == 7


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda page: without(page, "links"), "stated by the service: 3 / 7"),
        (lambda page: {**page, "numberMatched": 9}, "stated by the service: 7 / 9"),
        (lambda page: {**page, "numberReturned": 2}, "stated by the service: 3 / 2"),
        (
            lambda page: {**page, "features": [feature(0), *page["features"][1:]]},
            "the one with the id 0 came twice",
        ),
        (lambda _: {"code": "ServerError"}, "an answer of the service"),
        (lambda _: {"error": "down"}, "answers with an error: down"),
        (lambda page: {**page, "features": [3]}, "an answer of the service"),
    ],
)
def test_a_collection_that_is_not_whole_is_refused(
    host: Host, tmp_path: Path, spoil: Callable[[Json], Json], reason: str
) -> None:
    collection = Collection(host)
    collection.spoil = spoil
    assert reason in refused(collection.url, tmp_path)


@pytest.mark.parametrize(
    "href",
    [
        "http://169.254.169.254/latest/secret",
        "https://127.0.0.1/x",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "//localhost/x",
        "http://[/x",
    ],
)
def test_a_next_page_elsewhere_is_not_followed(host: Host, tmp_path: Path, href: str) -> None:
    collection = Collection(host)
    collection.spoil = next_is(href)
    assert "a next page on the same host, not on" in refused(collection.url, tmp_path)
    assert len(collection.asked) == 1


def test_a_next_page_stays_with_https() -> None:
    """A server behind a proxy knows nothing of its TLS, and writes http."""
    address = "https://example.jp/collections/a/items?limit=9"
    visit = http.Visit(address, httpx2.Client())
    links = [{"rel": "next", "href": "http://example.jp/collections/a/items?offset=9#x"}]
    following = ogc_features._next(visit, links, address)
    assert following == "https://example.jp/collections/a/items?offset=9"
    with pytest.raises(SourceError, match=r"not on example\.jp"):
        ogc_features._next(visit, [{"rel": "next", "href": "http://example.jp:8080/a"}], address)


def test_a_next_page_may_be_a_relative_address(host: Host, tmp_path: Path) -> None:
    collection = Collection(host)
    collection.spoil = lambda page: page if page["numberReturned"] < 3 else next_is(
        f"items?offset={page['features'][-1]['id'] + 1}&limit=9"
    )(page)  # fmt: skip
    assert len(names_in(fetched(f"{collection.url}/items", tmp_path))) == 7


def test_pages_that_go_round_in_a_circle_are_noticed(host: Host, tmp_path: Path) -> None:
    collection = Collection(host)
    items = f"{collection.url}/items"
    collection.spoil = lambda page: {
        **next_is(f"{items}?limit=1000")(page), "features": [], "numberReturned": 0
    }  # fmt: skip
    assert "the service repeats one" in refused(collection.url, tmp_path)


def test_features_without_ids_that_come_again_are_noticed(host: Host, tmp_path: Path) -> None:
    collection = Collection(host)
    collection.spoil = lambda page: {**page, "features": [without(feature(0), "id")] * 3}
    collection.count = 6
    assert "the service repeats one" in refused(collection.url, tmp_path)


def test_empty_pages_without_end_end_with_the_limit(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_REQUESTS", 10)
    collection = Collection(host)
    collection.spoil = lambda page: {
        **next_is(f"{collection.url}/items?limit=9&turn={len(collection.asked)}")(page),
        "features": [], "numberReturned": 0,
    }  # fmt: skip
    assert "at most 10 pages" in refused(collection.url, tmp_path)
    assert len(collection.asked) == 10


def test_another_system_than_the_default_is_refused(host: Host, tmp_path: Path) -> None:
    collection = Collection(host)
    collection.headers = {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/6677>"}
    assert "features in CRS84, not in http" in refused(collection.url, tmp_path)
    collection.headers = {"Content-Crs": "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"}
    assert len(names_in(fetched(collection.url, tmp_path))) == 7
