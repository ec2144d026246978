"""When much is asked at once: pages wait or say so, the map and its tiles are answered."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server import app as assembly
from server.app import create_app
from server.desk.alerts.alert import Alert
from server.desk.alerts.alerts import Alerts
from server.http.errors import ServiceBusy
from server.http.turns import Turns
from server.pages.render import Pages
from server.routes.about import ABOUT
from server.settings import Settings
from server.texts import LANGUAGES
from tests.breadth import mainly

PAGE = {"Accept": "text/html"}
TAKING_TURNS = (
    "/layers",
    "/layers/hydrants",
    "/layers/hydrants/table",
    "/layers/flood/coverage.geojson",
    "/light",
    "/towns",
    "/search?q=本町",
    "/here?lat=35.797&lon=139.594",
    "/requests",
    "/requests/new",
    "/qr.svg",
    "/offline",
    "/offline/here",
    "/offline/answers.json",
    *(f"/{name}" for name in ABOUT),
)
ALWAYS = ("/", "/tiles/flood/14/14545/6443.geojson", "/healthz", "/notices", "/notices/bar")
KEPT = (
    "/layers",
    "/layers/hydrants",
    "/layers/hydrants/table?page=1",
    "/light?hazard=flood",
    "/towns",
    "/notices",
    "/terms",
    "/nothing",
)


class NoTurns(Turns):
    """Has its turns all taken."""

    async def take(self, work: Callable[[], Any]) -> Any:
        raise ServiceBusy(f"no turn for {work}")


class Noticeboard(Alerts):
    """Alerts without a database."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []

    def current(self) -> list[Alert]:
        return self.alerts

    def are_known(self) -> bool:
        return True


@pytest.fixture(scope="module")
def settings(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    database = tmp_path_factory.mktemp("busy") / "bosai.sqlite"
    return Settings(
        definitions=BUNDLED_DEFINITIONS,
        data=BUNDLED_DATA,
        home=home / "asaka",
        database_url=f"sqlite:///{database}",
    )


@pytest.fixture(scope="module")
def busy(settings: Settings) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "Turns", NoTurns)
        with TestClient(create_app(settings)) as client:
            yield client


@pytest.mark.parametrize("lang", mainly("en", LANGUAGES))
@pytest.mark.parametrize("path", TAKING_TURNS)
def test_a_page_that_has_no_turn_says_so(busy: TestClient, path: str, lang: str) -> None:
    answer = busy.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers=PAGE)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["cache-control"] == "no-store"
    assert re.search(rf'<html lang="{LANGUAGES[lang].tag}"', answer.text)
    assert busy.get(f"/nothing?lang={lang}", headers=PAGE).text != answer.text


def test_the_words_are_about_the_many_and_not_about_a_layer(busy: TestClient) -> None:
    page = busy.get("/layers/hydrants/table?lang=ja", headers=PAGE).text
    assert "アクセスが集中しています" in page
    assert "このレイヤーは、今表示できません" not in page


@pytest.mark.parametrize("path", ALWAYS)
def test_the_map_needs_no_turn(busy: TestClient, path: str) -> None:
    assert busy.get(path, headers=PAGE).status_code in (200, 204)


# What a thread of the framework's answers: what takes no time, and what must not wait for pages.
BESIDE = {
    "/icons/{name}",
    "/language",
    "/manifest.webmanifest",
    "/notices",
    "/notices/bar",
    "/offline/map",
    "/readyz",
    "/requests/{number}",
    "/requests/deleted",
    "/requests/{number}/delete",
    "/requests/{number}/news/confirm",
    "/requests/{number}/news/stop",
    "/requests/{number}/photo.jpg",
    "/shelters.json",
    "/sw.js",
    "/tiles/{layer_id}.json",
}


def test_every_other_page_takes_turns(settings: Settings) -> None:
    routes = list(iter_route_contexts(create_app(settings).routes))
    assert len(routes) > 30
    in_threads = {str(route.path) for route in routes if not iscoroutinefunction(route.endpoint)}
    assert in_threads == BESIDE


@pytest.mark.parametrize("path", KEPT)
def test_a_page_is_made_once_for_each_language_and_for_what_is_in_force(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    made = []
    render = Pages.render

    def counted(self: Pages, template: str, lang: str, **context: Any) -> str:
        made.append(lang)
        return render(self, template, lang, **context)

    monkeypatch.setattr(Pages, "render", counted)
    board = Noticeboard()
    with TestClient(create_app(settings, alerts=board)) as client:

        def page(lang: str) -> str:
            address = f"{path}{'&' if '?' in path else '?'}lang={lang}"
            return client.get(address, headers=PAGE).text

        first = page("ja")
        assert page("ja") == first
        assert made == ["ja"]
        assert page("en") != first
        assert made == ["ja", "en"]
        now = datetime.datetime.now(datetime.UTC)
        board.alerts = [
            Alert(
                kind="evacuation",
                level=4,
                area="本町",
                issuer="市",
                issued_at=now,
                expires_at=now + datetime.timedelta(hours=1),
                layers=[],
            )
        ]
        assert "本町" in page("ja")
        board.alerts = []
        assert page("ja") == first
        assert made == ["ja", "en", "ja"]
