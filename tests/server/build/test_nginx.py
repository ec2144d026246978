"""A copy as nginx serves it by the read-me's own example."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import brotli
import pytest

from tests.static_copy import BROTLI, NGINX, StaticCopy, served

pytestmark = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is absent")
UNPACKED: dict[str | None, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}


class Sent(NamedTuple):
    status: int
    headers: HTTPMessage
    content: bytes


def asked(address: str, path: str, accepts: str = "") -> Sent:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {"Accept-Encoding": accepts or "identity"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    try:
        return Sent(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def encodings(address: str, copy: StaticCopy) -> dict[str, list[str | None]]:
    """Of some files, how each is sent to a browser, to an old one, and to a program."""
    sent = {}
    for path in ("ja/index.html", "sw.js", "layers/flood/export.geojson", "robots.txt"):
        answers = [asked(address, f"/{path}", accepts) for accepts in ("gzip, br", "gzip", "")]
        sent[path] = [answer.headers["Content-Encoding"] for answer in answers]
        content = (copy.folder / path).read_bytes()
        assert [
            UNPACKED[encoding](answer.content)
            for encoding, answer in zip(sent[path], answers, strict=True)
        ] == [content] * 3
        assert len({answer.headers["Content-Type"] for answer in answers}) == 1
        assert all(
            answer.headers["Vary"] == "Accept-Encoding" for answer in answers if any(sent[path])
        )
    return sent


@pytest.mark.skipif(not BROTLI.exists(), reason="nginx has no module for Brotli")
def test_files_are_sent_in_brotli_where_the_module_is_there(
    static_copy: StaticCopy, tmp_path: Path
) -> None:
    with served(static_copy.folder, tmp_path, with_brotli=True) as address:
        assert encodings(address, static_copy) == {
            "ja/index.html": ["br", "gzip", None],
            "sw.js": ["br", "gzip", None],
            "layers/flood/export.geojson": ["br", "gzip", None],
            "robots.txt": [None, None, None],
        }


def test_files_are_sent_in_gzip_without_it(static_copy: StaticCopy) -> None:
    assert encodings(static_copy.address, static_copy) == {
        "ja/index.html": ["gzip", "gzip", None],
        "sw.js": ["gzip", "gzip", None],
        "layers/flood/export.geojson": ["gzip", "gzip", None],
        "robots.txt": [None, None, None],
    }


def test_what_a_build_keeps_for_itself_is_not_served(static_copy: StaticCopy) -> None:
    assert (static_copy.folder / "manifest.lock").exists()
    for path in ("/manifest.lock", "/.shares/1/mvt-8-1-of-8", "/ja/index.html.new"):
        assert asked(static_copy.address, path).status == 404
