"""Files on other hosts: limits, addresses that may not be asked, and the last good copy."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from layers.errors import DefinitionError, SourceError
from layers.fetch import http, network
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from tests.layers.city import SmallCity
from tests.layers.fetch.host import Host, sending, serving

CSV = "名称,緯度,経度\nあ,35.1,139.1\n".encode()


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


def refused(url: str, folder: Path, *, private: bool = True) -> str:
    """Why the url is refused; nothing of it is told but its public part."""
    with pytest.raises(SourceError) as caught:
        http.fetch(url, folder, private=private)
    assert caught.value.key == "source.url"
    assert "secret" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_fetched_with_what_its_server_wants_to_be_asked_next_time(
    host: Host, tmp_path: Path
) -> None:
    date = "Fri, 20 Nov 2026 00:00:00 GMT"
    url = host.give("/open/points.csv", CSV, ETag='"1"', Last_Modified=date)
    got = http.fetch(url, tmp_path, private=True)
    assert got == http.Download(tmp_path / "points.csv", '"1"', date)
    assert got.path.read_bytes() == CSV
    http.fetch(url, tmp_path, got.etag, got.last_modified, private=True)
    first, second = host.asked
    assert "bosai-layers" in first["user-agent"]
    assert "if-none-match" not in first
    assert (second["if-none-match"], second["if-modified-since"]) == ('"1"', date)


def test_what_has_not_changed_is_not_sent_again(host: Host, tmp_path: Path) -> None:
    url = host.give_tagged("/points.csv", CSV, '"1"')
    assert http.fetch(url, tmp_path, '"1"', private=True) is None
    assert http.fetch(url, tmp_path, '"0"', private=True) is not None


def test_a_tag_that_could_not_be_sent_back_is_none(host: Host, tmp_path: Path) -> None:
    url = host.give("/points.csv", CSV, ETag='"é"')
    assert http.fetch(url, tmp_path, private=True) == http.Download(tmp_path / "points.csv")


@pytest.mark.parametrize(
    ("url", "headers", "name"),
    [
        ("/a/points.csv", {}, "points.csv"),
        ("/a/%E6%B6%88%E7%81%AB%E6%A0%93.CSV", {}, "消火栓.csv"),
        ("/a/" + "あ" * 100 + ".csv", {}, "あ" * 50 + ".csv"),
        ("/..%2F..%2Fetc%2Fpasswd.csv", {}, "passwd.csv"),
        ("/download.php?id=3", {}, "download"),
        ("/", {}, "source"),
        # Only the ending: a name with the day in it would be another revision every day.
        (
            "/download.php?id=3",
            {"Content_Disposition": 'attachment; filename="export_2026-11-20.csv"'},
            "download.csv",
        ),
        (
            "/latest",
            {"Content_Disposition": "attachment; filename*=UTF-8''%E8%A1%A8.xlsx"},
            "latest.xlsx",
        ),
        ("/latest", {"Content_Disposition": 'attachment; filename="../../x.py"'}, "latest"),
    ],
)
def test_a_file_is_named_after_its_address(
    host: Host, tmp_path: Path, url: str, headers: dict[str, str], name: str
) -> None:
    host.give(quote(url.split("?", maxsplit=1)[0], safe="/%"), CSV, 200, **headers)
    got = http.fetch(host.url + url, tmp_path, private=True)
    assert got is not None
    assert got.path == tmp_path / name


def test_a_redirect_is_followed_and_the_name_stays(host: Host, tmp_path: Path) -> None:
    host.give("/files/8f3a.csv", CSV)
    url = host.give("/latest", b"x" * 100, 302, Location="/files/8f3a.csv")
    got = http.fetch(url, tmp_path, private=True)
    assert got is not None
    assert got.path == tmp_path / "latest.csv"
    assert got.path.read_bytes() == CSV


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("file:///etc/passwd", "not to file:"),
        ("ftp://127.0.0.1/points.csv", "not to ftp:"),
        ("data:text/csv,a", "a redirect to an address"),
        ("/points.csv", "at most 5 redirects"),
        ("http://example.jp:secret/", "a redirect to an address"),
        ("http://127.0.0.1:1/secret?key=secret", "refused"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_refused(
    host: Host, tmp_path: Path, to: str, said: str
) -> None:
    url = host.give("/points.csv", b"", 301, Location=to)
    assert said in refused(url, tmp_path)


def test_a_redirect_into_a_private_network_is_refused(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first host counts as public; what it leads to does not.
    monkeypatch.setattr(network, "resolve", lambda name, _: [name])
    monkeypatch.setattr(network, "is_public", lambda address: address == "127.0.0.1")
    url = host.give("/points.csv", b"", 302, Location=f"http://127.0.0.2:{host.url[-5:]}/x.csv")
    assert "127.0.0.2 is inside a private network" in refused(url, tmp_path, private=False)
    assert len(host.asked) == 1


def test_a_redirect_from_https_to_http_is_refused() -> None:
    downgrade = httpx2.Response(302, headers={"Location": "http://example.jp/points.csv"})
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: downgrade))
    with client, pytest.raises(SourceError, match="stays with https"):
        http.Visit("https://example.jp/points.csv", client).ask("https://example.jp/points.csv")


def test_tls_is_verified(tmp_path: Path) -> None:
    """A server with a certificate that nobody vouches for."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(tls=context) as host:
        host.give("/points.csv", CSV)
        assert "certificate verify failed" in refused(host.url + "/points.csv", tmp_path)
        assert host.asked == []


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (404, b"gone", "answers 404"),
        (500, CSV, "answers 500"),
        (204, b"", "answers 204"),
        (304, b"", "answers 304"),  # though nothing was said of a copy
        (200, b"", "answers with nothing"),
        (200, b"\n <!DOCTYPE html><title>Maintenance</title>", "a web page"),
        (200, b"\xef\xbb\xbf<html lang=ja>", "a web page"),
    ],
)
def test_an_answer_that_is_no_data_is_refused(
    host: Host, tmp_path: Path, status: int, content: bytes, said: str
) -> None:
    assert said in refused(host.give("/points.csv", content, status), tmp_path)


