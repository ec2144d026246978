"""A map in a fresh Chromium on a slow processor: how long it takes, what it loads and keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.benchmarks.measure import Sample
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.site import DESKTOP, Size

SLOWED = 4  # times that the page's processor is slower than this machine's
LONGEST = 60  # seconds until a map must be drawn


@dataclass(frozen=True)
class Map:
    """A page with a Leaflet map. `drawn` is a JavaScript function: whether all in view is drawn."""

    address: str
    variable: str
    drawn: str
    size: Size = DESKTOP


@dataclass
class Visit:
    """A map that was opened, and how long it took until all in view was drawn."""

    map: Map
    page: Page
    session: CDPSession
    received: dict[str, int] = field(default_factory=dict)
    loaded: Sample = field(default_factory=lambda: Sample(0, 0))

    def wire(self, *apart: str) -> int:
        """Bytes received up to now, headers included, of addresses that hold none of `apart`."""
        return sum(
            size
            for address, size in self.received.items()
            if not any(part in address for part in apart)
        )

    def pan(self, moves: Sequence[tuple[int, int]]) -> Sample:
        """Move the map by these CSS pixels, each time until all in view is drawn."""
        busy = self.busy()
        taken = self.page.evaluate(_PAN, [self.map.variable, list(moves)])
        return Sample(taken / 1000, self.busy() - busy)

    def card(self) -> float:
        """Seconds from a tap on the middle of the map until the card of the place is drawn."""
        width, height = self.map.size
        self.page.evaluate(_CARD)
        self.page.mouse.click(width / 2, height / 2)
        taken: float = self.page.evaluate("() => globalThis.cardDrawn")
        return taken / 1000

    def longest_task(self) -> float:
        """Seconds of the longest task since the page was begun."""
        longest: float = self.page.evaluate("() => globalThis.longestTask()")
        return longest / 1000

    def heap(self) -> int:
        """Bytes of the script's live objects."""
        self.session.send("HeapProfiler.collectGarbage")
        used: int = self.session.send("Runtime.getHeapUsage")["usedSize"]
        return used

    def busy(self) -> float:
        """Seconds that the page's main thread has worked."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, opened: Map) -> Iterator[Visit]:
    """Open a map with nothing kept of earlier visits, and leave when the block ends."""
    width, height = opened.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ja-JP")
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        found = Visit(opened, page, session)
        _follow(session, found.received)
        page.add_init_script(_WATCH % opened.drawn)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.goto(opened.address, timeout=LONGEST * 1000)
        taken = page.evaluate("() => globalThis.firstDrawn")
        found.loaded = Sample(taken / 1000, found.busy())
        yield found
    finally:
        context.close()


def _follow(session: CDPSession, received: dict[str, int]) -> None:
    """Add up what each address sent."""
    addresses: dict[str, str] = {}

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def finished(event: dict[str, Any]) -> None:
        address = addresses.get(event["requestId"], "")
        received[address] = received.get(address, 0) + int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Performance.enable")


# Runs before the page's own scripts. A frame after the next one, what was drawn is on the screen.
_WATCH = """(() => {
  const isDrawn = %s;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  globalThis.whenDrawn = async () => {
    while (document.readyState !== "complete" || !isDrawn()) await frame();
    await frame();
    await frame();
    return performance.now();
  };
  globalThis.firstDrawn = globalThis.whenDrawn();
  const tasks = [0];
  const note = (entries) => tasks.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "longtask", buffered: true });
  globalThis.longestTask = () => {
    note(observer.takeRecords());
    return Math.max(...tasks);
  };
})()"""
_CARD = """() => {
  const card = document.getElementById("place-card");
  globalThis.cardDrawn = new Promise((done) => {
    let begun = 0;
    const begin = () => (begun = performance.now());
    addEventListener("pointerdown", begin, { once: true, capture: true });
    const look = () => {
      const words = card.querySelector(".card-words").innerText;
      const isDrawn = !card.hidden && words.trim() !== "";
      const after = isDrawn ? () => done(performance.now() - begun) : look;
      requestAnimationFrame(after);
    };
    look();
  });
}"""
_PAN = """async ([variable, moves]) => {
  const begun = performance.now();
  for (const move of moves) {
    globalThis[variable].panBy(move, { animate: false });
    await globalThis.whenDrawn();
  }
  return performance.now() - begun;
}"""
