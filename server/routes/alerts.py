"""The alerts in force, as a page and as JSON: the only answers that caches keep for seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from server.desk.alerts import Alerts
from server.desk.errors import AlertsUnknown
from server.http.errors import RETRY_AFTER
from server.http.language import language_of
from server.http.links import path_and_query
from server.http.page_or_json import wants_page
from server.http.responses import READ, REVALIDATE, Body, answer
from server.pages.alerts import in_words
from server.pages.render import Pages
from server.texts import plain, translator

SHORT = "public, max-age=15"  # seconds: a cache before the service may bear the load of a bad night


def alerts_router(alerts: Alerts, pages: Callable[[], Pages]) -> APIRouter:
    """The route of /notices."""
    router = APIRouter()

    @router.api_route("/notices", methods=READ)
    def current(request: Request) -> Response:
        lang = language_of(request)
        if wants_page(request):
            here = path_and_query(request)
            page = pages().render("notices.html", lang, here=here)
            headers = {"Cache-Control": REVALIDATE, "Vary": "Accept"}
            if alerts.are_known():
                return HTMLResponse(page, headers=headers)
            return HTMLResponse(page, 503, headers | RETRY_AFTER)
        known = alerts.current()
        if not known and not alerts.are_known():
            raise AlertsUnknown  # an empty list would say that there is none
        document = [asdict(in_words(alert, lang, translator(lang))) for alert in known]
        response = answer(
            request,
            Body(plain(orjson.dumps(document).decode()).encode(), "application/json"),
            SHORT,
        )
        response.headers["Vary"] = "Accept, Accept-Encoding"
        return response

    @router.api_route("/notices/bar", methods=READ)
    def bar(request: Request) -> Response:
        """The alerts as pages show them, for the map, whose page is made once."""
        lang = language_of(request)
        content = pages().render("notice_bar.html", lang).encode()
        return answer(request, Body(content, "text/html; charset=utf-8"), SHORT)

    return router
