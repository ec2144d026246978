"""Layers of ArcGIS: every feature once, in pages, or none at all."""

from __future__ import annotations

import json
import re
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

Json = dict[str, Any]
LAYER = "/arcgis/rest/services/Hydrants/FeatureServer/0"
SPAN = re.compile(r"\(.*\) AND OBJECTID >= (?P<first>\d+) AND OBJECTID <= (?P<last>\d+)")


class ArcGis:
    """A layer as ArcGIS Server 10.9 answers for it; `asked` are the queries it got.

    `spoil` changes a page before it is sent.
    """

    def __init__(self, host: Host, count: int = 7, **description: Any) -> None:
        self.ids = [10 * number for number in range(count, 0, -1)]  # not in their order
        self.count: Any = count
        self.asked: list[dict[str, str]] = []
        self.spoil: Callable[[Json], Json] = lambda page: page
        self.nested_flag = False
        self.description: Json = {
            "currentVersion": 10.91,
            "id": 0,
            "name": "Hydrants",
            "type": "Feature Layer",
            "geometryType": "esriGeometryPoint",
            "objectIdField": "OBJECTID",
            "fields": [{"name": "OBJECTID", "type": "esriFieldTypeOID"}],
            "extent": {"spatialReference": {"wkid": 102100, "latestWkid": 3857}},
            "maxRecordCount": 3,
            "supportedQueryFormats": "JSON, geoJSON, PBF",
            "advancedQueryCapabilities": {"supportsPagination": True, "supportsOrderBy": True},
            **description,
        }
        self.url = host.url + LAYER
        host.answers[LAYER] = self._describe
        host.answers[f"{LAYER}/query"] = self._query

    def _describe(self, handler: BaseHTTPRequestHandler) -> None:
        send(handler, self.description)

    def _query(self, handler: BaseHTTPRequestHandler) -> None:
        query = dict(parse_qsl(urlsplit(handler.path).query))
        self.asked.append(query)
        if query.get("returnCountOnly") == "true":
            send(handler, {"count": self.count})
        elif query.get("returnIdsOnly") == "true":
            send(handler, {"objectIdFieldName": "OBJECTID", "objectIds": self.ids or None})
        else:
            send(handler, self.spoil(self._page(query)))

    def _page(self, query: dict[str, str]) -> Json:
        ids = self.ids
        if span := SPAN.fullmatch(query["where"]):
            ids = [id_ for id_ in ids if int(span["first"]) <= id_ <= int(span["last"])]
        if "orderByFields" in query:
            ids = sorted(ids)
        start = int(query.get("resultOffset", 0))
        most = int(self.description["maxRecordCount"])
        batch = ids[start : start + min(most, int(query.get("resultRecordCount", most)))]
        is_cut = start + len(batch) < len(ids)
        if query["f"] == "geojson":
            flag: Json = {"exceededTransferLimit": True} if is_cut else {}
            if self.nested_flag:
                flag = {"properties": flag}
            features = [geojson_feature(id_) for id_ in batch]
            return {"type": "FeatureCollection", **flag, "features": features}
        return {
            "objectIdFieldName": "OBJECTID",
            "geometryType": "esriGeometryPoint",
            "spatialReference": {"wkid": 6677, "latestWkid": 6677},
            "fields": self.description["fields"],
            "exceededTransferLimit": is_cut,
            "features": [
                {
                    "attributes": {"OBJECTID": id_, "名称": f"栓{id_}"},
                    "geometry": {"x": id_, "y": 2},
                }
                for id_ in batch
            ],
        }


def geojson_feature(id_: int) -> Json:
    return {
        "type": "Feature",
        "id": id_,
        "geometry": {"type": "Point", "coordinates": [139.5 + id_ / 10_000, 35.8]},
        "properties": {"OBJECTID": id_, "名称": f"栓{id_}"},
    }


def send(handler: BaseHTTPRequestHandler, answer: Json) -> None:
    content = json.dumps(answer).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


def fetched(url: str, folder: Path, **keys: Any) -> Path:
    return services.fetch(Source(url=url, **keys), folder, private=True)


def refused(url: str, folder: Path, **keys: Any) -> str:
    with pytest.raises(SourceError) as caught:
        fetched(url, folder, **keys)
    assert "secret" not in str(caught.value)
    return str(caught.value)


def ids_in(path: Path) -> list[int]:
    features = json.loads(path.read_bytes())["features"]
    return [(one.get("properties") or one["attributes"])["OBJECTID"] for one in features]


