"""ONE table from an error to its HTTP status, and its words: for a program, for a person.

To programs that speak Open311 they are told in its form.
"""

from __future__ import annotations

import http
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from layers.errors import (
    ExportFailed,
    InvalidTile,
    LayerUnavailable,
    LayerWithdrawn,
    UnfitCrs,
    UnfitFormat,
    UnknownFormat,
    UnknownLayer,
)
from server.desk.drafts.errors import DraftNotFound
from server.desk.errors import (
    AccountNotFound,
    AlertNotFound,
    AlertsUnknown,
    ChangeNotFound,
    DeskUnavailable,
    InvalidForm,
    InvalidVersion,
    LayerFilesFull,
    RequestNotFound,
    SheltersUnknown,
    SignInPaused,
    TemplateNotFound,
    VersionConflict,
    VersionNotFound,
    VersionWaiting,
)
from server.http.errors import (
    DownloadFailed,
    InvalidQuery,
    NotAcceptable,
    PressBusy,
    ServiceBusy,
    TypesettingFailed,
    UnknownService,
    retry_after,
)
from server.http.form_body import FormError, FormNotUtf8, FormTooLarge, FormType
from server.http.language import language_of
from server.http.links import with_language
from server.http.negotiation import prefers_page
from server.http.own_site import ForeignForm
from server.http.rate import TooFrequent
from server.http.session import (
    SIGN_IN,
    FormExpired,
    NotSignedIn,
    RoleTooLow,
    Unready,
    staff_language,
)
from server.http.staff_headers import is_staffs
from server.pages.open311 import MEDIA_TYPES, OPEN311, Format, errors, written
from server.pages.render import Pages
from server.pages.staff_typed import after_session, of_other_session
from server.texts import Translate, plain, translator

LOG = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    InvalidTile: 404,
    UnknownLayer: 404,
    UnknownFormat: 404,
    UnfitFormat: 404,
    LayerWithdrawn: 410,
    RequestNotFound: 404,
    TemplateNotFound: 404,
    AccountNotFound: 404,
    ChangeNotFound: 404,
    DraftNotFound: 404,
    AlertNotFound: 404,
    VersionNotFound: 404,
    UnknownService: 404,
    InvalidQuery: 400,
    UnfitCrs: 400,
    NotAcceptable: 406,
    InvalidForm: 400,
    InvalidVersion: 400,
    VersionConflict: 409,
    VersionWaiting: 409,
    FormNotUtf8: 400,
    FormError: 400,
    FormTooLarge: 413,
    LayerFilesFull: 413,
    FormType: 415,
    ForeignForm: 403,
    FormExpired: 403,
    RoleTooLow: 403,
    TooFrequent: 429,
    SignInPaused: 429,
    LayerUnavailable: 503,
    ExportFailed: 503,
    DownloadFailed: 503,
    DeskUnavailable: 503,
    AlertsUnknown: 503,
    SheltersUnknown: 503,
    TypesettingFailed: 503,
    ServiceBusy: 503,
    PressBusy: 429,
}
SOON_S = 5  # seconds: of what waits for others


