"""What is typed into any field, by residents and by staff, is text wherever it comes out again."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as Xml

import pytest
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import Role
from server.desk.triage.request_export import FORMULA
from server.http.rate import Allowance
from tests.server.forms import Element, page_of
from tests.server.routes.staff.desk import Desk, desk as desk_in, token_of
from tests.server.test_every_answer import VALUES

pytestmark = pytest.mark.breadth

MARK = "h0487"  # in every hostile text, at its end
HOSTILE = {
    "script": f"<script>alert(1)</script><img src=x onerror=alert(1)>{MARK}",
    "end of a field": f"</textarea></title></style><svg onload=alert(1)>{MARK}",
    "quotes": f"\"' onfocus=alert(1) autofocus x='{MARK}",
    "address": f"javascript:alert(1)//{MARK}",
    "SQL": f"'; DROP TABLE requests; --{MARK}",
    "NUL": f"a\0b{MARK}",
    "right to left": f"\u202e\u2067gpj.exe{MARK}",
    "emoji": f"👩‍👩‍👧🏽\ufe0f e\u0301{MARK}",
    "lines": f"a\r\nSet-Cookie: x=1\r\n\r\n<b>{MARK}",
    "long": "長" * 9_000 + MARK,
    "template": "{{7*7}}${7*7}{% raw %}{title}%s%(x)s" + MARK,
    "formula": f"=HYPERLINK(\"https://evil.example\",1)&cmd|'/c calc'!A1{MARK}",
    "XML": f"]]><!ENTITY a SYSTEM 'file:///etc/passwd'>&a;<![CDATA[{MARK}",
    "JSON": f'"}}],"__proto__":{{"a":1}}//\u2028{MARK}',
}
PLACE = {"lat": "35.8", "lon": "139.6"}
WISH = {"title": "題", "purpose": "使い道", "category": "fire"}
LOOK = {"nonce": "n" * 30, "looked": "1"}
# A form, what it wants, and the fields that are tried in turn. {n} is a request, {a} an account.
RESIDENTS: dict[str, tuple[Mapping[str, str], str]] = {
    "/requests": (
        {**WISH, **LOOK},
        "title purpose today category urgency contact email lat lon town area nonce kind homepage",
    ),
    "/requests?lang=en": (
        {**WISH, **LOOK, "kind": "correction", "layer": "emergency_sites"},
        "title purpose layer feature revision kind",
    ),
    "/requests/{n}/supplements": ({"key": "{key}", "text": "追記"}, "text key"),
    "/requests/{n}/support": ({**WISH, **LOOK}, "nonce looked title"),
    "/requests/{n}/news/confirm": ({}, "key"),
    "/open311/v2/requests.json": (
        {"service_code": "fire", "description": "本文", "lat": "35.8", "long": "139.6"},
        "service_code description lat long address_string email phone first_name media_url",
    ),
    "/open311/v2/requests.xml": (
        {"service_code": "fire", "description": "本文", "lat": "35.8", "long": "139.6"},
        "service_code description",
    ),
}
STAFF: dict[str, tuple[Mapping[str, str], str]] = {
    "/staff/requests/{n}/notes": ({}, "note"),
    "/staff/requests/{n}/publish": (
        {"title": "公開", "purpose": "公開の文", "with_place": "1"},
        "title purpose with_place seen",
    ),
    "/staff/requests/{n}/decide": (
        {"state": "checking", "reason": "理由"},
        "reason state layer template fill seen",
    ),
    "/staff/requests/{n}/assign": ({}, "department staff"),
    "/staff/requests/{n}/merge": ({"stays": "other"}, "other stays"),
    "/staff/requests/new": (
        {**WISH, "channel": "telephone", "received_on": "2026-11-01"},
        "title purpose contact channel received_on category layer lat town nonce",
    ),
    "/staff/replies/new": ({"title": "ひな形", "text": "文"}, "title text state"),
    "/staff/alerts/new": (
        {"what": "information", "drill": "drill", "title": "題", "reach": "own", "area": "区域"}
        | {"issuer": "市", "hours": "1"},
        "what drill title reach zone area text issuer hours preset nonce seen step place:x",
    ),
    "/staff/accounts": ({"name": "佐藤", "role": "reader"}, "name role department"),
    "/staff/accounts/{a}": ({"role": "reader"}, "role department"),
    "/staff/account/password": ({"current": "x"}, "current password again"),
    "/staff/account/codes": ({}, "secret code"),
    "/staff/account/sessions": ({}, "session"),
    "/staff/requests/export": ({"format": "csv"}, "format"),
}


@pytest.fixture(scope="module")
def desk(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    assert asaka.layers
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Allowance, "take", lambda *_: None)  # much is sent
        yield desk_in(home, tmp_path_factory.mktemp("hostile"))


class Resident:
    """Somebody at home, with a request."""

    def __init__(self, client: TestClient) -> None:
        answer = client.post("/requests", data={**WISH, **PLACE, "looked": "1"})
        address = urlsplit(answer.headers["location"])
        self.number = address.path.rsplit("/", 1)[1]
        self.key = parse_qs(address.query)["key"][0]


def sent(
    desk: Desk, forms: Mapping[str, tuple[Mapping[str, str], str]], text: str
) -> Iterator[tuple[str, str, str, Response]]:
    """A form, a field with the text in it, the request it is about ("" for none), and what was
    answered."""
    staff, home = desk.signed_in(Role.ADMIN), desk.browser()
    token = token_of(staff.get("/staff"))
    account = str(desk.of_role[Role.READER].id)
    for path, (usual, names) in forms.items():
        for name in names.split():
            number = key = ""
            if "{n}" in path:
                resident = Resident(home)
                number, key = resident.number, resident.key
            address = path.replace("{n}", number).replace("{a}", account)
            values = {field: value.format(key=key) for field, value in usual.items()}
            values |= {name: text}
            if path.startswith("/staff"):
                seen = {"token": token, "seen": "0"} | values
                yield path, name, number, staff.post(address, data=seen)
            else:
                yield path, name, number, home.post(address, data=values)


@pytest.fixture(scope="module")
def numbers(desk: Desk) -> set[str]:
    """The requests that hostile texts went into, one for each text and form that took it."""
    numbers = {}
    for what, text in HOSTILE.items():
        for forms in (RESIDENTS, STAFF):
            for path, name, number, answer in sent(desk, forms, text):
                where = f"{what}, {path}, {name}"
                assert answer.status_code < 500, (where, answer.text)
                require_inert(answer, where)
                own = re.match(r"/requests/(\d+)\?key", answer.headers.get("location", ""))
                if answer.status_code in (201, 303):
                    numbers[what, path] = own[1] if own else number
    assert {what for what, _path in numbers} == HOSTILE.keys() - {"long"}
    assert {path for _what, path in numbers} >= {"/requests", "/staff/requests/{n}/publish"}
    return set(numbers.values()) - {""}


def test_it_is_text_wherever_it_comes_out(desk: Desk, numbers: set[str]) -> None:
    for browser in (desk.browser(), desk.signed_in(Role.ADMIN)):
        for address in addresses(desk, numbers):
            for accept in ("text/html", "application/json"):
                answer = browser.get(address, headers={"Accept": accept})
                assert answer.status_code != 500, address
                require_inert(answer, address)
                assert "\u202e" not in answer.text, address  # it would turn round what is beside it


def addresses(desk: Desk, numbers: set[str]) -> Iterator[str]:
    """Every route that shows requests or what staff wrote, and the pages of these requests."""
    for route in iter_route_contexts(desk.app.routes):
        path = str(route.path)
        if path.startswith(("/requests", "/staff", "/open311")) and "GET" in (route.methods or ()):
            is_page = path in ("/requests/{number}", "/staff/requests/{number}")
            for number in sorted(numbers) if is_page else ("1",):
                for form in ("json", "xml") if "{format}" in path else ("json",):
                    values = {**VALUES, "number": number, "format": form}
                    yield re.sub(r"\{(\w+)\}", lambda match, v=values: v[match[1]], path)  # type: ignore[misc]


def require_inert(answer: Response, where: str) -> None:
    """Fail where something of a hostile text is more than text."""
    for name, value in answer.headers.items():
        assert "\r" not in value, (where, name)
        assert "\n" not in value, (where, name)
    assert "x" not in answer.cookies, where
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        assert f"49{MARK}" not in answer.text, where
        for element in page_of(answer.text).every():
            require_quiet(element, where)
    elif kind.endswith("json"):
        json.loads(answer.text)
    elif kind.endswith("xml"):
        for node in Xml.fromstring(answer.content).iter():
            assert MARK not in str(node.tag), where
            assert node.tag not in ("script", "svg", "img"), where
            assert "root:" not in (node.text or ""), where


def require_quiet(element: Element, where: str) -> None:
    """Fail for an element that a hostile text has made, or made to do something."""
    where = f"{where}: <{element.tag} {dict(element.attributes)}>"
    assert element.tag not in ("svg", "b") or MARK not in element.text, where
    if element.tag in ("script", "style"):
        assert MARK not in element.text or element.attributes.get("type") == "application/json", (
            where
        )
    for name, value in element.attributes.items():
        assert not name.startswith("on"), where
        assert name != "x", where
        if name in ("href", "src", "action"):
            assert not value.lower().lstrip().startswith("javascript:"), where
            assert "evil.example" not in value.partition("?")[0], where
        assert name != "src" or value != "x", where


@pytest.mark.usefixtures("numbers")
def test_a_file_that_is_taken_away_is_inert(desk: Desk) -> None:
    staff = desk.signed_in(Role.ADMIN)
    token = token_of(staff.get("/staff"))
    table = staff.post("/staff/requests/export?state=any", data={"token": token, "format": "csv"})
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for cell in row:
            assert MARK not in cell or not cell.startswith(FORMULA)
    features = staff.post(
        "/staff/requests/export?state=any", data={"token": token, "format": "geojson"}
    )
    assert json.loads(features.text)["type"] == "FeatureCollection"
