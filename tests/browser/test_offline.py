"""The map on a device: saved, opened with the network and the service off, renewed, given up."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error

from layers.catalog.catalog import Catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.browser.conftest import CHROMIUM, ROWS, SWITCHES, OpenMap, Site
from tests.browser.kept import PATIENCE, UNREACHED, KeptMap, until
from tests.browser.places import features
from tests.browser.site import DESKTOP, PHONE, MapPage, Size, fetch_json
from tests.browser.test_accessible import violations
from tests.conftest import YAIZU
from tests.layers.city import SmallCity

pytestmark = pytest.mark.browser
DATE = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日")


@pytest.fixture
def site(asaka: Catalog, unused_home: Path, tmp_path: Path) -> Iterator[Site]:
    """The city that ships, served for one test."""
    assert asaka.layers
    own = shutil.copytree(unused_home / "asaka", tmp_path / "home")
    site = Site(BUNDLED_DEFINITIONS, BUNDLED_DATA, own)
    yield site
    site.stop()


OpenKept = Callable[..., KeptMap]


@pytest.fixture
def open_kept(new_map: OpenMap) -> OpenKept:
    def opened(address: str, query: str = "", size: Size = DESKTOP) -> KeptMap:
        return KeptMap(new_map(address, size, touch=size == PHONE).open(query))

    return opened


@pytest.mark.parametrize(
    ("lang", "size"),
    [("ja", PHONE), pytest.param("en", DESKTOP, marks=pytest.mark.breadth)],
    ids=["ja", "en"],
)
def test_a_saved_map_opens_without_network_and_service(
    site: Site, open_kept: OpenKept, size: Size, lang: str
) -> None:
    tail = "" if lang == "ja" else "&lang=en"
    place = features(site.address, "emergency_sites")[0]
    longitude, latitude = place["geometry"]["coordinates"]
    kept = open_kept(site.address, f"?layers=emergency_sites{tail}", size)
    kept.save()
    site.stop()
    kept.go_offline()
    kept.page.reload()
    kept.map.settle()
    said = kept.offline_words()
    if lang == "ja":
        assert DATE.search(said)
        assert "に保存した地図です" in said
        assert "市の最新の発表をご確認ください" in said
    else:
        assert re.search(r"This is the map saved on \w+ \d+, 20\d\d", said)
        assert "See the city's latest announcements" in said
    assert not kept.page.locator("#map-trouble").is_visible()

    kept.map.at("flood,emergency_sites", longitude, latitude)
    kept.map.click_centre()
    assert place["properties"]["name"] in kept.map.card()
    for layer in ("hydrants", "crime_prevention", "evacuation_shelters", "extinguishers"):
        kept.map.switch(layer)
        assert kept.map.is_on(layer)
    kept.page.evaluate("city_map_main.setZoom(13)")
    kept.map.settle()
    assert not kept.page.locator("#map-trouble").is_visible()
    assert not kept.page.locator("#map-message").is_visible()
    credit = kept.page.locator("[data-row=emergency_sites] .row-credit").inner_text()
    assert "2025" in credit
    assert violations(kept.map) == []


def test_every_tile_is_the_one_that_the_service_sends(asaka_site: str, open_kept: OpenKept) -> None:
    kept = open_kept(asaka_site).save()
    until(kept.page, lambda: kept.page.evaluate("navigator.serviceWorker.controller !== null"))
    revision = fetch_json(f"{asaka_site}/layers/flood?f=json")["revision"]
    tile = f"/tiles/flood/12/3636/1611.geojson?v={revision}"
    read = "(url) => fetch(url).then(async (one) => [one.status, await one.text()])"
    empty = f"/tiles/flood/12/1/1.geojson?v={revision}"
    sent, nothing = (kept.page.request.get(asaka_site + path).text() for path in (tile, empty))
    kept.go_offline()
    assert sent.startswith('{"type":"FeatureCollection"')
    assert kept.page.evaluate(read, tile) == [200, sent]
    assert kept.page.evaluate(read, empty) == [200, nothing]
    for unknown in (
        f"/tiles/flood/3/1/1.geojson?v={revision}",  # a zoom that no pack holds is not "empty"
        "/tiles/flood/12/3636/1611.geojson?v=0000",
        "/tiles/flood/12/3636/1611.geojson",
    ):
        with pytest.raises(Error, match="Failed to fetch"):
            kept.page.evaluate(read, unknown)


@pytest.mark.breadth
def test_the_size_is_said_before_and_progress_meanwhile(
    asaka_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(asaka_site)
    files = fetch_json(f"{asaka_site}/offline.json")["files"]
    words = kept.open_dialog("new")
    assert f"約{sum(file['sent'] for file in files) / 1e6:.1f} MB" in words
    assert f"約{sum(file['bytes'] for file in files) / 1e6:.1f} MB" in words
    slow_down(kept, 150_000)
    kept.press("save")
    bar = kept.page.locator("#keep progress")
    until(kept.page, lambda: 0 < float(bar.evaluate("(bar) => bar.value")) < 1)
    assert violations(kept.map) == []
    assert "保存しました" in kept.report()
    assert not bar.is_visible()
    assert violations(kept.map) == []


def test_pages_that_need_the_service_say_so_and_lead_to_the_map(
    asaka_site: str, open_kept: OpenKept, size: Size
) -> None:
    kept = open_kept(asaka_site, "", size).save()
    kept.go_offline()
    for path in ("/light", "/here", "/notices", "/layers/flood"):
        kept.page.goto(f"{asaka_site}{path}")
        words = kept.page.locator("main").inner_text()
        assert "オフラインでは開けません" in words
        assert "市の最新の発表をご確認ください" in words
    assert violations(kept.map) == []
    kept.page.get_by_role("link", name="保存した地図を開く").click()
    kept.map.settle()
    assert DATE.search(kept.offline_words())


def test_nothing_of_the_moment_and_nothing_of_gsi_is_kept(
    asaka_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(asaka_site).save()
    kept.page.evaluate("fetch('/notices?f=json').then((one) => one.json())")
    kept.page.goto(f"{asaka_site}/notices")
    kept.page.goto(f"{asaka_site}/here?lat=35.8&lon=139.6")
    assert kept.kept("/notices|^/here|lat=|/light|/requests|gsi") == []
    kept.go_offline()
    with pytest.raises(Error, match="Failed to fetch"):
        kept.page.evaluate("fetch('/notices?f=json&lang=en')")  # not asked for in the last seconds


@pytest.mark.breadth
def test_without_saving_nothing_answers_in_the_services_place(
    asaka_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(asaka_site)
    assert kept.workers() == 0
    assert kept.copies() == {}
    kept.go_offline()
    assert "オフラインです" in kept.offline_words()
    assert not DATE.search(kept.banner().inner_text())
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        kept.page.reload()


@pytest.mark.breadth
def test_a_network_that_never_answers_is_no_network(site: Site, open_kept: OpenKept) -> None:
    kept = open_kept(site.address, "?layers=hydrants").save()
    site.stop()
    kept.map.watch.allow(UNREACHED)
    port = urlsplit(site.address).port
    with socket.create_server(("127.0.0.1", port or 0), backlog=50):
        kept.page.reload()
        kept.map.settle()
        assert DATE.search(kept.offline_words())
    assert not kept.page.locator("#map-trouble").is_visible()


def test_a_saved_map_can_be_deleted(asaka_site: str, open_kept: OpenKept) -> None:
    kept = open_kept(asaka_site).save()
    kept.open_dialog("current")
    kept.press("delete")
    assert "削除しました" in kept.report()
    assert kept.copies() == {}
    assert kept.workers() == 0
    kept.go_offline()
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        kept.page.reload()


@pytest.mark.breadth
def test_a_map_that_is_deleted_while_it_is_renewed_stays_deleted(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address).save()
    rename_city(small, small_site)
    slow_down(kept, 20_000)
    kept.contact()
    until(kept.page, lambda: len(kept.copies()) == 2)
    kept.open_dialog("older")
    kept.press("delete")
    assert "削除しました" in kept.report()
    renewed = "navigator.locks.query().then(({ held }) => held.length === 0)"
    until(kept.page, lambda: kept.page.evaluate(renewed))
    assert kept.copies() == {}
    assert kept.workers() == 0
    kept.page.reload()
    kept.map.settle()
    assert kept.banner().inner_text() == ""


@pytest.mark.breadth
def test_saving_that_is_cut_short_keeps_nothing(asaka_site: str, open_kept: OpenKept) -> None:
    kept = open_kept(asaka_site)
    kept.open_dialog("new")
    slow_down(kept, 60_000)
    kept.press("save")
    until(kept.page, lambda: len(kept.kept("")) > 1)
    kept.press("cancel")
    assert "中止しました" in kept.report()
    assert kept.copies() == {}
    assert kept.workers() == 0


def test_an_update_that_is_killed_leaves_the_old_map_whole(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address).save()
    (old,) = kept.copies().items()
    rename_city(small, small_site)
    slow_down(kept, 20_000)
    kept.contact()  # takes the new map in by itself
    until(kept.page, lambda: len(kept.copies()) == 2 and len(kept.kept("")) > len(old[1]) + 1)
    other = kept.page.context.new_page()
    kept.page.close()
    kept.go_offline()
    other.goto(small_site.address)
    after = KeptMap(MapPage(other, small_site.address, kept.map.watch))
    after.map.settle()
    assert "見本市" in other.title()
    assert DATE.search(after.offline_words())
    copies = after.copies()
    assert copies[old[0]] == old[1]
    other.context.set_offline(False)
    other.reload()
    until(other, lambda: len(after.copies()) == 1 and old[0] not in after.copies())
    other.context.set_offline(True)
    other.reload()
    after.map.settle()
    assert "新見本市" in other.title()


@pytest.mark.breadth
def test_a_contact_that_is_overtaken_leaves_the_new_copy(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address).save()
    (old,) = kept.copies()
    kept.page.evaluate(HOLD_BACK_FIRST_LIST)
    kept.contact()
    until(kept.page, lambda: kept.page.evaluate("globalThis.release !== undefined"))
    rename_city(small, small_site)
    kept.contact()
    until(kept.page, lambda: len(kept.copies()) == 1 and old not in kept.copies())
    (new,) = kept.copies()
    kept.release()
    assert list(kept.copies()) == [new]


@pytest.mark.breadth
def test_a_list_that_comes_late_takes_nothing_newer_away(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address).save()
    (old,) = kept.copies()
    page = kept.page.context.new_page()
    page.goto(small_site.address)
    other = KeptMap(MapPage(page, small_site.address, kept.map.watch))
    other.map.settle()
    kept.page.evaluate(HOLD_BACK_FIRST_LIST)
    kept.contact()
    until(kept.page, lambda: kept.page.evaluate("globalThis.release !== undefined"))
    change_points(small, small_site)
    other.contact()
    until(page, lambda: len(other.copies()) == 1 and old not in other.copies())
    packs = other.kept(r"\.pack")
    kept.release()
    assert len(packs) == 2
    assert other.kept(r"\.pack") == packs


@pytest.mark.breadth
def test_the_lack_of_a_network_is_said_though_an_earlier_contact_ends_later(
    unchanged_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(unchanged_site).save()
    kept.page.evaluate(HOLD_BACK_KEYS)
    kept.contact()
    until(kept.page, lambda: kept.page.evaluate("globalThis.release !== undefined"))
    kept.go_offline()
    said = kept.offline_words()
    kept.release()
    assert kept.offline_words() == said


@pytest.mark.breadth
def test_a_page_of_another_edition_than_the_copy_says_so_without_a_network(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address, "?layers=points").save()
    (old,) = kept.copies()
    change_points(small, small_site)
    kept.contact()
    until(kept.page, lambda: len(kept.copies()) == 1 and old not in kept.copies())
    kept.go_offline()
    until(kept.page, lambda: "に保存した地図です" in kept.offline_words())
    assert "地図のデータが新しくなりました" in kept.offline_words()
    kept.banner().get_by_role("link", name="最新のデータを読み込む").click()
    kept.map.settle()
    until(kept.page, lambda: "に保存した地図です" in kept.offline_words())
    assert "地図のデータが新しくなりました" not in kept.offline_words()


@pytest.mark.breadth
def test_a_gateway_without_its_service_opens_the_saved_map(
    small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address).save()
    until(kept.page, lambda: kept.page.evaluate("navigator.serviceWorker.controller !== null"))
    small_site.stop()
    kept.map.watch.allow("502")
    with gateway(small_site):
        kept.page.reload()
        kept.map.settle()
        assert DATE.search(kept.offline_words())


@pytest.mark.breadth
def test_a_copy_that_cannot_be_read_keeps_nobody_from_the_service(
    unchanged_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(unchanged_site).save()
    until(kept.page, lambda: kept.page.evaluate("navigator.serviceWorker.controller !== null"))
    kept.page.evaluate(
        "caches.keys().then(async ([name]) =>"
        " (await caches.open(name)).put('/offline/mark', new Response('{')))"
    )
    kept.page.reload()
    kept.map.settle()
    assert "もう一度保存してください" in kept.open_dialog("new")


@pytest.mark.breadth
def test_an_answer_that_comes_late_does_not_end_the_words_of_saving(
    asaka_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(asaka_site)
    kept.page.evaluate(HOLD_BACK_FIRST_LIST)
    kept.map.show_menu()
    kept.page.locator("#keep-open").click()
    until(kept.page, lambda: kept.page.evaluate("globalThis.release !== undefined"))
    kept.close_dialog()
    kept.open_dialog("new")
    slow_down(kept, 60_000)
    kept.press("save")
    cancel = kept.page.locator("#keep [data-part=cancel]")
    cancel.wait_for()
    kept.page.evaluate("release()")
    until(kept.page, lambda: kept.page.evaluate("globalThis.isRead === true"))
    assert cancel.is_visible()
    kept.press("cancel")
    assert "中止しました" in kept.report()


@pytest.mark.breadth
def test_a_first_saving_whose_page_was_closed_leaves_nothing(
    unchanged_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(unchanged_site)
    kept.open_dialog("new")
    slow_down(kept, 20_000)
    kept.press("save")
    until(kept.page, lambda: len(kept.kept("")) > 3)
    other = kept.page.context.new_page()
    kept.page.close()
    other.goto(unchanged_site)
    after = KeptMap(MapPage(other, unchanged_site, kept.map.watch))
    until(other, lambda: after.copies() == {} and after.workers() == 0)


@pytest.mark.breadth
def test_a_map_that_is_deleted_while_a_contact_goes_on_leaves_no_worker(
    unchanged_site: str, open_kept: OpenKept
) -> None:
    kept = open_kept(unchanged_site).save()
    kept.page.evaluate(HOLD_BACK_WORKER)
    kept.contact()
    until(kept.page, lambda: kept.page.evaluate("globalThis.release !== undefined"))
    kept.open_dialog("current")
    kept.press("delete")
    assert "削除しました" in kept.report()
    kept.page.evaluate("release()")
    idle = "navigator.locks.query().then(({ held }) => held.length === 0)"
    until(kept.page, lambda: kept.page.evaluate(idle))
    assert kept.workers() == 0


def test_a_withdrawn_layer_is_gone_at_the_next_contact(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address, "?layers=points,others").save()
    (old,) = kept.copies()
    assert len(kept.kept(r"/offline/\w+\.pack")) == 2
    (small.definitions / "others.toml").unlink()
    until(kept.page, lambda: len(fetch_json(f"{small_site.address}/layers?f=json")) == 1)
    kept.contact()
    until(kept.page, lambda: len(kept.kept(r"/offline/\w+\.pack")) == 1)
    assert "地図のデータが新しくなりました" in kept.offline_words()
    until(kept.page, lambda: len(kept.copies()) == 1 and old not in kept.copies())
    kept.map.watch.allow(UNREACHED)
    kept.go_offline()
    kept.page.reload()
    kept.map.settle()
    assert kept.page.locator("[data-layer=others]").count() == 0
    assert kept.map.is_on("points")
    assert "others" not in "".join(kept.kept(""))


@pytest.mark.breadth
def test_a_withdrawn_position_is_gone_at_the_next_contact_with_any_page(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address, "?layers=points").save()
    (old,) = kept.kept("/offline/points.pack")
    withdraw_position(small, small_site)
    kept.page.goto(f"{small_site.address}/terms")
    until(kept.page, lambda: old not in kept.kept(""))
    assert kept.kept("/offline/others.pack")
    kept.map.open("?layers=points")
    until(kept.page, lambda: len(kept.kept("/offline/points.pack")) == 1)
    until(kept.page, lambda: len(kept.copies()) == 1)
    kept.go_offline()
    kept.page.reload()
    kept.map.settle()
    tile = kept.page.evaluate(
        "fetch(tile_layer_points.definition.tiles"
        ".replace('{z}', 8).replace('{x}', 226).replace('{y}', 101))"
        ".then((one) => one.text())"
    )
    assert "あ" in tile
    assert "い" not in tile


@pytest.mark.breadth
def test_a_layer_that_is_gone_from_the_copy_is_said_and_never_blank(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address, "?layers=points").save()
    (old,) = kept.kept("/offline/points.pack")
    withdraw_position(small, small_site)
    limit_storage(kept, 1000)
    kept.contact()
    until(kept.page, lambda: old not in kept.kept(""))
    kept.map.watch.allow(UNREACHED)
    kept.go_offline()
    kept.page.reload()
    kept.map.settle()
    assert "この端末では表示できないレイヤーが1件あります" in kept.offline_words()
    kept.page.locator("#map-trouble").wait_for()


@pytest.mark.breadth
def test_a_device_without_room_is_told_and_the_old_map_stays(
    small: SmallCity, small_site: Site, open_kept: OpenKept
) -> None:
    kept = open_kept(small_site.address)
    limit_storage(kept, 1000)
    kept.open_dialog("new")
    kept.press("save")
    assert "空き容量が足りない" in kept.report()
    assert kept.workers() == 0
    limit_storage(kept, None)
    kept.press("save")
    until(kept.page, lambda: "保存しました" in kept.report())
    kept.close_dialog()
    (old,) = kept.copies().items()

    rename_city(small, small_site)
    kept.page.evaluate("navigator.storage.estimate = undefined")  # as where it is not told
    limit_storage(kept, 1000)
    kept.open_dialog("older")
    kept.press("save")
    assert "空き容量が足りない" in kept.report()
    # What a further contact tries meanwhile goes again too.
    until(kept.page, lambda: kept.copies() == dict([old]))


def test_a_map_that_the_browser_deleted_is_reported(asaka_site: str, open_kept: OpenKept) -> None:
    kept = open_kept(asaka_site).save()
    kept.page.evaluate(
        "caches.keys().then((all) => Promise.all(all.map((one) => caches.delete(one))))"
    )
    kept.page.reload()
    kept.map.settle()
    assert "ブラウザーによって端末から消されました" in kept.offline_words()
    assert "もう一度保存してください" in kept.open_dialog("new")


@pytest.mark.parametrize(
    "refusal",
    [
        "delete Navigator.prototype.serviceWorker",
        "caches.keys = () => Promise.reject(new DOMException('', 'SecurityError'))",
    ],
    ids=["no worker", "no storage"],
)
def test_a_browser_that_cannot_keep_the_map_says_so(
    new_map: OpenMap, asaka_site: str, size: Size, refusal: str
) -> None:
    city_map = new_map(asaka_site, size)
    city_map.page.add_init_script(refusal)
    kept = KeptMap(city_map.open())
    words = kept.open_dialog("unable")
    assert "このブラウザーには地図を保存できません" in words
    assert "Safari や Chrome" in words
    assert not kept.page.locator("#keep [data-part=save]").is_visible()
    assert violations(city_map) == []
    kept.close_dialog()
    city_map.switch("hydrants")


def test_the_dialog_is_opened_and_left_by_keyboard(asaka_site: str, new_map: OpenMap) -> None:
    kept = KeptMap(new_map(asaka_site).open())
    kept.page.locator("#menu summary").focus()
    kept.page.keyboard.press("Enter")
    kept.page.keyboard.press("Tab")
    assert kept.page.evaluate("document.activeElement.id") == "keep-open"
    kept.page.keyboard.press("Enter")
    kept.page.locator("#keep [data-part=save]").wait_for()
    assert kept.page.evaluate("document.activeElement.closest('#keep') !== null")
    kept.page.keyboard.press("Escape")
    assert not kept.dialog().is_visible()
    assert kept.page.evaluate("document.activeElement.parentElement.id") == "menu"


@pytest.mark.breadth
def test_chromium_would_install_it(asaka_site: str, tmp_path: Path, chromium: Browser) -> None:
    # A context of Playwright's own is a private window, which installs nothing.
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=SWITCHES
    )
    page = context.new_page()
    page.goto(asaka_site)
    session = context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    assert session.send("Page.getAppManifest")["errors"] == []
    context.close()


def test_a_whole_real_city_is_saved(
    yaizu: Catalog, shared: Path, unused_home: Path, tmp_path: Path, open_kept: OpenKept
) -> None:
    assert yaizu.layers
    own = shutil.copytree(unused_home / "yaizu", tmp_path / "home")
    site = Site(YAIZU, shared / "yaizu", own)
    try:
        kept = open_kept(site.address, "?layers=flood,hydrants").save()
    finally:
        site.stop()
    kept.go_offline()
    kept.page.reload()
    kept.map.settle()
    assert not kept.page.locator("#map-trouble").is_visible()
    for zoom in (12, 14, 16, 18):
        kept.page.evaluate(f"city_map_main.setZoom({zoom})")
        kept.map.settle()
        assert not kept.page.locator("#map-trouble").is_visible()


# The list that is asked for first arrives only once `release` is called. `isRead` is true when the
# page has read it, and done what it does with it at once.
HOLD_BACK_FIRST_LIST = """() => {
  const own = fetch;
  globalThis.fetch = async (...args) => {
    if (args[0] !== "/offline.json" || globalThis.release) return own(...args);
    const held = new Promise((resolve) => { globalThis.release = resolve; });
    const response = await own(...args);
    await held;
    const ownJson = response.json.bind(response);
    response.json = async () => {
      const list = await ownJson();
      setTimeout(() => { globalThis.isRead = true; });
      return list;
    };
    return response;
  };
}"""


HOLD_BACK_KEYS = """() => {
  const own = Cache.prototype.keys;
  Cache.prototype.keys = async function (...args) {
    if (!globalThis.release) await new Promise((resolve) => { globalThis.release = resolve; });
    return own.apply(this, args);
  };
}"""
HOLD_BACK_WORKER = """() => {
  const own = navigator.serviceWorker.register.bind(navigator.serviceWorker);
  navigator.serviceWorker.register = async (...args) => {
    await new Promise((resolve) => { globalThis.release = resolve; });
    return own(...args);
  };
}"""


@contextmanager
def gateway(site: Site) -> Iterator[None]:
    """In the service's place, a proxy that does not reach it."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(502)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", urlsplit(site.address).port or 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def slow_down(kept: KeptMap, bytes_per_second: int) -> None:
    session = kept.page.context.new_cdp_session(kept.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": -1,
        },
    )


