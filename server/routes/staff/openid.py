"""Signing in with an account of the city's own: to its provider, and back."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from server.desk.accounts.identities import Identities
from server.desk.accounts.sessions import Proof
from server.desk.errors import IdentityUnknown, SignInRefused
from server.http.errors import ServiceBusy
from server.http.links import with_language
from server.http.query import Query
from server.http.rate import Allowance, Rate, TooFrequent
from server.http.session import back_to, cookie, set_cookie, staff_language
from server.http.staff_headers import HOME
from server.http.turns import Turns
from server.openid.errors import (
    OpenIdError,
    ProviderAway,
    ProviderConfused,
    SignInDeclined,
    SignInStale,
)
from server.openid.provider import CALLBACK, Provider
from server.openid.transaction import LASTS_S, Transaction, Transactions, new_transaction
from server.routes.staff.sign_in_page import SignInPage

OPENID = "/staff/sign-in/openid"
COOKIE = "staff-openid"
# Threads of their own: a provider that is slow keeps nothing else waiting.
THREADS, QUEUE = 4, 16
OF_NETWORK, OF_ALL = Rate(60, 1.0), Rate(200, 0.1)  # a town hall is one network, and begins at once
# Why a provider sends somebody back (RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6).
DECLINED = ("access_denied", "login_required", "interaction_required", "consent_required")
LATER = ("temporarily_unavailable", "server_error")
# What the page says, with which status.
FAULTS: dict[type[Exception], tuple[str, int]] = {
    ServiceBusy: ("away", 503),
    ProviderAway: ("away", 503),
    ProviderConfused: ("confused", 502),
    SignInStale: ("stale", 400),
    SignInRefused: ("stale", 400),
    SignInDeclined: ("declined", 403),
    IdentityUnknown: ("unknown", 403),
}

LOG = logging.getLogger(__name__)


def openid_router(
    provider: Provider,
    transactions: Transactions,
    identities: Identities,
    page: SignInPage,
    base_url: str | None,
) -> APIRouter:
    """`/staff/sign-in/openid` and `…/callback`. Raise `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)
    turns, pages_made, allowance = Turns(THREADS, QUEUE), Turns(), Allowance(OF_NETWORK, OF_ALL)

    @router.get(OPENID)
    async def begin(request: Request) -> Response:
        to = back_to(Query.of(request).text("next"))
        return await answered(request, to, lambda: away(request, to))

    @router.get(CALLBACK)
    async def come_back(request: Request) -> Response:
        try:
            transaction = under_way(request)
        except SignInStale as error:
            return await refused(request, HOME, error)
        to = back_to(transaction.to)
        try:
            allowance.take(request.client.host if request.client else None)
        except TooFrequent as error:
            return await refused(request, to, error)
        return await answered(request, to, lambda: entered(request, transaction, to))

    def away(request: Request, to: str) -> Response:
        lang = staff_language(request)
        transaction = new_transaction(with_language(to, lang))
        response = RedirectResponse(provider.authorization_url(transaction, lang), 303)
        sealed = transactions.seal(transaction)
        set_cookie(response, request, base_url, COOKIE, sealed, LASTS_S)
        return response

    def under_way(request: Request) -> Transaction:
        transaction = transactions.open(cookie(request, base_url, COOKIE))
        state = request.query_params.get("state", "")
        if not hmac.compare_digest(state.encode(), transaction.state.encode()):
            raise SignInStale("the answer belongs to another sign-in")
        return transaction

    def entered(request: Request, transaction: Transaction, to: str) -> Response:
        answer = request.query_params
        if "error" in answer:
            raise _of_error(answer["error"])
        identity = provider.identity(answer.get("code", ""), answer.get("iss"), transaction)
        once = hashlib.sha256(transaction.state.encode()).hexdigest()
        account = identities.account(identity, once)
        response = page.enter(request, account, to, Proof.OPENID)
        set_cookie(response, request, base_url, COOKIE, "")
        return response

    async def answered(request: Request, to: str, work: Callable[[], Response]) -> Response:
        try:
            return await turns.take(work)
        except (OpenIdError, IdentityUnknown, SignInRefused, ServiceBusy) as error:
            return await refused(request, to, error)

    async def refused(request: Request, to: str, error: Exception) -> Response:
        if isinstance(error, TooFrequent):
            wait_s = error.wait_s
            return await pages_made.take(
                lambda: page.answer(request, to, status=429, wait_s=wait_s)
            )
        fault, status = next(FAULTS[kind] for kind in type(error).__mro__ if kind in FAULTS)
        LOG.warning("sign-in with OpenID Connect: %s", error)
        return await pages_made.take(lambda: page.answer(request, to, status=status, fault=fault))

    return router


def _of_error(error: str) -> OpenIdError:
    if error in DECLINED:
        return SignInDeclined(error)
    if error in LATER:
        return ProviderAway(error)
    return ProviderConfused("the provider answers with an error of a client that is set up wrongly")
