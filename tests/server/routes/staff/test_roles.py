"""Which role each address of the staff pages needs: the table, and that each keeps to it."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.alerts.alerts import Alerts
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.intake.attachments import Attachment, Attachments
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from server.desk.triage.reply_templates import Templates
from tests.alert_cases import ORDER
from tests.breadth import mainly
from tests.openid_provider import without_provider
from tests.server.routes.staff.desk import Desk, desk as desk_in, token_of
from tests.vaults import vault_of

READER, EDITOR, PUBLISHER, ADMIN = Role
# Route → the least role it needs; None: whoever comes. A new route is added here.
LEAST: dict[tuple[str, str], Role | None] = {
    ("GET", "/staff"): READER,
    ("GET", "/staff/sign-in"): None,
    ("POST", "/staff/sign-in"): None,
    ("GET", "/staff/sign-in/openid"): None,
    ("GET", "/staff/sign-in/openid/callback"): None,
    ("POST", "/staff/sign-out"): READER,
    ("GET", "/staff/account"): READER,
    ("GET", "/staff/account/password"): READER,
    ("POST", "/staff/account/password"): READER,
    ("GET", "/staff/account/codes"): READER,
    ("POST", "/staff/account/codes"): READER,
    ("POST", "/staff/account/codes/end"): READER,
    ("POST", "/staff/account/codes/recovery"): READER,
    ("POST", "/staff/account/sessions"): READER,
    ("GET", "/staff/accounts"): ADMIN,
    ("POST", "/staff/accounts"): ADMIN,
    ("GET", "/staff/accounts/{number}"): ADMIN,
    ("POST", "/staff/accounts/{number}"): ADMIN,
    ("POST", "/staff/accounts/{number}/disable"): ADMIN,
    ("POST", "/staff/accounts/{number}/enable"): ADMIN,
    ("POST", "/staff/accounts/{number}/password"): ADMIN,
    ("GET", "/staff/audit"): ADMIN,
    ("GET", "/staff/alerts"): READER,
    ("GET", "/staff/alerts/new"): PUBLISHER,
    ("POST", "/staff/alerts/new"): PUBLISHER,
    ("GET", "/staff/alerts/{number}"): READER,
    ("POST", "/staff/alerts/{number}/extend"): PUBLISHER,
    ("POST", "/staff/alerts/{number}/end"): PUBLISHER,
    ("GET", "/staff/freshness"): READER,
    ("GET", "/staff/figures"): READER,
    ("GET", "/staff/figures.csv"): READER,
    ("GET", "/staff/requests"): READER,
    ("POST", "/staff/requests/export"): EDITOR,
    ("GET", "/staff/requests/new"): EDITOR,
    ("POST", "/staff/requests/new"): EDITOR,
    ("GET", "/staff/requests/{number}"): READER,
    ("POST", "/staff/requests/{number}/contact"): EDITOR,
    ("GET", "/staff/requests/{number}/photo.jpg"): READER,
    ("POST", "/staff/requests/{number}/file"): EDITOR,
    ("POST", "/staff/requests/{number}/notes"): EDITOR,
    ("POST", "/staff/requests/{number}/supplement"): PUBLISHER,
    ("POST", "/staff/requests/{number}/erase"): ADMIN,
    ("GET", "/staff/requests/{number}/assign"): EDITOR,
    ("POST", "/staff/requests/{number}/assign"): EDITOR,
    ("GET", "/staff/requests/{number}/publish"): PUBLISHER,
    ("POST", "/staff/requests/{number}/publish"): PUBLISHER,
    ("POST", "/staff/requests/{number}/withdraw"): PUBLISHER,
    ("GET", "/staff/requests/{number}/decide"): EDITOR,
    ("POST", "/staff/requests/{number}/decide"): EDITOR,
    ("GET", "/staff/requests/{number}/merge"): EDITOR,
    ("POST", "/staff/requests/{number}/merge"): EDITOR,
    ("POST", "/staff/requests/{number}/separate"): EDITOR,
    ("GET", "/staff/layers/{layer_id}/features"): READER,
    ("POST", "/staff/layers/{layer_id}/withdraw"): PUBLISHER,
    ("GET", "/staff/layers/{layer_id}/features/new"): EDITOR,
    ("POST", "/staff/layers/{layer_id}/features/new"): EDITOR,
    ("GET", "/staff/layers/{layer_id}/features/{feature}"): READER,
    ("POST", "/staff/layers/{layer_id}/features/{feature}/values"): EDITOR,
    ("POST", "/staff/layers/{layer_id}/features/{feature}/move"): EDITOR,
    ("POST", "/staff/layers/{layer_id}/features/{feature}/remove"): EDITOR,
    ("POST", "/staff/layers/{layer_id}/features/{feature}/withdraw"): PUBLISHER,
    ("POST", "/staff/layers/{layer_id}/changes/{number}/undo"): EDITOR,
    ("GET", "/staff/withdrawals"): READER,
    ("POST", "/staff/withdrawals/{number}/undo"): PUBLISHER,
    ("POST", "/staff/withdrawals/{number}/gone"): PUBLISHER,
    ("GET", "/staff/drafts"): READER,
    ("POST", "/staff/drafts"): EDITOR,
    ("GET", "/staff/drafts/new"): EDITOR,
    ("POST", "/staff/drafts/begin"): EDITOR,
    ("POST", "/staff/drafts/chunks"): EDITOR,
    ("POST", "/staff/drafts/{number}/finish"): EDITOR,
    ("GET", "/staff/drafts/{number}"): READER,
    ("GET", "/staff/drafts/{number}/state"): READER,
    ("GET", "/staff/drafts/{number}/map.svg"): READER,
    ("GET", "/staff/drafts/{number}/symbol.svg"): READER,
    ("GET", "/staff/drafts/{number}/tiles/{z}/{x}/{y}.geojson"): READER,
    ("GET", "/staff/drafts/{number}/difference"): READER,
    ("GET", "/staff/drafts/{number}/difference.svg"): READER,
    ("GET", "/staff/drafts/{number}/privacy.svg"): EDITOR,
    ("GET", "/staff/drafts/{number}/edit"): EDITOR,
    ("POST", "/staff/drafts/{number}/edit"): EDITOR,
    ("GET", "/staff/drafts/{number}/publish"): PUBLISHER,
    ("POST", "/staff/drafts/{number}/publish"): PUBLISHER,
    ("POST", "/staff/drafts/{number}/decline"): EDITOR,
    ("POST", "/staff/drafts/{number}/read"): EDITOR,
    ("POST", "/staff/drafts/{number}/discard"): EDITOR,
    ("GET", "/staff/layers"): READER,
    ("GET", "/staff/layers/{layer_id}"): READER,
    ("POST", "/staff/layers/{layer_id}/roll-back"): PUBLISHER,
    ("POST", "/staff/layers/{layer_id}/give-back"): PUBLISHER,
    ("POST", "/staff/layers/{layer_id}/cancel"): PUBLISHER,
    ("POST", "/staff/layers/{layer_id}/publish-now"): PUBLISHER,
    ("GET", "/staff/shelters"): EDITOR,
    ("POST", "/staff/shelters"): EDITOR,
    ("GET", "/staff/replies"): READER,
    ("GET", "/staff/replies/new"): EDITOR,
    ("POST", "/staff/replies/new"): EDITOR,
    ("GET", "/staff/replies/{number}"): EDITOR,
    ("POST", "/staff/replies/{number}"): EDITOR,
    ("POST", "/staff/replies/{number}/remove"): EDITOR,
}
PREFLIGHT = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
# The number of an account, a request, an alert and a template to which the others do it.
COLLEAGUE = 5
# What stands in an address; the id of a feature is that of one that is served.
VALUES = {
    "number": str(COLLEAGUE),
    "layer_id": "emergency_sites",
    "feature": "0",
    "z": "8",
    "x": "0",
    "y": "0",
}
PROTECTED = [(method, path) for (method, path), least in LEAST.items() if least is not None]
ROLES = list(Role)  # from the one that may least


def at_the_limit(role: Role, least: Role) -> bool:
    """Whether it is the least role that may, or the one just below, which may not."""
    return ROLES.index(least) - ROLES.index(role) in (0, 1)


# Every address with every role; roles beyond the limit of an address are further ones.
MAY = [
    pytest.param(method, path, role, marks=() if at_the_limit(role, least) else pytest.mark.breadth)
    for (method, path), least in LEAST.items()
    if least is not None
    for role in ROLES
]


@pytest.fixture(scope="module")
def desk(asaka: Catalog, unused_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One with a home of its own, where its drafts are in nobody's way."""
    VALUES["feature"] = str(asaka.layer("emergency_sites").revision.table.ids[0])
    folder = tmp_path_factory.mktemp("roles")
    home = shutil.copytree(unused_home / "asaka", folder / "home" / "asaka").parent
    desk = desk_in(home, folder, **without_provider(folder))
    colleague, _ = desk.accounts.add("同僚", READER, "", actor=COMMAND_LINE)
    assert colleague.id == COLLEAGUE
    engine = open_database(desk.settings.database)
    requests, templates = Requests(engine, vault_of(engine)), Templates(engine)
    form = RequestForm(title="題", purpose="本文", category="fire")
    vault = Vault(Secret(desk.settings.secret), open_keys(desk.settings.database))
    files = {kind: Attachment("名前", b"content") for kind in ("photo", "picture", "sample")}
    attachments = Attachments(engine, vault)
    for _ in range(COLLEAGUE):
        number = requests.submit(
            form, lambda connection, number: attachments.attach(connection, number, files)
        ).number
        alert = Alerts(engine).issue(ORDER, actor=COMMAND_LINE)
        template = templates.add("ひな形", None, "文", actor=COMMAND_LINE)
    assert (number, alert, template) == (COLLEAGUE, COLLEAGUE, str(COLLEAGUE))
    drafts = desk.app.state.drafts
    for _ in range(COLLEAGUE):
        content = "名称,緯度,経度\n公園,35.79,139.59\n".encode()
        file = ("公園.csv", len(content), io.BytesIO(content))
        draft = drafts.drafts.add("公園.csv", [file], "", COMMAND_LINE)
    drafts.reading.read_waiting()
    draft = drafts.drafts.of(draft.number, COMMAND_LINE)
    ruled = f"{draft.text}\n[privacy]\ngrid_m = 250\n"  # what it does has a picture
    drafts.drafts.change(draft.number, draft.edition, ruled, draft.layer_id, COMMAND_LINE)
    drafts.reading.read_waiting()
    assert draft.number == COLLEAGUE
    return desk


