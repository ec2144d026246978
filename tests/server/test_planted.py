"""What nobody but the desk may read is planted, and looked for everywhere: where it may not be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import pyotp
import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import Engine, text

from server.app import create_app
from server.database.engine import open_database, reading
from server.database.schema import upgrade
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.mail.outbox import Outbox
from server.settings import Settings
from tests.mail_server import MailServer, await_that, mail_server, settings_with_mail
from tests.server import planted
from tests.server.planted import found
from tests.server.test_every_answer import VALUES
from tests.service import Running, running

BASE = "https://map.example.jp"
WORDS = {
    "contact": planted.CONTACT,
    "e-mail": planted.EMAIL,
    "today": planted.TODAY,
    "supplement": planted.ADDED,
    "note": planted.NOTE,
    "title": planted.TITLE,
    "purpose": planted.PURPOSE,
    "photo's name": planted.PHOTO_NAME,
    "sample's name": planted.SAMPLE_NAME,
    "sample": planted.SAMPLE,
    "exif": planted.EXIF,
    "password": planted.PASSWORD,
    "new password": planted.NEW_PASSWORD,
}
SENT = {"title", "purpose"}  # what is for the desk to read, and to publish in other words
# What may be on a staff page; on any other there is nothing.
ON_STAFF_PAGES = {
    "/staff/requests": {"title"},
    "/staff/requests/{number}": {*SENT, "today", "supplement", "note"},
    "/staff/requests/{number}/assign": {"title"},
    "/staff/requests/{number}/publish": SENT,
    "/staff/requests/{number}/decide": SENT,
    "/staff/requests/{number}/merge": SENT,
}
OF_SENDER = {*SENT, "today", "supplement", "key"}
# As they are sent; the database of SQLite is one file for all.
IN_DATABASE = {*SENT, "today", "key"}


# What people look for: the service is asked for it, well and badly.
ASKED = {"place": "35.8123457", "search": "planted-search-0487"}
LOOKED_UP = (
    f"/here?lat={ASKED['place']}&lon=139.5941",
    f"/here?lat={ASKED['place']}&lon={ASKED['search']}",
    f"/search?q={ASKED['search']}",
    f"/search?q={ASKED['place']},139.5941",
    f"/nothing?q={ASKED['search']}",
    f"/qr.svg?lat={ASKED['place']}&lon=139.5941",
)


class Browser:
    """Somebody's browser at the service, that holds cookies as behind https."""

    def __init__(self, address: str) -> None:
        self._address, self.cookies = address, dict[str, str]()

    def ask(self, method: str, path: str, accept: str = "text/html", **sent: object) -> bytes:
        """The answer with its headers, but for cookies that it sets."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept": accept, "Cookie": cookies}
        with httpx2.Client(base_url=self._address, verify=False, timeout=120) as client:
            answer = client.request(method, path, headers=headers, **sent)  # type: ignore[arg-type]
        assert answer.status_code != 500, path
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        self.location = answer.headers.get("location", "")
        self.status = answer.status_code
        kept = [(name, value) for name, value in answer.headers.raw if name != b"set-cookie"]
        return b"\n".join([*(value for _name, value in kept), answer.content])

    def post(self, path: str, at: str, **fields: str) -> bytes:
        """Send a form with the token of the page `at`."""
        page = self.ask("GET", at).decode()
        hidden = dict(re.findall(r'name="(token|seen)" value="([^"]+)"', page))
        answer = self.ask("POST", path, data={**hidden, **fields})
        assert self.status in (200, 303), (path, answer.decode())
        return answer


def plant(started: Running, office: MailServer) -> tuple[str, str]:
    """Two requests with everything, the first public in other words; their senders' keys."""
    keys = []
    for number in (1, 2):
        email = (
            planted.EMAIL.replace("planted", f"planted{number}") if number > 1 else planted.EMAIL
        )
        fields = {
            "title": planted.TITLE,
            "purpose": planted.PURPOSE,
            "category": "welfare",
            "today": planted.TODAY,
            "lat": "35.8001",
            "lon": "139.6001",
            "contact": planted.CONTACT,
            "email": email,
        }
        files = {
            "photo": (planted.PHOTO_NAME, planted.photo(), "image/jpeg"),
            "sample": (planted.SAMPLE_NAME, csv(), "text/csv"),
        }
        resident = Browser(started.address)
        resident.ask("POST", "/requests", accept="*/*", data=fields, files=files)
        address = urlsplit(resident.location)
        assert address.path == f"/requests/{number}"
        keys.append(parse_qs(address.query)["key"][0])
        added = {"key": keys[-1], "text": planted.ADDED}
        resident.ask("POST", f"{address.path}/supplements", data=added)
        assert resident.status == 303
    await_that(lambda: len(office.mails()) == 2)
    links = re.compile(rf"{BASE}(/requests/\d/news/confirm\S+)")
    for mail in office.mails():
        match = links.search(mail.get_content())
        assert match is not None
        Browser(started.address).ask("POST", match[1])
    return keys[0], keys[1]