def test_what_is_compressed_arrives_as_it_was(host: Host, tmp_path: Path) -> None:
    two = gzip.compress(CSV, mtime=0) + gzip.compress(CSV, mtime=0)  # two members are one file
    got = http.fetch(host.give("/points.csv", two, Content_Encoding="gzip"), tmp_path, private=True)
    assert got is not None
    assert got.path.read_bytes() == CSV * 2


BOMB = gzip.compress(b"0" * 10_000_000, mtime=0)


@pytest.mark.parametrize(
    ("content", "headers", "said"),
    [
        (b"x" * 2000, {}, "at most 1,000 bytes"),
        (b"x", {"Content_Length": "999999999999"}, "at most 1,000 bytes"),
        (BOMB, {"Content_Encoding": "gzip"}, "at most 1,000 bytes"),
        (gzip.compress(b"", mtime=0)[:10] + b"\xff" * 50, {"Content_Encoding": "gzip"}, "invalid"),
        (b"no gzip", {"Content_Encoding": "gzip"}, "Not a gzipped file"),
        (CSV, {"Content_Encoding": "br"}, "gzip or no compression, not br"),
        (CSV, {"Transfer_Encoding": "chunked"}, "without the mark of its end"),
        (CSV, {"X": "y" * 200_000}, "host that answers in full"),
    ],
)
def test_a_file_too_large_or_cut_short_is_refused(
    host: Host,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    headers: dict[str, str],
    said: str,
) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 1000)
    assert said in refused(host.give("/points.csv", content, 200, **headers), tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 1000


OK = b"HTTP/1.1 200 OK\r\n"
PACKED = gzip.compress(CSV, mtime=0)
HEX = f"{len(CSV):x}".encode()


def with_length(length: int) -> bytes:
    return OK + f"Content-Length: {length}\r\n".encode()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            with_length(900) + b"\r\n" + CSV,
            f"received / stated by the server: {len(CSV)} / 900 bytes",
        ),
        (with_length(900) + b"\r\n", "received / stated by the server: 0 / 900 bytes"),
        (
            with_length(len(CSV) - 2) + b"\r\n" + CSV,
            f"a file of the {len(CSV) - 2} bytes that the server states; it goes on",
        ),
        (with_length(0) + b"\r\n" + CSV, "a file of the 0 bytes that the server states"),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n" + HEX + b"\r\n" + CSV,
            f"cut off after {len(CSV)} bytes, without the mark of its end",
        ),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n" + HEX + b"\r\n" + CSV + b"\r\n",
            f"cut off after {len(CSV)} bytes, without the mark of its end",
        ),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n" + HEX + b"\r\n" + CSV[:9],
            "cut off after 9 bytes, without the mark of its end",
        ),
        (
            with_length(len(PACKED) - 9) + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:-9],
            "a whole gzip stream; this one is cut off or damaged",
        ),
        (
            with_length(len(PACKED)) + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:-9],
            f"received / stated by the server: {len(PACKED) - 9} / {len(PACKED)} bytes",
        ),
        (
            OK + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:-9],
            "a whole gzip stream; this one is cut off or damaged",
        ),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_in_words(
    tmp_path: Path, answer: bytes, reason: str
) -> None:
    with sending(answer) as url:
        assert reason in refused(f"{url}/points.csv?key=secret", tmp_path)


