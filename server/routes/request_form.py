"""The request form over HTTP: empty and filled in, what is there already, and its post."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from layers.catalog.catalog import Catalog
from server.desk.errors import DeskUnavailable, InvalidForm, RequestNotFound
from server.desk.intake.attachments import Attachments, digest
from server.desk.intake.form import (
    CONTACT_LENGTH,
    NONCE,
    PURPOSE_LENGTH,
    TITLE_LENGTH,
    TODAY_LENGTH,
    RequestForm,
    read_form,
    read_link,
    storable,
)
from server.desk.intake.photos import Photos
from server.desk.intake.requests import Request as StoredRequest, Requests, read_number
from server.desk.intake.subject import CORRECTION, is_correction
from server.desk.labels import category_labels, urgency_labels
from server.desk.mail.news import News
from server.desk.public.support import Support, secret_of
from server.http.cookies import SUPPORT, keep_cookie, support_secret
from server.http.errors import ServiceBusy, retry_after
from server.http.language import language_of
from server.http.links import path_and_query, with_language
from server.http.multipart import PostedForm, Upload, Uploads
from server.http.negotiation import prefers_page
from server.http.own_site import refuse_foreign
from server.http.query import Query
from server.http.rate import Allowance, Rate, TooFrequent, network_of
from server.http.responses import PRIVATE, PRIVATE_FORM, READ
from server.http.trap import LEAST_S, TRAP, MaybeProgram, new_nonce, refuse_program
from server.http.turns import Turns
from server.http.writers import Writers
from server.pages.already_there import AlreadyThere, Precedents
from server.pages.render import Pages
from server.pages.request_files import (
    LONGEST,
    file_errors,
    read_files,
    shown_name,
    size_in_words,
)
from server.pages.requests import subject_form
from server.texts import Translate, translator
from server.viewer.place_map import place_map_config

FIELDS = (
    "title",
    "purpose",
    "category",
    "urgency",
    "today",
    "layer",
    "feature",
    "revision",
    "lat",
    "lon",
    "town",
    "area",
    "photo",
    "sample",
    "contact",
    "email",
)
LOOKED = "looked"  # the field of a form whose sender has seen what is there already
# Why a form is not taken; what was typed is shown again.
UNTAKEN = (InvalidForm, MaybeProgram, TooFrequent, DeskUnavailable, ServiceBusy)
LINKED = ("kind", "layer", "feature", "revision", "lat", "lon")  # what a link to the form may name
# Forms whose files are in memory at once: one has 15 MB, and as much again when it is sealed.
WITH_FILES = 2
# Support is one press, and a school class one network.
SUPPORTS_OF_NETWORK, SUPPORTS_OF_ALL = Rate(40, 15.0), Rate(400, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What takes forms in. Without `news` no address for them is taken.

    `is_moderated`: requests become public only when somebody has looked at them.
    """

    requests: Requests
    attachments: Attachments
    news: News | None
    precedents: Precedents
    support: Support
    is_moderated: bool = True


