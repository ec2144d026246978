"""Takes the README's pictures from the service as it is. Needs the bundle and Chromium."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.site import DESKTOP, PHONE, ROOT, MapPage, Size, Watch
from tests.service import service

PICTURES = ROOT / "tests" / "golden"
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


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        service(BUNDLED_DEFINITIONS, BUNDLED_DATA, Path(home)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for picture in SHOWN:
            print(take(browser, address, picture).relative_to(ROOT))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
