"""The map as somebody keeps it on a device."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator

from tests.browser.site import MapPage, fetch_json

PATIENCE = 90.0  # seconds, of a machine that has much else to do
# What a browser says of requests that a test itself keeps from arriving.
UNREACHED = r"net::ERR_|Failed to fetch"


class KeptMap:
    """The dialog "Save this map on this device", the banner, and the browser's storage."""

    def __init__(self, city_map: MapPage) -> None:
        self.map = city_map
        self.page = city_map.page

    def dialog(self) -> Locator:
        return self.page.locator("#keep")

    def banner(self) -> Locator:
        return self.page.locator("#connection")

    def open_dialog(self, state: str) -> str:
        """Open it and wait for the state that `data-when` names; its words."""
        self.map.show_menu()
        self.page.locator("#keep-open").click()
        self.page.locator(f"#keep [data-when~={state}]:visible").first.wait_for()
        until(self.page, lambda: not self.page.locator("#keep [data-when=asking]").is_visible())
        return self.dialog().inner_text()

    def close_dialog(self) -> None:
        self.page.locator("#keep [data-part=close]").click()

    def press(self, part: str) -> None:
        self.page.locator(f"#keep [data-part={part}]").click()

    def report(self) -> str:
        words = self.page.locator("#keep [data-part=report]:not(:empty)")
        words.wait_for()
        return words.inner_text()

    def await_list(self) -> None:
        """Have the service make the list of what there is to save.

        Of a real city that takes longer than the page waits, on a machine that has much else to do.
        """
        fetch_json(f"{self.map.address}/offline.json")

    def save(self) -> KeptMap:
        """Save the map from the open page, and close the dialog."""
        self.await_list()
        self.open_dialog("new")
        self.press("save")
        report = self.report()
        assert re.search("保存(ほぞん)?しました|is saved", report), report
        self.close_dialog()
        return self

    def go_offline(self) -> None:
        self.map.watch.allow(UNREACHED)
        self.page.context.set_offline(True)

    def offline_words(self) -> str:
        """What the banner says; waits until it says something."""
        self.page.locator("#connection:not(:empty)").wait_for()
        return self.banner().inner_text()

    def contact(self) -> None:
        """What the browser does when the network is back."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def release(self) -> None:
        """Let go what the test held back, and wait for the end of every contact under way."""
        self.page.evaluate("release()")
        until(self.page, self.is_at_rest)

    def is_at_rest(self) -> bool:
        """Whether no contact is under way."""
        return self.banner().get_attribute("data-contacts") == "0"

    def copies(self) -> dict[str, list[str]]:
        """The addresses in each cache that holds any, without the host and `/offline/current`.

        An empty one says nothing: looking into one that is being deleted makes it anew.
        """
        found: dict[str, list[str]] = self.page.evaluate(_COPIES)
        return found

    def kept(self, pattern: str) -> list[str]:
        return [url for urls in self.copies().values() for url in urls if re.search(pattern, url)]

    def workers(self) -> int:
        count: int = self.page.evaluate(
            "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
        )
        return count


def until(page: Any, what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        page.wait_for_timeout(50)


_COPIES = """async () => {
  const copies = {};
  for (const name of await caches.keys()) {
    const requests = await (await caches.open(name)).keys();
    const all = requests.map(({ url }) => url.slice(location.origin.length));
    const urls = all.filter((url) => url !== "/offline/current");
    if (urls.length) copies[name] = urls;
  }
  return copies;
}"""
