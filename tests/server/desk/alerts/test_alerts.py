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
from server.desk.accounts.audit_entries import AuditEntries, EntryChoice
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.alerts.alert import Alert, AlertPlace
from server.desk.alerts.alerts import Alerts
from server.desk.errors import AlertNotFound, InvalidAlert
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
    number = alerts.issue(ORDER, actor=COMMAND_LINE)
    assert alerts.current() == [replace(ORDER, number=number)]


def test_an_alert_ends_and_stays_to_be_seen_as_ended(alerts: Alerts) -> None:
    number = alerts.issue(ORDER, actor=COMMAND_LINE)
    alerts.end(number, NOW, actor=COMMAND_LINE)
    (ended,) = alerts.current()
    assert ended.ended_at == NOW
    with pytest.raises(InvalidAlert, match="has not ended"):
        alerts.end(number, NOW, actor=COMMAND_LINE)
    with pytest.raises(AlertNotFound):
        alerts.end(999, NOW, actor=COMMAND_LINE)


def test_an_alert_is_for_the_places_that_it_was_issued_for(alerts: Alerts) -> None:
    places = (AlertPlace("岡一丁目", {"ja-Latn": "Oka 1-chome"}), AlertPlace("字〇〇"))
    alert = replace(ORDER, area="", reach="places", places=places)
    number = alerts.issue(alert, actor=COMMAND_LINE)
    assert alerts.of(number) == replace(alert, number=number)
    region = {"ja": "朝霞市", "en": "Asaka City"}
    city = replace(ORDER, area="", reach="city", region=region)
    assert alerts.of(alerts.issue(city, actor=COMMAND_LINE)).region == region


@pytest.mark.parametrize(
    "changed",
    [
        {"area": "", "reach": "places"},
        {"area": "", "reach": "own"},
        {"reach": "city"},
        {"reach": "zone", "region": {"ja": "洪水"}},
        {"reach": "nowhere"},
        {"reach": "places", "places": (AlertPlace(" "),)},
    ],
)
def test_an_alert_for_nowhere_is_refused(alerts: Alerts, changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidAlert):
        alerts.issue(replace(ORDER, **changed), actor=COMMAND_LINE)


def test_a_form_pressed_twice_issues_once(alerts: Alerts) -> None:
    first = alerts.issue(ORDER, actor=COMMAND_LINE, once="a")
    assert alerts.issue(ORDER, actor=COMMAND_LINE, once="a") == first
    assert alerts.issue(ORDER, actor=COMMAND_LINE, once="b") != first
    assert [message.act for message in alerts.messages(first)] == ["issue"]


def test_an_alert_runs_longer_and_only_longer(alerts: Alerts) -> None:
    number = alerts.issue(ORDER, actor=COMMAND_LINE)
    alerts.extend(number, ORDER.expires_at + HOUR, actor=COMMAND_LINE)
    assert alerts.of(number).expires_at == ORDER.expires_at + HOUR
    with pytest.raises(InvalidAlert, match="expires_at"):
        alerts.extend(number, ORDER.expires_at, actor=COMMAND_LINE)
    alerts.end(number, NOW, actor=COMMAND_LINE)
    with pytest.raises(InvalidAlert, match="has not ended"):
        alerts.extend(number, ORDER.expires_at + 2 * HOUR, actor=COMMAND_LINE)
    assert [message.act for message in alerts.messages(number)] == ["issue", "extend", "end"]
    assert [message.sequence for message in alerts.messages(number)] == [1, 2, 3]


def test_an_end_is_shown_for_hours_though_the_alert_had_run_out(alerts: Alerts) -> None:
    over = replace(ORDER, issued_at=NOW - 9 * HOUR, expires_at=NOW - HOUR)
    number = alerts.issue(over, actor=COMMAND_LINE)
    assert alerts.current() == []
    alerts.end(number, datetime.datetime.now(datetime.UTC), actor=COMMAND_LINE)
    (ended,) = alerts.current()
    assert ended.ended_at is not None
    long_ago = replace(over, issued_at=NOW - 30 * HOUR, expires_at=NOW - 20 * HOUR)
    number = alerts.issue(long_ago, actor=COMMAND_LINE)
    alerts.end(number, NOW - 10 * HOUR, actor=COMMAND_LINE)
    assert len(alerts.current()) == 1


def test_those_of_the_last_weeks_are_there_whatever_became_of_them(alerts: Alerts) -> None:
    old = replace(ORDER, issued_at=NOW - 999 * HOUR, expires_at=NOW - 998 * HOUR)
    alerts.issue(old, actor=COMMAND_LINE)
    over = alerts.issue(replace(ORDER, expires_at=NOW - HOUR / 2), actor=COMMAND_LINE)
    ended = alerts.issue(ORDER, actor=COMMAND_LINE)
    alerts.end(ended, datetime.datetime.now(datetime.UTC), actor=COMMAND_LINE)
    told = [(alert.number, [each.act for each in messages]) for alert, messages in alerts.recent()]
    assert told == [(ended, ["issue", "end"]), (over, ["issue"])]


