"""`bosai serve` on several hosts that share a PostgreSQL, each with an empty home of its own."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from server.database.engine import open_database
from tests.postgresql import _created
from tests.server.hosts.hosts import city_of
from tests.server.killed.test_killed import kill_all
from tests.server.layer_service import (
    ASKED,
    POINTS,
    await_names,
    names_served,
    publish,
    settings_of,
)
from tests.service import running
from tests.visit import ask
from tests.waiting import until

pytestmark = pytest.mark.database

PATHS = (
    "/",
    "/layers?f=json",
    f"/layers/{POINTS}?f=json",
    f"/layers/{POINTS}/export.geojson",
    f"/layers/{POINTS}/export.gpkg",
    f"/offline/{POINTS}.pack",
    "/search/index.json",
    "/base.geojson",
)


@pytest.fixture
def url(postgresql: str, postgresql_tables: str) -> str:
    return _created(postgresql, f"TEMPLATE {postgresql_tables}")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


def host(folder: Path, url: str, name: str) -> dict[str, str]:
    """The settings of a host with a folder of its own, in which the point has this name."""
    secret = folder.parent / "secret.key"
    secret.write_text("s" * 40, encoding="utf-8")
    secret.chmod(0o600)
    return settings_of(city_of(folder, name), url) | {"BOSAI_SECRET_FILE": str(secret)}


def served(address: str) -> dict[str, str]:
    """The hash of what is answered at each path."""
    own = urllib.parse.urlsplit(address).netloc.encode()
    return {
        path: hashlib.sha256(ask(address + path).replace(own, b"host")).hexdigest()
        for path in PATHS
    }


def ready(address: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(ask(f"{address}/readyz"))
    return document


def send_form(address: str, title: str = "消火栓") -> int:
    """What is answered to who asks for a layer."""
    form = {"title": title, "purpose": "消防団で使います", "category": "fire"}
    body = urllib.parse.urlencode(form).encode()
    try:
        with urllib.request.urlopen(f"{address}/requests", body, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def is_whole(address: str) -> bool:
    """Whether the layer, the only one, is served after it was withdrawn."""
    try:
        return ready(address)["not_served"] == {}
    except urllib.error.HTTPError:
        return False


@pytest.mark.breadth
def test_hosts_serve_the_same_and_another_takes_over(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    first, second = (host(tmp_path / name, url, name) for name in ("a", "b"))
    with running(first, tmp_path / "a.log") as a, running(second, tmp_path / "b.log") as b:
        assert (names_served(a.address), names_served(b.address)) == ({"a"}, {"a"})
        assert ready(b.address)["not_updated"] == {}
        until(lambda: ready(b.address)["differing"] == [f"{POINTS}.toml"])
        publish(engine, tmp_path, "一")
        for each in (a, b):
            await_names(each.address, "一")
        until(lambda: served(a.address) == served(b.address))
        kill_all(a)
        publish(engine, tmp_path, "二")
        await_names(b.address, "二")


@pytest.mark.soak
def test_a_host_heals_joins_and_outlives_the_database(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    settings = {name: host(tmp_path / name, url, name) for name in ("a", "b", "c")}
    with (
        running(settings["a"], tmp_path / "a.log") as a,
        running(settings["b"], tmp_path / "b.log", ("--workers", "2")) as b,
    ):
        (arrays,) = (tmp_path / "b" / "home").glob(f"*/revisions/{POINTS}/*/arrays.bin")
        content = arrays.read_bytes()
        arrays.write_bytes(bytes(len(content)))
        until(lambda: arrays.read_bytes() == content)
        until(lambda: all(is_whole(b.address) for _ in range(ASKED)))
        assert names_served(b.address) == {"a"}
        with running(settings["c"], tmp_path / "c.log") as c:
            assert names_served(c.address) == {"a"}
            until(lambda: served(a.address) == served(b.address) == served(c.address))
            until(lambda: send_form(c.address) < 400)
            set_reachable(engine, False)
            until(lambda: "database" in ready(c.address)["failing"])  # type: ignore[operator]
            assert send_form(c.address) == 503
            for each in (a, b, c):
                assert names_served(each.address) == {"a"}
            set_reachable(engine, True)
            publish(engine, tmp_path, "二")
            began = time.monotonic()
            for each in (a, b, c):
                await_names(each.address, "二")
            print(f"seen by three hosts after {time.monotonic() - began:.1f} s")
            until(lambda: served(a.address) == served(b.address) == served(c.address))


def set_reachable(engine: Engine, is_reachable: bool) -> None:
    """Let the database be connected to, or end all connections and let nobody in."""
    name = engine.url.database
    admin = open_database(
        engine.url.set(database="postgres").render_as_string(hide_password=False)
    ).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {is_reachable}"))
        if not is_reachable:
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(end), {"name": name})
    admin.dispose()
