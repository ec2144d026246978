"""Addresses of the service: where it is, and within it in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from layers.schema.values import Disaster

if TYPE_CHECKING:
    from fastapi import Request  # not for the renderer

LONGEST_QUERY = 1000  # characters that a page repeats, in each of its languages

# Paths whose pages are about the disaster that their reader chose.
OF_DISASTERS = ("/", "/light", "/here", "/search", "/towns")


def with_language(address: str, lang: str) -> str:
    """`address` (path and query) asking for `lang`.

    Every language is written, also the default one: an address without is answered in what the
    reader's browser asks for, which need not be the language of the page that leads there.
    """
    return _with(address, [("lang", lang)], "lang")


def without_language(address: str) -> str:
    """`address` leaving the language to the reader's browser."""
    return _with(address, [], "lang")


def with_disaster(address: str, disaster: Disaster | None) -> str:
    """`address` asking for what is about `disaster`, if one was chosen and it can be asked for."""
    path = urlsplit(address).path
    name = "for" if path == "/" else "hazard"
    if disaster is None or not (path in OF_DISASTERS or path.startswith("/towns/")):
        return address
    return _with(address, [(name, disaster)], name)


def query(lang: str) -> str:
    """What a link within the service ends in, so that the language stays."""
    return f"?lang={lang}"


def switch_to(lang: str, address: str) -> str:
    """Where to choose `lang` and come back to `address`."""
    return f"/language?{urlencode({'lang': lang, 'to': without_language(address)})}"


def _with(address: str, added: list[tuple[str, str]], replaced: str) -> str:
    scheme, host, path, query, fragment = urlsplit(address)
    pairs = [
        (key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != replaced
    ]
    return urlunsplit((scheme, host, path, urlencode(pairs + added), fragment))


def path_and_query(request: Request) -> str:
    """The address of the request within the service, to come back to.

    Without its query when that is longer than any that a page of ours leads to.
    """
    query = request.url.query
    repeated = query and len(query) <= LONGEST_QUERY
    return f"{request.url.path}?{query}" if repeated else request.url.path


def page_key(request: Request, lang: str) -> tuple[str, str, str]:
    """What changes a page that is the same for everybody who asks for its address in `lang`."""
    return request.url.path, request.url.query, lang


def origin(request: Request, base_url: str | None) -> str:
    """Where the service is, without a trailing slash: `base_url`, as its operator says, else as
    this request reached it.
    """
    return base_url or str(request.base_url).rstrip("/")
