"""A provider that is wrong, away, or not the one it should be: nobody gets in by it."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from httpx2 import Response
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.desk.accounts.identities import Identity
from server.desk.confidential.secret import Secret
from server.http.rate import Rate
from server.openid import provider as provider_module, wire
from server.openid.errors import ProviderAway, ProviderConfused, SignInStale
from server.openid.provider import Provider
from server.openid.transaction import Transactions, new_transaction
from server.routes.staff import openid
from server.routes.staff.openid import COOKIE, OPENID
from server.settings import OpenIdClient
from tests.breadth import mainly
from tests.server.routes.staff.desk import Desk, desk as desk_in, sign_in
from tests.server.routes.staff.openid_desk import (
    AWAY,
    BASE,
    CALLBACK,
    CONFUSED,
    DECLINED,
    MAIL,
    STALE,
    UNKNOWN,
    come_back,
    forget,
    from_rogue,
    is_in,
    is_refused,
    leave,
    link,
    new_browser,
)
from tests.server.routes.staff.rogue import CLIENT, Answer, Rogue, as_json, rogue


@pytest.fixture(scope="module")
def running() -> Iterator[Rogue]:
    with rogue() as running:
        yield running


@pytest.fixture
def wrong(running: Rogue) -> Rogue:
    """The provider as it is when it does everything right."""
    running.begin()
    return running


@pytest.fixture(scope="module")
def service(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory, running: Rogue
) -> Desk:
    assert asaka.layers
    folder = tmp_path_factory.mktemp("service")
    secret = folder / "client-secret"
    secret.write_text("sample\n")
    return desk_in(
        home,
        folder,
        base_url=BASE,
        oidc_issuer=running.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=str(secret),
    )


@pytest.fixture
def misled(service: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A service that keeps nothing of what the provider publishes, with an account for `MAIL`."""
    monkeypatch.setattr(provider_module, "KEPT_S", 0.0)
    monkeypatch.setattr(provider_module, "PAUSE_S", 0.0)
    link(service, MAIL)
    yield service
    forget(service)


def test_an_answer_counts_once_even_where_the_provider_takes_a_code_twice(
    misled: Desk, wrong: Rogue
) -> None:
    browser = new_browser(misled)
    asked = parse_qs(urlsplit(leave(browser)).query)
    wrong.nonce = asked["nonce"][0]
    kept = browser.cookies[COOKIE]
    address = f"{BASE}{CALLBACK}?code=c&state={asked['state'][0]}"
    assert come_back(browser, address).status_code == 303
    thief = new_browser(misled)
    thief.cookies.set(COOKIE, kept)
    assert is_refused(come_back(thief, address), 400, STALE)


@pytest.mark.parametrize(
    "query",
    ["", "state=", "code=c", "state=%00&code=c", "state=%ED%A0%80", "error=access_denied"],
)
def test_an_answer_without_the_right_state_is_not_looked_at(
    misled: Desk, wrong: Rogue, query: str
) -> None:
    browser = new_browser(misled)
    leave(browser)
    assert is_refused(browser.get(f"{CALLBACK}?{query}&lang=ja"), 400, STALE)
    assert wrong.times("/token") == 0


@pytest.mark.parametrize(
    "to",
    [
        "https://other.example/",
        "//other.example",
        "/\\other.example",
        "/staff@other.example",
        "/staff/../../other",
        "javascript:alert(1)",
        "/requests",
        "/staff/\r\nX: y",
    ],
)
def test_it_leads_to_no_other_site(misled: Desk, wrong: Rogue, to: str) -> None:
    browser = new_browser(misled)
    asked = parse_qs(urlsplit(leave(browser, to)).query)
    wrong.nonce = asked["nonce"][0]
    entered = come_back(browser, f"{BASE}{CALLBACK}?code=c&state={asked['state'][0]}&next={to}")
    assert entered.status_code == 303
    place = urlsplit(entered.headers["location"])
    assert (place.scheme, place.netloc) == ("", "")
    assert place.path.startswith("/staff")
    assert not place.path.startswith("/staff@")


# A provider that is wrong, or somebody in its place


def claims_of(wrong: Rogue, **other: object) -> None:
    wrong.answers["/token"] = lambda: as_json(wrong.token(wrong.sign(wrong.claims(**other))))


def test_the_provider_of_these_tests_is_right_when_it_wants_to_be(
    misled: Desk, wrong: Rogue
) -> None:
    assert from_rogue(new_browser(misled), wrong).status_code == 303
    _, form = next(asked for asked in wrong.asked if asked[0] == "/token")
    assert len(form["code_verifier"][0]) == 43
    assert form["redirect_uri"] == [BASE + CALLBACK]


