"""A request over HTTP: its sender's own page, and the public one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from layers.catalog.catalog import Catalog
from server.desk.answers.answers import Answers
from server.desk.errors import VaultClosed
from server.desk.intake.attachments import Attachments
from server.desk.intake.form import PURPOSE_LENGTH, Place
from server.desk.intake.personal import personal_parts
from server.desk.intake.requests import Request as StoredRequest, Requests, read_number
from server.desk.intake.supplements import Supplement
from server.desk.labels import category_labels, state_labels, state_meaning, urgency_labels
from server.desk.mail.news import News
from server.desk.public.own_request import OwnRequest
from server.desk.public.support import Support
from server.http.cookies import support_secret
from server.http.language import language_of
from server.http.links import path_and_query
from server.http.page_or_json import wants_page
from server.http.query import Query
from server.http.responses import PRIVATE_FORM, READ, REVALIDATE
from server.http.trap import new_nonce
from server.pages.render import Pages
from server.pages.request_files import size_in_words
from server.pages.request_list import decisions_in_words, state_of, to_json
from server.pages.request_place import place_words
from server.pages.requests import subject_words
from server.texts import translator
from server.viewer.place_map import shown_place_config

PUBLIC = {"Cache-Control": REVALIDATE, "Vary": "Accept"}


def requests_router(
    requests: Requests,
    answers: Answers,
    attachments: Attachments,
    support: Support,
    news: News | None,
    own: OwnRequest,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
    static: Mapping[str, str],
) -> APIRouter:
    """`/requests/{number}`, on the pages and the catalogue as they are at the time.

    `static` names the bundled files of the map of its place. Raises `RequestNotFound` and
    `DeskUnavailable`.
    """
    router = APIRouter(prefix="/requests", include_in_schema=False)

    @router.api_route("/{number}", methods=READ)
    def of_number(number: str, request: Request) -> Response:
        key = Query.of(request).text("key")
        if key is None:
            return public_page(read_number(number), request)
        stored = requests.of_sender(read_number(number), key)
        lang = language_of(request)
        _ = translator(lang)
        corrects, standing = stored.subject is not None, answers.standing(stored.number)
        page = pages().render(
            "request.html",
            lang,
            here=path_and_query(request),
            request=stored,
            subject=stored.subject and subject_words(stored.subject, catalog(), lang),
            **place_shown(stored.place, lang),
            category=category_labels(_)[stored.category],
            urgency=urgency_labels(_).get(stored.urgency or ""),
            attachments=attachments.listed(stored.number),
            size_in_words=size_in_words,
            state=state_labels(_, corrects=corrects)[stored.state],
            state_meaning=state_meaning(_, stored.state, is_public=standing.is_public),
            is_public=standing.is_public,
            original=standing.original,
            supplements=supplements_of(stored),
            personal={part.kind for part in personal_parts(stored.title, stored.purpose)},
            longest=PURPOSE_LENGTH,
            news=news and news.state(stored.number),
            decisions=decisions_in_words(standing.decisions, catalog(), lang, _, corrects=corrects),
        )
        return HTMLResponse(page, headers=PRIVATE_FORM)

    def supplements_of(stored: StoredRequest) -> Sequence[Supplement] | None:
        """What the sender added, None while it cannot be opened."""
        try:
            return own.supplements(stored.number, stored.token)
        except VaultClosed:
            return None

    def place_shown(place: Place | None, lang: str) -> dict[str, Any]:
        return {
            "place": place_words(place, catalog(), lang),
            "place_map": place and shown_place_config(place, catalog(), lang, static),
        }

    def public_page(number: int, request: Request) -> Response:
        public, secret = answers.public(number), support_secret(request)
        if not wants_page(request):
            return JSONResponse(to_json(public), headers=PUBLIC)
        lang = language_of(request)
        _ = translator(lang)
        page = pages().render(
            "request_public.html",
            lang,
            here=path_and_query(request),
            request=public,
            nonce=new_nonce(),
            is_supported=secret is not None and support.is_given(number, secret),
            subject=public.subject and subject_words(public.subject, catalog(), lang),
            **place_shown(public.place, lang),
            category=category_labels(_)[public.category],
            state=state_of(public, _),
            decisions=decisions_in_words(
                public.decisions, catalog(), lang, _, corrects=public.subject is not None
            ),
        )
        return HTMLResponse(page, headers=PUBLIC)

    return router
