"""What proxies say of a request counts as far as they are trusted; what anybody says does not."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from server.http.proxies import Network, TrustedProxies

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("::1")]
PEER = "10.0.0.1"
DIRECT = f"http://city {PEER}"
FORGED = [
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "444"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Real-IP", "203.0.113.9"),
    ("Forwarded", "for=203.0.113.9;proto=https;host=evil.example"),
]
Fields = list[tuple[str, str]]


def seen(fields: Fields, peer: str = PEER, trusted: list[Network] = TRUSTED) -> str:
    """The origin and the client of a request as the service sees it."""
    app = FastAPI()

    @app.get("/")
    def read(request: Request) -> str:
        assert request.client is not None
        return f"{str(request.base_url).rstrip('/')} {request.client.host}"

    client = TestClient(TrustedProxies(app, trusted), "http://city", client=(peer, 50000))
    answer: str = client.get("/", headers=fields).json()
    return answer


def test_without_the_setting_all_of_it_is_ignored() -> None:
    for field in FORGED:
        assert seen([field], trusted=[]) == DIRECT
    assert seen(FORGED, trusted=[]) == DIRECT


@pytest.mark.parametrize("peer", ["192.0.2.7", "11.0.0.1", "::2", "testclient", "/run/socket"])
def test_who_is_no_trusted_proxy_is_not_believed(peer: str) -> None:
    assert seen(FORGED, peer) == f"http://city {peer}"


@pytest.mark.parametrize("peer", ["10.0.0.1", "10.255.0.1", "::1", "::ffff:10.0.0.1"])
def test_a_trusted_proxy_says_who_asks_and_for_what(peer: str) -> None:
    fields = [
        ("X-Forwarded-For", "198.51.100.7"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "map.example.jp"),
    ]
    assert seen(fields, peer) == "https://map.example.jp 198.51.100.7"


def test_each_of_the_fields_counts_alone() -> None:
    assert seen([("X-Forwarded-For", "198.51.100.7")]) == "http://city 198.51.100.7"
    assert seen([("X-Forwarded-Proto", "HTTPS")]) == f"https://city {PEER}"
    assert (
        seen([("X-Forwarded-Host", "map.example.jp:8443")]) == f"http://map.example.jp:8443 {PEER}"
    )


@pytest.mark.parametrize(
    "clients",
    [
        ["203.0.113.9, 198.51.100.7"],
        ["203.0.113.9", "198.51.100.7"],
        ["10.0.0.9, 198.51.100.7"],
        ["203.0.113.9, 198.51.100.7, 10.0.0.2"],
        ["203.0.113.9, 198.51.100.7:1234, 10.0.0.3, 10.0.0.2:80"],
        ['", , 203.0.113.9,, 198.51.100.7 ,'],
    ],
)
def test_what_a_client_wrote_before_the_proxies_did_is_not_believed(clients: list[str]) -> None:
    assert seen([("X-Forwarded-For", value) for value in clients]) == "http://city 198.51.100.7"


def test_of_lists_counts_what_the_first_trusted_proxy_added() -> None:
    forged = [
        ("X-Forwarded-For", "203.0.113.9, 198.51.100.7"),
        ("X-Forwarded-Proto", "http, https"),
        ("X-Forwarded-Host", "evil.example, map.example.jp"),
    ]
    assert seen(forged) == "https://map.example.jp 198.51.100.7"
    two_proxies = [
        ("X-Forwarded-For", "203.0.113.9, 198.51.100.7, 10.0.0.2"),
        ("X-Forwarded-Proto", "ftp, https, http"),
        ("X-Forwarded-Host", "evil.example, map.example.jp, inner"),
    ]
    assert seen(two_proxies) == "https://map.example.jp 198.51.100.7"


@pytest.mark.parametrize(
    "value",
    [
        "for=198.51.100.7;proto=https;host=map.example.jp",
        'For="198.51.100.7:4711" ; Proto=https; host="map.example.jp";by=10.0.0.1',
        "for=203.0.113.9;host=evil.example, for=198.51.100.7;proto=https;host=map.example.jp",
        'for=198.51.100.7;proto=https;host=map.example.jp, for="10.0.0.2";proto=http;host=inner',
    ],
)
def test_forwarded_is_understood(value: str) -> None:
    assert seen([("Forwarded", value)]) == "https://map.example.jp 198.51.100.7"


def test_forwarded_names_clients_of_ipv6() -> None:
    assert seen([("Forwarded", 'for="[2001:db8::7]:4711"')]) == "http://city 2001:db8::7"


def test_forwarded_says_nothing_beside_what_the_proxy_wrote() -> None:
    fields = [("X-Forwarded-For", "198.51.100.7"), FORGED[-1]]
    assert seen(fields) == "http://city 198.51.100.7"


@pytest.mark.parametrize(
    "field",
    [
        ("X-Forwarded-For", "unknown"),
        ("X-Forwarded-For", "a" * 5000),
        ("X-Forwarded-For", "999.1.1.1"),
        ("X-Forwarded-Proto", "javascript"),
        ("X-Forwarded-Host", "evil.example/path"),
        ("X-Forwarded-Host", 'a"b'),
        ("X-Forwarded-Host", "user@evil.example"),
        ("X-Forwarded-Host", ""),
        ("Forwarded", "for=_hidden"),
        ("Forwarded", 'for="unfinished'),
        ("Forwarded", "for=198.51.100.7;;;proto"),
        ("Forwarded", ","),
    ],
)
def test_what_is_not_well_formed_changes_nothing(field: tuple[str, str]) -> None:
    assert seen([field]) == DIRECT
