"""Requests for layers over HTTP: the form, its post, and the sender's own page."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from server.desk.errors import DeskUnavailable, InvalidForm, RequestNotFound
from server.desk.form import (
    CONTACT_LENGTH,
    NONCE,
    PURPOSE_LENGTH,
    TITLE_LENGTH,
    RequestForm,
    read_form,
    read_place,
    storable,
)
from server.desk.labels import category_labels, state_label, state_meaning
from server.desk.requests import Request as StoredRequest, Requests
from server.http.errors import RETRY_AFTER
from server.http.form_body import read_form_body
from server.http.language import language_of
from server.http.links import path_and_query, with_language
from server.http.negotiation import prefers_page
from server.http.query import Query
from server.http.responses import READ
from server.pages.render import Pages
from server.texts import translator

FIELDS = ("title", "purpose", "category", "lat", "lon", "contact")
# The sender's page is found by its address alone: no cache, referrer or search engine may keep it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
WRITERS = 4  # at once: while the database is locked, pages need the other threads


def requests_router(
    requests: Requests, pages: Callable[[], Pages], *, patience_s: float = 5.0
) -> APIRouter:
    """The routes under /requests, on the pages as they are at the time.

    Who waits `patience_s` seconds for a turn to write is told to come back. Beside pages they raise
    `InvalidForm` (to programs only), `FormError`, `RequestNotFound` and `DeskUnavailable`.
    """
    router = APIRouter(prefix="/requests", include_in_schema=False)
    forms = _FormPage(pages)
    turns = asyncio.Semaphore(WRITERS)

    @router.api_route("", methods=READ)
    def about(request: Request) -> Response:
        lang = language_of(request)
        return HTMLResponse(pages().render("requests.html", lang, here=path_and_query(request)))

    @router.api_route("/new", methods=READ)
    def new(request: Request) -> Response:
        return forms.empty(request)

    @router.post("")
    async def submit(request: Request) -> Response:
        lang = language_of(request)
        typed = await read_form_body(request)
        try:
            form = read_form(typed, pages().city.extent, translator(lang))
            stored = await store(form)
        except (InvalidForm, DeskUnavailable) as error:
            if not prefers_page(request.headers.get("accept")):
                raise
            return await run_in_threadpool(forms.again, request, typed, error)
        address = f"/requests/{stored.number}?{urlencode({'key': stored.token})}"
        return RedirectResponse(with_language(address, lang), status_code=303, headers=PRIVATE)

    async def store(form: RequestForm) -> StoredRequest:
        try:
            async with asyncio.timeout(patience_s):
                await turns.acquire()
        except TimeoutError:
            raise DeskUnavailable from None
        try:
            return await run_in_threadpool(requests.submit, form)
        finally:
            turns.release()

    @router.api_route("/{number}", methods=READ)
    def of_sender(number: str, request: Request) -> Response:
        if not (number.isascii() and number.isdecimal() and len(number) <= 10):
            raise RequestNotFound
        stored = requests.of_sender(int(number), Query.of(request).text("key") or "")
        lang = language_of(request)
        _ = translator(lang)
        page = pages().render(
            "request.html",
            lang,
            here=path_and_query(request),
            request=stored,
            category=category_labels(_)[stored.category],
            state=state_label(_, stored.state),
            state_meaning=state_meaning(_, stored.state),
        )
        return HTMLResponse(page, headers=PRIVATE)

    return router


class _FormPage:
    """The form, empty or with what was typed into it."""

    def __init__(self, pages: Callable[[], Pages]) -> None:
        self._pages = pages

    def empty(self, request: Request) -> Response:
        """The form with the place that the address names, if it does."""
        query = Query.of_form(request)
        place = {name: query.text(name) or "" for name in ("lat", "lon")}
        try:
            read_place(place, self._pages().city.extent, translator(language_of(request)))
        except InvalidForm as invalid:
            return self._page(request, place, invalid.errors, status=400)
        return self._page(request, place, {}, status=200)

    def again(
        self, request: Request, typed: Mapping[str, str], error: InvalidForm | DeskUnavailable
    ) -> Response:
        """The form as it was typed, saying what to change, or that it could not be saved."""
        if isinstance(error, InvalidForm):
            return self._page(request, typed, error.errors, status=400)
        page = self._page(request, typed, {}, status=503)
        page.headers.update(RETRY_AFTER)
        return page

    def _page(
        self,
        request: Request,
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        *,
        status: int,
    ) -> Response:
        lang = language_of(request)
        nonce = typed.get("nonce", "")  # kept: if it was stored after all, once is enough
        page = self._pages().render(
            "request_new.html",
            lang,
            here="/requests/new" if request.method == "POST" else path_and_query(request),
            typed={name: storable(typed.get(name, "")) for name in FIELDS},
            errors={name: errors[name] for name in FIELDS if name in errors},
            is_unsaved=status == 503,
            nonce=nonce if NONCE.fullmatch(nonce) else secrets.token_urlsafe(24),
            categories=category_labels(translator(lang)),
            lengths={"title": TITLE_LENGTH, "purpose": PURPOSE_LENGTH, "contact": CONTACT_LENGTH},
        )
        return HTMLResponse(page, status_code=status, headers={**PRIVATE, "Vary": "Accept"})