def install_errors(app: FastAPI, pages: Callable[[], Pages]) -> None:
    """Answer every error of the table, every unknown address and every fault of our own."""

    def error_of_table(request: Request, error: Exception) -> Response:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        explain = error.explain if isinstance(error, FormError | InvalidQuery) else None
        return _answer(pages, request, status, str(error), explain)

    def unavailable(request: Request, error: Exception) -> Response:
        # In the words of a fault: those of 503 are about a layer.
        return _answer(pages, request, 503, str(error), in_words_of=500)

    def too_frequent(request: Request, error: Exception) -> Response:
        assert isinstance(error, TooFrequent | SignInPaused)
        answer = _answer(pages, request, 429, str(error))
        answer.headers.update(retry_after(error.wait_s))
        return answer

    def not_signed_in(request: Request, error: Exception) -> Response:
        assert isinstance(error, NotSignedIn)
        lang, address = staff_language(request), f"{SIGN_IN}?{urlencode({'next': error.back_to})}"
        handed_back = after_session(pages(), lang, error.form, address)
        return handed_back or RedirectResponse(with_language(address, lang), 303)

    def form_expired(request: Request, error: Exception) -> Response:
        assert isinstance(error, FormExpired)
        lang = staff_language(request)
        handed_back = of_other_session(pages(), lang, error.form, error.back_to)
        return handed_back or error_of_table(request, error)

    def unready(request: Request, error: Exception) -> Response:
        assert isinstance(error, Unready)
        return RedirectResponse(with_language(error.at, staff_language(request)), 303)

    def busy(request: Request, error: Exception) -> Response:
        explain = error.explain if isinstance(error, PressBusy) else None
        answer = _answer(pages, request, STATUS[type(error)], str(error), explain, 429)
        answer.headers.update(retry_after(SOON_S))
        return answer

    def not_written(request: Request, error: Exception) -> Response:
        LOG.error("%s", request.url.path, exc_info=error)
        return unavailable(request, error)

    def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        answer = _answer(pages, request, error.status_code, f"{request.method} {request.url.path}")
        answer.headers.update(error.headers or {})
        return answer

    def fault(request: Request, error: Exception) -> Response:
        # The path only: a query may hold a place or a sender's key.
        LOG.error("%s %s", request.method, request.url.path, exc_info=error)
        return _answer(pages, request, 500, "an error of the service; it is logged")

    for kind in STATUS:
        app.add_exception_handler(kind, error_of_table)
    for kind in (ServiceBusy, PressBusy):
        app.add_exception_handler(kind, busy)
    app.add_exception_handler(DeskUnavailable, unavailable)
    app.add_exception_handler(TooFrequent, too_frequent)
    app.add_exception_handler(SignInPaused, too_frequent)
    app.add_exception_handler(NotSignedIn, not_signed_in)
    app.add_exception_handler(FormExpired, form_expired)
    app.add_exception_handler(Unready, unready)
    for kind in (AlertsUnknown, SheltersUnknown):
        app.add_exception_handler(kind, unavailable)
    app.add_exception_handler(ExportFailed, not_written)
    app.add_exception_handler(DownloadFailed, not_written)
    app.add_exception_handler(TypesettingFailed, unavailable)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, fault)


def _answer(
    pages: Callable[[], Pages],
    request: Request,
    status: int,
    detail: str,
    explain: Callable[[Translate], str | None] | None = None,
    in_words_of: int | None = None,
) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    if request.url.path.startswith(f"{OPEN311}/"):
        said = (explain(translator(language_of(request))) if explain else None) or detail
        format: Format = "json" if request.url.path.endswith(".json") else "xml"
        document = written("errors", errors(status, said), format)
        return Response(document, status, headers, media_type=MEDIA_TYPES[format])
    if prefers_page(request.headers.get("accept")):
        of_staff = is_staffs(request.url.path)
        template = "staff/error.html" if of_staff else "error.html"
        lang = staff_language(request) if of_staff else language_of(request)
        translate = translator(lang)
        title, usual = _words(in_words_of or status, translate)
        message = (explain(translate) if explain else None) or usual
        current = pages()
        words: dict[str, Any] = {"status": status, "title": title, "message": message}
        if status == 500:  # rare, and each has a name of its own
            page = current.render(template, lang, **words, number=_name_of(request))
            return HTMLResponse(page, status, headers)
        kept = current.kept(
            (template, status, title, message, lang),
            lambda: current.render(template, lang, **words, number=None),
        )
        return HTMLResponse(kept.plain.content, status, headers)
    problem: dict[str, object] = {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": plain(detail),
        "instance": request.url.path,
    }
    if status >= 500 and (name := _name_of(request)) is not None:
        problem["request_id"] = name
    return JSONResponse(problem, status, headers, media_type="application/problem+json")


def _name_of(request: Request) -> str | None:
    """What `server.http.request_id`, where it is used, calls the request, in the log too."""
    name: str | None = getattr(request.state, "request_id", None)
    return name


def _words(status: int, _: Translate) -> tuple[str, str]:
    """Title and explanation of an error page."""
    if status == 404:
        return _("Page not found"), _("The address may be mistyped, or the page may have moved.")
    if status == 410:
        return _("No longer published"), _(
            "What was here has been withdrawn. If you have a copy of it, please delete it."
        )
    if status == 429:
        return _("Please wait a moment"), _(
            "Very many people are using this site at the moment. Please try again in a while."
        )
    if status == 503:
        return (
            _("This layer cannot be shown now"),
            _(
                "Its data could not be read. That it is not shown does not mean that there "
                "is nothing there."
            ),
        )
    if status >= 500:
        return _("Something went wrong"), _(
            "This is a problem on our side. Please try again in a while."
        )
    return _("This could not be accepted"), _(
        "This page cannot answer the address or the content sent to it. Please check it."
    )
