"""Who is signed in, over HTTP: the cookie, the tokens of forms, and `StaffOnly.signed_in`.

A route of the staff pages is

    @router.post("/staff/requests/{number}/notes")
    @staff.signed_in(Role.EDITOR)
    def add_note(visit: Visit) -> Response: ...

and gets a `Visit`: the `Actor`, the form that was sent, the token that its own forms have to hold.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from fastapi import Request, Response

from server.desk.accounts.account import Account
from server.desk.accounts.roles import Actor, Role
from server.desk.accounts.sessions import Session, Sessions
from server.http.form_body import MAX_FIELDS, FormError, read_form_body
from server.http.form_page import form_page
from server.http.language import language_of
from server.http.links import origin, path_and_query
from server.http.own_site import refuse_foreign
from server.http.responses import READ
from server.http.staff_headers import HOME
from server.http.turns import Turns
from server.texts import Translate
from server.texts.staff import STAFF_LANGUAGES, form_expired, role_too_low

SIGN_IN = "/staff/sign-in"
# Where to come back to: a page of the staff's, on this host and no other.
NEXT = re.compile(r"/staff(?:[/?][\x21-\x5b\x5d-\x7e]*)?")
LONGEST_NEXT = 1000  # characters
TOKEN_FIELD = "token"  # noqa: S105 - its name

Result = TypeVar("Result")


class NotSignedIn(Exception):
    """Nobody is signed in, or no longer.

    `back_to` is the page to come back to, `form` what was sent from it; {} of a page.
    """

    def __init__(self, back_to: str, form: Mapping[str, str]) -> None:
        self.back_to, self.form = back_to, form
        super().__init__("nobody is signed in")


class Unready(Exception):
    """Something has to be done first, at the page `at`: a password to change, codes to set up."""

    def __init__(self, at: str) -> None:
        self.at = at
        super().__init__(f"something has to be done first at {at}")


class RoleTooLow(FormError):
    """Who is signed in may not do this (403)."""

    def explain(self, _: Translate) -> str:
        return role_too_low(_)


class FormExpired(FormError):
    """The form does not hold the token of this session (403).

    `form` is what was sent, where it may be shown again, `back_to` the page that it is on.
    """

    def __init__(self, back_to: str = HOME, form: Mapping[str, str] | None = None) -> None:
        self.back_to, self.form = back_to, form or {}
        super().__init__("the form does not hold the token of this session")

    def explain(self, _: Translate) -> str:
        return form_expired(_)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in, with the form that was sent; {} of a page."""

    request: Request
    session: Session
    secret: str = field(repr=False)  # the session's token
    form: Mapping[str, str]

    @property
    def account(self) -> Account:
        """Whose session it is."""
        return self.session.account

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.session.account.actor

    @property
    def token(self) -> str:
        """What each form of the answer has to hold, as the field `token`."""
        return form_token(self.secret)

    @property
    def lang(self) -> str:
        """The language to answer in."""
        return staff_language(self.request)


class Endpoint(Protocol):
    """What answers a visit."""

    def __call__(self, visit: Visit, /) -> Response: ...


