"""How much the map is used, for the staff: a page and a CSV."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from layers.catalog.catalog import Catalog
from layers.catalog.renewals import japan_today
from server.desk.accounts.roles import Role
from server.desk.figures.figures import Figures
from server.desk.figures.senders import LEAST
from server.http.query import Query
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_figures import FigureTables, figure_tables, figures_csv
from server.texts import translator

PERIODS = ("7", "30", "90", "366")  # days, today among them
USUAL = "30"


def figures_router(
    staff: StaffOnly,
    figures: Figures,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
) -> APIRouter:
    """`/staff/figures` and `/staff/figures.csv`. Raises `InvalidQuery` and `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)

    def tables(visit: Visit, first: datetime.date, last: datetime.date) -> FigureTables:
        summary, ages = figures.summary(first, last), figures.ages(visit.actor, last)
        return figure_tables(summary, ages, catalog(), visit.lang, translator(visit.lang))

    @router.api_route("/staff/figures", methods=READ)
    @staff.signed_in(Role.READER)
    def page(visit: Visit) -> Response:
        days, first, last = _period(visit)
        return staff_page(
            pages(),
            visit,
            "figures.html",
            tables=tables(visit, first, last),
            first=first,
            last=last,
            days=days,
            periods=PERIODS,
            least=LEAST,
        )

    @router.api_route("/staff/figures.csv", methods=READ)
    @staff.signed_in(Role.READER)
    def table(visit: Visit) -> Response:
        _days, first, last = _period(visit)
        content = figures_csv(
            figures.days(first, last),
            tables(visit, first, last),
            catalog(),
            visit.lang,
            translator(visit.lang),
        )
        return StreamingResponse(
            content,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="figures-{first}-{last}.csv"'},
        )

    return router


def _period(visit: Visit) -> tuple[str, datetime.date, datetime.date]:
    """How many days are asked for, the first and the last of them."""
    days = Query.of_form(visit.request).choice("days", PERIODS) or USUAL
    last = japan_today()
    return days, last - datetime.timedelta(days=int(days) - 1), last
