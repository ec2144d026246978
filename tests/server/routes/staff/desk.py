"""A service with accounts of every role, and browsers that are signed in with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyotp
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from server.app import create_app
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.account import Account
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.accounts.sessions import Sessions
from server.desk.accounts.totp_seal import TotpSeal
from server.desk.confidential.secret import Secret
from server.settings import Settings

PASSWORD = "川の水位を毎朝見ています"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Desk:
    """A service, its database, and an account of each role, all with `PASSWORD`."""

    app: FastAPI
    settings: Settings
    accounts: Accounts
    sessions: Sessions
    of_role: dict[Role, Account]

    def browser(self, address: str = "203.0.114.1", **headers: str) -> TestClient:
        """A browser in which nobody is signed in."""
        return TestClient(
            self.app,
            headers={**BROWSER, **headers},
            follow_redirects=False,
            raise_server_exceptions=False,
            client=(address, 5000),
        )

    def signed_in(self, role: Role) -> TestClient:
        """A browser in which the account of a role is signed in."""
        client = self.browser()
        client.cookies.set("staff", self.sessions.begin(self.of_role[role]))
        return client


def desk(home: Path, folder: Path, **settings: str) -> Desk:
    """A service of the city that ships, prepared in `home`, with a new database in the folder."""
    url = f"sqlite:///{folder / 'bosai.sqlite'}"
    own = {"database_url": url, "secret_file": folder / "secret.key"}
    options = Settings.model_validate({"home": home / "asaka", **own, **settings})
    engine = open_database(url)
    upgrade(engine)
    accounts = Accounts(engine)
    of_role = {}
    for role in Role:
        account, given = accounts.add(f"{role.value} です", role, "", actor=COMMAND_LINE)
        accounts.set_password(account, given, PASSWORD)
        of_role[role] = accounts.of_id(account.id)
    return Desk(create_app(options), options, accounts, Sessions(engine), of_role)


def token_of(page: Response) -> str:
    """The token that a form of the page holds."""
    match = re.search(r'name="token" value="([0-9a-f]{64})"', page.text)
    assert match is not None, page.text
    return match[1]


def post(client: TestClient, address: str, at: str | None = None, **form: str) -> Response:
    """Send a form from the page `at`, by default from the page it is sent to."""
    token = token_of(client.get(at or address))
    return client.post(address, data={"token": token, **form})


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **form: str) -> Response:
    """What signing in is answered."""
    return post(client, "/staff/sign-in", name=name, password=password, **form)


def set_up_codes(desk: Desk, account: Account) -> pyotp.TOTP:
    """The app of an account that is asked for codes from now on."""
    totp = pyotp.TOTP(pyotp.random_base32())
    seal = TotpSeal(Secret(desk.settings.secret))
    desk.accounts.begin_totp(account, seal, totp.secret, totp.now())
    return totp
