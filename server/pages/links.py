"""Addresses within the service that keep the reader's language."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from server.texts import DEFAULT_LANGUAGE


def with_language(address: str, lang: str) -> str:
    """`address` (path and query) asking for `lang`; the default language is not written."""
    scheme, host, path, query, fragment = urlsplit(address)
    asked = parse_qsl(query, keep_blank_values=True)
    pairs = [(key, value) for key, value in asked if key != "lang"]
    if lang != DEFAULT_LANGUAGE:
        pairs.append(("lang", lang))
    return urlunsplit((scheme, host, path, urlencode(pairs), fragment))
