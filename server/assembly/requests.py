"""The residents' side of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from fastapi import APIRouter

from layers.catalog.catalog import Catalog
from layers.query.search.index import Index
from server.assembly.desk_store import DeskStore
from server.desk.answers.published_photos import PublishedPhotos
from server.desk.public.open_requests import OpenRequests
from server.desk.public.own_request import OwnRequest
from server.desk.public.request_map import RequestMap
from server.desk.public.similar import Similar
from server.desk.public.support import Support
from server.edition.edition import Served
from server.http.rate import Allowance
from server.http.turns import Turns
from server.http.writers import Writers
from server.pages.already_there import Precedents
from server.pages.render import Pages
from server.routes.open311 import open311_router
from server.routes.own_request import own_request_router
from server.routes.request_form import Intake, request_form_router
from server.routes.request_list import request_list_router
from server.routes.request_map import request_map_router
from server.routes.request_news import request_news_router
from server.routes.request_photo import request_photo_router
from server.routes.requests import requests_router


def request_routers(
    store: DeskStore,
    served: Served,
    pages: Callable[[], Pages],
    static: Mapping[str, str],
    turns: Turns,
    base_url: str | None,
) -> Iterator[APIRouter]:
    """The routers, in the order in which their addresses are tried."""
    database, requests, answers = store.database, store.requests, store.answers
    support, own = Support(database), OwnRequest(database, store.vault)
    writers, allowance = Writers(), Allowance()

    def catalog() -> Catalog:
        return served.now.catalog

    def searched() -> tuple[Catalog, Index]:
        edition = served.now
        return edition.catalog, edition.search_index

    intake = Intake(
        requests=requests,
        attachments=store.attachments,
        news=store.news_by_mail,
        precedents=Precedents(Similar(database), searched),
        support=support,
        is_moderated=store.is_moderated,
    )
    yield own_request_router(requests, own, pages, base_url)
    yield request_list_router(answers, pages, turns, base_url, is_moderated=store.is_moderated)
    yield request_map_router(RequestMap(database), turns)
    yield request_form_router(intake, pages, catalog, static, turns, base_url, writers, allowance)
    yield requests_router(
        requests,
        answers,
        store.attachments,
        support,
        store.news_by_mail,
        own,
        pages,
        catalog,
        static,
    )
    yield request_photo_router(PublishedPhotos(database))
    yield request_news_router(store.news, pages, base_url)
    yield open311_router(
        requests, OpenRequests(database), pages, catalog, turns, writers, allowance, base_url
    )
