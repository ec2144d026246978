"""A colleague signs in with an account of the city's own, in a browser, at a real provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from layers.catalog.catalog import Catalog
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE, Role
from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE
from tests.browser.test_accessible import violations
from tests.openid_provider import provider
from tests.service import free_port, running

pytestmark = [pytest.mark.browser, pytest.mark.breadth]
MAIL = "taro@city.example.jp"
PEOPLE = {"taro": {"email": MAIL, "email_verified": True}}


@dataclass(frozen=True)
class OpenIdSite:
    """Where the service is, and its provider."""

    address: str
    issuer: str


@pytest.fixture(scope="module")
def site(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenIdSite]:
    assert asaka.layers
    folder, port = tmp_path_factory.mktemp("openid"), free_port()
    address, url = f"http://127.0.0.1:{port}", f"sqlite:///{folder / 'bosai.sqlite'}"
    engine = open_database(url)
    upgrade(engine)
    Accounts(engine).add("朝霞 太郎", Role.EDITOR, "", openid=MAIL, actor=COMMAND_LINE)
    with provider(folder, [f"{address}/staff/sign-in/openid/callback"], PEOPLE) as other:
        settings = {
            "BOSAI_HOME": str(home / "asaka"),
            "BOSAI_DATABASE_URL": url,
            **{f"BOSAI_{name.upper()}": value for name, value in other.settings(address).items()},
        }
        with running(settings, folder / "serve.log", port=port):
            yield OpenIdSite(address, other.issuer)


def test_from_the_button_over_the_provider_to_the_page_that_was_wanted(
    site: OpenIdSite, new_map: OpenMap
) -> None:
    opened = new_map(site.address, PHONE)
    opened.watch.allow(site.issuer)  # the one other host
    opened.watch.allow("fonts.googleapis.com|net::ERR_FAILED")  # of its page, and not fetched
    page = opened.page
    page.route("https://**", lambda route: route.abort())
    page.goto(f"{site.address}/staff/requests?lang=ja")
    assert urlsplit(page.url).path == "/staff/sign-in"
    assert violations(opened) == []
    page.get_by_role("link", name="庁内のアカウントでサインイン").click()
    page.wait_for_url(f"{site.issuer}/**")
    page.fill("[name=login]", "taro")
    page.fill("[name=password]", "any")
    page.click("button[type=submit]")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site.address}/staff/requests**")
    assert page.locator(".signed-in").inner_text().startswith("朝霞 太郎")
    kept = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert kept["staff"]["httpOnly"]
    assert kept["staff"]["sameSite"] == "Lax"
    assert "staff-openid" not in kept
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url(f"{site.address}/staff/sign-in**")
