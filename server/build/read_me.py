"""The read-me of a static copy."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from server.http.headers import content_security_policy
from server.texts import DEFAULT_LANGUAGE, LANGUAGES

TEMPLATE = Path(__file__).with_name("read_me.md")


def read_me(at: str, minutes: int) -> bytes:
    """The text for a copy of the service at `at`, whose word of the moment counts for `minutes`."""
    text = TEMPLATE.read_text(encoding="utf-8").format(
        at=at,
        minutes=minutes,
        default=DEFAULT_LANGUAGE,
        languages="|".join(LANGUAGES),
        languages_count=len(LANGUAGES),
        host=urlsplit(at).hostname,
        policy=content_security_policy(),
    )
    return text.encode()
