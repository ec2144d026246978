"""The configuration of nginx that ships, before two replicas that share a PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import create_engine, select, text
from starlette.types import Receive, Scope, Send

from server.database.engine import open_database
from server.desk.intake.requests import requests
from server.http.proxies import TrustedProxies
from tests.server.deploy.crowd import Crowd
from tests.server.deploy.nginx import NAME, nginx
from tests.service import Running, free_port, running
from tests.waiting import until

pytestmark = pytest.mark.database

TILE = "/tiles/emergency_sites/14/14544/6445.geojson"
EXPORT = "/layers/emergency_sites/export.geojson"
PLACE = "35.7971234"
KEY = "a-key-that-is-somebodys-own"
FORGED = {
    "X-Forwarded-For": "8.8.8.8",
    "X-Forwarded-Host": "forged.example",
    "X-Forwarded-Proto": "http",
    "Forwarded": "for=8.8.8.8;host=forged.example",
}


class Site:
    """Two replicas with one home and one database, and nginx."""

    def __init__(self, folder: Path, home: Path, database: str) -> None:
        self._folder, self._ports = folder, (free_port(), free_port())
        self._settings = {
            "BOSAI_HOME": str(home),
            "BOSAI_DATABASE_URL": database,
            "BOSAI_BASE_URL": f"https://{NAME}",
            "BOSAI_TRUSTED_PROXIES": "127.0.0.1",
        }
        self._stack = ExitStack()
        self._replicas: dict[int, Running] = {}

    def __enter__(self) -> Site:
        self.start()
        self.nginx = self._stack.enter_context(nginx(self._folder / "nginx", self._ports))
        self.client = self._stack.enter_context(self.nginx.client())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self) -> None:
        """Start the replicas that do not run."""
        for port in self._ports:
            if port not in self._replicas:
                log = self._folder / f"{port}.log"
                self._replicas[port] = self._stack.enter_context(
                    running(self._settings, log, port=port)
                )

    def kill(self) -> None:
        """End a replica as a power cut does."""
        _, replica = self._replicas.popitem()
        for pid in (replica.process.pid, *replica.workers):
            os.kill(pid, signal.SIGKILL)
        replica.process.wait()

    def kill_all(self) -> None:
        """End those that run."""
        while self._replicas:
            self.kill()

    @property
    def is_dead(self) -> bool:
        """Whether no replica runs."""
        return not self._replicas

    def titles(self) -> Counter[str]:
        """How often each title of a request is stored."""
        engine = open_database(self._settings["BOSAI_DATABASE_URL"])
        with engine.connect() as connection:
            stored = Counter(connection.scalars(select(requests.c.title)))
        engine.dispose()
        return stored

    def replica(self) -> httpx2.Client:
        """Asks a replica itself."""
        return httpx2.Client(base_url=next(iter(self._replicas.values())).address, timeout=120)


@pytest.fixture(scope="module")
def started(
    home: Path, asaka: object, postgresql: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    assert asaka
    folder = tmp_path_factory.mktemp("nginx")
    own = folder / "home"
    shutil.copytree(
        home / "asaka", own, ignore=shutil.ignore_patterns("drafts", "*.sqlite*", "*.log")
    )
    name = f"bosai_{secrets.token_hex(6)}"
    admin = create_engine(
        f"{postgresql}/postgres".replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    with Site(folder, own, f"{postgresql}/{name}") as site:
        yield site


@pytest.fixture
def site(started: Site) -> Site:
    """A replica at least runs and answers through nginx: starting one takes seconds."""
    if started.is_dead:
        started.start()
    until(lambda: started.client.get("/healthz").status_code == 200)
    return started


def is_kept(site: Site, address: str, state: str = "HIT") -> bool:
    answer = site.client.get(address)
    return answer.status_code == 200 and answer.headers["x-cache"] == state


def test_a_tile_is_answered_from_the_cache_for_a_moment(site: Site) -> None:
    until(lambda: is_kept(site, TILE))
    with site.replica() as replica:
        assert site.client.get(TILE).content == replica.get(TILE).content


def test_what_is_kept_is_asked_about_again(site: Site) -> None:
    until(lambda: is_kept(site, "/light?lang=en"))
    until(lambda: is_kept(site, "/light?lang=en", "REVALIDATED"))


def test_a_page_is_kept_in_each_language(site: Site) -> None:
    for tag in ("ja", "en", "vi"):
        site.client.get("/light", headers={"Accept-Language": tag})
    for tag in ("ja", "en", "vi"):
        page = site.client.get("/light", headers={"Accept-Language": tag})
        assert page.headers["content-language"] == tag


@pytest.mark.parametrize(
    "address",
    [
        f"/here?lat={PLACE}&lon=139.59&f=json",
        f"/?at=16/{PLACE}/139.59",
        "/search?q=朝霞&f=json",
        "/notices?f=json",
        "/shelters.json",
        "/staff/sign-in",
        "/requests",
        "/requests/new",
    ],
)
def test_what_is_somebodys_or_of_the_day_is_not_kept(site: Site, address: str) -> None:
    for _ in range(2):
        answer = site.client.get(address)
        assert answer.status_code == 200
        assert "x-cache" not in answer.headers
    kept = (path.read_bytes() for path in site.nginx.folder.rglob("cache-*/**/*") if path.is_file())
    assert not any(PLACE.encode() in content for content in kept)


def test_an_answer_comes_compressed_as_the_service_has_done_it(site: Site) -> None:
    with site.replica() as replica:
        own = replica.get(EXPORT, headers={"Accept-Encoding": "gzip"})
    for accepted in ("gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8"):
        answer = site.client.get(EXPORT, headers={"Accept-Encoding": accepted})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["etag"] == own.headers["etag"]
    plain = site.client.get(EXPORT, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == own.content


@pytest.mark.parametrize("query", ["", "?v=0"])
def test_a_part_is_one_of_the_plain_bytes(site: Site, query: str) -> None:
    whole = site.client.get(EXPORT, headers={"Accept-Encoding": "gzip"}).content
    for _ in range(2):  # made, and kept
        part = site.client.get(
            EXPORT + query, headers={"Range": "bytes=10-29", "Accept-Encoding": "gzip"}
        )
        assert part.status_code == 206
        assert part.headers["content-range"] == f"bytes 10-29/{len(whole)}"
        assert part.content == whole[10:30]


def test_browsers_are_told_of_tls_by_tls_only(site: Site) -> None:
    for address in ("/", TILE, TILE, "/nothing", f"/?{'&' * 200}"):
        answer = site.client.get(address)
        assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]
    plain = httpx2.get(
        f"http://127.0.0.1:{site.nginx.plain_port}/light?lang=en", headers={"Host": NAME}
    )
    assert plain.status_code == 301
    assert plain.headers["location"] == f"https://{NAME}/light?lang=en"
    assert "strict-transport-security" not in plain.headers


def test_another_host_is_answered_nothing(site: Site) -> None:
    with site.nginx.client("forged.example") as client:
        answer = client.get("/")
    assert answer.status_code == 421
    plain = httpx2.get(
        f"http://127.0.0.1:{site.nginx.plain_port}/", headers={"Host": "forged.example"}
    )
    assert plain.headers["location"] == f"https://{NAME}/"


def test_no_answer_names_a_host_that_was_forged(site: Site) -> None:
    for address in ("/", "/tiles/emergency_sites.json", "/data.json", "/layers/"):
        answer = site.client.get(address, headers=FORGED)
        assert "forged" not in answer.text + str(answer.headers)


def test_figures_of_operation_are_not_for_everybody(site: Site) -> None:
    assert site.client.get("/metrics").status_code == 404


def test_the_service_learns_who_asks_whatever_they_say(tmp_path: Path) -> None:
    asked: list[list[tuple[str, str]]] = []

    class Replica(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.items())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Replica) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        port = server.server_port
        with nginx(tmp_path / "nginx", (port, port)) as front, front.client() as client:
            client.get("/healthz", headers=FORGED)
        server.shutdown()
        thread.join()
    seen = as_the_service_sees(asked[0])
    assert seen["client"][0] == "127.0.0.1"
    assert seen["scheme"] == "https"
    assert (b"host", NAME.encode()) in seen["headers"]
    assert not any(b"forged" in value for _, value in seen["headers"])


def as_the_service_sees(headers: list[tuple[str, str]]) -> Scope:
    """The request after `BOSAI_TRUSTED_PROXIES=127.0.0.1`."""
    seen: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    async def none() -> dict[str, str]:
        return {}

    async def nowhere(_message: object) -> None:
        pass

    scope = {
        "type": "http",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    proxies = TrustedProxies(app, [ip_network("127.0.0.1")])
    asyncio.run(proxies(scope, none, nowhere))
    return seen[0]


def test_forms_of_one_address_are_limited(site: Site) -> None:
    answers: list[httpx2.Response] = []
    while not answers or answers[-1].status_code != 429:
        assert len(answers) < 100
        answers.append(site.client.post("/requests", data={"title": ""}))
    assert len(answers) > 20
    assert {answer.status_code for answer in answers[:-1]} == {400}
    assert "今、お答えできません" in answers[-1].text
    assert answers[-1].headers["retry-after"] == "30"
    assert answers[-1].headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answers[-1].headers["content-security-policy"]
    assert site.client.get("/requests").status_code == 200


def test_no_place_and_no_key_is_in_a_log(site: Site) -> None:
    assert_logs_nothing_personal(site)
    assert '"GET /here" 200' in site.nginx.logged()


@pytest.mark.parametrize(
    ("more", "kills"), [(400, 1), pytest.param(3_000, 3, marks=pytest.mark.soak)]
)
def test_replicas_that_are_killed_under_load_lose_nothing(
    site: Site, more: int, kills: int
) -> None:
    with Crowd(site.nginx, readers=100, senders=12) as crowd:
        for _ in range(kills):
            site.start()
            goes_on(crowd, more)
            site.kill()
            goes_on(crowd, more)
    assert crowd.failed == []
    assert len(crowd.acknowledged) > 12
    assert len({*crowd.acknowledged.values()}) == len(crowd.acknowledged)
    stored = site.titles()
    assert {title: stored[title] for title in crowd.acknowledged} == dict.fromkeys(
        crowd.acknowledged, 1
    )
    assert max(stored.values()) == 1  # those that were sent again too


def goes_on(crowd: Crowd, more: int) -> None:
    """Wait until the crowd was answered so often again, and a form was taken in between."""
    answers, forms = crowd.answers + more, len(crowd.acknowledged)
    until(
        lambda: bool(crowd.failed) or (crowd.answers >= answers and len(crowd.acknowledged) > forms)
    )


def test_a_worker_of_nginx_that_is_killed_is_made_anew(site: Site) -> None:
    before = site.nginx.workers
    assert len(before) == 2
    with Crowd(site.nginx, readers=10, senders=2, reconnects=True) as crowd:
        goes_on(crowd, 50)
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(site.nginx.workers) == 2 and site.nginx.workers != before)
        goes_on(crowd, 50)
    assert crowd.failed == []  # those whose connection broke ask again, and are answered
    assert {title: site.titles()[title] for title in crowd.acknowledged} == dict.fromkeys(
        crowd.acknowledged, 1
    )


def test_the_map_stays_when_no_replica_is_left(site: Site) -> None:
    until(lambda: is_kept(site, TILE))
    page = site.client.get("/").content
    site.kill_all()
    until(lambda: is_kept(site, TILE, "STALE"))
    until(lambda: is_kept(site, "/", "STALE"))
    assert site.client.get("/").content == page
    placed = site.client.get(f"/?at=16/{PLACE}/139.59")
    assert (placed.status_code, placed.content) == (200, page), placed.headers
    for address in ("/notices?f=json", "/shelters.json", f"/here?lat={PLACE}&lon=139.59"):
        answer = site.client.get(address)
        assert answer.status_code in (502, 504)
        assert "今、お答えできません" in answer.text
    assert site.client.post("/requests", data={"title": "a"}).status_code in (429, 502, 504)


def test_no_place_and_no_key_is_in_a_log_of_a_fault(started: Site) -> None:
    started.kill_all()
    assert_logs_nothing_personal(started)
    assert '"GET /here" 502' in started.nginx.logged()


def assert_logs_nothing_personal(site: Site) -> None:
    plain = f"http://127.0.0.1:{site.nginx.plain_port}"
    for address in (f"/here?lat={PLACE}&lon=139.59", f"/requests/1?key={KEY}", f"/?at=9/{PLACE}/1"):
        site.client.get(address, headers={"Referer": f"https://{NAME}{address}"})
        httpx2.get(plain + address, headers={"Host": NAME})
    logged = site.nginx.logged()
    assert '"GET /requests/1" ' in logged
    assert "127.0.0.0 [" in logged
    for personal in (PLACE, KEY, "127.0.0.1 ["):
        assert personal not in logged


def test_nginx_that_is_killed_answers_again_from_what_it_kept(site: Site) -> None:
    # Last: until nginx has listed its cache, a minute after it started, it finds a page that `Vary`
    # tells apart every other time only.
    until(lambda: is_kept(site, TILE))
    tile = site.client.get(TILE).content
    site.nginx.kill()
    with pytest.raises(httpx2.TransportError):
        site.client.get(TILE)
    site.kill_all()  # what is answered now was on the disk
    site.nginx.start()
    until(lambda: is_kept(site, TILE, "STALE"))
    assert site.client.get(TILE).content == tile
