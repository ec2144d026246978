"""OGC API – Features – Part 1 (OGC 17-069r4): the tests are named after its requirements."""

from __future__ import annotations

import datetime
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.ogc.addresses import ADDRESSES
from server.ogc.conformance import CLASSES
from tests.server.ogc.asked import CRS84, ITEMS, SITES, ask, ids, json, link_to

DAY = "2025-10-27"


def test_core_root_op_and_root_success(asaka_client: TestClient) -> None:
    landing = json(asaka_client, "/ogc")
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        assert asaka_client.get(link_to(landing, rel)).status_code == 200, rel


def test_core_api_definition(asaka_client: TestClient) -> None:
    landing = json(asaka_client, "/ogc")
    answer = ask(asaka_client, link_to(landing, "service-desc"))
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["openapi"].startswith("3.0.")
    page = ask(asaka_client, link_to(landing, "service-doc"))
    assert page.headers["content-type"].startswith("text/html")


def test_core_conformance(asaka_client: TestClient) -> None:
    assert json(asaka_client, "/ogc/conformance") == {"conformsTo": [*CLASSES]}


def test_core_http_and_query_param_unknown_and_invalid(asaka_client: TestClient) -> None:
    answer = asaka_client.get(ITEMS, params={"nmae": "x"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("nmae is no parameter of this address")
    for address in ADDRESSES:
        path = "/ogc" + address.path.format(
            layer_id="emergency_sites", feature=1, matrix=14, row=6443, col=14545, style="default"
        )
        assert asaka_client.get(path, params={"unheard": "1"}).status_code == 400, path


def test_core_crs84(asaka_client: TestClient, asaka: Catalog) -> None:
    (feature,) = json(asaka_client, ITEMS, limit=1)["features"]
    place = asaka.layer("emergency_sites").revision.features().geometry[feature["id"]]
    assert feature["geometry"]["coordinates"] == pytest.approx([place.x, place.y], abs=1e-7)


def test_core_fc_md_op_and_items_links(asaka_client: TestClient, asaka: Catalog) -> None:
    document = json(asaka_client, "/ogc/collections")
    assert [each["id"] for each in document["collections"]] == list(asaka.layers)
    for each in document["collections"]:
        assert asaka_client.get(link_to(each, "items")).status_code == 200
        assert json(asaka_client, f"/ogc/collections/{each['id']}")["title"] == each["title"]


def test_core_fc_md_extent(asaka_client: TestClient, asaka: Catalog) -> None:
    document = json(asaka_client, SITES)
    assert document["extent"]["spatial"]["bbox"] == [
        list(asaka.layer("emergency_sites").bounds or ())
    ]
    assert document["extent"]["spatial"]["crs"] == CRS84
    assert document["extent"]["temporal"]["interval"] == [[f"{DAY}T00:00:00Z"] * 2]


def test_a_sample_says_so_wherever_it_is(asaka_client: TestClient) -> None:
    document = json(asaka_client, "/ogc/collections/hydrants")
    assert document["sample"] is True
    assert "見本" in document["title"]
    assert json(asaka_client, "/ogc/collections/hydrants/items", limit=1)["sample"] is True
    page = ask(asaka_client, "/ogc/collections/hydrants/items", f="html", lang="ja").text
    assert "見本データのため、表には何も示しません。" in page


def test_the_words_that_stand_with_every_feature_are_handed_on(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    for layer in asaka.layers.values():
        note = layer.definition.usage_note
        document = json(asaka_client, f"/ogc/collections/{layer.id}")
        assert document["usageNote"] == (note.text["ja"] if note else None)


def test_core_fc_limit(asaka_client: TestClient) -> None:
    assert len(ids(json(asaka_client, ITEMS, limit=7))) == 7
    assert len(ids(json(asaka_client, ITEMS))) == 42
    described = json(asaka_client, "/ogc/api")["components"]["parameters"]["limit"]["schema"]
    assert described == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}


@pytest.mark.parametrize("rel", ["next"])
def test_core_fc_links_lead_to_every_feature_once(
    asaka_client: TestClient, asaka: Catalog, rel: str
) -> None:
    document = json(asaka_client, "/ogc/collections/hydrants/items", limit=100)
    every = ids(document)
    while any(link["rel"] == rel for link in document["links"]):
        document = json(asaka_client, link_to(document, rel))
        assert document["numberMatched"] == asaka.layer("hydrants").feature_count
        every += ids(document)
    assert every == asaka.layer("hydrants").revision.table.ids.tolist()


def test_a_next_link_goes_on_in_its_own_revision_or_says_so(asaka_client: TestClient) -> None:
    following = link_to(json(asaka_client, ITEMS, limit=10), "next")
    assert "&v=" in following
    answer = asaka_client.get(f"{following[:-3]}000")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("v is '")


def test_core_fc_timestamp_number_matched_number_returned(asaka_client: TestClient) -> None:
    document = json(asaka_client, ITEMS, limit=5, offset=40)
    assert (document["numberMatched"], document["numberReturned"]) == (42, 2)
    stamp = datetime.datetime.fromisoformat(document["timeStamp"])
    assert abs(datetime.datetime.now(datetime.UTC) - stamp) < datetime.timedelta(hours=1)


def test_the_same_question_has_the_same_etag(asaka_client: TestClient) -> None:
    first = ask(asaka_client, ITEMS, limit=5)
    again = asaka_client.get(
        ITEMS, params={"limit": 5}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    other = ask(asaka_client, ITEMS, limit=6)
    assert other.headers["etag"] != first.headers["etag"]


BOXES = {
    "139.59,35.79,139.60,35.80": True,
    "139.59,35.79,-10,139.60,35.80,10": True,
    "170,35.79,139.60,35.80": True,
    "139.60,35.79,139.59,35.80": False,
    "0,0,1,1": False,
}


@pytest.mark.parametrize(("box", "is_around"), BOXES.items())
def test_core_fc_bbox(asaka_client: TestClient, asaka: Catalog, box: str, is_around: bool) -> None:
    frame = asaka.layer("emergency_sites").revision.features()
    west = -180 if box.startswith("170") else 139.59
    within = frame.cx[west:139.60, 35.79:35.80].index
    if not is_around:
        within = frame.index[:0]
    if box.startswith("139.60"):  # across the antimeridian: all but what lies between
        column = frame.cx[-180:180, 35.79:35.80]
        within = column.index.difference(frame.cx[139.59:139.60, 35.79:35.80].index)
    assert sorted(ids(json(asaka_client, ITEMS, bbox=box))) == sorted(within)


TIMES = {
    DAY: 42,
    f"{DAY}T12:00:00+09:00": 42,
    f"{DAY}T23:59:59Z/..": 42,
    "../2025-10-26": 0,
    "2025-10-01/2025-11-01": 42,
    "2025-10-28/": 0,
}


@pytest.mark.parametrize(("time", "count"), TIMES.items())
def test_core_fc_time(asaka_client: TestClient, time: str, count: int) -> None:
    assert json(asaka_client, ITEMS, datetime=time)["numberMatched"] == count


def test_core_f_op_and_f_success(asaka_client: TestClient) -> None:
    (listed,) = json(asaka_client, ITEMS, limit=1)["features"]
    answer = ask(asaka_client, f"{ITEMS}/{listed['id']}")
    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()
    assert feature["properties"] == listed["properties"]
    assert link_to(feature, "collection") == SITES
    assert asaka_client.get(link_to(feature, "self")).json()["id"] == listed["id"]
    for unknown in ("1", "x", "-1", "1.0", "99999999999999999999"):
        assert asaka_client.get(f"{ITEMS}/{unknown}").status_code == 404


def test_geojson_every_feature_has_every_field(asaka_client: TestClient, asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        document = json(asaka_client, f"/ogc/collections/{layer.id}/items", limit=1000)
        jsonschema.validate(document, COLLECTION)
        frame = layer.revision.features()
        assert len(document["features"]) == len(frame)
        for feature in document["features"]:
            assert feature["properties"].keys() == layer.definition.public_fields.keys()


POSITION = {"type": "array", "minItems": 2, "items": {"type": "number"}}
COLLECTION: dict[str, Any] = {
    "type": "object",
    "required": ["type", "features", "links", "timeStamp", "numberMatched", "numberReturned"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "integer", "minimum": 1},
                    "geometry": {
                        "type": "object",
                        "required": ["type", "coordinates"],
                        "properties": {"coordinates": {"type": "array"}},
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("application/*;q=0.5, text/html;q=0.1", "application/geo+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/*", "text/html"),
        ("image/png, application/geo+json;q=0.2", "application/geo+json"),
    ],
)
def test_html_and_geojson_by_what_is_accepted(
    asaka_client: TestClient, accept: str, media_type: str
) -> None:
    answer = asaka_client.get(ITEMS, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("accept", ["image/png", "application/gml+xml, text/csv", "text/html;q=0"])
def test_what_cannot_be_accepted_is_said(asaka_client: TestClient, accept: str) -> None:
    answer = asaka_client.get(ITEMS, headers={"Accept": accept})
    assert answer.status_code == 406
    assert "application/geo+json" in answer.json()["detail"]


@pytest.mark.parametrize("lang", ["ja", "ja-x-easy", "en", "zh", "ko", "vi"])
def test_html_every_address_has_a_page(asaka_client: TestClient, lang: str) -> None:
    (feature,) = json(asaka_client, ITEMS, limit=1)["features"]
    for address in ADDRESSES:
        if "html" not in address.answers:
            continue
        path = address.path.format(layer_id="emergency_sites", feature=feature["id"])
        page = ask(asaka_client, f"/ogc{path}", f="html", lang=lang)
        assert page.headers["content-type"].startswith("text/html")
        assert "JSON</a>" in page.text


REFUSED = {
    "limit=0": "limit is '0'; wanted a whole number from 1 to 10000",
    "limit=-1": "limit is '-1'",
    "limit=1000000000": "limit is '1000000000'",
    "offset=-1": "offset is '-1'",
    "offset=42": "offset is '42'; wanted less than the 42",
    "offset=9999999999": "offset is '9999999999'",
    "bbox=1,2,3": "bbox is '1,2,3'; wanted 4 numbers",
    "bbox=1,2,3,x": "bbox is '1,2,3,x'; wanted 4 numbers",
    "bbox=1,2,3,nan": "bbox is '1,2,3,nan'; wanted 4 numbers",
    "bbox=139,36,140,35": "bbox has a bbox whose south",
    "bbox=35,139,36,140": "bbox is beyond the degrees of the world",
    "bbox=1,2,3,4&bbox-crs=EPSG:4326": "bbox-crs is 'EPSG:4326'; wanted one of http",
    "bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326": "bbox-crs stands without bbox",
    "crs=http://www.opengis.net/def/crs/EPSG/0/2451": "crs is 'http",
    "datetime=yesterday": "datetime has the time 'yesterday'",
    "datetime=2025-02-30": "datetime has the time '2025-02-30'",
    "datetime=../..": "datetime is '../..'",
    "datetime=2025-01-01/2024-01-01": "datetime is '2025-01-01/2024-01-01'",
    "datetime=2025-01-01T00:00:00": "datetime has the time",
    "filter=height>1": "filter names the property 'height'; wanted one of name, address",
    "filter=foo(name)=1": "filter has 'foo' where a value is wanted",
    "filter=name=": "filter ends too early",
    "filter=" + "(" * 3000: "filter is nested too deeply",
    "filter=name='x'&filter-lang=ecql": "filter-lang is 'ecql'; wanted one of cql2-text",
    "filter-lang=cql2-text": "filter-lang stands without filter",
    "filter=[1&filter-lang=cql2-json": "filter is no JSON",
    "sortby=height": "sortby names 'height'; wanted some of name",
    "properties=name,height": "properties names 'height'; wanted some of name",
    "f=gml": "f is 'gml'; wanted one of json, html",
}


@pytest.mark.parametrize(("question", "said"), REFUSED.items())
def test_a_bad_value_is_named(asaka_client: TestClient, question: str, said: str) -> None:
    answer = asaka_client.get(f"{ITEMS}?{question}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(said)


def test_an_unknown_collection_is_not_there(asaka_client: TestClient) -> None:
    for path in ("", "/items", "/items/1", "/queryables", "/tiles"):
        assert asaka_client.get(f"/ogc/collections/nothing{path}").status_code == 404