@pytest.fixture(scope="module")
def anybody(desk: Desk) -> TestClient:
    return desk.browser()


def address_of(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: VALUES[name[1]], path)


def ask(client: TestClient, method: str, path: str, token: str = "") -> tuple[int, str]:
    """The status and where it leads; of a form that holds nothing but its token."""
    form = {"token": token} if method == "POST" else None
    # What is no form has the token beside it.
    headers = {"bosai-token": token} if token.isascii() and token.isprintable() else {}
    answer = client.request(method, address_of(path), data=form, headers=headers)
    return answer.status_code, answer.headers.get("location", "")


def test_every_route_is_in_the_table_and_no_other(desk: Desk) -> None:
    served = {
        (method, str(route.path))
        for route in iter_route_contexts(desk.app.routes)
        for method in route.methods or ()
        if str(route.path).startswith("/staff") and method != "HEAD"
    }
    assert served == set(LEAST)


@pytest.mark.parametrize(("method", "path"), PROTECTED)
@pytest.mark.parametrize("token", mainly("0" * 64, ["", "0" * 64]))
def test_who_is_not_signed_in_is_asked_to(
    anybody: TestClient, method: str, path: str, token: str
) -> None:
    status, location = ask(anybody, method, path, token)
    assert status == 303
    assert location.startswith("/staff/sign-in?next=%2Fstaff")


