"""Takes the README's pictures from the service as it is. Needs the bundle and Chromium.

With a folder: the main views of Asaka, and of Yaizu where its data is at hand, at three sizes, to
be looked at one by one.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.site import DESKTOP, PHONE, ROOT, MapPage, Size, Watch
from tests.conftest import YAIZU
from tests.service import service
from tools.staff_screenshots import take_staff_pictures

PICTURES = ROOT / "tests" / "golden"
YAIZU_DATA = ROOT.parent / "shared" / "data" / "yaizu"
SMALL_PHONE = Size(360, 640)
LAYERS = "flood,emergency_sites,hydrants,extinguishers,crime_prevention"


@dataclass(frozen=True)
class Picture:
    """What to show, and under which name to keep it."""

    name: str
    size: Size
    query: str
    ratio: float = 1
    with_card: bool = False
    with_panel: bool = False


SHOWN = [
    Picture("map-1280", DESKTOP, "?layers=flood,emergency_sites&at=14/35.80690/139.59800"),
    Picture("map-1280-card", DESKTOP, f"?layers={LAYERS}&at=16/35.79140/139.60049", 1, True),
    Picture("map-390", PHONE, "?layers=flood,emergency_sites", 2),
    Picture("map-390-panel", PHONE, f"?layers={LAYERS}&at=15/35.7914/139.6005", 2, False, True),
]


def take(browser: Browser, address: str, picture: Picture) -> Path:
    """Take one picture and return where it is kept."""
    context = browser.new_context(
        viewport={"width": picture.size.width, "height": picture.size.height},
        device_scale_factor=picture.ratio,
        locale="ja-JP",
        reduced_motion="reduce",
    )
    city_map = MapPage(context.new_page(), address, Watch(address)).open(picture.query)
    if picture.with_card:
        city_map.click_centre()
        city_map.card()
    if picture.with_panel:
        city_map.show_panel()
    city_map.settle()
    path = PICTURES / f"{picture.name}.png"
    city_map.page.screenshot(path=path)
    context.close()
    return path


# Of each city its definitions and data, a place in a zone, and the disaster of the zone.
CITIES = {
    "asaka": (BUNDLED_DEFINITIONS, BUNDLED_DATA, "35.81830/139.60660", "flood"),
    "yaizu": (YAIZU, YAIZU_DATA, "34.84310/138.32390", "inland_flood"),
}


def views(place: str, disaster: str) -> list[tuple[str, str, bool]]:
    """The name of each main view, its query, and whether its card is open."""
    chosen = f"?for={disaster}"
    return [
        ("first", "", False),
        ("chosen", chosen, False),
        ("card", f"{chosen}&at=16/{place}", True),
        ("close", f"?at=17/{place}", False),
        ("english", f"{chosen}&lang=en&at=15/{place}", True),
        ("print", f"print?layers=flood,emergency_sites&at=14/{place}", False),
    ]


def take_views(browser: Browser, address: str, city: str, folder: Path) -> None:
    """The main views of a city at three sizes."""
    _definitions, _data, place, disaster = CITIES[city]
    for size in (SMALL_PHONE, PHONE, DESKTOP):
        for name, query, with_card in views(place, disaster):
            context = browser.new_context(
                viewport={"width": size.width, "height": size.height},
                locale="ja-JP",
                reduced_motion="reduce",
            )
            city_map = MapPage(context.new_page(), address, Watch(address))
            if name == "print":
                city_map.page.goto(f"{address}/{query}")
            else:
                city_map.open(query)
            if with_card:
                city_map.click_centre()
                city_map.page.locator(".card-answer[aria-busy]").wait_for(state="detached")
                city_map.settle()
            path = folder / f"{city}-{name}-{size.width}.png"
            city_map.page.screenshot(path=path)
            print(path)
            context.close()


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (folder or PICTURES).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for city, (definitions, data, _place, _disaster) in CITIES.items():
            if not data.exists() or (folder is None and city != "asaka"):
                continue
            with (
                tempfile.TemporaryDirectory() as home,
                service(definitions, data, Path(home)) as address,
            ):
                if folder:
                    take_views(browser, address, city, folder)
                else:
                    for picture in SHOWN:
                        print(take(browser, address, picture).relative_to(ROOT))
                    take_staff_pictures(browser, Path(home))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
