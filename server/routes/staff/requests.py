"""The staff's queue, and one request: what was sent, notes about it, who is in charge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from server.desk.accounts.roles import Role
from server.desk.errors import InvalidForm, RequestNotFound
from server.desk.intake.attachments import PHOTO, SAMPLE
from server.desk.intake.samples import safe_name
from server.desk.labels import CATEGORIES, STATES
from server.desk.triage.counter import CHANNELS
from server.desk.triage.request_export import to_csv, to_geojson
from server.desk.triage.staff_form import read_assignment, read_note, read_supplement
from server.desk.triage.triage import OPEN, Selection
from server.http.query import Query, invalid
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.staff_queue import AGES, ANY, NONE, pages_of, queue_page
from server.pages.staff_requests import FormState, case_page
from server.routes.staff.request_views import RequestViews, number_of, seen_of, shown
from server.texts import translator
from server.viewer.place_map import shown_place_config

ORDERS = ("old", "new")
LONGEST = 100  # characters that are searched for
MOST_PAGES = 100_000
QUERY = ("q", "state", "category", "age", "charge", "mark", "order")
MARKS: dict[str, dict[str, Any]] = {
    "public": {"is_public": True},
    "not-public": {"is_public": False},
    "correction": {"is_correction": True},
    "duplicate": {"is_duplicate": True},
    "withdrawn": {"is_withdrawn": True},
    "contact": {"has_contact": True},
    "file": {"has_file": True},
    **{channel: {"channel": channel} for channel in CHANNELS},
}
JPEG = "image/jpeg"
FORMATS = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}


def staff_requests_router(staff: StaffOnly, views: RequestViews) -> APIRouter:
    """`/staff/requests` and the page of one, with what is done there."""
    router, desk = APIRouter(prefix="/staff/requests", include_in_schema=False), views.desk

    @router.api_route("", methods=READ)
    @staff.signed_in(Role.READER)
    def queue(visit: Visit) -> Response:
        query = Query.of_form(visit.request)
        selection = selection_of(query)
        page = query.whole("page", 1, MOST_PAGES) or 1
        rows, total = desk.triage.queue(visit.actor, selection, page)
        if page > pages_of(total):
            raise RequestNotFound
        context = queue_page(
            rows,
            total,
            page,
            selection,
            desk.triage.counts(visit.actor),
            {name: text for name in QUERY if (text := query.text(name))},
            (departments(visit), list(colleagues())),
            visit.actor,
            translator(visit.lang),
        )
        return views.page(visit, "requests.html", queue=context)

    @router.post("/export")
    @staff.signed_in(Role.EDITOR)
    def export(visit: Visit) -> Response:
        kind = visit.form.get("format", "")
        if kind not in FORMATS:
            raise invalid("format", kind, f"one of {', '.join(FORMATS)}", choices=FORMATS)
        selection = selection_of(Query.of_form(visit.request))
        rows = desk.exports.requests(visit.actor, selection, kind)
        content = to_csv(rows, translator(visit.lang)) if kind == "csv" else to_geojson(rows)
        name = f'attachment; filename="requests.{kind}"'
        return StreamingResponse(
            content, media_type=FORMATS[kind], headers={"Content-Disposition": name}
        )

    @router.api_route("/{number}", methods=READ)
    @staff.signed_in(Role.READER)
    def request(visit: Visit) -> Response:
        return case(visit)

    @router.post("/{number}/contact")
    @staff.signed_in(Role.EDITOR)
    def contact(visit: Visit) -> Response:
        return case(visit, contact=desk.cases.contact(number_of(visit), actor=visit.actor))

    @router.api_route("/{number}/photo.jpg", methods=READ)
    @staff.signed_in(Role.READER)
    def picture(visit: Visit) -> Response:
        return Response(desk.cases.picture(number_of(visit), actor=visit.actor), media_type=JPEG)

    @router.post("/{number}/file")
    @staff.signed_in(Role.EDITOR)
    def file(visit: Visit) -> Response:
        number, kind = number_of(visit), visit.form.get("kind", "")
        if kind not in (PHOTO, SAMPLE):
            raise invalid("kind", kind, f"{PHOTO} or {SAMPLE}", choices=(PHOTO, SAMPLE))
        sent = desk.cases.file(number, kind, actor=visit.actor)
        name = safe_name(sent.name, kind)
        # What it is nobody has checked: it is saved, never shown.
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(sent.content, media_type="application/octet-stream", headers=headers)

    @router.post("/{number}/notes")
    @staff.signed_in(Role.EDITOR)
    def add_note(visit: Visit) -> Response:
        def act() -> str:
            note = read_note(visit.form, translator(visit.lang))
            desk.notes.add(number_of(visit), note, actor=visit.actor)
            return f"/staff/requests/{number_of(visit)}#notes"

        return views.attempt(visit, act, lambda form, status: case(visit, form, status))

    @router.post("/{number}/supplement")
    @staff.signed_in(Role.PUBLISHER)
    def publish_supplement(visit: Visit) -> Response:
        def act() -> str:
            form, number = read_supplement(visit.form, translator(visit.lang)), number_of(visit)
            desk.supplements.publish(
                number,
                form.number,
                form.text,
                actor=visit.actor,
                confirmed=form.confirmed,
                seen=seen_of(visit),
            )
            return f"/staff/requests/{number}"

        return views.attempt(visit, act, lambda form, status: case(visit, form, status))

    @router.post("/{number}/erase")
    @staff.signed_in(Role.ADMIN)
    def erase(visit: Visit) -> Response:
        def act() -> str:
            number, _ = number_of(visit), translator(visit.lang)
            if not visit.form.get("certain"):
                raise InvalidForm({"certain": _("Confirm that it is to be erased for good.")})
            desk.erasure.now(number, actor=visit.actor)
            return f"/staff/requests/{number}"

        return views.attempt(visit, act, lambda form, status: case(visit, form, status))

    @router.api_route("/{number}/assign", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def assignment(visit: Visit) -> Response:
        now = views.case(visit).assignment
        typed = {"department": now.department or "", "staff": now.staff or ""}
        return assigning(visit, FormState(typed=typed))

    @router.post("/{number}/assign")
    @staff.signed_in(Role.EDITOR)
    def assign(visit: Visit) -> Response:
        def act() -> str:
            number, names = number_of(visit), colleagues()
            chosen = read_assignment(visit.form, names, departments(visit), translator(visit.lang))
            desk.triage.assign(number, chosen, actor=visit.actor, seen=seen_of(visit))
            is_seen = visit.actor.sees(chosen.department)
            return f"/staff/requests/{number}" if is_seen else "/staff/requests"

        return views.attempt(visit, act, lambda form, status: assigning(visit, form, status))

    def case(
        visit: Visit, form: FormState | None = None, status: int = 200, contact: str | None = None
    ) -> Response:
        """The page of a request, with the contact where it was asked for."""
        found, actor = views.case(visit), visit.actor
        number, form = found.request.number, form or FormState(typed={})
        context = case_page(
            found,
            desk.changes.of(actor, number),
            desk.notes.of(number, actor=actor),
            desk.cases.supplements(number, actor=actor),
            contact,
            actor,
            views.catalog(),
            visit.lang,
            translator(visit.lang),
        )
        typed = shown(form.typed, "note", "supplement", "text", "confirmed")
        form = replace(form, typed=typed, seen=views.seen(visit, form, found))
        place = found.request.place
        place_map = place and shown_place_config(place, views.catalog(), visit.lang, views.static)
        return views.page(
            visit, "request.html", status, case=context, form=form, place_map=place_map
        )

    def assigning(visit: Visit, form: FormState, status: int = 200) -> Response:
        found = views.case(visit)
        typed = shown(form.typed, "department", "staff")
        return views.page(
            visit,
            "request_assign.html",
            status,
            case=found.request,
            form=replace(form, typed=typed, seen=views.seen(visit, form, found)),
            departments=departments(visit),
            staff=colleagues(),
        )

    def colleagues() -> dict[str, str | None]:
        """The names of those who may be put in charge, each with the department."""
        return {
            account.name: account.department
            for account in desk.accounts.all()
            if account.disabled_at is None and account.role.may(Role.EDITOR)
        }

    def departments(visit: Visit) -> list[str]:
        """The departments that there are: of accounts, and of requests."""
        names = {account.department for account in desk.accounts.all() if account.department}
        return sorted(names | set(desk.triage.departments(visit.actor)))

    return router


def selection_of(query: Query) -> Selection:
    """Which requests the address names. Raises `InvalidQuery`."""
    state = query.choice("state", (OPEN, ANY, *STATES)) or OPEN
    days = query.choice("age", tuple(str(days) for days in AGES))
    charge = query.text("charge", LONGEST) or ""
    kind, _colon, name = charge.partition(":")
    if charge and not (charge == NONE or (kind in ("department", "staff") and name)):
        raise invalid("charge", charge, f"{NONE}, department:… or staff:…")
    mark = query.choice("mark", MARKS)
    return Selection(
        state=None if state == ANY else state,
        category=query.choice("category", CATEGORIES),
        department="" if charge == NONE else name if kind == "department" else None,
        staff=name if kind == "staff" else None,
        days=int(days) if days else None,
        text=(query.text("q", LONGEST) or "").strip(),
        order="new" if query.choice("order", ORDERS) == "new" else "old",
        **(MARKS[mark] if mark else {}),
    )