@pytest.mark.parametrize(("method", "path", "role"), MAY)
def test_each_role_may_what_it_may_and_nothing_else(
    desk: Desk, method: str, path: str, role: Role
) -> None:
    least = LEAST[method, path]
    assert least is not None
    client = desk.signed_in(role)
    token = token_of(client.get("/staff"))
    status, location = ask(client, method, path, token)
    if not role.may(least):
        assert status == 403
        page = client.get(address_of(path)) if method == "GET" else None
        assert page is None or "管理者に頼んでください" in page.text
    elif method == "GET":
        assert status == 200
    else:
        assert status in (200, 303, 400, 409)
        assert not location.startswith("/staff/sign-in?next")


@pytest.mark.parametrize("path", [path for method, path in PROTECTED if method == "POST"])
def test_no_form_is_taken_without_the_token_of_the_session(desk: Desk, path: str) -> None:
    client = desk.signed_in(Role.ADMIN)
    other = desk.signed_in(Role.ADMIN)
    others = token_of(other.get("/staff"))
    for token in ("", "0" * 64, others, "あ", "\0"):
        assert ask(client, "POST", path, token)[0] == 403
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        own = token_of(client.get("/staff"))
        answer = client.post(address_of(path), data={"token": own}, headers=headers)
        assert answer.status_code == 403
    assert client.get("/staff").status_code == 200
    others_ends = [each.disabled_at for each in desk.accounts.all() if each.id != COLLEAGUE]
    assert others_ends == [None] * 4


