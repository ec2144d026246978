"""Which language a request is answered in, and what tells its reader and caches so.

By the address (`?lang=`), else by the choice that the reader's browser keeps, else by
`Accept-Language`. An answer that asked for the language says in `Vary` what it went by.
"""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.cookies import cookie_of
from server.http.query import Query
from server.texts import DEFAULT_LANGUAGE, LANGUAGES, language_accepted, language_named

COOKIE = "lang"
_SPOKEN = "bosai.language"


def language_of(request: Request, among: Collection[str] = LANGUAGES) -> str:
    """The code of the language to answer in. A name that is not known says nothing.

    Who reads none of those `among` which the answer is written in is given the next best.
    """
    lang = (
        language_named(Query.of(request).text("lang"))
        or language_named(cookie_of(request, COOKIE))
        or language_accepted(request.headers.get("accept-language"))
        or DEFAULT_LANGUAGE
    )
    lang = next(code for code in (lang, *LANGUAGES[lang].instead) if code in among)
    request.scope[_SPOKEN] = lang
    return lang


class LanguageHeaders:
    """ASGI middleware: an answer for which `language_of` was asked says its language and `Vary`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_spoken(message: Message) -> None:
            if message["type"] == "http.response.start" and _SPOKEN in scope:
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Accept-Language")
                headers.add_vary_header("Cookie")
                headers["Content-Language"] = LANGUAGES[scope[_SPOKEN]].tag
            await send(message)

        await self._app(scope, receive, send_spoken if scope["type"] == "http" else send)
