"""What the sender of a request does with it, over HTTP: adding, withdrawing, deleting.

Every form holds the token of the sender's page, which is good for that one request. All work
without a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from server.desk.errors import InvalidForm
from server.desk.intake.form import PURPOSE_LENGTH, read_supplement, storable
from server.desk.intake.requests import Requests, read_number
from server.desk.public.own_request import OwnRequest
from server.http.form_body import read_form_body
from server.http.language import language_of
from server.http.links import path_and_query, with_language
from server.http.negotiation import prefers_page
from server.http.own_site import refuse_foreign
from server.http.query import Query
from server.http.responses import PRIVATE_FORM, READ
from server.pages.render import Pages
from server.texts import translator


def own_request_router(
    requests: Requests, own: OwnRequest, pages: Callable[[], Pages], base_url: str | None
) -> APIRouter:
    """The routes behind /requests/{number}.

    Raises `RequestNotFound`, `ForeignForm`, `DeskUnavailable`, and to programs `InvalidForm`.
    """
    router = APIRouter(prefix="/requests", include_in_schema=False)

    @router.api_route("/deleted", methods=READ)
    def deleted(request: Request) -> Response:
        return page("request_deleted.html", request)

    @router.api_route("/{number}/delete", methods=READ)
    def asking(number: str, request: Request) -> Response:
        key = Query.of(request).text("key") or ""
        stored = requests.of_sender(read_number(number), key)
        return page("request_delete.html", request, request=stored)

    @router.post("/{number}/delete")
    async def delete(number: str, request: Request) -> Response:
        _, key = await sent(request)
        await run_in_threadpool(own.delete, read_number(number), key)
        return moved("/requests/deleted", request)

    @router.post("/{number}/withdraw")
    async def withdraw(number: str, request: Request) -> Response:
        _, key = await sent(request)
        await run_in_threadpool(own.withdraw, read_number(number), key)
        return moved(own_page(number, key), request)

    @router.post("/{number}/supplements")
    async def add(number: str, request: Request) -> Response:
        typed, key = await sent(request)
        _ = translator(language_of(request))
        stored = await run_in_threadpool(requests.of_sender, read_number(number), key)
        try:
            text = read_supplement(typed, _)
            await run_in_threadpool(own.add, stored.number, key, text, _)
        except InvalidForm as invalid:
            if not prefers_page(request.headers.get("accept")):
                raise
            return await run_in_threadpool(
                page,
                "request_add.html",
                request,
                status=400,
                here=own_page(number, key),
                request=stored,
                typed=storable(typed.get("text", "")),
                error=invalid.errors["text"],
                longest=PURPOSE_LENGTH,
            )
        return moved(own_page(number, key), request)

    async def sent(request: Request) -> tuple[Mapping[str, str], str]:
        """What was typed into a form of our own page, and the token in it."""
        refuse_foreign(request, base_url)
        typed = await read_form_body(request)
        return typed, typed.get("key", "")

    def own_page(number: str, key: str) -> str:
        return f"/requests/{read_number(number)}?{urlencode({'key': key})}"

    def moved(address: str, request: Request) -> Response:
        address = with_language(address, language_of(request))
        return RedirectResponse(address, status_code=303, headers=PRIVATE_FORM)

    def page(
        template: str,
        http_request: Request,
        /,
        *,
        status: int = 200,
        here: str = "",
        **values: Any,
    ) -> Response:
        content = pages().render(
            template,
            language_of(http_request),
            here=here or path_and_query(http_request),
            **values,
        )
        return HTMLResponse(content, status_code=status, headers=PRIVATE_FORM)

    return router
