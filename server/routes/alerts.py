"""The alerts in force, as a page and as JSON: the only answers that caches keep for seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import orjson
from fastapi import APIRouter, Request, Response

from server.desk.alerts import Alerts
from server.desk.errors import AlertsUnknown
from server.http.errors import RETRY_AFTER
from server.http.language import language_of
from server.http.links import page_key, path_and_query
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
    def in_force(request: Request) -> Response:
        lang = language_of(request)
        if wants_page(request):
            here = path_and_query(request)
            current = pages()
            body = current.kept(
                page_key(request, lang), lambda: current.render("notices.html", lang, here=here)
            )
            page = answer(request, body, REVALIDATE, Vary="Accept, Accept-Encoding")
            if not alerts.are_known() and page.status_code == 200:  # as of the page
                page.status_code = 503
                page.headers.update(RETRY_AFTER)
            return page
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
        current = pages()
        body = current.kept(("bar", lang), lambda: current.render("notice_bar.html", lang))
        return answer(request, body, SHORT)

    return router
