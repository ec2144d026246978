"""Which layers are overdue, for the staff."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from layers.catalog.catalog import Catalog
from layers.catalog.renewals import japan_today
from server.desk.accounts.roles import Role
from server.desk.freshness.notices import OverdueNotices
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_freshness import renewal_rows
from server.texts import translator


def freshness_router(
    staff: StaffOnly,
    notices: OverdueNotices,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
    *,
    sends_mail: bool,
) -> APIRouter:
    """`/staff/freshness`. Raises `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/staff/freshness", methods=READ)
    @staff.signed_in(Role.READER)
    def listing(visit: Visit) -> Response:
        rows = renewal_rows(catalog(), japan_today(), notices.queued(), translator(visit.lang))
        return staff_page(
            pages(),
            visit,
            "freshness.html",
            rows=rows,
            overdue=sum(row.days > 0 for row in rows),
            sends_mail=sends_mail,
        )

    return router
