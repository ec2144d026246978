"""The first staff page, and what an account has to do before it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from layers.catalog.catalog import Catalog
from layers.catalog.renewals import japan_today
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import Proof, Session
from server.desk.drafts.drafts import Drafts
from server.desk.triage.triage import Triage
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_freshness import count_overdue
from server.pages.staff_queue import age_words, state_counts
from server.texts import translator
from server.texts.staff import role_meanings

PASSWORD, CODES = "/staff/account/password", "/staff/account/codes"


def first_page(*, needs_totp: bool) -> Callable[[Session], str | None]:
    """The page of what somebody has to do first: choose a password, and set up codes.

    With `needs_totp` who makes something public signs in with a code as well. Whoever signs in with
    an account of the city's own needs neither: what is asked of them there is the city's to say.
    """

    def page(session: Session) -> str | None:
        account = session.account
        if session.proof is Proof.OPENID:
            return None
        if account.temporary_until is not None:
            return PASSWORD
        is_wanting = needs_totp and account.role.may(Role.PUBLISHER) and not account.has_totp
        return CODES if is_wanting else None

    return page


def home_router(
    staff: StaffOnly,
    pages: Callable[[], Pages],
    triage: Triage,
    drafts: Drafts,
    catalog: Callable[[], Catalog],
) -> APIRouter:
    """`/staff`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/staff", methods=READ)
    @staff.signed_in(Role.READER)
    def home(visit: Visit) -> Response:
        _, counts = translator(visit.lang), triage.counts(visit.actor)
        return staff_page(
            pages(),
            visit,
            "home.html",
            meaning=role_meanings(_)[visit.actor.role],
            states=state_counts(counts, _),
            ages=age_words(counts, _),
            asked=drafts.asked(visit.actor) if visit.actor.role.may(Role.PUBLISHER) else 0,
            overdue=count_overdue(catalog(), japan_today()),
        )

    return router
