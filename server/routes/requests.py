"""Requests for layers over HTTP: the form, its post, the sender's own page and the public one."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from layers.catalog.catalog import Catalog
from server.desk.answers import Answers
from server.desk.errors import DeskUnavailable, InvalidForm
from server.desk.form import (
    CONTACT_LENGTH,
    NONCE,
    PURPOSE_LENGTH,
    TITLE_LENGTH,
    RequestForm,
    read_form,
    read_link,
    storable,
)
from server.desk.labels import category_labels, state_labels, state_meaning
from server.desk.requests import Request as StoredRequest, Requests, read_number
from server.desk.subject import CORRECTION, is_correction
from server.http.errors import RETRY_AFTER, retry_after
from server.http.form_body import read_form_body
from server.http.language import language_of
from server.http.links import path_and_query, with_language
from server.http.negotiation import prefers_page
from server.http.own_site import refuse_foreign
from server.http.page_or_json import wants_page
from server.http.query import Query
from server.http.rate import Allowance, TooFrequent
from server.http.responses import READ, REVALIDATE
from server.http.turns import Turns
from server.pages.render import Pages
from server.pages.request_list import decisions_in_words, state_of, to_json
from server.pages.requests import subject_form, subject_words
from server.texts import translator
from server.viewer.place_map import place_map_config

FIELDS = (
    "title",
    "purpose",
    "category",
    "layer",
    "feature",
    "lat",
    "lon",
    "town",
    "contact",
)
LINKED = ("kind", "layer", "feature", "lat", "lon")  # what a link to the form may name
# The sender's page is found by its address alone: no cache, referrer or search engine may keep it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
# The form says to this service, and to no other, where it is sent from: see `own_site`.
FORM = {**PRIVATE, "Referrer-Policy": "same-origin"}
PUBLIC = {"Cache-Control": REVALIDATE, "Vary": "Accept"}
WRITERS = 4  # at once: while the database is locked, pages need the other threads


def requests_router(
    requests: Requests,
    answers: Answers,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
    static: Mapping[str, str],
    turns: Turns,
    base_url: str | None,
    *,
    patience_s: float = 5.0,
) -> APIRouter:
    """The routes under /requests, on the pages and the catalogue as they are at the time.

    `static` names the bundled files of the map in the form; `base_url` is where the service is, if
    its operator says so. Who waits `patience_s` seconds for a
    turn to write is told to come back. Beside pages they raise `InvalidForm` (to programs only),
    `FormError`, `TooFrequent`, `RequestNotFound` and `DeskUnavailable`.
    """
    router = APIRouter(prefix="/requests", include_in_schema=False)
    forms = _FormPage(pages, catalog, static)
    writers = asyncio.Semaphore(WRITERS)
    allowance = Allowance()

    @router.api_route("/new", methods=READ)
    @turns.taking
    def new(request: Request) -> Response:
        return forms.empty(request)

    @router.post("")
    async def submit(request: Request) -> Response:
        refuse_foreign(request, base_url)
        lang = language_of(request)
        typed = await read_form_body(request)
        try:
            form = read_form(typed, catalog(), translator(lang))
            allowance.take(request.client.host if request.client else None)
            stored = await store(form)
        except (InvalidForm, TooFrequent, DeskUnavailable) as error:
            if not prefers_page(request.headers.get("accept")):
                raise
            return await run_in_threadpool(forms.again, request, typed, error)
        address = f"/requests/{stored.number}?{urlencode({'key': stored.token})}"
        return RedirectResponse(with_language(address, lang), status_code=303, headers=PRIVATE)

    async def store(form: RequestForm) -> StoredRequest:
        try:
            async with asyncio.timeout(patience_s):
                await writers.acquire()
        except TimeoutError:
            raise DeskUnavailable from None
        try:
            return await run_in_threadpool(requests.submit, form)
        finally:
            writers.release()

    @router.api_route("/{number}", methods=READ)
    def of_number(number: str, request: Request) -> Response:
        key = Query.of(request).text("key")
        if key is None:
            return public_page(read_number(number), request)
        stored = requests.of_sender(read_number(number), key)
        lang = language_of(request)
        _ = translator(lang)
        corrects, is_public = stored.subject is not None, answers.is_public(stored.number)
        page = pages().render(
            "request.html",
            lang,
            here=path_and_query(request),
            request=stored,
            subject=stored.subject and subject_words(stored.subject, catalog(), lang),
            category=category_labels(_)[stored.category],
            state=state_labels(_, corrects=corrects)[stored.state],
            state_meaning=state_meaning(_, stored.state, is_public=is_public),
            is_public=is_public,
            decisions=decisions_in_words(
                answers.of_request(stored.number), catalog(), lang, _, corrects=corrects
            ),
        )
        return HTMLResponse(page, headers=PRIVATE)

    def public_page(number: int, request: Request) -> Response:
        public = answers.public(number)
        if not wants_page(request):
            return JSONResponse(to_json(public), headers=PUBLIC)
        lang = language_of(request)
        _ = translator(lang)
        page = pages().render(
            "request_public.html",
            lang,
            here=path_and_query(request),
            request=public,
            subject=public.subject and subject_words(public.subject, catalog(), lang),
            category=category_labels(_)[public.category],
            state=state_of(public, _),
            decisions=decisions_in_words(
                public.decisions, catalog(), lang, _, corrects=public.subject is not None
            ),
        )
        return HTMLResponse(page, headers=PUBLIC)

    return router


class _FormPage:
    """The form, empty or with what was typed into it."""

    def __init__(
        self,
        pages: Callable[[], Pages],
        catalog: Callable[[], Catalog],
        static: Mapping[str, str],
    ) -> None:
        self._pages, self._catalog, self._static = pages, catalog, static

    def empty(self, request: Request) -> Response:
        """The form with the place, the layer and its feature that the address names, if it does."""
        query = Query.of_form(request)
        linked = {name: query.text(name) or "" for name in LINKED}
        try:
            read_link(linked, self._catalog(), translator(language_of(request)))
        except InvalidForm as invalid:
            return self._page(request, linked, invalid.errors, status=400)
        return self._page(request, linked, {}, status=200)

    def again(
        self,
        request: Request,
        typed: Mapping[str, str],
        error: InvalidForm | TooFrequent | DeskUnavailable,
    ) -> Response:
        """The form as it was typed, saying what to change, or that it could not be saved."""
        if isinstance(error, InvalidForm):
            return self._page(request, typed, error.errors, status=400)
        if isinstance(error, TooFrequent):
            page, later = self._page(request, typed, {}, status=429), retry_after(error.wait_s)
        else:
            page, later = self._page(request, typed, {}, status=503), RETRY_AFTER
        page.headers.update(later)
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
        catalog = self._catalog()
        nonce = typed.get("nonce", "")  # kept: if it was stored after all, once is enough
        page = self._pages().render(
            "request_new.html",
            lang,
            here=_address(request, typed),
            typed={name: storable(typed.get(name, "")) for name in FIELDS},
            errors={name: errors[name] for name in FIELDS if name in errors},
            is_unsaved=status == 503,
            is_frequent=status == 429,
            nonce=nonce if NONCE.fullmatch(nonce) else secrets.token_urlsafe(24),
            categories=category_labels(translator(lang)),
            is_correction=is_correction(typed),
            subject=subject_form(typed, catalog, lang),
            towns=catalog.base.neighbourhoods,
            place_map=place_map_config(catalog, lang, self._static),
            lengths={"title": TITLE_LENGTH, "purpose": PURPOSE_LENGTH, "contact": CONTACT_LENGTH},
        )
        return HTMLResponse(page, status_code=status, headers={**FORM, "Vary": "Accept"})


def _address(request: Request, typed: Mapping[str, str]) -> str:
    """Where the form can be had again: of one that was posted, the same kind of form, empty."""
    if request.method != "POST":
        return path_and_query(request)
    return f"/requests/new?kind={CORRECTION}" if is_correction(typed) else "/requests/new"
