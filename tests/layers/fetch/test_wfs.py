"""Feature types of a WFS: as GeoJSON or GML, in pages, counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from layers.errors import SourceError
from layers.fetch import http, services
from layers.schema.source import Source
from layers.sources.read import read
from tests.layers.fetch.host import Host, serving

Query = dict[str, str]
OWS = "http://www.opengis.net/ows/1.1"
WFS = "http://www.opengis.net/wfs/2.0"
EXCEPTION = f"""<?xml version="1.0"?>
<ows:ExceptionReport xmlns:ows="{OWS}" version="2.0.0">
<ows:Exception exceptionCode="NoApplicableCode">
<ows:ExceptionText>Cannot do natural order without a primary key, key=secret1</ows:ExceptionText>
</ows:Exception></ows:ExceptionReport>"""


class Wfs:
    """A service as GeoServer answers; `asked` are the queries it got, names in small letters.

    `spoil` changes a page before it is sent.
    """

    def __init__(self, host: Host, formats: tuple[str, ...] = ("application/json",)) -> None:
        self.version, self.formats = "2.0.0", ("application/gml+xml; version=3.2", *formats)
        self.types = ["city:aed", "city:hydrants"]
        self.count, self.most = 7, 3
        self.hits: object = 7
        self.asked: list[Query] = []
        self.spoil: Callable[[str], str] = lambda page: page
        self.url = f"{host.url}/geoserver/ows?service=WFS&key=secret1"
        host.answers["/geoserver/ows"] = self._answer

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        pairs = parse_qsl(urlsplit(handler.path).query)
        query = {name.casefold(): value for name, value in pairs}
        self.asked.append(query)
        if query["request"] == "GetCapabilities":
            text = self._capabilities()
        elif query.get("resulttype") == "hits":
            text = self._collection("", 0)
        else:
            start = int(query.get("startindex", 0))
            numbers = range(start, min(start + self.most, self.count))
            page = self._geojson if "json" in query.get("outputformat", "") else self._gml
            text = self.spoil(page(numbers))
        content = text.encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def _capabilities(self) -> str:
        values = "".join(f"<ows:Value>{name}</ows:Value>" for name in self.formats)
        types = "".join(
            f"<FeatureType><Name>{name}</Name><DefaultCRS>urn:ogc:def:crs:EPSG::6668</DefaultCRS>"
            "</FeatureType>"
            for name in self.types
        )
        return (
            f'<WFS_Capabilities version="{self.version}" xmlns="{WFS}" xmlns:ows="{OWS}">'
            '<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:Parameter '
            f'name="outputFormat"><ows:AllowedValues>{values}</ows:AllowedValues></ows:Parameter>'
            "</ows:Operation></ows:OperationsMetadata>"
            f"<FeatureTypeList>{types}</FeatureTypeList></WFS_Capabilities>"
        )

    def _collection(self, members: str, returned: int) -> str:
        if self.version == "1.1.0":
            counts = f'numberOfFeatures="{returned or self.hits}"'
        else:
            counts = f'numberMatched="{self.hits}" numberReturned="{returned}"'
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection xmlns:wfs="{WFS}" '
            f'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:city="https://example.jp/city" '
            f'timeStamp="2026-11-30T00:00:{len(self.asked):02}Z" {counts}>'
            "<wfs:boundedBy><gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner></gml:Envelope>"
            f"</wfs:boundedBy>{members}</wfs:FeatureCollection>"
        )

    def _gml(self, numbers: range) -> str:
        features = [
            f'<city:aed gml:id="aed.{number}"><city:name>庁舎 {number}</city:name><city:geom>'
            f'<gml:Point srsName="urn:ogc:def:crs:EPSG::6668" gml:id="aed.{number}.geom">'
            f"<gml:pos>35.8 {139.5 + number / 1000}</gml:pos></gml:Point></city:geom></city:aed>"
            for number in numbers
        ]
        if self.version == "1.1.0":
            members = f"<gml:featureMembers>{''.join(features)}</gml:featureMembers>"
        else:
            members = "".join(f"<wfs:member>{feature}</wfs:member>" for feature in features)
        return self._collection(members, len(features))

    def _geojson(self, numbers: range) -> str:
        features = [
            {
                "type": "Feature",
                "id": f"aed.{number}",
                "geometry": {"type": "Point", "coordinates": [139.5 + number / 1000, 35.8]},
                "geometry_name": "geom",
                "properties": {"name": f"庁舎 {number}"},
            }
            for number in numbers
        ]
        crs: Any = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6668"}}
        return json.dumps(
            {
                "type": "FeatureCollection",
                "features": features,
                "totalFeatures": self.hits,
                "numberMatched": self.hits,
                "numberReturned": len(features),
                "timeStamp": f"2026-11-30T00:00:{len(self.asked):02}Z",
                "crs": crs if features else None,
            }
        )


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


def fetched(url: str, folder: Path, sublayer: str | None = "city:aed", **keys: Any) -> Path:
    return services.fetch(Source(url=url, sublayer=sublayer, **keys), folder, private=True)


def refused(url: str, folder: Path, sublayer: str | None = "city:aed") -> str:
    with pytest.raises(SourceError) as caught:
        fetched(url, folder, sublayer)
    assert "secret" not in str(caught.value)
    return str(caught.value)


def features_in(service: Wfs, path: Path) -> list[str]:
    """Names of the features, which are where they should be."""
    rows = read(Source(url=service.url, sublayer="city:aed"), path)
    assert rows.crs is not None
    assert rows.crs.to_epsg() == 6668
    assert [round(point.x, 3) for point in rows.geometry] == [
        139.5 + number / 1000 for number in range(len(rows.geometry))
    ]
    assert {point.y for point in rows.geometry} == {35.8}
    return [str(name) for name in rows.columns["name"]]


NAMES = [f"庁舎 {number}" for number in range(7)]


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0"])
@pytest.mark.parametrize(
    ("formats", "name"), [(("csv", "application/json"), "city_aed.geojson"), ((), "city_aed.gml")]
)
def test_every_feature_is_there_once(
    host: Host, tmp_path: Path, version: str, formats: tuple[str, ...], name: str
) -> None:
    service = Wfs(host, formats)
    service.version = version
    path = fetched(service.url, tmp_path)
    assert path.name == name
    assert features_in(service, path) == NAMES
    first = path.read_bytes()
    assert b"2026-11-30" not in first
    assert fetched(service.url, tmp_path).read_bytes() == first
    parameter = "typenames" if version == "2.0.0" else "typename"
    for query in service.asked:
        assert query["key"] == "secret1"
        if query["request"] == "GetFeature":
            assert query[parameter] == "city:aed"
            assert query["version"] == version
    assert [query.get("startindex") for query in service.asked[:5]] == [None, None, None, "3", "6"]


def test_what_a_server_gives_at_once_is_not_asked_for_in_pages(host: Host, tmp_path: Path) -> None:
    """GeoServer refuses `startIndex` for a table without a primary key."""
    service = Wfs(host)
    service.most = 1000
    fetched(service.url, tmp_path)
    assert len(service.asked) == 3
    assert "startindex" not in service.asked[-1]
    assert "count" not in service.asked[-1]


@pytest.mark.parametrize(
    ("url", "sublayer"),
    [
        ("&request=GetFeature&typeNames=city:aed", None),
        ("&REQUEST=GetFeature&TYPENAME=city:aed&maxFeatures=2&outputFormat=GML3", None),
        ("&request=GetCapabilities", "aed"),
        ("", "city:aed"),
    ],
)
def test_the_address_or_the_sublayer_names_the_feature_type(
    host: Host, tmp_path: Path, url: str, sublayer: str | None
) -> None:
    service = Wfs(host)
    assert features_in(service, fetched(service.url + url, tmp_path, sublayer)) == NAMES


def test_the_only_feature_type_needs_no_name(host: Host, tmp_path: Path) -> None:
    service = Wfs(host)
    service.types = ["city:aed"]
    assert features_in(service, fetched(service.url, tmp_path, None)) == NAMES


@pytest.mark.parametrize("sublayer", [None, "aeds"])
def test_a_type_that_is_not_there_is_told_with_those_that_are(
    host: Host, tmp_path: Path, sublayer: str | None
) -> None:
    reason = "one of the feature types city:aed, city:hydrants"
    assert reason in refused(Wfs(host).url, tmp_path, sublayer)


@pytest.mark.parametrize("formats", [("application/json",), ()])
def test_a_service_that_does_not_count_is_read_to_an_empty_page(
    host: Host, tmp_path: Path, formats: tuple[str, ...]
) -> None:
    service = Wfs(host, formats)
    service.hits = "unknown"
    assert features_in(service, fetched(service.url, tmp_path)) == NAMES
    assert service.asked[-1]["startindex"] == "7"


@pytest.mark.parametrize(
    ("formats", "spoil", "reason"),
    [
        (("json",), lambda _: EXCEPTION, "Cannot do natural order without a primary key, key=***"),
        ((), lambda _: EXCEPTION, "Cannot do natural order without a primary key, key=***"),
        (("json",), lambda page: page.replace("aed.4", "aed.0"), "the id aed.0 came twice"),
        ((), lambda page: page.replace("aed.4", "aed.0"), "the id aed.0 came twice"),
        (("json",), lambda page: page.replace('"id"', '"no"'), "stated by the service: 7 / 8"),
        (("json",), lambda page: page[:-30], "an answer of the service"),
        ((), lambda page: page[:-30], "an answer of the service"),
        (("json",), lambda _: "<a/>", "an answer of the service"),
        (
            (),
            lambda page: page.replace("<gml:pos>", f"{'<a>' * 3000}{'</a>' * 3000}<gml:pos>"),
            "an answer of the service that source.service names (too deep)",
        ),
        ((), lambda _: '<!DOCTYPE a [<!ENTITY b "c">]><a/>', "an answer of the service"),
        ((), lambda page: page.replace('Returned="3"', 'Returned="2"'), "by the service: 3 / 2"),
        (
            ("json",),
            lambda page: page.replace("EPSG::6668", "EPSG::4301") if "aed.3" in page else page,
            "pages in one coordinate system",
        ),
    ],
)
def test_pages_that_are_not_whole_are_refused(
    host: Host, tmp_path: Path, formats: tuple[str, ...], spoil: Callable[[str], str], reason: str
) -> None:
    service = Wfs(host, formats)
    service.spoil = spoil
    if "7 / 8" in reason:
        service.hits = 8
    assert reason in refused(service.url, tmp_path)


@pytest.mark.parametrize("formats", [("application/json",), ()])
def test_a_service_that_ignores_where_to_begin_is_noticed(
    host: Host, tmp_path: Path, formats: tuple[str, ...]
) -> None:
    service = Wfs(host, formats)
    first: list[str] = []

    def spoil(page: str) -> str:
        first.append(page)
        return first[0]

    service.spoil = spoil
    assert "the id aed.0 came twice" in refused(service.url, tmp_path)


def test_another_version_or_another_document_is_refused(host: Host, tmp_path: Path) -> None:
    service = Wfs(host)
    service.version = "1.0.0"
    assert "WFS 2.0.0 or 1.1.0, not 1.0.0" in refused(service.url, tmp_path)
    url = host.give("/wfs", b"<WMS_Capabilities/>") + "?service=WFS"
    assert "an answer of the service that source.service names (WMS_Capabilities)" in refused(
        url, tmp_path
    )
    url = host.give("/wfs", EXCEPTION.encode()) + "?service=WFS&key=secret1"
    assert "answers with an error: Cannot do" in refused(url, tmp_path)
    url = host.give("/wfs", b"\x00\x01") + "?service=WFS"
    assert "an answer of the service" in refused(url, tmp_path)


def test_pages_without_end_end_with_the_limit(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_REQUESTS", 10)
    service = Wfs(host)
    service.hits, service.count = "unknown", 1_000_000
    assert "at most 10 pages" in refused(service.url, tmp_path)
