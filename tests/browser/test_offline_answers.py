"""What a saved map knows of a place: the same words as the service's, and never a guess."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from layers.catalog.catalog import Catalog
from server.desk.shelters.board import InForce
from server.texts import plain
from tests.breadth import further
from tests.browser.conftest import OpenMap, Site
from tests.browser.kept import KeptMap, until
from tests.browser.site import DESKTOP, PHONE, Size
from tests.browser.test_accessible import violations
from tests.browser.test_offline import DATE, rename_city
from tests.layers.city import SmallCity
from tests.layers.surveyed_city import surveyed_city
from tests.server.pages.places_asked import questions
from tests.server.pages.test_answers import FEW, on_server
from tests.service import service

pytestmark = pytest.mark.browser

PLACE = "lat=35.797&lon=139.593"
JSON = "(url) => fetch(url).then(async (one) => [one.status, await one.json()])"
# Answers of a copy that was told of shelters long ago, and when. A contact that was under way when
# the network went may still tell it anew: then they count for nothing.
ANSWERED_LATE = """async (urls) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const read = async () => (await cache.match("/offline/shelters"))?.json();
    const kept = await read();
    if (!kept) continue;
    await cache.put("/offline/shelters", new Response(JSON.stringify({ ...kept, at: 0 })));
    const answers = await Promise.all(urls.map((url) => fetch(url).then((one) => one.json())));
    return (await read()).at ? null : { answers, checkedAt: kept.told.checked_at };
  }
}"""
# The device sleeps for an hour while an answer about shelters for the copy arrives.
ASLEEP = """() => {
  const { fetch, Date: { now } } = globalThis;
  globalThis.fetch = async (url, options) => {
    const response = await fetch(url, options);
    if (url === "/shelters.json" && options.cache) {
      globalThis.asleep = now() + 3_500_000;
      Date.now = () => now() + 3_600_000;
    }
    return response;
  };
}"""
IS_TOLD = """async () => (await (await fetch("/shelters.json")).json()).is_current"""
TOLD_AT = """async () => (await (await caches.match("/offline/shelters")).json()).at"""
OpenKept = Callable[..., KeptMap]


@pytest.fixture
def open_kept(new_map: OpenMap) -> OpenKept:
    def opened(address: str, query: str = "", size: Size = DESKTOP) -> KeptMap:
        kept = KeptMap(new_map(address, size, touch=size == PHONE).open(query)).save()
        until(kept.page, lambda: kept.page.evaluate("navigator.serviceWorker.controller !== null"))
        return kept

    return opened


@pytest.fixture
def surveyed(tmp_path: Path) -> Iterator[str]:
    city = surveyed_city(tmp_path)
    city.home.mkdir()
    with service(city.definitions, city.data, city.home) as address:
        yield address


def address_of(question: Any) -> str:
    place = question.place
    asked = f"lat={place.latitude}&lon={place.longitude}&radius={place.radius:g}"
    return f"/here?{asked}&hazard={question.disaster or ''}&f=json&lang={question.lang}"


def from_service(kept: KeptMap, path: str) -> Any:
    return kept.page.request.get(f"{kept.map.address}{path}").json()


def compared(kept: KeptMap, catalog: Catalog) -> None:
    """That the worker answers without a network what the service answers."""
    asked = questions(catalog, FEW)  # `test_answers` asks more, without a browser
    kept.go_offline()
    until(kept.page, lambda: kept.is_at_rest() and not kept.page.evaluate(IS_TOLD))
    late: list[dict[str, Any]] = []

    def answered_late() -> bool:
        answered = kept.page.evaluate(ANSWERED_LATE, [address_of(question) for question in asked])
        late.extend([answered] if answered else [])
        return bool(late)

    until(kept.page, answered_late)
    checked_at = datetime.datetime.fromisoformat(late[0]["checkedAt"])
    shown = InForce({}, 12, checked_at, is_current=False)  # there is no state among it
    for question, answer in zip(asked, late[0]["answers"], strict=True):
        assert answer == without_marks(on_server(catalog, question, shown)), question


def without_marks(answer: Any) -> Any:
    return json.loads(plain(json.dumps(answer, ensure_ascii=False)))


def test_the_worker_answers_as_the_service_does(
    asaka: Catalog, asaka_site: str, open_kept: OpenKept
) -> None:
    compared(open_kept(asaka_site), asaka)


@pytest.mark.shared
def test_the_worker_answers_as_the_service_does_of_a_real_city(
    yaizu: Catalog, yaizu_site: str, open_kept: OpenKept
) -> None:
    compared(open_kept(yaizu_site), yaizu)


@pytest.mark.breadth
def test_what_a_contact_was_told_of_shelters_is_as_old_as_its_question(
    asaka_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(asaka_site)
    until(kept.page, kept.is_at_rest)
    kept.page.evaluate(ASLEEP)
    kept.contact()
    until(kept.page, lambda: kept.page.evaluate("globalThis.asleep > 0") and kept.is_at_rest())
    assert kept.page.evaluate(TOLD_AT) < kept.page.evaluate("globalThis.asleep")


@pytest.mark.breadth
def test_with_a_network_too_the_copy_answers(asaka_site: str, open_kept: OpenKept) -> None:
    kept = open_kept(asaka_site)
    path = f"/here?{PLACE}&f=json&lang=ja"
    sent: list[str] = []
    kept.page.context.on("request", lambda request: sent.append(request.url))
    assert kept.page.evaluate(JSON, path)[1] == from_service(kept, path)
    of_worker = [url for url in sent if "/here" in url]
    assert of_worker == [f"{asaka_site}{path}"]  # the page's own request, and none of the worker


@pytest.mark.breadth
@pytest.mark.parametrize(
    "wrong",
    [
        "lat=95&lon=139.6",
        f"{PLACE}&hazard=war",
        *further("lat=35.8", "lat=abc&lon=139.6", f"{PLACE}&x=1"),
    ],
)
def test_what_the_service_refuses_it_refuses_itself(
    asaka_site: str, open_kept: OpenKept, wrong: str
) -> None:
    kept = open_kept(asaka_site)
    kept.map.watch.allow("400")
    status, problem = kept.page.evaluate(JSON, f"/here?{wrong}&f=json&lang=ja")
    assert (status, problem["status"]) == (400, 400)


# The words of the page in their order, and those that are marked; without what stands only on one.
READ_PAGE = """() => {
  const main = document.querySelector("main").cloneNode(true);
  const ofOne = ".kept, form[role=search], [data-device], a[rel~=external]";
  for (const each of main.querySelectorAll(ofOne)) each.remove();
  const text = (each) => each.textContent.replace(/\\s+/g, " ").trim();
  const words = [...main.querySelectorAll("h1, h2, h3, p, li, option, summary, pre")].map(text);
  return {
    words,
    choice: document.querySelector("select").value,
    fields: [...main.querySelectorAll("input")].map((each) => [each.name, each.value]),
    marked: [...main.querySelectorAll("ruby, [lang]")].map((each) => each.outerHTML),
    lines: main.querySelector("pre").textContent.trim().split("\\n"),
    links: [...main.querySelectorAll("a[href^='geo:'], a[href^='/'], a[href^='tel:']")].map(
      (each) => [each.getAttribute("href"), text(each)]
    ),
  };
}"""


@pytest.mark.parametrize(
    ("lang", "size"),
    [
        ("ja", PHONE),
        pytest.param("ja-x-easy", DESKTOP, marks=pytest.mark.breadth),
        pytest.param("en", DESKTOP, marks=pytest.mark.breadth),
    ],
)
def test_the_page_without_a_network_is_the_services(
    asaka_site: str, open_kept: OpenKept, lang: str, size: Size
) -> None:
    kept = open_kept(asaka_site, f"?lang={lang}", size)
    here = f"{asaka_site}/here?{PLACE}&radius=300&hazard=flood&lang={lang}"
    kept.page.goto(here)
    expected = kept.page.evaluate(READ_PAGE)
    kept.go_offline()
    kept.page.goto(here)
    kept.page.locator("main:not([hidden])").wait_for()
    assert kept.page.evaluate(READ_PAGE) == expected
    assert expected["choice"] == "flood"
    assert violations(kept.map) == []
    notice = kept.page.locator(".kept")
    if lang == "ja":
        assert DATE.search(notice.inner_text())
        assert "市の最新の発表をご確認ください" in notice.inner_text()
    assert notice.inner_text()
    kept.page.locator("select").select_option("earthquake")
    kept.page.locator("form.choice button").first.click()
    kept.page.locator("main:not([hidden])").wait_for()
    assert kept.page.locator("select").input_value() == "earthquake"


def test_nothing_of_a_place_is_kept(asaka_site: str, open_kept: OpenKept) -> None:
    kept = open_kept(asaka_site)
    until(kept.page, kept.is_at_rest)  # what is told of shelters is kept then
    before = kept.copies()
    kept.page.evaluate(JSON, f"/here?{PLACE}&f=json&lang=ja")
    kept.go_offline()
    kept.page.goto(f"{asaka_site}/here?{PLACE}&lang=ja")
    kept.page.locator("main:not([hidden])").wait_for()
    assert kept.copies() == before
    assert kept.kept("lat=|lon=") == []
    assert kept.page.evaluate("Object.keys(localStorage)") == ["bosai.saved"]


@pytest.mark.breadth
def test_a_copy_without_a_layers_data_does_not_answer(surveyed: str, open_kept: OpenKept) -> None:
    kept = open_kept(surveyed)
    here = "/here?lat=35.05&lon=139.07"
    _, answer = kept.page.evaluate(JSON, f"{here}&f=json&lang=ja")
    assert answer["hazards"][0]["state"] == "inside"
    for part in (r"\.answers", "coverage"):
        lost(kept, part)
        with pytest.raises(Error, match="Failed to fetch"):
            kept.page.evaluate(JSON, f"{here}&f=json&lang=ja")
        kept.page.goto(f"{surveyed}{here}")
        assert "オフラインでは開けません" in kept.page.locator("main").inner_text()
        found_again(kept, part)


def lost(kept: KeptMap, part: str) -> None:
    """Go offline, with a copy that has lost a file of the flood layer."""
    (url,) = [url for url in kept.kept(part) if "flood" in url]
    kept.go_offline()
    kept.page.evaluate(
        "async (url) => { for (const name of await caches.keys())"
        " await (await caches.open(name)).delete(url); }",
        url,
    )


def found_again(kept: KeptMap, part: str) -> None:
    """Go online, and wait until the copy is whole again."""
    kept.page.context.set_offline(offline=False)
    kept.map.open()

    def is_whole() -> bool:
        return any("flood" in url for url in kept.kept(part)) and len(kept.copies()) == 1

    until(kept.page, is_whole)  # while it is replaced, the earlier copy has most files, too


@pytest.mark.breadth
def test_a_copy_of_an_earlier_edition_answers_only_without_a_network(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address)
    path = "/here?lat=35.1&lon=139.1&f=json&lang=ja"
    assert kept.page.evaluate(JSON, path)[0] == 200
    kept.page.evaluate(
        "() => { Cache.prototype.put = () => Promise.reject(new Error('no room')); }"
    )
    rename_city(small, small_site)
    kept.contact()
    until(kept.page, lambda: kept.page.evaluate("caches.match('/offline/current')") is None)
    sent: list[str] = []
    kept.page.context.on("request", lambda request: sent.append(request.url))
    kept.page.evaluate(JSON, path)
    assert sent.count(f"{small_site.address}{path}") == 2  # the page's, and the worker's
    kept.go_offline()
    assert kept.page.evaluate(JSON, path)[0] == 200