def request_form_router(
    intake: Intake,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
    static: Mapping[str, str],
    turns: Turns,
    base_url: str | None,
    writers: Writers,
    allowance: Allowance,
    *,
    least_s: float = LEAST_S,
) -> APIRouter:
    """The form, its post, and the support that is given instead of it.

    `static` names the bundled files of the map in the form; `base_url` is where the service is, if
    its operator says so. What is there already is shown once before a request is sent from a page,
    unless files come with it, which would have to be chosen again. Who sends the form sooner than
    `least_s` seconds after it was made is told to send it again.
    Beside pages they raise `InvalidForm` (to programs only), `FormError`, `TooFrequent`,
    `RequestNotFound`, `DeskUnavailable` and `ServiceBusy`.
    """
    router = APIRouter(prefix="/requests", include_in_schema=False)
    news, support = intake.news, intake.support
    forms = _FormPage(
        pages, catalog, static, has_news=news is not None, is_moderated=intake.is_moderated
    )
    with_files, decoders = asyncio.Semaphore(WITH_FILES), CapacityLimiter(WITH_FILES)
    uploads, photos = Uploads(LONGEST), Photos()
    supporters = Allowance(SUPPORTS_OF_NETWORK, SUPPORTS_OF_ALL)

    @router.api_route("/new", methods=READ)
    @turns.taking
    def new(request: Request) -> Response:
        return forms.empty(request)

    @router.post("")
    async def submit(request: Request) -> Response:
        refuse_foreign(request, base_url)
        lang = language_of(request)
        async with uploads.read(request) as posted:
            try:
                form = checked(posted, translator(lang))
                refuse_program(posted.fields, least_s)
                if is_first_look(request, posted):
                    there = await already_there(form, lang)
                    if there is not None:
                        return await run_in_threadpool(forms.before_sending, request, posted, there)
                allowance.take(request.client.host if request.client else None)
                stored = await take_in(form, posted.uploads, request)
            except UNTAKEN as error:
                if not prefers_page(request.headers.get("accept")):
                    raise
                return await run_in_threadpool(forms.again, request, posted, error)
        address = f"/requests/{stored.number}?{urlencode({'key': stored.token})}"
        return RedirectResponse(with_language(address, lang), status_code=303, headers=PRIVATE)

    def checked(posted: PostedForm, _: Translate) -> RequestForm:
        errors = file_errors(posted.uploads, _)
        if news is None and posted.fields.get("email"):
            errors["email"] = _("This map sends no e-mail. Leave this field empty.")
        try:
            form = read_form(posted.fields, catalog(), _)
        except InvalidForm as invalid:
            raise InvalidForm({**invalid.errors, **errors}) from None
        if errors:
            raise InvalidForm(errors)
        return form

    def is_first_look(request: Request, posted: PostedForm) -> bool:
        is_page = prefers_page(request.headers.get("accept"))
        return is_page and LOOKED not in posted.fields and not posted.uploads

    async def already_there(
        form: RequestForm, lang: str, supported: int | None = None
    ) -> AlreadyThere | None:
        return await turns.take(
            lambda: intake.precedents.of(form, lang, translator(lang), supported)
        )

    async def take_in(
        form: RequestForm, sent: Mapping[str, Upload], request: Request
    ) -> StoredRequest:
        async with with_files if sent else nullcontext():
            _ = translator(language_of(request))
            files = await to_thread.run_sync(read_files, sent, photos, _, limiter=decoders)

            def also(connection: Connection, number: int) -> None:
                intake.attachments.attach(connection, number, files)
                if news is not None and form.email is not None:
                    network = network_of(request.client.host if request.client else None)
                    news.ask(connection, number, form.email, language_of(request), network)

            whole = replace(form, files=digest(files))
            return await writers.take(lambda: intake.requests.submit(whole, also))

    @router.post("/{number}/support")
    async def give(number: str, request: Request) -> Response:
        return await change(read_number(number), request, support.give)

    @router.post("/{number}/support/withdrawal")
    async def take_back(number: str, request: Request) -> Response:
        return await change(read_number(number), request, support.take_back)

    async def change(number: int, request: Request, write: Callable[[int, str], None]) -> Response:
        """Write, and answer with the page that it was pressed on: the request's, or the form."""
        refuse_foreign(request, base_url)
        async with uploads.read(request) as posted:
            return await supported(number, request, posted, write)

    async def supported(
        number: int, request: Request, posted: PostedForm, write: Callable[[int, str], None]
    ) -> Response:
        typed = posted.fields
        nonce = typed.get("nonce", "")
        page_nonce = nonce if NONCE.fullmatch(nonce) else new_nonce()
        secret = support_secret(request) or secret_of(page_nonce, number)
        try:
            supporters.take(request.client.host if request.client else None)
            await writers.take(lambda: write(number, secret))
        except UNTAKEN as error:
            if LOOKED not in typed:
                raise
            return await run_in_threadpool(forms.again, request, posted, error)
        except RequestNotFound:  # from the form: it has just been taken out of the public
            if LOOKED not in typed:
                raise
            return await on_form(request, posted, None)
        if LOOKED in typed:
            answer = await on_form(request, posted, number)
        else:
            own = with_language(f"/requests/{number}", language_of(request))
            answer = RedirectResponse(own, status_code=303, headers=PRIVATE)
        if write == support.give:
            keep_cookie(answer, request, SUPPORT, secret, path=f"/requests/{number}")
        else:
            answer.delete_cookie(SUPPORT, path=f"/requests/{number}")
        return answer

    async def on_form(request: Request, posted: PostedForm, number: int | None) -> Response:
        lang = language_of(request)
        try:
            form = read_form(posted.fields, catalog(), translator(lang))
            there = await already_there(form, lang, number)
        except UNTAKEN as error:
            return await run_in_threadpool(forms.again, request, posted, error)
        return await run_in_threadpool(forms.before_sending, request, posted, there)

    return router


