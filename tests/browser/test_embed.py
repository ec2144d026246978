"""The map in a frame on the city's own site, and nowhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame

from layers.catalog.catalog import Catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.browser.site import BOTH_SIZES, DESKTOP, PHONE, Size
from tests.service import service

pytestmark = pytest.mark.browser


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def city_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Another site: the folder of its pages, and its origin."""
    folder = tmp_path_factory.mktemp("site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(asaka: Catalog, home: Path, city_site: tuple[Path, str]) -> Iterator[str]:
    """The service, which this site may frame."""
    assert asaka.layers
    running = service(BUNDLED_DEFINITIONS, BUNDLED_DATA, home / "asaka")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # only while this service starts
            patch.setenv("BOSAI_EMBED_ORIGINS", f"https://city.example {city_site[1]}")
            address = stack.enter_context(running)
        yield address


def framed(chromium: Browser, site: tuple[Path, str], source: str, size: Size) -> Frame:
    folder, origin = site
    (folder / "page.html").write_text(
        f'<!doctype html><title>市</title><iframe src="{source}" width="{size.width - 40}" '
        f'height="{size.height - 60}" title="地図"></iframe>',
        encoding="utf-8",
    )
    context = chromium.new_context(
        viewport={"width": size.width, "height": size.height}, locale="ja-JP"
    )
    page = context.new_page()
    page.goto(f"{origin}/page.html")
    page.wait_for_load_state("networkidle")
    return page.frames[1]


@pytest.mark.parametrize("size", BOTH_SIZES, ids=["desktop", "phone"])
def test_the_citys_site_shows_the_map_with_chosen_layers(
    chromium: Browser, city_site: tuple[Path, str], address: str, size: Size
) -> None:
    frame = framed(chromium, city_site, f"{address}/?embed=1&layers=emergency_sites", size)
    frame.locator(".city-map canvas").first.wait_for(state="attached")
    assert frame.locator("input[data-layer]:checked").count() == 1
    assert frame.locator("header.bar").is_hidden()
    bar = frame.locator(".embed-bar")
    assert "朝霞市 防災レイヤーマップ" in bar.inner_text()
    assert frame.locator("#cautions .badge-unofficial:visible").first.inner_text() == "非公式"
    with frame.page.context.expect_page() as opened:
        bar.get_by_role("link", name="大きな地図で見る").click()
    opened.value.wait_for_load_state()
    assert opened.value.url.startswith(f"{address}/?layers=emergency_sites")
    assert opened.value.locator("header.bar").is_visible()
    frame.page.context.close()


def test_in_a_frame_too_the_cautions_stand_beside_the_map(
    chromium: Browser, city_site: tuple[Path, str], address: str
) -> None:
    shown = f"{address}/?embed=1&lang=ja&layers=flood,emergency_sites"
    frame = framed(chromium, city_site, shown, PHONE)
    frame.locator(".cautions-line").click()
    for words in ("「洪水」について指定されていない場所もあります", "見本データを表示中。"):
        caution = frame.locator("[data-cautions] span", has_text=words)
        caution.wait_for()
        assert caution.is_visible()
    frame.page.context.close()


@pytest.mark.breadth
@pytest.mark.parametrize("path", ["/", "/?embed=0", "/layers"])
def test_what_is_not_made_for_a_frame_is_not_shown_in_one(
    chromium: Browser, city_site: tuple[Path, str], address: str, path: str
) -> None:
    frame = framed(chromium, city_site, f"{address}{path}", DESKTOP)
    assert frame.locator("main").count() == 0
    frame.page.context.close()


@pytest.mark.breadth
def test_another_site_may_not_frame_it(
    chromium: Browser, city_site: tuple[Path, str], asaka_site: str
) -> None:
    frame = framed(chromium, city_site, f"{asaka_site}/?embed=1", DESKTOP)
    assert frame.locator("main").count() == 0
    frame.page.context.close()