def limit_storage(kept: KeptMap, size: int | None) -> None:
    """Give the origin so many bytes; what a browser gives by itself with None."""
    session = kept.page.context.new_cdp_session(kept.page)
    limit = {} if size is None else {"quotaSize": size}
    origin = "/".join(kept.page.url.split("/")[:3])
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, **limit})


def rename_city(small: SmallCity, site: Site) -> None:
    """A change of every page that leaves the layers' data alone."""
    before = fetch_json(f"{site.address}/offline.json")["edition"]
    path = small.definitions / "city.toml"
    path.write_text(path.read_text("utf-8").replace("見本市", "新見本市", 1), "utf-8")
    wait_for_edition(site, before)


def change_points(small: SmallCity, site: Site) -> None:
    before = fetch_json(f"{site.address}/offline.json")["edition"]
    small.put("points.csv", ROWS + "う,35.12,139.12\n")
    wait_for_edition(site, before)


def withdraw_position(small: SmallCity, site: Site) -> None:
    before = fetch_json(f"{site.address}/offline.json")["edition"]
    small.put("points.csv", ROWS.replace("い,35.11,139.11\n", ""))
    wait_for_edition(site, before)


def wait_for_edition(site: Site, before: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while fetch_json(f"{site.address}/offline.json")["edition"] == before:
        assert time.monotonic() < deadline, "no new edition is served"
        time.sleep(0.1)
