"""Open311 GeoReport v2 over HTTP: what other cities' apps read requests by, and send them.

It is a second door to the desk, with the same checks: what is sent is private until the desk
publishes it, and only public requests are told of.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from layers.catalog.catalog import Catalog
from server.desk.errors import InvalidForm, RequestNotFound
from server.desk.intake.form import TITLE_LENGTH, RequestForm, read_form
from server.desk.intake.requests import Requests, read_number
from server.desk.labels import CATEGORIES
from server.desk.public.open_requests import MOST, OpenRequests, Period
from server.http.errors import InvalidQuery, UnknownService
from server.http.form_body import read_form_body
from server.http.language import language_of
from server.http.links import origin
from server.http.own_site import refuse_foreign
from server.http.query import Query, invalid
from server.http.rate import Allowance
from server.http.responses import NO_STORE, READ, REVALIDATE
from server.http.turns import Turns
from server.http.writers import Writers
from server.pages.open311 import (
    FORMATS,
    MEDIA_TYPES,
    OPEN311,
    created,
    discovery,
    service_definition,
    service_request,
    services,
    written,
)
from server.pages.render import Pages
from server.texts import Translate, translator
from server.texts.wording import contact

SPAN = datetime.timedelta(days=90)  # of an answer, at most
STATUSES = ("open", "closed")
YEARS = (1970, 2200)  # of a date that may be meant
WANTED = "a date and time with its time zone, such as 2026-01-01T00:00:00Z"
TITLE = "attribute[title]"
# The fields of the form, as Open311 calls them.
NAMES = {"category": "service_code", "purpose": "description", "lon": "long", "title": TITLE}
CONTACT = ("email", "phone")
# What a client may send, and is not kept: an address may be a home's, a device a person's.
UNSTORED = ("address_string", "address_id", "media_url", "device_id", "account_id")


def open311_router(
    requests: Requests,
    open_requests: OpenRequests,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
    turns: Turns,
    writers: Writers,
    allowance: Allowance,
    base_url: str | None,
) -> APIRouter:
    """The routes under /open311.

    Raises `InvalidQuery`, `InvalidForm`, `FormError`, `TooFrequent`, `RequestNotFound`,
    `UnknownService`, `ServiceBusy` and `DeskUnavailable`.
    """
    router = APIRouter(prefix=OPEN311, include_in_schema=False)

    @router.api_route("/discovery.{format}", methods=READ)
    @turns.taking
    def discover(format: str, request: Request) -> Response:
        lang, _ = _language(request)
        at = origin(request, base_url)
        words = contact(pages().city, lang, _)
        return _answer("discovery", discovery(at, words, _), format)

    @router.api_route("/v2/services.{format}", methods=READ)
    @turns.taking
    def service_list(format: str, request: Request) -> Response:
        _lang, _ = _language(request)
        return _answer("services", services(_), format)

    @router.api_route("/v2/services/{code}.{format}", methods=READ)
    @turns.taking
    def definition(code: str, format: str, request: Request) -> Response:
        _lang, _ = _language(request)
        if code not in CATEGORIES:
            raise UnknownService(code)
        return _answer("service_definition", service_definition(code, _), format)

    @router.api_route("/v2/requests.{format}", methods=READ)
    @turns.taking
    def request_list(format: str, request: Request) -> Response:
        query = Query.of_form(request)
        numbers = query.text("service_request_id")
        if numbers is not None:
            matches = open_requests.of_numbers(_numbers(numbers))
        else:
            statuses = query.choices("status", STATUSES)
            matches = open_requests.received_in(
                _period(query),
                query.choices("service_code", CATEGORIES),
                is_closed=statuses == ("closed",) if len(statuses) == 1 else None,
            )
        return _answer("service_requests", [told(each, request) for each in matches], format)

    @router.api_route("/v2/requests/{number}.{format}", methods=READ)
    @turns.taking
    def one_request(number: str, format: str, request: Request) -> Response:
        matches = open_requests.of_numbers([read_number(number)])
        if not matches:
            raise RequestNotFound
        return _answer("service_requests", [told(each, request) for each in matches], format)

    @router.post("/v2/requests.{format}")
    async def create(format: str, request: Request) -> Response:
        _require(format)
        refuse_foreign(request, base_url)
        sent = await read_form_body(request)
        _lang, _ = _language(request)
        form = _read(sent, catalog(), _)
        allowance.take(request.client.host if request.client else None)
        stored = await writers.take(lambda: requests.submit(form))
        unstored = [name for name in UNSTORED if sent.get(name, "").strip()]
        answer = _answer("service_requests", created(stored.number, unstored, _), format)
        answer.status_code = 201
        answer.headers["Cache-Control"] = NO_STORE
        return answer

    def told(match: Any, request: Request) -> dict[str, Any]:
        lang, _ = _language(request)
        return service_request(match, catalog(), lang, origin(request, base_url), _)

    return router


def _language(request: Request) -> tuple[str, Translate]:
    lang = language_of(request)
    return lang, translator(lang)


def _require(format: str) -> None:
    if format not in FORMATS:
        raise HTTPException(404)


def _answer(name: str, content: Any, format: str) -> Response:
    for known in FORMATS:
        if format == known:
            document, headers = written(name, content, known), {"Cache-Control": REVALIDATE}
            return Response(document, headers=headers, media_type=MEDIA_TYPES[known])
    raise HTTPException(404)


def _read(sent: Mapping[str, str], catalog: Catalog, _: Translate) -> RequestForm:
    """The request form that was sent; its errors name the fields as they were sent."""
    code = sent.get("service_code", "")
    if not code:
        raise InvalidQuery("service_code", "is missing", f"one of {', '.join(CATEGORIES)}")
    if code not in CATEGORIES:
        raise UnknownService(code)
    description = sent.get("description", "")
    first_line = next(filter(str.strip, description.splitlines()), "")
    name = " ".join(filter(None, (sent.get("first_name", ""), sent.get("last_name", ""))))
    typed = {
        "title": sent.get(TITLE) or first_line[:TITLE_LENGTH],
        "purpose": description,
        "category": code,
        "lat": sent.get("lat", ""),
        "lon": sent.get("long", ""),
        "contact": " ".join(filter(None, (name, *(sent.get(key, "") for key in CONTACT)))),
    }
    placeless = {"lat": _("Enter the place as lat and long.")}
    try:
        form = read_form(typed, catalog, _)
    except InvalidForm as error:
        missing = {} if typed["lat"] or typed["lon"] else placeless
        errors = {**missing, **error.errors}
        raise InvalidForm(
            {NAMES.get(field, field): message for field, message in errors.items()}
        ) from None
    if form.place is None:
        raise InvalidForm(placeless)
    return form


def _numbers(listed: str) -> list[int]:
    """The numbers of a list with commas."""
    numbers = []
    for number in listed.split(",")[:MOST]:
        try:
            numbers.append(read_number(number.strip()))
        except RequestNotFound:
            raise invalid("service_request_id", number, "numbers, separated by commas") from None
    return numbers


def _period(query: Query) -> Period:
    """The period asked for, of `SPAN` at most: by default the latest, or beside the one end."""
    start, end = (_instant(query, name) for name in ("start_date", "end_date"))
    now = datetime.datetime.now(datetime.UTC)
    if start is None:
        return Period(start=(end or now) - SPAN, end=end or now)
    if end is None:
        return Period(start=start, end=start + SPAN)
    if start > end:
        raise InvalidQuery("end_date", "is before start_date", "a later date and time")
    if end - start > SPAN:
        wanted = f"a date and time at most {SPAN.days} days after start_date"
        raise InvalidQuery("end_date", "is too late", wanted)
    return Period(start=start, end=end)


def _instant(query: Query, name: str) -> datetime.datetime | None:
    text = query.text(name)
    if text is None:
        return None
    try:  # a plus that was not encoded has become a space
        instant = datetime.datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        raise invalid(name, text, WANTED) from None
    if instant.tzinfo is None or not YEARS[0] <= instant.year <= YEARS[1]:
        raise invalid(name, text, WANTED)
    return instant