@pytest.mark.parametrize(
    "other",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ""},
        {"nonce": ["a"]},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another"]},
        {"aud": []},
        {"aud": None},
        {"azp": "another-client"},
        {"iss": "https://other.example"},
        {"iss": None},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"exp": "later"},
        {"exp": True},
        {"iat": None},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "a\x00b"},
        {"sub": "人"},
        {"at_hash": "AAAA"},
        {"at_hash": 7},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    misled: Desk, wrong: Rogue, other: dict[str, object]
) -> None:
    claims_of(wrong, **other)
    browser = new_browser(misled)
    assert is_refused(from_rogue(browser, wrong), 502, CONFUSED)
    assert not is_in(browser)


def test_another_clock_by_seconds_is_no_reason(misled: Desk, wrong: Rogue) -> None:
    now = wrong.claims()["iat"]
    claims_of(wrong, iat=now + 30, exp=now - 30)
    assert from_rogue(new_browser(misled), wrong).status_code == 303


def unsigned(wrong: Rogue, algorithm: str) -> str:
    parts = [{"alg": algorithm, "kid": "one"}, wrong.claims()]
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    )
    return f"{head}.{body}."


def with_public_key_as_secret(wrong: Rogue) -> str:
    pem = wrong.key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return wrong.sign(wrong.claims(), OctKey.import_key(base64_key(pem)), alg="HS256")


def base64_key(content: bytes) -> Any:
    return {"kty": "oct", "k": base64.urlsafe_b64encode(content).rstrip(b"=").decode()}


def with_own_key(wrong: Rogue) -> str:
    own = RSAKey.generate_key(2048)
    return wrong.sign(wrong.claims(), own, jwk=own.as_dict(private=False))


def changed(wrong: Rogue) -> str:
    head, _, signature = wrong.sign(wrong.claims()).split(".")
    body = base64.urlsafe_b64encode(json.dumps(wrong.claims(sub="other")).encode())
    return f"{head}.{body.rstrip(b'=').decode()}.{signature}"


@pytest.mark.parametrize(
    "forged",
    [
        lambda wrong: unsigned(wrong, "none"),
        lambda wrong: unsigned(wrong, "None"),
        lambda wrong: unsigned(wrong, "RS256"),
        with_public_key_as_secret,
        lambda wrong: wrong.sign(
            wrong.claims(), OctKey.import_key(base64_key(b"sample" * 6)), alg="HS256"
        ),
        with_own_key,
        changed,
        lambda _: "",
        lambda _: "a.b.c",
        lambda _: "...." * 100,
        lambda _: "あ",
        lambda _: None,
        lambda _: ["x"],
        lambda _: {"a": 1},
    ],
)
def test_a_forged_token_is_refused(misled: Desk, wrong: Rogue, forged: Any) -> None:
    wrong.answers["/token"] = lambda: as_json(wrong.token(forged(wrong)))
    browser = new_browser(misled)
    assert is_refused(from_rogue(browser, wrong), 502, CONFUSED)
    assert not is_in(browser)


def test_a_secret_among_the_keys_signs_nothing(misled: Desk, wrong: Rogue) -> None:
    secret = {**base64_key(b"sample" * 6), "kid": "two"}
    public = wrong.key.as_dict(private=False)
    wrong.answers["/jwks"] = lambda: as_json({"keys": [{"kty": "new"}, 7, secret, public]})
    wrong.answers["/token"] = lambda: as_json(
        wrong.token(wrong.sign(wrong.claims(), OctKey.import_key(secret), alg="HS256", kid="two"))
    )
    assert is_refused(from_rogue(new_browser(misled), wrong), 502, CONFUSED)
    claims_of(wrong)
    assert from_rogue(new_browser(misled), wrong).status_code == 303


def test_the_answer_of_another_issuer_never_reaches_this_one(misled: Desk, wrong: Rogue) -> None:
    answer = from_rogue(new_browser(misled), wrong, iss="https://other.example")
    assert is_refused(answer, 502, CONFUSED)
    assert wrong.times("/token") == 0
    assert from_rogue(new_browser(misled), wrong, iss=wrong.issuer).status_code == 303


def test_an_issuer_that_names_itself_in_answers_always_does(misled: Desk, wrong: Rogue) -> None:
    published = wrong.metadata(authorization_response_iss_parameter_supported=True)
    wrong.answers["/.well-known/openid-configuration"] = lambda: as_json(published)
    assert is_refused(from_rogue(new_browser(misled), wrong), 502, CONFUSED)
    assert wrong.times("/token") == 0


