"""The service and Chromium for the browser tests. Every page is watched from start to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.breadth import further
from tests.browser.copied import runs_on_copy
from tests.browser.site import BOTH_SIZES, DESKTOP, PHONE, MapPage, Size, Watch
from tests.layers.city import SmallCity
from tests.service import service
from tests.static_copy import StaticCopy

# Chromium that can have no window: it takes some 0.6 of the processor time.
CHROMIUM = "/usr/bin/chromium-headless-shell"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OpenMap = Callable[..., MapPage]
SERVICE, COPY = "service", "copy"  # what a map is of
SOURCE = 'path = "{id}.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ROWS = "名称,緯度,経度\nあ,35.1,139.1\nい,35.11,139.11\n"


class Site:
    """A service that a test may stop, and the city it serves."""

    def __init__(self, definitions: Path, data: Path, home: Path) -> None:
        self._running = ExitStack()
        self.address = self._running.enter_context(service(definitions, data, home))

    def stop(self) -> None:
        self._running.close()


# Of the module: while Playwright runs, its event loop keeps other tests from having their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def new_map(chromium: Browser) -> Iterator[OpenMap]:
    """Makes watched pages; at the end none of them may have done what it must not."""
    contexts, watches = [], []

    def new(
        address: str,
        size: Size = DESKTOP,
        *,
        touch: bool = False,
        ratio: float = 1,
        dark: bool = False,
        forced_colors: bool = False,
    ) -> MapPage:
        context = chromium.new_context(
            viewport={"width": size.width, "height": size.height},
            has_touch=touch,
            device_scale_factor=ratio,
            locale="ja-JP",
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced_colors else "none",
        )
        contexts.append(context)
        page = context.new_page()
        watch = Watch(address)
        watch.follow(page)
        watches.append(watch)
        return MapPage(page, address, watch)

    yield new
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.unexpected()] == []


@pytest.fixture(params=BOTH_SIZES, ids=["desktop", "phone"])
def size(request: pytest.FixtureRequest) -> Size:
    chosen: Size = request.param
    return chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the map that its static copy passes are run on that, too."""
    file, test = Path(metafunc.definition.path).stem, metafunc.function.__name__
    if "map_site" in metafunc.fixturenames and runs_on_copy(file, test):
        metafunc.parametrize("map_site", [SERVICE, *further(COPY)], indirect=True)


@pytest.fixture
def map_site(request: pytest.FixtureRequest) -> str:
    """The address of the map of the city that ships: of the service, or of its static copy."""
    if getattr(request, "param", SERVICE) == SERVICE:
        address: str = request.getfixturevalue("asaka_site")
        return address
    copy: StaticCopy = request.getfixturevalue("static_copy")
    return copy.address


@pytest.fixture
def city_map(new_map: OpenMap, map_site: str, size: Size) -> MapPage:
    """The map of the city that ships, in each size."""
    return new_map(map_site, size, touch=size == PHONE)


@pytest.fixture
def desktop_map(new_map: OpenMap, map_site: str) -> MapPage:
    return new_map(map_site)


@pytest.fixture
def chromium_without_script(chromium: Browser, asaka_site: str) -> Iterator[MapPage]:
    """A page that runs no script."""
    context = chromium.new_context(java_script_enabled=False, locale="ja-JP")
    yield MapPage(context.new_page(), asaka_site, Watch(asaka_site))
    context.close()


def small_city(folder: Path) -> SmallCity:
    """A city with two layers of two points each."""
    city = SmallCity(folder)
    city.home.mkdir()
    for layer in ("points", "others"):
        city.put(f"{layer}.csv", ROWS)
        city.declare(layer, SOURCE.format(id=layer))
    return city


@pytest.fixture
def small(tmp_path: Path) -> SmallCity:
    """One that a test may change."""
    return small_city(tmp_path)


@pytest.fixture(scope="module")
def unchanged_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of such a city that no test changes or stops."""
    city = small_city(tmp_path_factory.mktemp("small"))
    with service(city.definitions, city.data, city.home) as address:
        yield address


@pytest.fixture
def small_site(small: SmallCity) -> Iterator[Site]:
    site = Site(small.definitions, small.data, small.home)
    yield site
    site.stop()
