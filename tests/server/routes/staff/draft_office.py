"""The desk of drafts as its tests need it: a service with staff of every role."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from httpx2 import Response
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from server.database.engine import open_database
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE, Role
from tests.server.routes.staff.desk import Desk, desk as desk_in, token_of

ROWS = [
    ("溝沼一丁目の消火栓", "35.7971", "139.5940", "地下式"),
    ("本町二丁目の消火栓", "35.8011", "139.5921", "地上式"),
    ("朝志ヶ丘の消火栓", "35.8105", "139.5833", "地下式"),
]


def table(
    rows: Sequence[tuple[str, ...]], header: tuple[str, ...] = ("名称", "緯度", "経度", "形式")
) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("cp932")


class DraftOffice:
    """A service with staff of every role and a home of its own, and what its database holds.

    `home` is `unused_home`: drafts are kept below the number that their database gives them.
    """

    def __init__(self, home: Path, folder: Path, **settings: str) -> None:
        own = shutil.copytree(home / "asaka", folder / "home" / "asaka").parent
        self.desk: Desk = desk_in(own, folder, **settings)
        self.engine: Engine = open_database(self.desk.settings.database)

    def read(self) -> None:
        """Read the drafts that wait, as a worker that is kept up does."""
        self.desk.app.state.drafts.reading.read_waiting()

    def follow(self) -> None:
        """Publish what is declared now, and serve it, as a worker that is kept up does."""
        served = self.desk.app.state.served
        publisher = served._publisher
        with publisher.record.leading() as leads:
            assert leads
            publisher._write(publisher.publish())
        asyncio.run(served.catch_up())

    def browser(self, role: Role) -> TestClient:
        return self.desk.signed_in(role)

    def colleague(self, role: Role) -> TestClient:
        """Somebody else of the role."""
        accounts = self.desk.accounts
        account, given = accounts.add(f"二人目の{role}", role, "", actor=COMMAND_LINE)
        accounts.set_password(account, given, "川の水位を毎晩見ています")
        client = self.desk.browser()
        client.cookies.set("staff", self.desk.sessions.begin(accounts.of_id(account.id)))
        return client

    def acts(self) -> list[str]:
        """What the audit says was done to drafts and layers."""
        with self.engine.connect() as connection:
            actions = connection.execute(select(audit.c.action).order_by(audit.c.id)).scalars()
            return [each for each in actions if each.startswith(("draft.", "layer."))]

    def upload(self, client: TestClient, name: str, content: bytes, layer: str = "") -> Response:
        token = token_of(client.get("/staff/drafts/new"))
        return client.post(
            "/staff/drafts",
            data={"token": token, "layer": layer},
            files={"files": (name, content, "text/csv")},
        )

    def draft(self, client: TestClient, name: str, content: bytes, layer: str = "") -> str:
        """The address of a draft of a file, once it is read."""
        answer = self.upload(client, name, content, layer)
        assert answer.status_code == 303, answer.text
        self.read()
        return answer.headers["location"].partition("?")[0]


def form_of(page: Response) -> dict[str, str]:
    """What the edit form holds, as a browser would send it."""
    text = page.text.partition('class="draft-form"')[2]
    form: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", text):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name is not None and ('type="checkbox"' not in tag or " checked" in tag):
            form[name[1]] = html.unescape(value[1]) if value else ""
    texts = re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    choices = re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL)
    for name, options in choices:
        chosen = re.search(r'value="([^"]*)" selected', options)
        first = re.search(r'value="([^"]*)"', options)
        assert first is not None
        form[name] = (chosen or first)[1]
    return {**form, **{name: html.unescape(text) for name, text in texts}}


WORDS = {
    "title_ja": "消火栓の試し",
    "title_en": "Hydrants on trial",
    "description_ja": "消火栓の場所です。",
    "description_en": "Where hydrants are.",
    "attribution_ja": "朝霞市",
    "attribution_en": "Asaka City",
    "licence_ja": "CC BY 4.0",
    "licence_en": "CC BY 4.0",
    "group": "fire",
}


def edit(client: TestClient, at: str, **changes: str) -> Response:
    form = form_of(client.get(f"{at}/edit"))
    return client.post(f"{at}/edit", data={**form, **changes})


def seen_of(page: Response) -> str:
    match = re.search(r'name="seen" value="(\d+)"', page.text)
    assert match is not None, page.text
    return match[1]


def act(client: TestClient, address: str, at: str, /, **form: str) -> Response:
    page = client.get(at)
    return client.post(address, data={"token": token_of(page), "seen": seen_of(page), **form})
