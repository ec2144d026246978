"""Who asks: a person with a browser, or a program."""

from __future__ import annotations

PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
JSON_TYPES = frozenset({"application/json", "application/problem+json", "application/geo+json"})


def prefers_page(accept: str | None) -> bool:
    """Whether an `Accept` header asks for a page, by name and no less than for JSON.

    Every browser names text/html; a program that takes anything gets JSON.
    """
    page, json = _qualities(accept)
    return page > 0 and page >= json


def prefers_json(accept: str | None) -> bool:
    """Whether an `Accept` header asks for JSON, by name and more than for a page.

    What makes a preview of a link takes anything (`*/*`): facebookexternalhit, Twitterbot, LINE.
    """
    page, json = _qualities(accept)
    return json > page


def _qualities(accept: str | None) -> tuple[float, float]:
    """How much a page and JSON are wanted, each by name."""
    page = json = 0.0
    for part in (accept or "").split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = weight(parameters)
        if media_type in PAGE_TYPES:
            page = max(page, quality)
        elif media_type in JSON_TYPES:
            json = max(json, quality)
    return page, json


def weight(parameters: list[str]) -> float:
    """How much one of the types in an `Accept` header is wanted (RFC 9110, 12.4.2)."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