class _FormPage:
    """The form, empty or with what was typed into it."""

    def __init__(
        self,
        pages: Callable[[], Pages],
        catalog: Callable[[], Catalog],
        static: Mapping[str, str],
        *,
        has_news: bool,
        is_moderated: bool,
    ) -> None:
        self._pages, self._catalog, self._static = pages, catalog, static
        self._has_news, self._is_moderated = has_news, is_moderated

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
        posted: PostedForm,
        error: Exception,
    ) -> Response:
        """The form as it was typed, saying what to change, or that it was not saved.

        A browser forgets the files that were chosen: which they were is said.
        """
        chosen = _chosen(posted)
        if isinstance(error, InvalidForm):
            return self._page(request, posted.fields, error.errors, status=400, chosen=chosen)
        if isinstance(error, MaybeProgram):
            return self._page(request, posted.fields, {}, status=400, chosen=chosen)
        if isinstance(error, TooFrequent):
            page = self._page(request, posted.fields, {}, status=429, chosen=chosen)
            page.headers.update(retry_after(error.wait_s))
            return page
        return self._page(request, posted.fields, {}, status=503, chosen=chosen)

    def before_sending(
        self, request: Request, posted: PostedForm, there: AlreadyThere | None
    ) -> Response:
        """The form as it was typed, not sent yet, with what is there already."""
        return self._page(
            request, posted.fields, {}, status=200, chosen=_chosen(posted), there=there
        )

    def _page(
        self,
        request: Request,
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        *,
        status: int,
        chosen: Mapping[str, str] = MappingProxyType({}),
        there: AlreadyThere | None = None,
    ) -> Response:
        lang = language_of(request)
        catalog = self._catalog()
        nonce = typed.get("nonce", "")  # kept: if it was stored after all, once is enough
        page = self._pages().render(
            "request_new.html",
            lang,
            here=_address(request, typed),
            # An area that cannot be taken has to be drawn again.
            typed={name: storable(typed.get(name, "")) for name in FIELDS}
            | ({"area": ""} if "area" in errors else {}),
            errors={name: errors[name] for name in FIELDS if name in errors},
            is_unsaved=status == 503,
            is_frequent=status == 429,
            is_untaken=status == 400 and not errors,
            chosen=chosen,
            there=there,
            is_looked=there is not None or LOOKED in typed,
            nonce=nonce if NONCE.fullmatch(nonce) else new_nonce(),
            trap=TRAP,
            has_news=self._has_news,
            is_moderated=self._is_moderated,
            longest={name: size_in_words(size) for name, size in LONGEST.items()},
            categories=category_labels(translator(lang)),
            urgencies=urgency_labels(translator(lang)),
            is_correction=is_correction(typed),
            subject=subject_form(typed, catalog, lang),
            towns=catalog.base.neighbourhoods,
            place_map=place_map_config(catalog, lang, self._static),
            lengths={
                "title": TITLE_LENGTH,
                "purpose": PURPOSE_LENGTH,
                "contact": CONTACT_LENGTH,
                "today": TODAY_LENGTH,
            },
        )
        return HTMLResponse(page, status_code=status, headers={**PRIVATE_FORM, "Vary": "Accept"})


def _chosen(posted: PostedForm) -> dict[str, str]:
    """The names of the files that were chosen; of a form that is not multipart they are fields."""
    named = {name: posted.fields[name] for name in LONGEST if posted.fields.get(name)}
    uploaded = {name: upload.filename for name, upload in posted.uploads.items()}
    return {name: shown_name(filename) for name, filename in (named | uploaded).items()}


def _address(request: Request, typed: Mapping[str, str]) -> str:
    """Where the form can be had again: of one that was posted, the same kind of form, empty."""
    if request.method != "POST":
        return path_and_query(request)
    return f"/requests/new?kind={CORRECTION}" if is_correction(typed) else "/requests/new"
