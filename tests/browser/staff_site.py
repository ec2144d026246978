"""A service with a database of its own and staff who sign in, and their pages in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playwright.sync_api import Page
from sqlalchemy import Engine

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.database.engine import open_database
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE, Role
from tests.service import running

PASSWORD = "川の水位を毎朝見ています"
STAFF = {
    "佐藤": (Role.PUBLISHER, ""),
    "伊藤": (Role.PUBLISHER, ""),
    "鈴木": (Role.EDITOR, "危機管理室"),
    "高橋": (Role.EDITOR, "道路整備課"),
}


@dataclass(frozen=True)
class StaffSite:
    """Where the service is, and its database."""

    address: str
    engine: Engine

    def sign_in(self, page: Page, name: str) -> None:
        """Sign in as one of `STAFF`, as somebody does it."""
        page.goto(f"{self.address}/staff?lang=ja")
        page.locator("#name").fill(name)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="サインイン").click()
        page.wait_for_url("**/staff*")
        page.get_by_role("link", name="要望", exact=True).first.wait_for()


@contextmanager
def staff_site(
    home: Path, folder: Path, database_url: str, others: Mapping[str, str] = MappingProxyType({})
) -> Iterator[StaffSite]:
    """The city that ships, prepared in `home`; accounts of `STAFF` with `PASSWORD`.

    `others` are settings beside or in the place of those.
    """
    settings: Mapping[str, str] = {
        "BOSAI_DEFINITIONS": str(BUNDLED_DEFINITIONS),
        "BOSAI_DATA": str(BUNDLED_DATA),
        "BOSAI_HOME": str(home),
        "BOSAI_DATABASE_URL": database_url,
        "BOSAI_SECRET_FILE": str(folder / "secret.key"),
        **others,
    }
    with running(settings, folder / "serve.log") as started:
        engine = open_database(database_url)
        accounts = Accounts(engine)
        for name, (role, department) in STAFF.items():
            account, given = accounts.add(name, role, department, actor=COMMAND_LINE)
            accounts.set_password(account, given, PASSWORD)
        yield StaffSite(started.address, engine)
        engine.dispose()