@pytest.mark.parametrize(("method", "path"), LEAST)
def test_every_answer_is_kept_by_nobody_and_framed_nowhere(
    desk: Desk, anybody: TestClient, method: str, path: str
) -> None:
    client = desk.signed_in(Role.READER)
    answers = [
        client.request(method, address_of(path)),
        anybody.request(method, address_of(path)),
        client.request("DELETE", address_of(path)),
        client.options(address_of(path)),
        client.options(address_of(path), headers=PREFLIGHT),
        client.get(f"{path}/nothing"),
        client.get(f"{path}?{'&' * 200}"),
    ]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_who_comes_may_sign_in(anybody: TestClient, lang: str) -> None:
    page = anybody.get(f"/staff/sign-in?lang={lang}")
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text


def test_an_error_is_a_staff_page_in_japanese_or_english(anybody: TestClient) -> None:
    page = anybody.get("/staff/nothing?lang=vi")
    assert page.status_code == 404
    assert '<html lang="en">' in page.text
    assert page.headers["content-language"] == "en"
    assert '<html lang="ja">' in anybody.get("/staff/nothing?lang=ja-x-easy").text
    assert 'href="/requests/new' not in page.text


def test_no_address_of_residents_is_closed(anybody: TestClient) -> None:
    page = anybody.get("/staffs")
    assert page.status_code == 404
    assert "x-frame-options" not in page.headers


@pytest.mark.parametrize("own", Role)
def test_the_first_page_leads_only_to_what_the_role_may(desk: Desk, own: Role) -> None:
    client = desk.signed_in(own)
    page = client.get("/staff").text
    for path in (
        "/staff/account",
        "/staff/accounts",
        "/staff/audit",
        "/staff/drafts",
        "/staff/layers",
        "/staff/requests",
    ):
        least = LEAST["GET", path]
        assert least is not None
        assert (f'href="{path}?' in page) == own.may(least)