def test_user_info_of_another_person_is_not_taken(misled: Desk, wrong: Rogue) -> None:
    published = wrong.metadata(userinfo_endpoint=f"{wrong.issuer}/me")
    wrong.answers["/.well-known/openid-configuration"] = lambda: as_json(published)
    claims_of(wrong, email=None)
    wrong.answers["/me"] = lambda: as_json({"sub": "other", "email": MAIL, "email_verified": True})
    assert is_refused(from_rogue(new_browser(misled), wrong), 502, CONFUSED)
    wrong.answers["/me"] = lambda: as_json(
        {"sub": "person-1", "email": MAIL, "email_verified": True}
    )
    assert from_rogue(new_browser(misled), wrong).status_code == 303


def test_the_name_of_a_bound_account_opens_it_to_nobody_else(misled: Desk, wrong: Rogue) -> None:
    assert from_rogue(new_browser(misled), wrong).status_code == 303
    claims_of(wrong, sub="person-2")
    assert is_refused(from_rogue(new_browser(misled), wrong), 403, UNKNOWN)


@pytest.mark.parametrize(
    "other",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email_verified": 1},
        {"email_verified": False, "preferred_username": MAIL},
        {"email": "ｔaro@city.example.jp"},
        {"email": [MAIL]},
        {"email": "taro@city.example.jp\x00"},
        {"email": "taro@city.example.jp "},
        {"email": None, "preferred_username": {"a": MAIL}},
    ],
)
def test_only_a_name_that_the_provider_vouches_for_counts(
    misled: Desk, wrong: Rogue, other: dict[str, object]
) -> None:
    claims_of(wrong, **other)
    assert is_refused(from_rogue(new_browser(misled), wrong), 403, UNKNOWN)


def test_two_accounts_that_one_person_could_be_are_neither(misled: Desk, wrong: Rogue) -> None:
    link(misled, "taro.asaka")
    claims_of(wrong, preferred_username="taro.asaka")
    assert is_refused(from_rogue(new_browser(misled), wrong), 403, UNKNOWN)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("access_denied", 403, DECLINED),
        ("login_required", 403, DECLINED),
        ("server_error", 503, AWAY),
        ("temporarily_unavailable", 503, AWAY),
        ("invalid_scope", 502, CONFUSED),
        ("<script>", 502, CONFUSED),
    ],
)
def test_an_error_of_the_provider_is_said_in_words(
    misled: Desk, wrong: Rogue, error: str, status: int, words: str
) -> None:
    answer = from_rogue(new_browser(misled), wrong, error=error, error_description="<script>")
    assert is_refused(answer, status, words)
    assert "&lt;script" not in answer.text
    assert "<script>" not in answer.text


# A provider that is away, slow, or answers rubbish


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(wrong: Rogue, clock: Clock) -> Provider:
    return Provider(OpenIdClient(wrong.issuer, CLIENT, "sample"), BASE, clock)


def identify(client: Provider, wrong: Rogue) -> Identity:
    begun = new_transaction("/staff")
    wrong.nonce = begun.nonce
    client.authorization_url(begun, "ja")
    return client.identity("c", None, begun)


def test_what_the_provider_publishes_is_kept_for_an_hour(
    client: Provider, wrong: Rogue, clock: Clock
) -> None:
    for _ in range(3):
        assert identify(client, wrong) == Identity(wrong.issuer, "person-1", (MAIL,))
    assert [wrong.times(path) for path in PATHS] == [1, 3, 1]
    clock.now += 3601
    identify(client, wrong)
    assert [wrong.times(path) for path in PATHS] == [2, 4, 2]


def test_a_key_that_is_new_is_fetched(client: Provider, wrong: Rogue, clock: Clock) -> None:
    identify(client, wrong)
    wrong.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    wrong.answers["/token"] = lambda: as_json(wrong.token(wrong.sign(wrong.claims(), kid="two")))
    clock.now += 11
    assert identify(client, wrong).subject == "person-1"
    assert wrong.times("/jwks") == 2


def test_unknown_keys_do_not_make_the_service_ask_without_end(
    client: Provider, wrong: Rogue
) -> None:
    wrong.answers["/token"] = lambda: as_json(wrong.token(wrong.sign(wrong.claims(), kid="two")))
    for _ in range(4):
        with pytest.raises(ProviderConfused, match="unknown key"):
            identify(client, wrong)
    assert wrong.times("/jwks") == 1


def test_a_provider_that_is_away_is_asked_again_only_after_a_pause(
    client: Provider, wrong: Rogue, clock: Clock
) -> None:
    right = wrong.answers[PATHS[0]]
    wrong.answers[PATHS[0]] = lambda: (503, {}, b"")
    for _ in range(5):
        with pytest.raises(ProviderAway):
            identify(client, wrong)
    assert wrong.times(PATHS[0]) == 1
    wrong.answers[PATHS[0]] = right
    clock.now += 11
    assert identify(client, wrong).subject == "person-1"