def test_who_did_what_is_in_the_audit_without_its_words(alerts: Alerts, engine: Engine) -> None:
    number = alerts.issue(replace(ORDER, text="秘密の文"), actor=COMMAND_LINE)
    alerts.extend(number, ORDER.expires_at + HOUR, actor=COMMAND_LINE)
    alerts.end(number, NOW, actor=COMMAND_LINE)
    entries, total = AuditEntries(engine).page(EntryChoice(subject=f"alert {number}"), 1)
    assert [entry.action for entry in entries] == ["alert.end", "alert.extend", "alert.issue"]
    assert total == 3
    assert "秘密" not in str(entries)


def test_what_has_run_out_or_is_not_issued_yet_is_not_shown(alerts: Alerts) -> None:
    alerts.issue(
        replace(ORDER, issued_at=NOW - 3 * HOUR, expires_at=NOW - HOUR), actor=COMMAND_LINE
    )
    alerts.issue(replace(ORDER, issued_at=NOW + HOUR), actor=COMMAND_LINE)
    assert alerts.current() == []


def test_the_gravest_stands_first(alerts: Alerts) -> None:
    ended = alerts.issue(replace(ORDER, level=5), actor=COMMAND_LINE)
    alerts.end(ended, NOW, actor=COMMAND_LINE)
    alerts.issue(replace(ORDER, level=5, drill=True), actor=COMMAND_LINE)
    alerts.issue(replace(ORDER, kind="information", level=None, title="給水所"), actor=COMMAND_LINE)
    alerts.issue(replace(ORDER, level=3), actor=COMMAND_LINE)
    alerts.issue(ORDER, actor=COMMAND_LINE)
    said = [(one.level, one.drill, one.ended_at is not None) for one in alerts.current()]
    assert said == [
        (4, False, False),
        (3, False, False),
        (None, False, False),
        (5, True, False),
        (5, False, True),
    ]


def test_while_the_database_is_away_what_was_known_stays(alerts: Alerts, engine: Engine) -> None:
    alerts.issue(ORDER, actor=COMMAND_LINE)
    assert len(alerts.current()) == 1

    @event.listens_for(engine, "begin")
    def away(_: Connection) -> None:
        raise OperationalError("", None, Exception())

    assert len(alerts.current()) == 1


def test_who_finds_another_asking_goes_by_what_is_known(alerts: Alerts, engine: Engine) -> None:
    alerts.issue(ORDER, actor=COMMAND_LINE)
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
        alerts.issue(ORDER, actor=COMMAND_LINE)
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
        alerts.issue(replace(ORDER, **changed), actor=COMMAND_LINE)
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
    number = desk(city).issue(ORDER, actor=COMMAND_LINE)
    page = client.get(path, headers=PAGE).text
    assert page.index('class="alert in_force level-4"') < page.index("<main")
    for words in ("警戒レベル4 避難指示", "危険な場所から全員避難", ORDER.area, ORDER.issuer):
        assert words in page
    desk(city).end(number, NOW, actor=COMMAND_LINE)
    page = client.get(path, headers=PAGE).text
    assert "【解除】" in page
    assert "危険な場所から全員避難" not in page


def test_a_drill_is_marked_in_every_language(city: SmallCity, client: TestClient) -> None:
    desk(city).issue(replace(ORDER, drill=True), actor=COMMAND_LINE)
    assert "【訓練】これは訓練です" in client.get("/layers", headers=PAGE).text
    assert "this is a drill" in client.get("/layers?lang=en", headers=PAGE).text


def test_programs_get_alerts_that_caches_keep_for_seconds(
    city: SmallCity, client: TestClient
) -> None:
    assert client.get("/notices?f=json").json() == []
    desk(city).issue(ORDER, actor=COMMAND_LINE)
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
    desk(city).issue(ORDER, actor=COMMAND_LINE)
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
    number = desk(city).issue(replace(ORDER, area="岡三丁目"), actor=COMMAND_LINE)
    desk(city).issue(ORDER, actor=COMMAND_LINE)
    with closing(sqlite3.connect(city.home / "bosai.sqlite")) as other, other:
        other.execute(f"UPDATE notices SET {written} WHERE number = {number}")
    page = client.get("/layers", headers=PAGE)
    assert page.status_code == 200
    assert ORDER.area in page.text
    assert "岡三丁目" not in page.text
    assert f"alert {number} " in caplog.text
