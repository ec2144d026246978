"""Alerts of the city: issued, ended, running out, and shown above everything else."""

from __future__ import annotations

import datetime
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from server.app import create_app
from server.database.engine import open_database
from server.desk.alerts import Alert, Alerts
from server.desk.errors import InvalidAlert
from server.settings import Settings
from tests.layers.city import SmallCity

NOW = datetime.datetime.now(datetime.UTC)
HOUR = datetime.timedelta(hours=1)
PAGE = {"Accept": "text/html"}
ORDER = Alert(
    kind="evacuation",
    level=4,
    area="岡一丁目、岡二丁目",
    text="新河岸川の水位が上がっています。",
    issuer="見本市 危機管理室",
    issued_at=NOW - HOUR,
    expires_at=NOW + 6 * HOUR,
    layers=("flood", "emergency_sites"),
)


@pytest.fixture
def alerts(engine: Engine) -> Alerts:
    return Alerts(engine, reuse_s=0)


def test_an_alert_comes_back_as_it_was_issued(alerts: Alerts) -> None:
    number = alerts.issue(ORDER)
    assert alerts.current() == [replace(ORDER, number=number)]


def test_an_alert_ends_and_stays_to_be_seen_as_ended(alerts: Alerts) -> None:
    number = alerts.issue(ORDER)
    alerts.end(number, NOW)
    (ended,) = alerts.current()
    assert ended.ended_at == NOW
    with pytest.raises(InvalidAlert, match="has not ended"):
        alerts.end(number, NOW)
    with pytest.raises(InvalidAlert, match="number is 999"):
        alerts.end(999, NOW)


def test_what_has_run_out_or_is_not_issued_yet_is_not_shown(alerts: Alerts) -> None:
    alerts.issue(replace(ORDER, issued_at=NOW - 3 * HOUR, expires_at=NOW - HOUR))
    alerts.issue(replace(ORDER, issued_at=NOW + HOUR))
    assert alerts.current() == []


def test_the_gravest_stands_first(alerts: Alerts) -> None:
    ended = alerts.issue(replace(ORDER, level=5))
    alerts.end(ended, NOW)
    alerts.issue(replace(ORDER, level=5, drill=True))
    alerts.issue(replace(ORDER, kind="information", level=None, title="給水所"))
    alerts.issue(replace(ORDER, level=3))
    alerts.issue(ORDER)
    said = [(one.level, one.drill, one.ended_at is not None) for one in alerts.current()]
    assert said == [
        (4, False, False),
        (3, False, False),
        (None, False, False),
        (5, True, False),
        (5, False, True),
    ]


def test_while_the_database_is_away_what_was_known_stays(alerts: Alerts, engine: Engine) -> None:
    alerts.issue(ORDER)
    assert len(alerts.current()) == 1

    @event.listens_for(engine, "begin")
    def away(_: Connection) -> None:
        raise OperationalError("", None, Exception())

    assert len(alerts.current()) == 1


def test_who_finds_another_asking_goes_by_what_is_known(alerts: Alerts, engine: Engine) -> None:
    alerts.issue(ORDER)
    assert len(alerts.current()) == 1
    asked, answered = threading.Event(), threading.Event()

    @event.listens_for(engine, "begin")
    def slowly(_: Connection) -> None:
        asked.set()
        answered.wait(300)

    with ThreadPoolExecutor() as pool:
        asking = pool.submit(alerts.current)
        assert asked.wait(120)
        other = pool.submit(alerts.current)
        try:
            assert len(other.result(timeout=120)) == 1
            assert not asking.done()
        finally:
            answered.set()
        assert len(asking.result()) == 1


@pytest.mark.parametrize("fails", [False, True])
def test_an_answer_is_used_again_from_when_it_came(engine: Engine, *, fails: bool) -> None:
    now, answers = 100.0, []
    alerts = Alerts(engine, reuse_s=2, clock=lambda: now)

    @event.listens_for(engine, "begin")
    def slowly(_: Connection) -> None:
        nonlocal now
        now += 60
        answers.append(now)
        if fails:
            raise OperationalError("", None, Exception())

    alerts.current()
    alerts.current()
    assert answers == [160]
    now += 2
    alerts.current()
    assert answers == [160, 222]


