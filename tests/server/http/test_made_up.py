"""What anybody may write into a head or a form is read or refused by name, and never a fault."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, strategies as some
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.http.addresses import address_of
from server.http.form_body import FormError, parse_form
from server.http.negotiation import prefers_json, prefers_page
from server.http.proxies import Hop, as_seen, hops
from server.http.ranges import names_etag, wanted_range
from server.http.responses import accepts_gzip
from server.texts.languages import LANGUAGES, language_accepted

LENGTH = 1000  # bytes of a body
# As a head has them: any byte but the ends of lines; near to what is read, or not at all.
ANY = some.text(some.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
PIECES = (
    "bytes=", "-", ",", ";", "=", '"', "\\", "q=", "q=nan", "q=1e999", "*", "/", " ", "0", "999",
    "99999999999999999999", "for", "host", "proto", "https", "[::1]", "127.0.0.1", ":80", "gzip",
    "ja", "text/html", "application/json", "%", "%ff", "&", "+", "²",
)  # fmt: skip
VALUES = ANY | some.lists(some.sampled_from(PIECES), max_size=12).map("".join)
FIELDS = some.lists(
    some.tuples(
        some.sampled_from(
            ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "host"]
        ),
        VALUES,
    ),
    max_size=6,
)


def raw(fields: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]


@given(fields=FIELDS)
def test_what_proxies_are_said_to_have_seen(fields: list[tuple[str, str]]) -> None:
    scope = {"type": "http", "scheme": "http", "client": ("127.0.0.1", 1), "headers": raw(fields)}
    for hop in hops(Headers(scope=scope)):
        assert isinstance(hop, Hop)
        seen = as_seen(scope, hop)
        assert seen["scheme"] in ("http", "https")
        assert address_of(seen["client"][0]) is not None


@given(asked=VALUES, condition=some.just("") | VALUES)
def test_which_part_is_wanted(asked: str, condition: str) -> None:
    headers = raw([("range", asked), ("if-range", condition)])
    request = Request({"type": "http", "method": "GET", "headers": headers})
    try:
        part = wanted_range(request, '"a"', LENGTH)
    except HTTPException:  # 416: no byte is in it
        return
    assert part is None or 0 <= part.start < part.stop <= LENGTH


@given(value=VALUES)
def test_what_is_accepted(value: str) -> None:
    assert not (prefers_page(value) and prefers_json(value))
    assert accepts_gzip(value) in (True, False)
    assert names_etag(value, '"a"') in (True, False)
    assert language_accepted(value) in (None, *LANGUAGES)


@given(body=some.binary(max_size=200) | VALUES.map(lambda text: text.encode("latin-1")))
def test_what_is_sent_as_a_form(body: bytes) -> None:
    try:
        form = parse_form(body)
    except FormError:
        return
    assert all(isinstance(value, str) for value in form.values())
