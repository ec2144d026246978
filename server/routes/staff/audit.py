"""The audit, read by admins."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from server.desk.accounts.audit_entries import PAGE, AuditEntries, EntryChoice
from server.desk.accounts.roles import Role
from server.desk.intake.form import storable
from server.http.query import Query
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_audit import entry_in_words
from server.texts import translator
from server.texts.staff import action_labels

AUDIT = "/staff/audit"
LONGEST = 100  # characters that are looked for
MOST_PAGES = 100_000


def audit_router(staff: StaffOnly, entries: AuditEntries, pages: Callable[[], Pages]) -> APIRouter:
    """`/staff/audit`. Raises `InvalidQuery` and `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route(AUDIT, methods=READ)
    @staff.signed_in(Role.ADMIN)
    def listing(visit: Visit) -> Response:
        query = Query.of_form(visit.request)
        wanted = {name: storable(query.text(name, LONGEST) or "") for name in EntryChoice.__slots__}
        number = query.whole("page", 1, MOST_PAGES) or 1
        matches, total = entries.page(EntryChoice(**wanted), number)
        actors, actions = entries.names()
        _ = translator(visit.lang)
        labels = action_labels(_)

        def at(page: int) -> str:
            kept = {name: value for name, value in wanted.items() if value}
            return f"{AUDIT}?{urlencode({**kept, 'page': page})}"

        return staff_page(
            pages(),
            visit,
            "audit.html",
            entries=[entry_in_words(entry, _) for entry in matches],
            total=total,
            page=number,
            last=max(1, -(-total // PAGE)),
            at=at,
            wanted=wanted,
            actors=actors,
            actions={action: labels.get(action, action) for action in actions},
        )

    return router
