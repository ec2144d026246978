"""A service with accounts of every role, and browsers that are signed in with them."""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from server.app import create_app
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts import passwords
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
    path = folder / "bosai.sqlite"
    ids, url = put_database(path), f"sqlite:///{path}"
    own = {"database_url": url, "secret_file": folder / "secret.key"}
    options = Settings.model_validate({"home": home / "asaka", **own, **settings})
    engine = open_database(url)
    accounts = Accounts(engine)
    of_role = {role: accounts.of_id(number) for role, number in ids.items()}
    return Desk(create_app(options), options, accounts, Sessions(engine), of_role)


def put_database(path: Path) -> Mapping[Role, int]:
    """Make a SQLite file with its tables and an account of each role; their ids."""
    content, ids = _database()
    path.write_bytes(content)
    return ids


@functools.cache
def _database() -> tuple[bytes, Mapping[Role, int]]:
    """Made once in a process: the steps take a quarter of a second.

    Passwords are hashed so that they take no time, also where they are looked at.
    """
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
        path = Path(folder) / "bosai.sqlite"
        engine = open_database(f"sqlite:///{path}")
        upgrade(engine)
        accounts, ids = Accounts(engine), {}
        for role in Role:
            account, given = accounts.add(f"{role.value} です", role, "", actor=COMMAND_LINE)
            accounts.set_password(account, given, PASSWORD)
            ids[role] = account.id
        engine.dispose()
        return path.read_bytes(), ids


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