def csv() -> bytes:
    return f"名称,緯度,経度\n{planted.SAMPLE},35.797,139.594\n".encode()


def sign_in(started: Running, engine: Engine) -> tuple[Browser, dict[str, str]]:
    """An admin's browser, and the admin's own secrets."""
    accounts = Accounts(engine)
    account, given = accounts.add("山田", Role.ADMIN, "", actor=COMMAND_LINE)
    staff = Browser(started.address)
    accounts.set_password(account, given, planted.PASSWORD)
    staff.post("/staff/sign-in", "/staff/sign-in", name="山田", password=planted.PASSWORD)
    codes, own = "/staff/account/codes", "/staff/account/password"
    passwords = {"current": planted.PASSWORD, "password": planted.NEW_PASSWORD}
    staff.post(own, own, **passwords, again=planted.NEW_PASSWORD)
    secret = pyotp.random_base32()
    page = staff.post(codes, codes, secret=secret, code=pyotp.TOTP(secret).now()).decode()
    recovery = re.findall(r"<code>([^<]+)</code>", page)
    assert len(recovery) == 10, page
    cookies = {f"cookie {name}": value for name, value in staff.cookies.items() if value}
    assert "cookie __Host-staff" in cookies
    return staff, {
        "first password": given,
        "codes' secret": secret,
        "recovery code": recovery[0],
        **cookies,
    }


def work(staff: Browser) -> None:
    """What the desk does with the first request."""
    page, words = "/staff/requests/1", {"title": "公開の題", "purpose": "公開の文"}
    staff.post(f"{page}/notes", page, note=planted.NOTE)
    staff.post(f"{page}/publish", f"{page}/publish", **words, with_photo="1")
    staff.post(f"{page}/decide", f"{page}/decide", state="checking", reason="確かめます")
    assert planted.CONTACT.encode() in staff.post(f"{page}/contact", page)


def addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every route that can be read, and an address of it, for each of the two requests."""
    routes = list(iter_route_contexts(create_app(settings).routes))
    for path in sorted({str(r.path) for r in routes if r.path and "GET" in (r.methods or ())}):
        for number in ("1", "2") if "{number}" in path else ("1",):
            values = {**VALUES, "number": number}
            yield path, re.sub(r"\{(\w+)\}", lambda match, v=values: v[match[1]], path)  # type: ignore[misc]


def walk(browser: Browser, settings: Settings, words: dict[str, str]) -> dict[str, set[str]]:
    """What is found on the answers of each route, where anything is."""
    on_route: dict[str, set[str]] = {}
    for path, address in addresses(settings):
        for accept, lang in (("text/html", "ja"), ("application/json", "en")):
            names = found(words, browser.ask("GET", f"{address}?lang={lang}", accept))
            if names:
                on_route.setdefault(path, set()).update(names)
    return on_route


def stored(engine: Engine, folder: Path) -> bytes:
    """All bytes of the database: of the files, or of every row of every table."""
    if engine.dialect.name == "sqlite":
        paths = sorted(folder.glob("bosai*"))
        assert {"bosai.sqlite", "bosai-keys.sqlite"} <= {path.name for path in paths}
        return b"".join(path.read_bytes() for path in paths)
    tables = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    with reading(engine) as connection:
        names = list(connection.scalars(tables))
        assert {"requests", "request_keys", "outbox"} <= set(names)
        rows = [
            row
            for name in names
            for row in connection.scalars(text(f'SELECT t::text FROM "{name}" t'))
        ]
    return "\n".join(rows).encode()


@pytest.mark.breadth
def test_what_is_private_is_nowhere_else(database_url: str, home: Path, tmp_path: Path) -> None:
    engine = open_database(database_url)
    upgrade(engine)
    with mail_server(tmp_path / "post office") as office:
        environment = settings_with_mail(office, home, database_url, tmp_path / "secret.key", BASE)
        folder = tmp_path / "routes"
        folder.mkdir()
        elsewhere = f"sqlite:///{folder / 'routes.sqlite'}"
        settings = Settings(
            home=home / "asaka", database_url=elsewhere, secret_file=folder / "secret.key"
        )
        with running(environment, tmp_path / "serve.log", ("--workers", "1")) as started:
            keys = plant(started, office)
            staff, secrets = sign_in(started, engine)
            words = {**WORDS, "key": keys[0], "other key": keys[1], **secrets}
            work(staff)
            assert walk(Browser(started.address), settings, words) == {}
            on_route = walk(staff, settings, words)
            assert on_route["/staff/requests/{number}"] >= {*SENT, "note"}
            for path, names in on_route.items():
                assert names <= ON_STAFF_PAGES.get(path, set()), path
            require_own_pages(started, words, keys)
            require_exports(staff, words)
            vault = Vault(Secret(tmp_path / "secret.key"), open_keys(database_url))
            await_that(lambda: Outbox(engine, vault).standing().waiting == 0)
            in_database = found(words, stored(engine, tmp_path))
            assert in_database == IN_DATABASE | {"other key"}
            for number, key in zip((1, 2), keys, strict=True):
                resident = Browser(started.address)
                resident.ask("POST", f"/requests/{number}/delete", data={"key": key})
                assert resident.status == 303
            assert found(words, stored(engine, tmp_path)) == set()
            resident = Browser(started.address)
            for path in LOOKED_UP:
                resident.ask("GET", f"{path}&key={quote(keys[0])}")
            log = started.said()
    assert found({**words, **ASKED}, log.encode()) == set()
    for mail in office.mails():
        assert found(words, mail.as_bytes()) - {"e-mail"} == set()
        assert found(words, mail.get_content().encode()) == set()
    engine.dispose()
    vault.keys.dispose()


def require_own_pages(started: Running, words: dict[str, str], keys: tuple[str, str]) -> None:
    """The sender's pages hold what the sender wrote to be read, and the own key alone."""
    for number, key, own in ((1, keys[0], "key"), (2, keys[1], "other key")):
        for page in (f"/requests/{number}", f"/requests/{number}/delete"):
            content = Browser(started.address).ask("GET", f"{page}?key={quote(key)}")
            assert found(words, content) <= OF_SENDER - {"key"} | {own}
            crossed = Browser(started.address).ask("GET", f"{page}?key={quote(keys[2 - number])}")
            assert found(words, crossed) <= {"key", "other key"} - {own}  # what was asked for


def require_exports(staff: Browser, words: dict[str, str]) -> None:
    """Files for others hold what was sent to be published, and no more."""
    for kind in ("csv", "geojson"):
        content = staff.post("/staff/requests/export", "/staff/requests", format=kind)
        assert "公開の題".encode() in content
        assert found(words, content) == SENT
