"""Signing in and out."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import Proof, Sessions
from server.desk.accounts.sign_in import Attempt, SignIn
from server.desk.errors import SignInPaused, SignInRefused
from server.http.form_body import read_form_body
from server.http.links import with_language
from server.http.own_site import refuse_foreign
from server.http.query import Query
from server.http.rate import Allowance, Rate, TooFrequent, network_of
from server.http.responses import READ
from server.http.session import (
    SIGN_IN,
    StaffOnly,
    Visit,
    back_to,
    cookie,
    require_token,
    set_cookie,
)
from server.http.turns import Turns
from server.routes.staff.sign_in_page import SignInPage

# One password after the other: hashing takes memory and a processor, which tiles need as well. Who
# signed in with their browser before do not wait behind strangers.
ONE, QUEUE = 1, 16
OF_NETWORK, OF_ALL = Rate(20, 5.0), Rate(100, 0.2)  # attempts of strangers
DEVICE_KEPT = 180 * 24 * 3600  # seconds


def sign_in_router(
    staff: StaffOnly,
    sign_in: SignIn,
    sessions: Sessions,
    page: SignInPage,
    base_url: str | None,
) -> APIRouter:
    """`/staff/sign-in` and `/staff/sign-out`.

    Raise `FormError`, `ServiceBusy` and `DeskUnavailable`.
    """
    router = APIRouter(include_in_schema=False)
    strangers, known, pages_made = Turns(ONE, QUEUE), Turns(ONE, QUEUE), Turns()
    allowance = Allowance(OF_NETWORK, OF_ALL)

    @router.api_route(SIGN_IN, methods=READ)
    async def form(request: Request) -> Response:
        to = back_to(Query.of(request).text("next"))
        return await pages_made.take(lambda: page.answer(request, to))

    @router.post(SIGN_IN)
    async def enter(request: Request) -> Response:
        refuse_foreign(request, base_url)
        typed = await read_form_body(request)
        require_token(cookie(request, base_url, "staff-form"), typed)
        address = request.client.host if request.client else None
        attempt = Attempt(
            name=typed.get("name", ""),
            password=typed.get("password", ""),
            code=typed.get("code", ""),
            network=network_of(address),
            device=cookie(request, base_url, "staff-device") or None,
        )
        to = back_to(typed.get("next"))
        is_known = await pages_made.take(lambda: sign_in.is_of_device(attempt))
        try:
            if not is_known:
                allowance.take(address)
            turns = known if is_known else strangers
            return await turns.take(lambda: entered(request, attempt, to, is_known=is_known))
        except (SignInRefused, SignInPaused, TooFrequent) as error:
            return await pages_made.take(partial(refused, request, attempt, to, error))

    def entered(request: Request, attempt: Attempt, to: str, *, is_known: bool) -> Response:
        account = sign_in.account(attempt)
        response = page.enter(request, account, to, Proof.PASSWORD)
        if not is_known:
            device = sign_in.new_device(account)
            set_cookie(response, request, base_url, "staff-device", device, DEVICE_KEPT)
        return response

    def refused(
        request: Request,
        attempt: Attempt,
        to: str,
        error: SignInRefused | SignInPaused | TooFrequent,
    ) -> Response:
        if isinstance(error, SignInRefused):
            return page.answer(request, to, status=400, name=attempt.name, fault="refused")
        return page.answer(request, to, status=429, name=attempt.name, wait_s=error.wait_s)

    @router.post("/staff/sign-out")
    @staff.signed_in(Role.READER, unready=True)
    def leave(visit: Visit) -> Response:
        sessions.end(visit.account, visit.session.id)
        response = RedirectResponse(with_language(SIGN_IN, visit.lang), 303)
        set_cookie(response, visit.request, base_url, "staff", "")
        return response

    return router
