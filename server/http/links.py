"""Addresses of the service: where it is, and within it in the reader's language."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import Request


def with_language(address: str, lang: str) -> str:
    """`address` (path and query) asking for `lang`.

    Every language is written, also the default one: an address without is answered in what the
    reader's browser asks for, which need not be the language of the page that leads there.
    """
    return _with(address, [("lang", lang)])


def without_language(address: str) -> str:
    """`address` leaving the language to the reader's browser."""
    return _with(address, [])


def query(lang: str) -> str:
    """What a link within the service ends in, so that the language stays."""
    return f"?lang={lang}"


def switch_to(lang: str, address: str) -> str:
    """Where to choose `lang` and come back to `address`."""
    return f"/language?{urlencode({'lang': lang, 'to': without_language(address)})}"


def _with(address: str, added: list[tuple[str, str]]) -> str:
    scheme, host, path, query, fragment = urlsplit(address)
    pairs = [
        (key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != "lang"
    ]
    return urlunsplit((scheme, host, path, urlencode(pairs + added), fragment))


def path_and_query(request: Request) -> str:
    """The address of the request within the service, to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def origin(request: Request, base_url: str | None) -> str:
    """Where the service is, without a trailing slash: `base_url`, as its operator says, else as
    this request reached it.
    """
    return base_url or str(request.base_url).rstrip("/")
