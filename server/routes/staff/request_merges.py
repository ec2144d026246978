"""Merging duplicates, and separating them again, by staff."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from server.desk.accounts.roles import Role
from server.desk.errors import InvalidForm, RequestNotFound
from server.desk.intake.requests import read_number
from server.desk.triage.case import Case
from server.desk.triage.staff_form import read_merge
from server.desk.triage.triage import Selection
from server.http.links import with_language
from server.http.query import Query
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.staff_queue import row_words
from server.pages.staff_requests import FormState, Side
from server.routes.staff.request_views import RequestViews, number_of, seen_of, shown
from server.texts import Translate, translator
from server.texts.staff_requests import state_names

LONGEST = 100  # characters that are searched for


def staff_merges_router(staff: StaffOnly, views: RequestViews) -> APIRouter:
    """`/staff/requests/{number}/merge` and `separate`."""
    router, desk = APIRouter(prefix="/staff/requests/{number}", include_in_schema=False), views.desk

    @router.api_route("/merge", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def choice(visit: Visit) -> Response:
        return merging(visit, FormState(typed={"stays": "other"}))

    @router.post("/merge")
    @staff.signed_in(Role.EDITOR)
    def merge(visit: Visit) -> Response:
        def act() -> str:
            _, number = translator(visit.lang), number_of(visit)
            form = read_merge(visit.form, number, _)
            duplicate, original = (number, form.other) if form.other_stays else (form.other, number)
            seen = seen_of(visit) if form.other_stays else None
            try:
                root = desk.merges.merge(duplicate, original, actor=visit.actor, seen=seen)
            except RequestNotFound:
                views.case(visit)  # is this one still there?
                raise InvalidForm({"other": _("There is no request of this number.")}) from None
            return f"/staff/requests/{root}"

        return views.attempt(visit, act, lambda form, status: merging(visit, form, status))

    @router.post("/separate")
    @staff.signed_in(Role.EDITOR)
    def separate(visit: Visit) -> Response:
        def act() -> str:
            number = number_of(visit)
            desk.merges.separate(number, actor=visit.actor, seen=seen_of(visit))
            return f"/staff/requests/{number}"

        def again(_form: FormState, _status: int) -> Response:
            # Nothing was typed: the request's own page says how it stands now.
            address = with_language(f"/staff/requests/{number_of(visit)}", visit.lang)
            return RedirectResponse(address, status_code=303)

        return views.attempt(visit, act, again)

    def merging(visit: Visit, form: FormState, status: int = 200) -> Response:
        """The two requests side by side once the other is chosen; before, a search for it."""
        case, _ = views.case(visit), translator(visit.lang)
        query = Query.of_form(visit.request)
        text = query.text("q", LONGEST) or ""
        number = case.request.number
        other = named(visit, visit.form.get("other") or query.text("other") or "", number)
        matches = None
        if other is None and text.strip():
            selection = Selection(state=None, text=text, order="new")
            rows, _total = desk.triage.queue(visit.actor, selection, 1)
            matches = [row_words(row, _) for row in rows if row.number != number]
        return views.page(
            visit,
            "request_merge.html",
            status,
            case=_side(case, _),
            other=other and _side(other, _),
            sought=text,
            matches=matches,
            form=replace(
                form, typed=shown(form.typed, "stays"), seen=views.seen(visit, form, case)
            ),
        )

    def named(visit: Visit, number: str, this: int) -> Case | None:
        """The other request, None where there is none that can be shown."""
        try:
            other = desk.cases.of(read_number(number), actor=visit.actor)
        except RequestNotFound:
            return None
        return other if other.request.number != this else None

    return router


def _side(case: Case, _: Translate) -> Side:
    request = case.request
    return Side(
        request.number,
        request.title,
        request.purpose,
        state_names(_, corrects=request.subject is not None)[request.state],
        case.public is not None,
        request.received_at,
    )