@pytest.mark.parametrize(
    "answer",
    [
        with_length(len(CSV)) + b"\r\n" + CSV,
        b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + with_length(len(CSV)) + b"\r\n" + CSV,
        with_length(len(PACKED)) + b"Content-Encoding: gzip\r\n\r\n" + PACKED,
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + HEX + b"\r\n" + CSV + b"\r\n0\r\n\r\n",
    ],
)
def test_an_answer_that_is_whole_is_taken(tmp_path: Path, answer: bytes) -> None:
    with sending(answer) as url:
        download = http.fetch(f"{url}/points.csv", tmp_path, private=True)
    assert download is not None
    assert download.path.read_bytes() == CSV


def test_what_comes_a_moment_after_the_end_is_noticed(tmp_path: Path) -> None:
    """The rest of a body longer than its length says, in a packet of its own."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(with_length(len(CSV)) + b"\r\n" + CSV)
        time.sleep(0.2)
        handler.wfile.write(CSV)

    with serving() as host:
        host.answers["/points.csv"] = answer
        assert "it goes on after them" in refused(host.url + "/points.csv", tmp_path)


def test_a_server_that_does_not_hang_up_is_waited_for_no_longer_than_a_moment(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "CLOSING_TIME", 0.1)
    left = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(with_length(len(CSV)) + b"\r\n" + CSV)
        left.wait(60)

    host.answers["/points.csv"] = answer
    try:
        assert http.fetch(host.url + "/points.csv", tmp_path, private=True) is not None
    finally:
        left.set()


def test_a_body_without_a_length_ends_with_the_connection(host: Host, tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(CSV)

    host.answers["/points.csv"] = answer
    got = http.fetch(host.url + "/points.csv", tmp_path, private=True)
    assert got is not None
    assert got.path.read_bytes() == CSV


@pytest.mark.parametrize("where", ["head", "body", "silent"])
def test_a_slow_drip_ends_with_the_time_limit(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(http, "TOTAL_TIME", 0.6)
    monkeypatch.setattr(http, "STILL_TIME", 0.4)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        begins = b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if where == "body" else b"X: ")
        handler.wfile.write(begins)
        for _ in range(100):
            time.sleep(0.05)
            if where != "silent":
                handler.wfile.write(b"x")

    host.answers["/points.csv"] = answer
    said = refused(host.url + "/points.csv", tmp_path)
    limit = "within 0.6 s"  # which a busy machine may reach in silence too
    assert limit in said or (where == "silent" and "timed out" in said)


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert "Connection refused" in refused(f"http://127.0.0.1:{port}/points.csv?secret", tmp_path)
    assert "no address of nowhere.invalid" in refused("http://nowhere.invalid/x.csv", tmp_path)


PRIVATE = [
    "127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0",
    "169.254.169.254", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
    "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "4000::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "133.0.0.1", "2001:200::1", "2400:4000::1", "::ffff:133.0.0.1", "2002:8500:1::1",
    "64:ff9b::133.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "public"), [*((one, False) for one in PRIVATE), *((one, True) for one in PUBLIC)]
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert network.is_public(address) == public


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_the_loopback_is_refused_however_it_is_written(
    host: Host, tmp_path: Path, name: str
) -> None:
    url = host.give("/points.csv", CSV).replace("127.0.0.1", name)
    said = refused(url, tmp_path, private=False)
    assert "inside a private network" in said
    assert "BOSAI_PRIVATE_SOURCES" in said
    assert host.asked == []


def test_the_loopback_of_ipv6_is_asked_where_that_is_allowed(tmp_path: Path) -> None:
    with serving("::1", "[::1]") as host:
        assert http.fetch(host.give("/points.csv", CSV), tmp_path, private=True) is not None


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "resolve", lambda *_: ["1.1.1.1", "10.0.0.1"])
    said = refused("http://data.example.jp/points.csv", tmp_path, private=False)
    assert "data.example.jp is inside a private network" in said


def test_what_was_checked_is_what_is_connected_to(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to a public address when asked first, and to another ever after."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    monkeypatch.setattr(network, "resolve", lambda *_: next(answers))
    monkeypatch.setattr(network, "is_public", lambda address: address == "127.0.0.1")
    url = host.give("/points.csv", CSV).replace("127.0.0.1", "data.example.jp")
    assert http.fetch(url, tmp_path) is not None
    assert host.asked[0]["host"].startswith("data.example.jp:")
    assert "inside a private network" in refused(url, tmp_path, private=False)


def test_the_next_address_is_tried_where_one_does_not_answer(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "resolve", lambda *_: ["127.0.0.9", "127.0.0.1"])
    url = host.give("/points.csv", CSV).replace("127.0.0.1", "data.example.jp")
    assert http.fetch(url, tmp_path, private=True) is not None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('url = "file:///etc/passwd"', "begins with https://"),
        ('url = "ftp://example.jp/points.csv"', "begins with https://"),
        ('url = "data:text/csv,a"', "begins with https://"),
        ('url = "points.csv"', "begins with https://"),
        ('url = "https:///points.csv"', "begins with https://"),
        ('url = "https://me:secret@example.jp/points.csv"', "no user and no password"),
        ('url = "https://secret@example.jp/points.csv"', "no user and no password"),
        ('url = "https://example.jp:secret/points.csv"', "an address such as"),
        ('url = "https://me:secret@ex℀mple.jp/points.csv"', "an address such as"),
        ('url = "https://[example.jp/points.csv"', "an address such as"),
        ('url = "https://example.jp/a\\nb"', "printable"),
        (f'url = "https://example.jp/{"a" * 2000}"', "at most 2000"),
        ('url = "https://example.jp/a.csv"\npath = "a.csv"', "either path"),
        ('url = "https://example.jp/a.csv"\nrefresh_hours = 0', "at least 1"),
        ('url = "https://example.jp/a.csv"\nservice = "wms"', "one of"),
        ('path = "a.csv"\nservice = "wfs"', "no service without an http(s) url"),
        ('url = "postgresql://a/b"\ntable = "a"\nservice = "file"', "no service without"),
    ],
)
def test_an_address_that_may_not_be_one_is_refused_in_the_definition(
    city: SmallCity, source: str, said: str
) -> None:
    path = city.declare("points", source)
    with pytest.raises(DefinitionError, match=r"points\.toml: source") as caught:
        load_layer(path)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_key_in_the_address_stays_in_the_definition(city: SmallCity) -> None:
    path = city.declare("points", 'url = "https://example.jp:8443/points.csv?key=secret#secret"')
    definition = load_layer(path)
    assert definition.source.url == "https://example.jp:8443/points.csv?key=secret#secret"
    assert definition.source.name == "https://example.jp:8443/points.csv"
    assert "secret" not in repr(definition)
    assert "secret" not in definition.model_dump_json()
    assert LayerDefinition.model_validate(definition.model_dump(mode="json")).source.url == (
        "https://example.jp:8443/points.csv"
    )