PATHS = ["/.well-known/openid-configuration", "/token", "/jwks"]
RUBBISH: list[Answer] = [
    (200, {"Content-Type": "text/html"}, b"<html>"),
    (200, {}, b""),
    (200, {}, b"[]"),
    (200, {}, b"null"),
    (200, {}, b'{"a"'),
    (200, {}, b"[" * 100_000),
    (200, {}, b"\xff\xfe"),
    (200, {}, b'{"x": "' + b"x" * (1 << 19) + b'"}'),
    (200, {"Content-Encoding": "gzip"}, b"{}"),
    (404, {}, b"{}"),
    (302, {"Location": "http://169.254.169.254/"}, b""),
    (200, {"Content-Length": "-5"}, b"{}"),
    (200, {}, b'{"error": ["x"]}'),
    (200, {}, b'{"access_token": 7, "expires_in": {}}'),
    (200, {}, b'{"keys": {"a": 1}, "issuer": 7}'),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("answer", mainly(RUBBISH[0], RUBBISH))
def test_rubbish_is_said_to_be_rubbish(
    misled: Desk, wrong: Rogue, path: str, answer: Answer
) -> None:
    wrong.answers[path] = lambda: answer
    browser = new_browser(misled)
    page = browser.get(f"{OPENID}?lang=ja") if path == PATHS[0] else from_rogue(browser, wrong)
    assert is_refused(page, 502, CONFUSED)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_that_fails_is_away(misled: Desk, wrong: Rogue, path: str, status: int) -> None:
    wrong.answers[path] = lambda: (status, {}, b"<html>")
    browser = new_browser(misled)
    page = browser.get(f"{OPENID}?lang=ja") if path == PATHS[0] else from_rogue(browser, wrong)
    assert is_refused(page, 503, AWAY)
    assert page.headers["retry-after"]
    assert sign_in(browser, "reader です").status_code == 303


@pytest.mark.parametrize(
    "other",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"token_endpoint": ["x"]},
        {"authorization_endpoint": "https://other.example/\r\nX: y"},
    ],
)
def test_a_provider_that_publishes_what_is_not_safe_is_not_used(
    misled: Desk, wrong: Rogue, other: dict[str, object]
) -> None:
    published = wrong.metadata(**other)
    wrong.answers[PATHS[0]] = lambda: as_json(published)
    assert is_refused(new_browser(misled).get(f"{OPENID}?lang=ja"), 502, CONFUSED)


def test_nobody_waits_for_a_provider_that_is_silent(
    asaka: Catalog, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asaka.layers
    monkeypatch.setattr(wire, "TOTAL_S", 0.5)
    secret = tmp_path / "client-secret"
    secret.write_text("sample")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        desk = desk_in(
            home,
            tmp_path,
            base_url=BASE,
            oidc_issuer=f"http://127.0.0.1:{silent.getsockname()[1]}",
            oidc_client_id=CLIENT,
            oidc_client_secret_file=str(secret),
        )
        answers: list[Response] = []
        waiting = threading.Thread(
            target=lambda: answers.append(new_browser(desk).get(f"{OPENID}?lang=ja"))
        )
        waiting.start()
        assert new_browser(desk).get("/").status_code == 200
        assert new_browser(desk).get("/staff/sign-in").status_code == 200
        waiting.join(60)
        assert is_refused(answers[0], 503, AWAY)


def test_answers_without_end_meet_a_limit_for_all(
    misled: Desk, wrong: Rogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "OF_ALL", Rate(5, 3600.0))
    browser = TestClient(
        create_app(misled.settings), headers={"Accept": "text/html"}, follow_redirects=False
    )
    asked = parse_qs(urlsplit(leave(browser)).query)
    wrong.answers["/token"] = lambda: as_json({"error": "invalid_grant"}, 400)
    address = f"{BASE}{CALLBACK}?code=c&state={asked['state'][0]}"
    statuses = [come_back(browser, address).status_code for _ in range(7)]
    assert statuses[0] == 400
    assert statuses[-1] == 429


def test_nothing_of_it_is_logged_that_opens_anything(
    misled: Desk, wrong: Rogue, caplog: pytest.LogCaptureFixture
) -> None:
    claims_of(wrong, aud="other")
    answer = from_rogue(new_browser(misled), wrong, code="secret-code")
    assert answer.status_code == 502
    assert "secret-code" not in caplog.text
    assert MAIL not in caplog.text
    assert wrong.nonce not in caplog.text


def test_the_sealed_cookie_opens_with_its_own_secret_alone(misled: Desk, tmp_path: Path) -> None:

    other = Secret(tmp_path / "other.key")
    other.make()
    sealed = Transactions(other).seal(new_transaction("/staff"))
    with pytest.raises(SignInStale):
        Transactions(Secret(misled.settings.secret)).open(sealed)
