"""Publishing a draft: now or at a set time, by one person or by two; and declining to."""

from __future__ import annotations

import datetime
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from layers.japanese.time_zone import JAPAN_TIME
from server.desk.accounts.roles import Role
from server.desk.drafts.publishing import REASON_LENGTH, Wish, is_far_less
from server.desk.drafts.tables import State
from server.desk.errors import InvalidForm
from server.desk.intake.form import read_text
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.staff_draft_findings import missing_of
from server.pages.staff_drafts import change_phrase, draft_title, language_of_reports
from server.pages.staff_requests import FormState
from server.routes.staff.draft_views import DraftViews, number_of, seen_of
from server.texts import translator

TIME = "%Y-%m-%dT%H:%M"  # as a field of the type datetime-local has it


def staff_draft_publish_router(staff: StaffOnly, views: DraftViews) -> APIRouter:
    """`/staff/drafts/{number}/publish` and `/decline`. Raises `DraftNotFound`."""
    router = APIRouter(prefix="/staff/drafts/{number}", include_in_schema=False)
    publishing = views.publishing

    @router.api_route("/publish", methods=READ)
    @staff.signed_in(Role.PUBLISHER)
    def form(visit: Visit) -> Response:
        return asking(visit, FormState(typed={}))

    @router.post("/publish")
    @staff.signed_in(Role.PUBLISHER)
    def publish(visit: Visit) -> Response:
        def act() -> str:
            publishing.publish(number_of(visit), seen_of(visit), _wish(visit), visit.actor)
            return f"/staff/drafts/{number_of(visit)}"

        return views.attempt(visit, act, lambda form, status: asking(visit, form, status))

    @router.post("/decline")
    @staff.signed_in(Role.EDITOR)
    def decline(visit: Visit) -> Response:
        def act() -> str:
            publishing.refuse(number_of(visit), seen_of(visit), visit.actor)
            return f"/staff/drafts/{number_of(visit)}"

        return views.attempt(visit, act, lambda form, status: asking(visit, form, status))

    def asking(visit: Visit, form: FormState, status: int = 200) -> Response:
        draft = views.draft(visit)
        definition = views.definition(draft)
        report = draft.check.report if draft.check else None
        typed = {name: form.typed.get(name, "") for name in ("at", "reason", "accept")}
        return views.page(
            visit,
            "draft_publish.html",
            status,
            draft=draft,
            title=draft_title(draft, definition, visit.lang),
            form=replace(form, typed=typed, seen=draft.edition),
            phrase=change_phrase(draft, language_of_reports(visit.lang)),
            is_ready=draft.state in (State.READY, State.ASKED)
            and not missing_of(definition, report),
            is_asked=draft.state is State.ASKED,
            is_own=draft.asked_by == visit.actor.name,
            is_far_less=is_far_less(draft),
            by_two=publishing.by_two,
            longest_reason=REASON_LENGTH,
        )

    return router


def _wish(visit: Visit) -> Wish:
    """What the form wants. Raises `InvalidForm`."""
    _, form = translator(visit.lang), visit.form
    errors: dict[str, str] = {}
    reason = read_text("reason", form, REASON_LENGTH, errors, _)
    at = None
    if form.get("when") == "later":
        try:
            at = datetime.datetime.strptime(form.get("at", ""), TIME).replace(tzinfo=JAPAN_TIME)
        except ValueError:
            errors["at"] = _("Enter the day and the time.")
    if errors:
        raise InvalidForm(errors)
    return Wish(
        at=at,
        reason=reason,
        is_emergency=bool(form.get("emergency")),
        accepts=bool(form.get("accept")),
    )
