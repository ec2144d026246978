"""Which language a request is answered in, and what tells its reader and caches so.

By the address (`?lang=`), else by the choice that the reader's browser keeps, else by
`Accept-Language`. An answer that asked for the language says in `Vary` what it went by.
"""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.query import Query
from server.texts import DEFAULT_LANGUAGE, LANGUAGES, language_accepted, language_named

COOKIE = "lang"
MOST_COOKIES = 64  # of which ours is looked for among; other services of the host may have theirs
REMEMBERED = 365 * 24 * 3600  # seconds
_SPOKEN = "bosai.language"


def language_of(request: Request) -> str:
    """The code of the language to answer in. A name that is not known says nothing."""
    lang = (
        language_named(Query.of(request).text("lang"))
        or language_named(_chosen(request.headers.get("cookie", "")))
        or language_accepted(request.headers.get("accept-language"))
        or DEFAULT_LANGUAGE
    )
    request.scope[_SPOKEN] = lang
    return lang


def _chosen(cookies: str) -> str | None:
    """The choice among the cookies, which is never quoted: `language_router` writes it."""
    for cookie in cookies.split(";", MOST_COOKIES)[:MOST_COOKIES]:
        name, _, value = cookie.partition("=")
        if name.strip() == COOKIE:
            return value.strip()
    return None


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
