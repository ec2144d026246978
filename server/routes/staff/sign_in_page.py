"""The page on which one signs in: what both ways in have in common."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.desk.accounts.account import NAME_LENGTH, Account
from server.desk.accounts.passwords import LONGEST
from server.desk.accounts.sessions import Proof, Sessions, new_token
from server.desk.intake.form import storable
from server.http.browser import browser_name
from server.http.errors import retry_after
from server.http.links import origin, with_language
from server.http.session import SIGN_IN, cookie, form_token, set_cookie, staff_language
from server.pages.render import Pages
from server.texts.staff import STAFF_LANGUAGES

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SignInPage:
    """Makes the page, and signs in whoever has proved to be an account's owner."""

    def __init__(
        self,
        sessions: Sessions,
        pages: Callable[[], Pages],
        base_url: str | None,
        *,
        has_openid: bool,
    ) -> None:
        self._sessions, self._pages, self._base_url = sessions, pages, base_url
        self._has_openid = has_openid

    def answer(
        self,
        request: Request,
        to: str,
        *,
        status: int = 200,
        name: str = "",
        fault: str | None = None,
        wait_s: float | None = None,
    ) -> Response:
        """The page, which leads to `to`.

        `fault` is why nobody is signed in, a code of the template; with `wait_s` it says after how
        many seconds to try again.
        """
        secret = cookie(request, self._base_url, "staff-form") or new_token()
        content = self._pages().render(
            "staff/sign_in.html",
            staff_language(request),
            here=f"{SIGN_IN}?{urlencode({'next': to})}",
            to=to,
            token=form_token(secret),
            typed_name=storable(name[:NAME_LENGTH]),
            wait_s=wait_s,
            fault=fault,
            has_openid=self._has_openid,
            is_readable=_is_readable_on_the_way(request, self._base_url),
            lengths={"name": NAME_LENGTH, "password": LONGEST},
            staff_languages=STAFF_LANGUAGES,
        )
        response = HTMLResponse(content, status, retry_after(wait_s) if wait_s else None)
        set_cookie(response, request, self._base_url, "staff-form", secret)
        return response

    def enter(self, request: Request, account: Account, to: str, proof: Proof) -> Response:
        """Begin a session, and lead to `to`."""
        device = browser_name(request.headers.get("user-agent"))
        token = self._sessions.begin(account, device, proof)
        response = RedirectResponse(with_language(to, staff_language(request)), 303)
        set_cookie(response, request, self._base_url, "staff", token)
        set_cookie(response, request, self._base_url, "staff-form", "")
        return response


def _is_readable_on_the_way(request: Request, base_url: str | None) -> bool:
    """Whether what is typed goes over a network as it is."""
    is_plain = origin(request, base_url).startswith("http:")
    return is_plain and request.url.hostname not in LOOPBACK