@pytest.mark.parametrize("nested_flag", [False, True])
@pytest.mark.parametrize("address", ["", "/", "/query", "/query?where=1%3D1&f=html"])
def test_every_feature_is_there_once_whatever_the_server_gives_at_once(
    host: Host, tmp_path: Path, address: str, nested_flag: bool
) -> None:
    layer = ArcGis(host)
    layer.nested_flag = nested_flag
    path = fetched(layer.url + address, tmp_path)
    assert path == tmp_path / "Hydrants_0.geojson"
    assert ids_in(path) == [10, 20, 30, 40, 50, 60, 70]
    assert [query.get("resultOffset") for query in layer.asked] == [None, "0", "3", "6"]
    rows = read(Source(path="x"), path)
    assert len(rows.geometry) == 7
    assert rows.crs is not None
    assert rows.crs.to_epsg() == 4326


def test_the_same_features_give_the_same_bytes(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host)
    first = fetched(layer.url, tmp_path).read_bytes()
    layer.ids.reverse()
    assert fetched(layer.url, tmp_path).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir() if path.name == "features"] == []


def test_a_server_that_counts_no_offsets_is_asked_by_object_ids(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host, advancedQueryCapabilities={"supportsPagination": False})
    assert ids_in(fetched(layer.url, tmp_path)) == [30, 20, 10, 60, 50, 40, 70]
    assert "resultOffset" not in layer.asked[-1]
    assert layer.asked[-1]["where"] == "(1=1) AND OBJECTID >= 70 AND OBJECTID <= 70"


def test_an_old_mapserver_names_its_ids_among_the_fields_only(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host, objectIdField=None, advancedQueryCapabilities=None)
    assert len(ids_in(fetched(layer.url, tmp_path))) == 7


@pytest.mark.parametrize(
    "description",
    [
        {"supportedQueryFormats": "JSON, AMF"},
        {"extent": {"spatialReference": {"wkid": 6677}}},
        {"sourceSpatialReference": {"wkid": 4301, "latestWkid": 4301}},
        {"extent": {"spatialReference": {"wkt": 'LOCAL_CS["x"]'}}},
        {"extent": None},
    ],
)
def test_a_layer_that_is_not_on_wgs84_comes_in_its_own_system(
    host: Host, tmp_path: Path, description: Json
) -> None:
    layer = ArcGis(host, **description)
    path = fetched(layer.url, tmp_path)
    assert path.name == "Hydrants_0.json"
    document = json.loads(path.read_bytes())
    assert list(document) == [
        "geometryType", "spatialReference", "objectIdFieldName", "fields", "features"
    ]  # fmt: skip
    assert document["spatialReference"]["wkid"] == 6677
    assert ids_in(path) == [10, 20, 30, 40, 50, 60, 70]
    assert {query["f"] for query in layer.asked} == {"json"}


def test_a_layer_with_dates_comes_with_the_types_of_its_fields(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host)
    layer.description["fields"] += [{"name": "inspected", "type": "esriFieldTypeDate"}]
    document = json.loads(fetched(layer.url, tmp_path).read_bytes())
    assert document["fields"] == layer.description["fields"]


def test_what_the_address_asks_for_is_asked_for(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host)
    url = f"{layer.url}/query?where=kind%3D1&outFields=name&token=secret1&resultRecordCount=1"
    fetched(url, tmp_path)
    for query in layer.asked:
        assert (query["where"], query["token"]) == ("kind=1", "secret1")
    assert layer.asked[-1]["outFields"] == "name,OBJECTID"
    assert layer.asked[-1]["resultRecordCount"] == "3"


@pytest.mark.parametrize(
    ("by_ids", "reason"),
    [
        (True, "received / stated by the service: 6 / 7"),
        (False, "the one with the id 20 came twice"),  # what follows has moved up
    ],
)
def test_features_that_are_missing_are_noticed(
    host: Host, tmp_path: Path, by_ids: bool, reason: str
) -> None:
    layer = ArcGis(host, advancedQueryCapabilities={"supportsPagination": not by_ids})
    layer.spoil = lambda page: {**page, "features": [
        feature for feature in page["features"] if feature["id"] != 40
    ]}  # fmt: skip
    assert reason in refused(layer.url, tmp_path)


def test_a_page_that_is_missing_is_noticed(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host)
    layer.spoil = lambda page: {"type": "FeatureCollection", "features": []} if any(
        feature["id"] == 40 for feature in page["features"]
    ) else page  # fmt: skip
    assert "stated by the service: 3 / 7" in refused(layer.url, tmp_path)


def test_a_feature_that_comes_twice_is_noticed(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host)
    layer.spoil = lambda page: {**page, "features": [geojson_feature(10), *page["features"][1:]]}
    assert "the one with the id 10 came twice" in refused(layer.url, tmp_path)


