"""A running service, a page in Chromium, and what a test reads from either."""

from __future__ import annotations

import base64
import json
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request

from server.http.trap import LEAST_S
from tests.breadth import mainly

ROOT = Path(__file__).parents[2]
GSI = "cyberjapandata.gsi.go.jp"
HERE = re.compile(r"/here(?:\.html)?\?")  # the page about a place, in a static copy too
SETTLE_SECONDS = 120.0
Color = tuple[int, int, int]


class Size(NamedTuple):
    width: int
    height: int


DESKTOP = Size(1280, 800)
PHONE = Size(390, 844)
BOTH_SIZES = mainly(PHONE, [DESKTOP, PHONE])  # most people have a phone with them


def await_form(page: Page) -> None:
    """Wait until the page's form is old enough to be sent: sooner it is taken for a program's."""
    made = int(page.locator("form[method=post] [name=nonce]").first.input_value()[:8], 16)
    page.wait_for_timeout(max(0.0, 1000 * (made + LEAST_S - time.time())))


def fetch_json(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=SETTLE_SECONDS) as response:
        return json.load(response)


@dataclass
class Watch:
    """What a page must not do: ask another host, log an error, break the security policy."""

    address: str
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("request", self._request)
        page.on(
            "console",
            lambda message: (
                self.faults.append(f"{message.text} ({message.location.get('url', '')})")
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and not request.url.startswith(self.address):
            self.faults.append(f"asked another host: {request.url}")

    def allow(self, pattern: str) -> None:
        """Faults that the test itself brings about."""
        self.allowed.append(pattern)

    def unexpected(self) -> list[str]:
        return [
            fault
            for fault in self.faults
            if not any(re.search(pattern, fault) for pattern in self.allowed)
        ]


class MapPage:
    """The map page as somebody uses it."""

    def __init__(self, page: Page, address: str, watch: Watch) -> None:
        page.set_default_timeout(1000 * SETTLE_SECONDS)  # milliseconds
        self.page = page
        self.address = address
        self.watch = watch

    def open(self, query: str = "") -> MapPage:
        self.page.goto(f"{self.address}/{query}")
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until all that is shown is loaded and painted."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not self.page.evaluate(_SETTLED):
            assert time.monotonic() < deadline, "the map did not settle"
            self.page.wait_for_timeout(30)
        self.page.evaluate(_PAINTED)

    def at(self, layers: str, longitude: float, latitude: float, zoom: int = 17) -> MapPage:
        return self.open(f"?layers={layers}&at={zoom}/{latitude:.6f}/{longitude:.6f}")

    def map_box(self) -> tuple[float, float, float, float]:
        box = self.page.locator("#city_map_main").bounding_box()
        assert box is not None
        return box["x"], box["y"], box["width"], box["height"]

    def centre(self) -> tuple[float, float]:
        x, y, width, height = self.map_box()
        return x + width / 2, y + height / 2

    def click_centre(self) -> None:
        self.page.mouse.click(*self.centre())

    def card(self) -> str:
        """What the card says of a place once the service has answered, or could not be asked."""
        self.page.locator("#place-card").wait_for()
        self.page.locator(".card-answer:not([aria-busy])").wait_for(state="attached")
        return self.page.locator("#place-card").inner_text()

    def is_card_open(self) -> bool:
        return self.page.locator("#place-card").is_visible()

    def without_answers(self) -> MapPage:
        """From now on what is known of a place does not come."""
        self.watch.allow("net::ERR_FAILED")
        self.page.route("**/here?*", lambda route: route.abort())
        return self

    def switch(self, layer: str) -> None:
        self.show_panel()
        self.page.locator(f"input[data-layer={layer}]").click()
        self.settle()

    def show_panel(self) -> None:
        """Open the sheet; where there is none, the panel is always open."""
        handle = self.page.locator(".panel-handle")
        if handle.is_visible() and handle.get_attribute("aria-expanded") == "false":
            handle.click()
            self.settle()

    def cautions(self) -> str:
        """What must be read with the map; a line that stands for it is opened."""
        line = self.page.locator(".cautions-line")
        if line.is_visible() and line.get_attribute("aria-expanded") == "false":
            line.click()
        return self.page.locator("#cautions-all").inner_text()

    def show_menu(self) -> None:
        """Open the menu in the bar."""
        if not self.page.evaluate("document.getElementById('menu').open"):
            self.page.locator("#menu summary").click()

    def show_search(self) -> None:
        """Open the search, where the bar has no room for it."""
        if self.page.locator("#search-open").is_visible():
            self.page.locator("#search-open").click()

    def is_on(self, layer: str) -> bool:
        return self.page.locator(f"input[data-layer={layer}]").is_checked()

    def pixels(self, x: float, y: float, width: int, height: int) -> list[list[Color]]:
        """Rows of colours of the screen's own pixels, of a part given in CSS pixels."""
        picture = self.page.screenshot(
            clip={"x": round(x), "y": round(y), "width": width, "height": height}
        )
        read = self.page.evaluate(_READ_PICTURE, base64.b64encode(picture).decode())
        side, flat = read["width"], read["data"]
        colors = [tuple(flat[at : at + 3]) for at in range(0, len(flat), 4)]
        return [colors[start : start + side] for start in range(0, len(colors), side)]

    def common_colors(self, half: int = 12) -> Counter[Color]:
        """Colours around the middle of the map, the commonest first."""
        x, y = self.centre()
        rows = self.pixels(x - half, y - half, 2 * half, 2 * half)
        return Counter(color for row in rows for color in row)

    def frames(self, count: int) -> None:
        """Wait until the browser has drawn so many frames."""
        self.page.evaluate(_FRAMES, count)

    def count_bodies(self, path: str) -> Callable[[], int]:
        """Give a function that says how many answers from `path` the page has read from now on.

        What its script does with an answer at once is done before the answer counts.
        """
        self.page.evaluate(_COUNT_BODIES, path)

        def count() -> int:
            bodies: int = self.page.evaluate("globalThis.bodies")
            return bodies

        return count

    def hide_names(self) -> None:
        """Leave the layers alone on white ground: no names, and nothing of the base map."""
        self.page.evaluate(_HIDE_BASE)


# Under the page's security policy Playwright's own waiting for an expression is refused.
_SETTLED = """() => {
  const layers = Object.keys(globalThis).filter((name) => name.startsWith("tile_layer_"));
  return document.readyState === "complete"
    && layers.length > 0
    && document.querySelector(".place-names, #map-message:not([hidden])") !== null
    && layers.every((name) => globalThis[name].states().loading === 0);
}"""
_HIDE_BASE = """() => {
  document.querySelector(".place-names").hidden = true;
  document.querySelector(".leaflet-base-pane").style.filter = "brightness(0) invert(1)";
}"""
_PAINTED = """() => new Promise((done) => {
  setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 80);
})"""
_FRAMES = """(count) => new Promise((done) => {
  const next = () => (count -= 1) < 0 ? done() : requestAnimationFrame(next);
  next();
})"""
_COUNT_BODIES = """(path) => {
  globalThis.bodies = 0;
  for (const name of ["json", "text"]) {
    const own = Response.prototype[name];
    Response.prototype[name] = async function () {
      const body = await own.call(this);
      if (this.url.includes(path)) setTimeout(() => (globalThis.bodies += 1));
      return body;
    };
  }
}"""
_READ_PICTURE = """async (encoded) => {
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { width, height, data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  return { width, height, data: [...data] };
}"""


def near(color: Color, other: Color, tolerance: int = 4) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(color, other, strict=True))


def rgb(hexadecimal: str) -> Color:
    return (int(hexadecimal[1:3], 16), int(hexadecimal[3:5], 16), int(hexadecimal[5:7], 16))


def over_white(hexadecimal: str, opacity: float) -> Color:
    red, green, blue = (round(255 - (255 - part) * opacity) for part in rgb(hexadecimal))
    return red, green, blue
