"""The form in which staff enter what people told them."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from layers.japanese.time_zone import JAPAN_TIME
from server.desk.accounts.roles import Role
from server.desk.intake.form import NONCE
from server.desk.intake.subject import CORRECTION, is_correction
from server.desk.labels import category_labels, urgency_labels
from server.desk.triage.staff_form import read_entry
from server.http.query import Query
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.requests import subject_form
from server.pages.staff_requests import FormState
from server.routes.staff.request_views import RequestViews, shown
from server.texts import translator
from server.texts.staff_requests import channel_labels
from server.viewer.place_map import place_map_config

FIELDS = (
    "channel",
    "received_on",
    "title",
    "purpose",
    "category",
    "layer",
    "lat",
    "lon",
    "town",
    "area",
    "urgency",
    "today",
    "contact",
)


def staff_entry_router(staff: StaffOnly, views: RequestViews) -> APIRouter:
    """`/staff/requests/new`."""
    router = APIRouter(prefix="/staff/requests", include_in_schema=False)

    @router.api_route("/new", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def new(visit: Visit) -> Response:
        kind = Query.of_form(visit.request).choice("kind", (CORRECTION,)) or ""
        today = datetime.datetime.now(JAPAN_TIME).date().isoformat()
        return entering(visit, FormState(typed={"kind": kind, "received_on": today}))

    @router.post("/new")
    @staff.signed_in(Role.EDITOR)
    def enter(visit: Visit) -> Response:
        def act() -> str:
            entry = read_entry(visit.form, views.catalog(), translator(visit.lang))
            stored = views.desk.counter.enter(
                entry.form, entry.channel, entry.received_on, actor=visit.actor
            )
            return f"/staff/requests/{stored.number}"

        return views.attempt(visit, act, lambda form, status: entering(visit, form, status))

    def entering(visit: Visit, form: FormState, status: int = 200) -> Response:
        typed, nonce, catalog = form.typed, form.typed.get("nonce", ""), views.catalog()
        corrects, _ = is_correction(typed), translator(visit.lang)
        return views.page(
            visit,
            "request_enter.html",
            status,
            is_correction=corrects,
            channels=channel_labels(_),
            categories=category_labels(_),
            urgencies=urgency_labels(_),
            layers=subject_form(typed, catalog, visit.lang).layers,
            towns=catalog.base.neighbourhoods,
            place_map=place_map_config(catalog, visit.lang, views.static),
            today=datetime.datetime.now(JAPAN_TIME).date().isoformat(),
            form=replace(
                form,
                typed=shown(typed, *FIELDS),
                errors={name: form.errors[name] for name in FIELDS if name in form.errors},
                nonce=nonce if NONCE.fullmatch(nonce) else secrets.token_urlsafe(24),
            ),
        )

    return router
