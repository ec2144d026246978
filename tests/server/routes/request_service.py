"""The routes of requests alone, over a database of a test."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import Engine

from layers.catalog.catalog import Catalog
from layers.query.search.build import index_of
from server.desk.answers.answers import Answers
from server.desk.intake.attachments import Attachments
from server.desk.intake.requests import Requests
from server.desk.mail.news import News
from server.desk.public.own_request import OwnRequest
from server.desk.public.similar import Similar
from server.desk.public.support import Support
from server.http.rate import Allowance
from server.http.turns import Turns
from server.http.writers import PATIENCE_S, Writers
from server.pages.already_there import Precedents
from server.pages.render import Pages
from server.routes.request_form import Intake, request_form_router
from server.routes.requests import requests_router
from tests.vaults import vault_of

STATIC = {
    name: name.replace(".", "-HASH.")
    for name in ("page.css", "request.js", "place_map.js", "place_map.css", "place_area.js")
}


def request_routes(
    engine: Engine,
    pages: Pages,
    catalog: Catalog,
    *,
    requests: Requests | None = None,
    attachments: Attachments | None = None,
    news: News | None = None,
    patience_s: float = PATIENCE_S,
    least_s: float = 0,
) -> APIRouter:
    """The form and the pages of requests."""
    requests, support = requests or Requests(engine, vault_of(engine)), Support(engine)
    attachments = attachments or Attachments(engine, vault_of(engine))
    router, index = APIRouter(), index_of(catalog)
    router.include_router(
        request_form_router(
            Intake(
                requests=requests,
                attachments=attachments,
                news=news,
                precedents=Precedents(Similar(engine), lambda: (catalog, index)),
                support=support,
            ),
            lambda: pages,
            lambda: catalog,
            STATIC,
            Turns(),
            None,
            Writers(patience_s),
            Allowance(),
            least_s=least_s,
        )
    )
    router.include_router(
        requests_router(
            requests,
            Answers(engine),
            attachments,
            support,
            news,
            OwnRequest(engine, vault_of(engine)),
            lambda: pages,
            lambda: catalog,
            STATIC,
        )
    )
    return router
