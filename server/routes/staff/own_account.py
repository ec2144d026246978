"""One's own account: the password, the codes of an app, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from server.desk.accounts.accounts import Accounts
from server.desk.accounts.passwords import LONGEST, SHORTEST
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import Sessions
from server.desk.accounts.totp import is_secret, new_secret, provisioning_address
from server.desk.accounts.totp_seal import TotpSeal
from server.desk.errors import InvalidAccount
from server.http.links import with_language
from server.http.query import Query
from server.http.responses import READ
from server.http.session import SIGN_IN, StaffOnly, Visit, set_cookie
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.printing.qr import qr_code
from server.routes.staff.home import CODES, PASSWORD
from server.texts import translator
from server.texts.staff import account_fault
from server.texts.wording import site_title

OWN = "/staff/account"
DONE = ("password", "codes-off", "session")  # what the page says was done


def own_account_router(
    staff: StaffOnly,
    accounts: Accounts,
    seal: TotpSeal,
    sessions: Sessions,
    pages: Callable[[], Pages],
    base_url: str | None,
) -> APIRouter:
    """`/staff/account` and what is under it. Raises `DeskUnavailable` and `SignInPaused`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route(OWN, methods=READ)
    @staff.signed_in(Role.READER)
    def own(visit: Visit) -> Response:
        return staff_page(
            pages(),
            visit,
            "own_account.html",
            done=Query.of(visit.request).choice("done", DONE),
            sessions=sessions.of_account(visit.account),
            codes_left=accounts.recovery_codes_left(visit.account),
        )

    @router.api_route(PASSWORD, methods=READ)
    @staff.signed_in(Role.READER, unready=True)
    def password(visit: Visit) -> Response:
        return password_page(visit)

    @router.post(PASSWORD)
    @staff.signed_in(Role.READER, unready=True)
    def set_password(visit: Visit) -> Response:
        form = visit.form
        try:
            if form.get("password", "") != form.get("again", ""):
                raise InvalidAccount("again", "password_unlike")
            accounts.set_password(visit.account, form.get("current", ""), form.get("password", ""))
        except InvalidAccount as error:
            return password_page(visit, error)
        response = RedirectResponse(with_language(f"{OWN}?done=password", visit.lang), 303)
        # All have ended with the old password; this browser goes on with another one.
        token = sessions.begin(accounts.of_id(visit.account.id), visit.session.device)
        set_cookie(response, visit.request, base_url, "staff", token)
        return response

    def password_page(visit: Visit, error: InvalidAccount | None = None) -> Response:
        return staff_page(
            pages(),
            visit,
            "password.html",
            400 if error else 200,
            errors=_errors(visit, error),
            lengths={"least": SHORTEST, "most": LONGEST},
        )

    @router.api_route(CODES, methods=READ)
    @staff.signed_in(Role.READER, unready=True)
    def codes(visit: Visit) -> Response:
        return codes_page(visit)

    @router.post(CODES)
    @staff.signed_in(Role.READER, unready=True)
    def begin_codes(visit: Visit) -> Response:
        secret, code = visit.form.get("secret", ""), visit.form.get("code", "")
        try:
            given = accounts.begin_totp(visit.account, seal, secret, code)
        except InvalidAccount as error:
            return codes_page(visit, error)
        return recovery_page(visit, given)

    @router.post(f"{CODES}/end")
    @staff.signed_in(Role.READER)
    def end_codes(visit: Visit) -> Response:
        try:
            accounts.end_totp(visit.account, visit.form.get("current", ""))
        except InvalidAccount as error:
            return codes_page(visit, error)
        return RedirectResponse(with_language(f"{OWN}?done=codes-off", visit.lang), 303)

    @router.post(f"{CODES}/recovery")
    @staff.signed_in(Role.READER)
    def renew(visit: Visit) -> Response:
        try:
            given = accounts.new_recovery_codes(visit.account, visit.form.get("current", ""))
        except InvalidAccount as error:
            return codes_page(visit, error)
        return recovery_page(visit, given)

    def codes_page(visit: Visit, error: InvalidAccount | None = None) -> Response:
        typed = visit.form.get("secret", "")
        secret = typed if is_secret(typed) else new_secret()
        title = site_title(pages().city, visit.lang, translator(visit.lang))
        address = provisioning_address(secret, visit.account.name, title)
        return staff_page(
            pages(),
            visit,
            "codes.html",
            400 if error else 200,
            errors=_errors(visit, error),
            secret=secret,
            picture=f"data:image/svg+xml,{quote(qr_code(address))}",
            codes_left=accounts.recovery_codes_left(visit.account),
        )

    def recovery_page(visit: Visit, given: Sequence[str]) -> Response:
        return staff_page(pages(), visit, "recovery_codes.html", codes=given)

    @router.post(f"{OWN}/sessions")
    @staff.signed_in(Role.READER, unready=True)
    def end(visit: Visit) -> Response:
        which = visit.form.get("session", "")
        is_own = which == str(visit.session.id)
        if which == "all":
            sessions.end_all(visit.account)
        elif which.isascii() and which.isdecimal() and len(which) < 10:
            sessions.end(visit.account, int(which))
        address = SIGN_IN if which == "all" or is_own else f"{OWN}?done=session"
        return RedirectResponse(with_language(address, visit.lang), 303)

    return router


def _errors(visit: Visit, error: InvalidAccount | None) -> dict[str, str]:
    """What is wrong with a form, by its field."""
    if error is None:
        return {}
    return {error.field: account_fault(translator(visit.lang), error.fault)}