class StaffOnly:
    """Lets in who is signed in with a high enough role, in turns of the staff pages' own.

    `first` names the page of what has to be done before anything else, None of nothing.
    """

    def __init__(
        self,
        sessions: Sessions,
        turns: Turns,
        base_url: str | None,
        first: Callable[[Session], str | None],
    ) -> None:
        self._sessions, self._turns, self._base_url = sessions, turns, base_url
        self._first = first

    def signed_in(
        self, least: Role, *, unready: bool = False, most_fields: int = MAX_FIELDS
    ) -> Callable[[Endpoint], Callable[[Request], Coroutine[Any, Any, Response]]]:
        """A route for who is signed in with this role or a higher one.

        A form is taken from a page of this service, with the session's token, only, and with at
        most so many fields. With `unready` also from somebody who has to do something else first.
        Raises `NotSignedIn`, `Unready`, `RoleTooLow`, `FormError`, `ServiceBusy` and
        `DeskUnavailable`.
        """

        def decorated(endpoint: Endpoint) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            async def entered(request: Request) -> Response:
                is_form = request.method not in READ
                if is_form:
                    refuse_foreign(request, self._base_url)
                form = await read_form_body(request, most_fields) if is_form else {}

                def answer() -> Response:
                    visit = self._visit(request, form, least, unready=unready)
                    if is_form:
                        require_token_of(visit, form)
                    return endpoint(visit)

                return await self._turns.take(answer)

            return entered

        return decorated

    async def sender(self, request: Request, least: Role) -> Visit:
        """Who sends what the route reads itself, told before any of it is read; without a form.

        The route has to ask for the token (`require_token_of`). Raises as `signed_in` does.
        """
        refuse_foreign(request, self._base_url)
        return await self.take(lambda: self._visit(request, {}, least, unready=False))

    async def take(self, work: Callable[[], Result]) -> Result:
        """What the work gives, done in a turn of the staff pages' own. Raises `ServiceBusy`."""
        return await self._turns.take(work)

    def _visit(
        self, request: Request, form: Mapping[str, str], least: Role, *, unready: bool
    ) -> Visit:
        secret = session_cookie(request, self._base_url)
        session = self._sessions.of(secret)
        if session is None:
            is_page = request.method in READ
            raise NotSignedIn(path_and_query(request) if is_page else form_page(request), form)
        page = None if unready else self._first(session)
        if page is not None:
            raise Unready(page)
        if not session.account.role.may(least):
            raise RoleTooLow
        return Visit(request, session, secret, form)


def require_token_of(visit: Visit, form: Mapping[str, str]) -> None:
    """Raise `FormExpired` for a form that does not hold the token of the visit's session."""
    if not has_token(visit.secret, form):
        raise FormExpired(form_page(visit.request), form)


def form_token(secret: str) -> str:
    """The token of the forms of a secret that only the sender's browser has, as a cookie."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def has_token(secret: str, form: Mapping[str, str]) -> bool:
    """Whether a form holds the token of the secret."""
    sent = form.get(TOKEN_FIELD, "")
    return bool(secret) and hmac.compare_digest(form_token(secret).encode(), sent.encode())


def require_token(secret: str, form: Mapping[str, str]) -> None:
    """Raise `FormExpired` for a form that does not hold the token of the secret."""
    if not has_token(secret, form):
        raise FormExpired


def back_to(address: str | None) -> str:
    """The page of the staff's to come back to: the home page, for an address that is none."""
    is_own = address and len(address) <= LONGEST_NEXT and NEXT.fullmatch(address)
    return address if is_own and address else HOME


def staff_language(request: Request) -> str:
    """The language to answer in: the staff pages are in Japanese and English."""
    return language_of(request, STAFF_LANGUAGES)


# Cookies. Strict would not come along when a link of a mail is followed, nor after another service
# has said who one is: a staff page would be answered as if nobody were signed in. Lax is not sent
# with a form of another site either.


def session_cookie(request: Request, base_url: str | None) -> str:
    """The session's token that the browser holds; "" without."""
    return cookie(request, base_url, "staff")


def cookie(request: Request, base_url: str | None, name: str) -> str:
    """The value of one of the staff pages' cookies; "" without."""
    return request.cookies.get(_name(request, base_url, name), "")


def set_cookie(
    response: Response,
    request: Request,
    base_url: str | None,
    name: str,
    value: str,
    max_age: int | None = None,
) -> None:
    """Have the browser hold a value for `max_age` seconds, or until it is closed; "" for none."""
    secure = _is_secure(request, base_url)
    response.set_cookie(
        _name(request, base_url, name),
        value,
        max_age=max_age if value else 0,
        # The prefix, by which no other host can set it, wants all paths (RFC 6265bis, 4.1.3.2).
        path="/" if secure else HOME,
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def _name(request: Request, base_url: str | None, name: str) -> str:
    return f"__Host-{name}" if _is_secure(request, base_url) else name


def _is_secure(request: Request, base_url: str | None) -> bool:
    return origin(request, base_url).startswith("https:")
