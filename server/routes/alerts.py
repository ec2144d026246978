"""The alerts: in force as a page and as JSON, the only answers that caches keep for seconds; those
of the last weeks as Atom, each as CAP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import orjson
from fastapi import APIRouter, Request, Response

from server.desk.alerts.alerts import Alerts
from server.desk.alerts.words import in_words
from server.desk.errors import AlertNotFound, AlertsUnknown
from server.http.errors import RETRY_AFTER
from server.http.language import language_of
from server.http.links import origin, page_key, path_and_query
from server.http.page_or_json import wants_page
from server.http.responses import READ, REVALIDATE, Body, answer
from server.http.turns import Turns
from server.pages.alert_cap import CAP_TYPE, Sender, cap_message
from server.pages.alert_feed import PATH as FEED, AlertFeed, alert_feed
from server.pages.render import Pages
from server.texts import plain, translator
from server.texts.wording import localized, site_title

SHORT = "public, max-age=15"  # seconds: a cache before the service may bear the load of a bad night


def alerts_router(
    alerts: Alerts, pages: Callable[[], Pages], turns: Turns, base_url: str | None
) -> APIRouter:
    """The routes of /notices and /alerts. Raises `AlertNotFound`, `AlertsUnknown`,
    `DeskUnavailable`.
    """
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

    @router.api_route(FEED, methods=READ)
    @turns.taking
    def feed(request: Request) -> Response:
        lang, city = language_of(request), pages().city
        _ = translator(lang)
        of = AlertFeed(
            title=plain(_("Alerts of {city}").format(city=localized(city.name, lang))),
            author=plain(site_title(city, lang, _)),
            city=city.code,
            at=origin(request, base_url),
            lang=lang,
        )
        body = Body(alert_feed(alerts.recent(), of, _), "application/atom+xml")
        return answer(request, body, SHORT)

    @router.api_route("/alerts/{number}.cap.xml", methods=READ)
    @turns.taking
    def cap(number: str, request: Request) -> Response:
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise AlertNotFound
        alert = alerts.of(int(number))
        sender = Sender(pages().city.code, origin(request, base_url))
        body = Body(cap_message(alert, alerts.messages(int(number)), sender), CAP_TYPE)
        return answer(request, body, SHORT)

    return router
