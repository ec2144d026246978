"""The legend in a draft's form shows what is chosen before it is saved."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import Role
from server.viewer.bundle import BUNDLE
from tests.server.routes.staff.draft_office import DraftOffice

pytestmark = [pytest.mark.browser, pytest.mark.breadth]


def test_the_legend_follows_what_is_chosen(
    asaka: Catalog, unused_home: Path, tmp_path: Path, chromium: Browser
) -> None:
    office = DraftOffice(unused_home, tmp_path)
    client = office.browser(Role.EDITOR)
    path = office.desk.settings.data / str(asaka.layers["hydrants"].definition.source.path)
    at = office.draft(client, path.name, path.read_bytes(), layer="hydrants")

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.path.startswith("/static/"):
            route.fulfill(path=BUNDLE / address.path.rpartition("/")[2])
            return
        given = client.get(f"{address.path}?{address.query}")
        kind = given.headers["content-type"]
        route.fulfill(status=given.status_code, body=given.content, content_type=kind)

    page = chromium.new_page()
    page.route("**/*", answer)
    page.goto(f"http://desk.test{at}/edit?lang=ja")
    symbols = page.locator("[data-classes] [data-symbol]")

    def looks() -> list[dict[str, str]]:
        queries = (urlsplit(str(each.get_attribute("src"))).query for each in symbols.all())
        return [{name: values[0] for name, values in parse_qs(each).items()} for each in queries]

    saved = looks()
    chosen = page.locator("[data-classes] input")
    colors = [each["color"].lower() for each in saved]
    assert colors == [each.input_value() for each in chosen.all()]
    assert len({(each["color"], each["shape"]) for each in saved}) > 2
    page.locator("#class1").fill("#112233")  # it has a colour of its own, as each other
    expect(symbols.nth(1)).to_have_attribute(
        "src",
        f"{at}/symbol.svg?color=%23112233&shape="
        f"{saved[1]['shape']}&pictogram={saved[1].get('pictogram', '')}&glyph="
        f"{saved[1].get('glyph', '')}",
    )
    page.locator("#color").fill("#445566")
    now = [{**each, "color": color} for each, color in zip(saved, colors, strict=True)]
    assert looks() == [now[0], {**now[1], "color": "#112233"}, *now[2:]]
    page.locator("#style_field").select_option("")
    expect(page.locator("[data-classes]")).to_be_hidden()
    page.close()
    office.engine.dispose()
