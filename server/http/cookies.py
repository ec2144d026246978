"""Cookies: the few that this service sets, each only when somebody presses a button for it."""

from __future__ import annotations

import re

from fastapi import Request, Response

MOST_COOKIES = 64  # of which ours is looked for among; other services of the host may have theirs
REMEMBERED = 365 * 24 * 3600  # seconds
SUPPORT = "support"  # of one request, and sent with requests for its pages only
SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")


def cookie_of(request: Request, name: str) -> str | None:
    """The value of the cookie, the first of this name: of several the one of the longest path.

    Ours are never quoted.
    """
    cookies = request.headers.get("cookie", "")
    for cookie in cookies.split(";", MOST_COOKIES)[:MOST_COOKIES]:
        own, _, value = cookie.partition("=")
        if own.strip() == name:
            return value.strip()
    return None


def keep_cookie(
    response: Response, request: Request, name: str, value: str, *, path: str = "/"
) -> None:
    """Let the browser send `value` with requests for addresses under the path, for a year."""
    response.set_cookie(
        name,
        value,
        max_age=REMEMBERED,
        path=path,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def support_secret(request: Request) -> str | None:
    """What the browser keeps of having supported the request whose page it asks for."""
    secret = cookie_of(request, SUPPORT)
    return secret if secret is not None and SECRET.fullmatch(secret) else None