def test_more_features_than_there_are_is_noticed(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host)
    layer.count = 6  # one is added between the count and the last page
    assert "stated by the service: 7 / 6" in refused(layer.url, tmp_path)


def test_ids_that_are_not_as_many_as_the_features_are_noticed(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host, advancedQueryCapabilities={})
    layer.count = 8
    assert "stated by the service: 7 / 8" in refused(layer.url, tmp_path)


def test_pages_without_end_end_with_the_limit(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_REQUESTS", 10)
    layer = ArcGis(host)
    sent: list[int] = []

    def endless(_: Json) -> Json:
        sent.append(len(sent))
        features = [geojson_feature(len(sent))]
        return {"type": "FeatureCollection", "exceededTransferLimit": True, "features": features}

    layer.spoil = endless
    assert "at most 10 pages" in refused(layer.url, tmp_path)
    assert len(sent) == 8  # after the description and the count


def test_the_limit_of_size_is_that_of_all_pages_together(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 1500)
    assert "at most 1,500 bytes" in refused(ArcGis(host).url, tmp_path)


ERROR = {
    "error": {
        "code": 400,
        "message": "Cannot perform query. Invalid query parameters.",
        "details": ["'Invalid field: secret1' parameter is invalid"],
    }
}


@pytest.mark.parametrize("where", ["description", "count", "page"])
def test_an_error_that_is_sent_as_a_good_answer_is_told(
    host: Host, tmp_path: Path, where: str
) -> None:
    layer = ArcGis(host)
    if where == "description":
        layer.description = ERROR
    elif where == "count":
        host.answers[f"{LAYER}/query"] = lambda handler: send(handler, ERROR)
    else:
        layer.spoil = lambda _: ERROR
    message = refused(f"{layer.url}?token=secret1", tmp_path)
    assert "answers with an error: 400 Cannot perform query. Invalid query" in message
    assert "Invalid field: ***" in message


def test_a_token_that_is_wanted_is_told(host: Host, tmp_path: Path) -> None:
    error = {"error": {"code": 499, "message": "Token Required", "details": []}}
    url = host.give(LAYER, json.dumps(error).encode())
    assert "answers with an error: 499 Token Required." in refused(url, tmp_path)


@pytest.mark.parametrize("address", ["/FeatureServer", "/FeatureServer/7"])
def test_a_service_or_a_group_without_a_layer_names_its_layers(
    host: Host, tmp_path: Path, address: str
) -> None:
    inner = [{"id": 0, "name": "消火栓"}, {"id": 3, "name": "防火水槽"}]
    key = "layers" if address.endswith("r") else "subLayers"
    url = host.give(address, json.dumps({"currentVersion": 11, key: inner}).encode())
    assert "with its number: 0 (消火栓), 3 (防火水槽)" in refused(url, tmp_path)


DEEP = b'{"features": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}"


@pytest.mark.parametrize(
    "answer", [b"[]", b"{", b"null", b"{}", b'{"features": 3}', b'{"fields": 3}', DEEP]
)
def test_an_answer_of_another_form_is_refused(host: Host, tmp_path: Path, answer: bytes) -> None:
    assert "an answer of the service" in refused(host.give(LAYER, answer), tmp_path)
    layer = ArcGis(host)
    host.give(f"{LAYER}/query", answer)
    assert "an answer of the service" in refused(layer.url, tmp_path)


def test_half_a_character_harms_nothing(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host)
    layer.spoil = lambda page: {**page, "name": "\ud83d", "features": [
        {**feature, "properties": {**feature["properties"], "名称": "栓\ud83d"}}
        for feature in page["features"]
    ]}  # fmt: skip
    assert len(ids_in(fetched(layer.url, tmp_path))) == 7


def test_a_layer_without_object_ids_is_refused(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host, objectIdField=None, fields=[])
    assert "features with object ids" in refused(layer.url, tmp_path)


def test_pages_in_several_systems_are_refused(host: Host, tmp_path: Path) -> None:
    layer = ArcGis(host, supportedQueryFormats="JSON")
    layer.spoil = lambda page: page if page["exceededTransferLimit"] else {
        **page, "spatialReference": {"wkid": 4301}
    }  # fmt: skip
    assert "not also in {'wkid': 4301}" in refused(layer.url, tmp_path)


def test_a_layer_inside_a_private_network_is_refused(host: Host, tmp_path: Path) -> None:
    source = Source(url=ArcGis(host).url)
    with pytest.raises(SourceError, match="inside a private network"):
        services.fetch(source, tmp_path)
    assert host.asked == []