def test_however_many_alerts_there_are_the_database_is_asked_once(
    alerts: Alerts, engine: Engine
) -> None:
    for _ in range(3):
        alerts.issue(ORDER)
    queries = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Connection, _cursor: object, query: str, *_: object) -> None:
        queries.append(query)

    assert len(alerts.current()) == 3
    assert len([query for query in queries if query.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "rumour"}, "kind is 'rumour'"),
        ({"level": None}, "level is None"),
        ({"level": 2}, "level is 2"),
        ({"title": "避難勧告"}, "title is '避難勧告'"),
        ({"kind": "weather"}, "level is 4"),
        ({"kind": "weather", "level": None}, "title is ''"),
        ({"area": " "}, "area is ' '"),
        ({"issuer": ""}, "issuer is ''"),
        ({"layers": (7,)}, "layers is (7,)"),
        ({"expires_at": NOW - 2 * HOUR}, "expires_at is"),
        ({"issued_at": datetime.datetime(2026, 1, 1)}, "issued_at is"),  # noqa: DTZ001
    ],
)
def test_an_alert_that_cannot_be_is_refused(
    alerts: Alerts, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidAlert) as error:
        alerts.issue(replace(ORDER, **changed))
    assert said in str(error.value)
    assert alerts.current() == []


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    city = SmallCity(tmp_path)
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:6668"')
    return city


@pytest.fixture
def client(city: SmallCity) -> Iterator[TestClient]:
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home)
    app = create_app(settings, alerts=Alerts(open_database(settings.database), reuse_s=0))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def desk(city: SmallCity) -> Alerts:
    """Another process's view of the same database."""
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home)
    return Alerts(open_database(settings.database))


@pytest.mark.parametrize("path", ["/layers", "/layers/points", "/here", "/terms", "/nothing"])
def test_an_alert_stands_above_every_page(city: SmallCity, client: TestClient, path: str) -> None:
    assert 'class="alert' not in client.get(path, headers=PAGE).text
    number = desk(city).issue(ORDER)
    page = client.get(path, headers=PAGE).text
    assert page.index('class="alert in_force level-4"') < page.index("<main")
    for words in ("警戒レベル4 避難指示", "危険な場所から全員避難", ORDER.area, ORDER.issuer):
        assert words in page
    desk(city).end(number, NOW)
    page = client.get(path, headers=PAGE).text
    assert "【解除】" in page
    assert "危険な場所から全員避難" not in page


def test_a_drill_is_marked_in_every_language(city: SmallCity, client: TestClient) -> None:
    desk(city).issue(replace(ORDER, drill=True))
    assert "【訓練】これは訓練です" in client.get("/layers", headers=PAGE).text
    assert "this is a drill" in client.get("/layers?lang=en", headers=PAGE).text


def test_programs_get_alerts_that_caches_keep_for_seconds(
    city: SmallCity, client: TestClient
) -> None:
    assert client.get("/notices?f=json").json() == []
    desk(city).issue(ORDER)
    response = client.get("/notices?lang=en&f=json")
    assert response.headers["cache-control"] == "public, max-age=15"
    (said,) = response.json()
    assert (said["kind"], said["level"], said["state"]) == ("evacuation", 4, "in_force")
    assert said["title"] == "Alert level 4: evacuation instruction"
    assert said["layers"] == ["flood", "emergency_sites"]
    assert client.get("/", headers=PAGE).headers["cache-control"] == "no-cache"


def test_no_alert_is_not_said_to_be_no_danger(client: TestClient) -> None:
    assert "意味ではありません" in client.get("/notices", headers=PAGE).text


def test_who_waits_to_write_holds_up_no_page(city: SmallCity, client: TestClient) -> None:
    desk(city).issue(ORDER)
    form = {"title": "t", "purpose": "p", "category": "fire"}
    with (
        closing(sqlite3.connect(city.home / "bosai.sqlite", isolation_level=None)) as other,
        ThreadPoolExecutor(20) as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        try:
            posts = [
                pool.submit(client.post, "/requests", data=form, headers=PAGE) for _ in range(20)
            ]
            time.sleep(0.5)  # until they wait
            shown = [
                client.get("/layers", headers=PAGE),
                client.post("/requests", data={"title": ""}, headers=PAGE),
                client.get("/tiles/points/8/226/101.geojson"),
                client.get("/healthz"),
            ]
            assert [one.status_code for one in shown] == [200, 400, 200, 200]
            assert not any(post.done() for post in posts)
        finally:
            other.execute("ROLLBACK")
        assert {post.result().status_code for post in posts} == {200}


@pytest.mark.parametrize(
    "written",
    [
        "layers = 'x['",
        "layers = '7'",
        "layers = '[7]'",
        "kind = 'rumour'",
        "level = 7",
        "expires_at = 'soon'",
    ],
)
def test_a_row_that_is_no_alert_is_left_out(
    city: SmallCity, client: TestClient, caplog: pytest.LogCaptureFixture, written: str
) -> None:
    number = desk(city).issue(replace(ORDER, area="岡三丁目"))
    desk(city).issue(ORDER)
    with closing(sqlite3.connect(city.home / "bosai.sqlite")) as other, other:
        other.execute(f"UPDATE notices SET {written} WHERE number = {number}")
    page = client.get("/layers", headers=PAGE)
    assert page.status_code == 200
    assert ORDER.area in page.text
    assert "岡三丁目" not in page.text
    assert f"alert {number} " in caplog.text
