"""Whether shelters are open, wherever a shelter is: pages, programs, feed, prints."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine, delete, update
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.query.listing import Listed, shelters_of, sites_for
from layers.query.towns import towns
from server.app import create_app
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.shelters.board import ShelterBoard
from server.desk.shelters.states import Shelters, StateName, shelter_states
from server.pages.shelters import stated_places
from server.printing.town_sheet import town_sheet
from server.settings import Settings
from server.texts import LANGUAGES, plain, translator
from server.texts.shelters import shelter_labels

SITES, SHELTERS = "emergency_sites", "evacuation_shelters"
ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = {"Accept": "text/html"}
HOURS = 12
HOUR = datetime.timedelta(hours=1)


@dataclass
class Night:
    """A service, and what is said of its shelters; `is_away` of the database."""

    catalog: Catalog
    engine: Engine
    client: TestClient
    is_away: bool = False

    def say(self, layer: str, place: Listed, state: StateName | None, note: str = "") -> None:
        names = {(layer, place.id): str(place.properties["name"])}
        Shelters(self.engine).set(names, state, note, actor=COMMAND_LINE)

    def age(self, by: datetime.timedelta) -> None:
        then = datetime.datetime.now(datetime.UTC) - by
        with self.engine.begin() as connection:
            connection.execute(update(shelter_states).values(set_at=then))

    def page(self, address: str) -> str:
        answer = self.client.get(address, headers=PAGE)
        assert answer.status_code == 200, answer.text
        return answer.text

    def told(self) -> Any:
        return self.client.get("/shelters.json").json()

    def places(self, layer: str) -> list[Listed]:
        return [*shelters_of(self.catalog.layers[layer])]

    def site(self, disaster: Any, *, valid: bool = True) -> Listed:
        """A site that is designated for the disaster, or one that is not."""
        ids = {place.id for place in sites_for(self.catalog.layers[SITES], disaster)}
        return next(place for place in self.places(SITES) if (place.id in ids) == valid)


@pytest.fixture(scope="module")
def whole_night(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Night]:
    url = f"sqlite:///{tmp_path_factory.mktemp('shelters') / 'bosai.sqlite'}"
    engine = open_database(url)
    upgrade(engine)
    board = ShelterBoard(engine, reuse_s=0, is_away=lambda: service.is_away)
    app = create_app(Settings(home=home / "asaka", database_url=url), board=board)
    service = Night(asaka, engine, TestClient(app))
    yield service
    engine.dispose()


@pytest.fixture
def night(whole_night: Night) -> Iterator[Night]:
    yield whole_night
    whole_night.is_away = False
    with whole_night.engine.begin() as connection:
        connection.execute(delete(shelter_states))
    assert whole_night.told()["features"] == []


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<rt>.*?</rt>|<[^>]+>", "", page)).split())


def test_programs_get_a_small_document_that_lasts_for_seconds(night: Night) -> None:
    place, shelter = night.site("flood"), night.places(SHELTERS)[0]
    night.say(SITES, place, "crowded", "駐車場は満車")
    night.say(SHELTERS, shelter, "open")
    answer = night.client.get("/shelters.json")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["cache-control"] == "public, max-age=15"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["is_current"] is True
    newest, other = document["features"]
    assert newest["properties"]["designated_for"] is None
    assert "flood" in other["properties"]["designated_for"]
    said = other["properties"]
    assert (said["layer"], said["feature"], said["state"]) == (SITES, place.id, "crowded")
    assert (said["name"], said["note"]) == (place.properties["name"], "駐車場は満車")
    set_at = datetime.datetime.fromisoformat(said["set_at"])
    assert datetime.datetime.fromisoformat(said["valid_until"]) - set_at == HOURS * HOUR
    assert other["geometry"]["coordinates"] == pytest.approx([place.longitude, place.latitude])
    assert night.client.get("/shelters.json?x=1").status_code == 400


def test_of_nothing_known_nothing_is_told(night: Night, home: Path) -> None:
    settings = Settings(home=home / "asaka", database_url=str(night.engine.url))
    board = ShelterBoard(night.engine, is_away=lambda: True)
    client = TestClient(create_app(settings, board=board))
    for address in ("/shelters.json", "/shelters.atom"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "which shelters are open" in answer.json()["detail"]
    page = client.get("/light", headers=PAGE).text
    assert "いま、開設状況を確認できません。" in page
    assert "確認できません" not in night.page("/light")


def test_what_was_searched_says_whether_it_is_open(night: Night) -> None:
    place = night.site("flood")
    name = place.properties["name"]
    address = f"/search?q={name}&lang=ja"
    night.say(SITES, place, "full", "隣の公民館へ")
    groups = night.client.get(f"{address}&f=json").json()["groups"]
    (sites,) = [group for group in groups if group["layer"] == SITES]
    (result,) = [each for each in sites["results"] if each["feature"] == place.id]
    assert (result["opening"]["state"], result["opening"]["note"]) == ("full", "隣の公民館へ")
    assert re.search(
        rf"満員（\d+年[^（]*現在） 隣の公民館へ {re.escape(name)}", words(night.page(address))
    )
    night.is_away = True
    assert "その後変わっている場合があります。" in night.page(address)


def test_a_nearest_place_that_is_full_says_so_before_its_name(night: Night) -> None:
    place = night.site("flood")
    night.say(SITES, place, "full", "隣の公民館へ")
    address = f"/here?lat={place.latitude}&lon={place.longitude}&hazard=flood&lang=ja"
    (site,) = night.client.get(f"{address}&f=json").json()["sites"]
    assert site["places"][0]["id"] == place.id
    assert site["places"][0]["opening"]["state"] == "full"
    assert re.match(
        rf"【満員（\d+年.*現在）】{re.escape(place.properties['name'])}.*（メモ：隣の公民館へ）",
        site["lines"][0],
    )
    assert site["places"][1]["opening"] is None
    assert "【満員（" in night.page(address)


def test_that_it_is_open_offers_no_place_that_is_not_designated(night: Night) -> None:
    place = night.site("flood", valid=False)
    night.say(SITES, place, "open")
    night.say(SHELTERS, night.places(SHELTERS)[0], "open")
    name = str(place.properties["name"])
    at = f"lat={place.latitude}&lon={place.longitude}"
    answer = night.client.get(f"/here?{at}&hazard=flood&f=json").json()
    assert place.id not in [each["id"] for each in answer["sites"][0]["places"]]
    for address in ("/light?hazard=flood", "/print?layers=emergency_sites&for=flood"):
        assert name not in words(night.page(address)), address
        assert "開設（" not in night.page(address)
    beside = night.page("/print?layers=flood,emergency_sites")
    assert name not in words(beside[beside.index("</svg>") :].partition("<footer>")[0])
    listed = words(night.page("/light"))
    assert re.search(rf"開設（[^）]*現在） {re.escape(name)}.*?指定：崖崩れ", listed)


def test_the_lists_of_places_say_it(night: Night) -> None:
    place = night.site("flood")
    assert "開設状況</th>" not in night.page(f"/layers/{SITES}/table")
    night.say(SITES, place, "closed", "停電のため")
    for address in ("/light?hazard=flood", "/light", f"/layers/{SITES}", f"/layers/{SITES}/table"):
        assert re.search(
            rf"閉鎖（\d+年[^）]*現在） 停電のため .*?{re.escape(place.properties['name'])}|"
            rf"{re.escape(place.properties['name'])}.*?閉鎖（\d+年[^）]*現在） 停電のため",
            words(night.page(address)),
        ), address
    table = night.page(f"/layers/{SITES}/table")
    assert '<th scope="col">開設状況</th>' in table
    assert words(table).count("開設状況は市の発表を確認してください。") > 40
    assert "閉鎖" not in night.page(f"/layers/{SHELTERS}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_every_language(night: Night, lang: str) -> None:
    night.say(SITES, night.site("flood"), "full", "体育館")
    label = plain(shelter_labels(translator(lang))["full"])
    page = night.page(f"/light?hazard=flood&lang={lang}")
    assert label in words(page)
    note = "体育館" if lang.startswith("ja") else '<span lang="ja">体育館</span>'
    assert note in page


def test_a_state_runs_out_everywhere(night: Night) -> None:
    night.say(SITES, night.site("flood"), "full")
    night.age((HOURS - 1) * HOUR)
    assert len(night.told()["features"]) == 1
    night.age(HOURS * HOUR)
    assert night.told()["features"] == []
    for address in ("/light?hazard=flood", f"/layers/{SITES}", "/print"):
        page = night.page(address)
        assert "満員" not in page
        assert "開設状況は市の発表を確認してください。" in page


def test_while_the_database_is_away_states_have_their_age(night: Night) -> None:
    place = night.site("flood")
    night.say(SITES, place, "open")
    assert night.told()["is_current"] is True
    night.is_away = True
    document = night.told()
    assert document["is_current"] is False
    assert len(document["features"]) == 1
    assert document["checked_at"] == night.told()["checked_at"]
    at = f"/here?lat={place.latitude}&lon={place.longitude}&hazard=flood"
    for address in ("/light", at, f"/layers/{SITES}", f"/layers/{SITES}/table", "/print"):
        assert "に確認したものです。その後変わっている場合があります。" in night.page(address), (
            address
        )


def test_the_feed_has_an_entry_for_each_place_as_it_stands(night: Night) -> None:
    place = night.site("flood")
    night.say(SITES, place, "full", "隣へ")

    def entry() -> tuple[Any, dict[str, str]]:
        answer = night.client.get("/shelters.atom?lang=ja")
        assert answer.headers["content-type"].startswith("application/atom+xml")
        root = ElementTree.fromstring(answer.content)
        found = root.find(f"{ATOM}entry")
        assert found is not None
        names = ("id", "title", "updated", "summary")
        return found, {name: found.findtext(f"{ATOM}{name}") or "" for name in names}

    element, full = entry()
    assert full["title"] == f"{place.properties['name']}：満員"
    assert "指定：洪水" in full["summary"]
    assert element.findtext(f"{ATOM}content") == "隣へ"
    night.age(HOURS * HOUR)
    _, run_out = entry()
    assert run_out["id"] == full["id"]
    assert run_out["title"].endswith("開設状況は市の発表を確認してください。")
    now = datetime.datetime.now(datetime.UTC)
    assert now - datetime.datetime.fromisoformat(run_out["updated"]) < HOUR
    night.say(SITES, place, None)
    assert entry()[1]["title"].endswith("開設状況は市の発表を確認してください。")


def test_print_has_the_badge_the_state_and_that_it_may_be_old(night: Night) -> None:
    place = night.site("flood")
    before = night.page("/print?layers=emergency_sites")
    night.say(SITES, place, "full", "隣へ")
    page = night.page("/print?layers=emergency_sites&for=flood")
    assert "開設状況は印刷したときのものです。" in page
    assert re.search(rf"満員（[^）]*現在） {re.escape(place.properties['name'])} 隣へ", words(page))
    assert page.count('fill="#b00020"') == 2
    assert '#b00020"' not in before
    assert "満員" not in night.page("/print?layers=hydrants")


def test_a_neighbourhoods_sheet_names_no_place_without_its_state(night: Night) -> None:
    town = towns(night.catalog)[0]
    shown = night.told
    today = datetime.datetime.now(datetime.UTC)
    for place in night.places(SITES):
        night.say(SITES, place, "closed")
    board = ShelterBoard(night.engine, reuse_s=0).current().in_force(HOURS)
    sheet = town_sheet(night.catalog, town, None, "ja", "<svg/>", "", today, board)
    rows = {row["disaster"]: row["places"] for row in sheet.words["sites"][0]["rows"]}
    assert rows["洪水"].count("【閉鎖（") == 3
    assert any("印刷したときのもの" in note for note in sheet.words["notes"])
    assert shown()["features"]


def test_a_state_is_in_no_revision_tile_or_export(night: Night) -> None:
    layer = night.catalog.layers[SITES]
    addresses = [
        f"/tiles/{SITES}/12/3636/1610.geojson",
        f"/layers/{SITES}/export.geojson",
        f"/layers/{SITES}/export.csv",
        f"/offline/{SITES}.pack",
        f"/offline/{SITES}.answers",
        "/offline.json",
        "/search/index.json",
    ]
    before = [night.client.get(address).content for address in addresses]
    for place in night.places(SITES):
        night.say(SITES, place, "full", "どこにもない言葉")
    assert [night.client.get(address).content for address in addresses] == before
    assert len(stated_places(layer, ShelterBoard(night.engine).current().in_force(1))) == 42
