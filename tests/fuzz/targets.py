"""The parsers of what strangers send, each with what to begin with and what it may raise."""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from layers.errors import LayersError
from layers.geometry.tile import Tile
from layers.query.filter.evaluate import selected
from layers.query.filter.parse import Language, parse
from layers.schema.source import Source
from layers.sources.read import read
from server.desk.intake.mail_address import InvalidAddress, mailbox, read_address
from server.http.errors import InvalidQuery
from server.http.form_body import FormError, parse_form
from server.http.multipart import Uploads
from server.http.query import Query
from server.http.ranges import wanted_range
from tests.layers.city import SmallCity
from tests.layers.query.filter.places import places

FIXTURES = Path(__file__).parents[1] / "fixtures"
BOUNDARY = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
CSV = "名称,緯度,経度\nあ,35.1,139.1\nい,35度6分,139.2\n".encode()
GEOJSON = (
    b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"n": 1},'
    b' "geometry": {"type": "Point", "coordinates": [139.6, 35.8]}}]}'
)
FORM = b"\r\n".join(
    [
        b"--" + BOUNDARY,
        b'Content-Disposition: form-data; name="title"',
        b"",
        b"AED",
        b"--" + BOUNDARY,
        b'Content-Disposition: form-data; name="photo"; filename="a.jpg"',
        b"Content-Type: image/jpeg",
        b"",
        b"\xff\xd8x",
        b"--" + BOUNDARY + b"--",
        b"",
    ]
)


@dataclass(frozen=True)
class Target:
    """`parse` raises one of `refusals` for what it does not take; anything else is a fault."""

    parse: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]


def request(query: bytes = b"", headers: Mapping[bytes, bytes] | None = None) -> Request:
    """A request as the framework makes it."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/requests",
        "query_string": query,
        "headers": [*(headers or {}).items()],
        "client": ("127.0.0.1", 1),
    }
    return Request(scope)


def query(content: bytes) -> None:
    """Read the parameter `a` in every way there is."""
    asked = Query.of(request(content))
    readings: tuple[Callable[[], object], ...] = (
        lambda: asked.text("a", 20),
        lambda: asked.choice("a", ("b", "c")),
        lambda: asked.choices("a", ("b", "c")),
        lambda: asked.number("a", -180, 180),
        lambda: asked.whole("a", 0, 22),
        lambda: asked.matching("a", re.compile("[0-9a-f]+"), "hexadecimal digits"),
        lambda: asked.refuse_others({"a"}),
    )
    for reading in readings:
        with suppress(InvalidQuery):
            reading()


def part_of_answer(content: bytes) -> None:
    """Which part of an answer of a thousand bytes is wanted."""
    part = wanted_range(request(headers={b"range": content}), '"a"', 1000)
    assert part is None or 0 <= part.start < part.stop <= 1000


def multipart(content: bytes) -> None:
    """A form with files, which comes in two pieces."""
    middle = len(content) // 2
    pieces = [content[:middle], content[middle:]]
    form = request(headers={b"content-type": b"multipart/form-data; boundary=" + BOUNDARY})

    async def receive() -> dict[str, object]:
        body = pieces.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def whole() -> None:
        uploads = Uploads({"photo": 1000})
        async with uploads.read(Request(form.scope, receive)):
            pass

    asyncio.run(whole())


def tile(content: bytes) -> None:
    """The three numbers of a tile's address."""
    z, _, rest = content.decode("utf-8", "replace").partition("/")
    x, _, y = rest.partition("/")
    written = Tile.written(z, x, y)
    assert f"{written.z}/{written.x}/{written.y}" == f"{z}/{x}/{y}"


def address(content: bytes) -> None:
    """An e-mail address, which never brings a line or another address into a mail's head."""
    read_one = read_address(content.decode("utf-8", "replace"))
    assert read_one.isascii()
    assert read_one.isprintable()
    assert read_address(read_one) == read_one
    assert mailbox(read_one).count("\n") == 0


def filter_of(language: Language) -> Callable[[bytes], object]:
    """A filter in a language of CQL2, and what it selects of a few places."""
    layer = places(SmallCity(Path(tempfile.mkdtemp(prefix="bosai-fuzz-"))))
    return lambda content: selected(layer, parse(content.decode("utf-8", "replace"), language))


def file_of(suffix: str) -> Callable[[bytes], object]:
    """A data file that somebody uploads."""
    folder = Path(tempfile.mkdtemp(prefix="bosai-fuzz-"))
    path = folder / f"a{suffix}"

    def read_one(content: bytes) -> None:
        path.write_bytes(content)
        read(Source(path=path.name), path)

    return read_one


def packed() -> bytes:
    """A ZIP of two files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("図/a.geojson", GEOJSON)
        archive.writestr("readme.txt", b"a")
    return content.getvalue()


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


REFUSED = (LayersError,)
TARGETS: dict[str, Callable[[], Target]] = {
    "query": lambda: Target(query, (), (b"a=b,c&x=1", b"a=12.5", b"a=%E3%81%82", b"a=ff")),
    "range": lambda: Target(part_of_answer, (HTTPException,), (b"bytes=0-9", b"bytes=-5,7-")),
    "form": lambda: Target(parse_form, (FormError,), (b"title=AED&purpose=%E3%81%82", b"a&b=;c")),
    "multipart": lambda: Target(multipart, (FormError,), (FORM,)),
    "tile": lambda: Target(tile, REFUSED, (b"14/14542/6448", b"0/0/0", b"-1/01/1e1")),
    "mail address": lambda: Target(
        address, (InvalidAddress,), (b"a..b@docomo.ne.jp", "a@例え.jp".encode())
    ),
    "CQL2 text": lambda: Target(
        filter_of("cql2-text"),
        REFUSED,
        (
            b"kind = 'hall' AND people > 1 + 2",
            b"S_INTERSECTS(geometry, POINT(139.05 35.05))",
            b"CASEI(name) LIKE casei('x%') OR NOT open",
            b"T_DURING(since, INTERVAL('2020-01-01', '..'))",
        ),
    ),
    "CQL2 JSON": lambda: Target(
        filter_of("cql2-json"), REFUSED, (b'{"op": "=", "args": [{"property": "people"}, 1]}',)
    ),
    "CSV": lambda: Target(file_of(".csv"), REFUSED, (CSV, CSV.decode().encode("cp932"))),
    "GeoJSON": lambda: Target(file_of(".geojson"), REFUSED, (GEOJSON,)),
    "KML": lambda: Target(file_of(".kml"), REFUSED, (fixture("kml/sampler.kml")[:4000],)),
    "GPX": lambda: Target(file_of(".gpx"), REFUSED, (fixture("gpx/survey.gpx")[:4000],)),
    "ZIP": lambda: Target(file_of(".zip"), REFUSED, (packed(),)),
}
