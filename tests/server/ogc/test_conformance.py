"""Every conformance class that is claimed is shown here, by its name, or by the tests it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.ogc.conformance import CLASSES, SPEC
from tests.server.ogc.asked import CRS84, EPSG, ITEMS, SITES, ask, json, link_to

FOLDER = Path(__file__).parent
SITE = "POINT(139.600487 35.791399)"
AROUND = "POLYGON((139.5 35.7, 139.7 35.7, 139.7 35.9, 139.5 35.9, 139.5 35.7))"
# By class of CQL2, filters of a layer, and how many features each selects at least and at most.
FILTERS: dict[str, list[tuple[str, str, int, int]]] = {
    "cql2-text": [("emergency_sites", "name = '栄町保育園'", 1, 1)],
    "basic-cql2": [
        ("emergency_sites", "flood = TRUE AND NOT earthquake = TRUE", 0, 41),
        ("emergency_sites", "name IS NULL OR name <> 'x'", 42, 42),
        ("extinguishers", "id > 0", 1, 1000),
    ],
    "advanced-comparison-operators": [
        ("emergency_sites", "name LIKE '%小学校%'", 1, 41),
        ("emergency_sites", "name IN ('栄町保育園', 'x')", 1, 1),
        ("flood", "rank BETWEEN 2 AND 3", 1, 1000),
    ],
    "case-insensitive-comparison": [
        ("emergency_sites", "CASEI(common_id) = CASEI('e1122700001201')", 1, 1)
    ],
    "accent-insensitive-comparison": [
        ("emergency_sites", "ACCENTI(name) = ACCENTI('栄町保育園')", 1, 1)
    ],
    "basic-spatial-functions": [
        ("emergency_sites", f"S_INTERSECTS(geometry, {SITE})", 1, 1),
        ("emergency_sites", "S_INTERSECTS(geometry, BBOX(139.5, 35.7, 139.7, 35.9))", 42, 42),
    ],
    "basic-spatial-functions-plus": [
        ("emergency_sites", f"S_INTERSECTS(geometry, {AROUND})", 42, 42),
        ("flood", "S_INTERSECTS(geometry, LINESTRING(139.5 35.8, 139.7 35.8))", 0, 25),
    ],
    "spatial-functions": [
        ("emergency_sites", f"S_WITHIN(geometry, {AROUND})", 42, 42),
        ("emergency_sites", f"S_CONTAINS({AROUND}, geometry)", 42, 42),
        ("emergency_sites", f"S_DISJOINT(geometry, {AROUND})", 0, 0),
        ("emergency_sites", f"S_EQUALS(geometry, {SITE})", 1, 1),
        ("flood", f"S_OVERLAPS(geometry, {AROUND})", 0, 0),
        ("flood", f"S_TOUCHES(geometry, {AROUND})", 0, 0),
        ("flood", "S_CROSSES(geometry, LINESTRING(139.5 35.8, 139.7 35.8))", 0, 25),
    ],
    "temporal-functions": [
        ("extinguishers", "T_AFTER(expires_on, DATE('1990-01-01'))", 1, 1000),
        ("extinguishers", "T_DURING(expires_on, INTERVAL('1990-01-01', '..'))", 1, 1000),
        ("extinguishers", "T_BEFORE(expires_on, TIMESTAMP('1990-01-01T00:00:00Z'))", 0, 0),
    ],
    "property-property": [("flood", "depth_max_m > depth_min_m", 1, 25)],
    "arithmetic": [("flood", "rank * 2 - 1 > 1 AND rank % 2 = 1", 0, 25)],
}
SHOWN_BY = {  # the test's file, for classes that take several tests
    "ogcapi-features-1/1.0/conf/core": "test_features.py",
    "ogcapi-features-1/1.0/conf/geojson": "test_features.py",
    "ogcapi-features-1/1.0/conf/html": "test_features.py",
    "ogcapi-features-1/1.0/conf/oas30": "test_features.py",
    "ogcapi-features-2/1.0/conf/crs": "test_crs.py",
    "ogcapi-features-3/1.0/conf/queryables": "test_queries.py",
    "ogcapi-features-3/1.0/conf/filter": "test_queries.py",
    "ogcapi-features-3/1.0/conf/features-filter": "test_queries.py",
    "ogcapi-tiles-1/1.0/conf/core": "test_tiles.py",
    "ogcapi-tiles-1/1.0/conf/tileset": "test_tiles.py",
    "ogcapi-tiles-1/1.0/conf/tilesets-list": "test_tiles.py",
    "ogcapi-tiles-1/1.0/conf/geodata-tilesets": "test_tiles.py",
    "ogcapi-tiles-1/1.0/conf/mvt": "test_tiles.py",
    "ogcapi-tiles-1/1.0/conf/geojson": "test_tiles.py",
    "ogcapi-common-1/1.0/conf/core": "test_features.py",
    "ogcapi-common-2/1.0/conf/collections": "test_features.py",
    "cql2/1.0/conf/cql2-json": "test_queries.py",
}


def test_every_class_that_is_claimed_is_shown() -> None:
    shown = {*SHOWN_BY, *(f"cql2/1.0/conf/{name}" for name in FILTERS)}
    assert {f"{SPEC}{name}" for name in shown} == set(CLASSES)
    assert all((FOLDER / name).exists() for name in SHOWN_BY.values())


@pytest.mark.parametrize("name", FILTERS)
def test_cql2_class(asaka_client: TestClient, name: str) -> None:
    for layer_id, condition, least, most in FILTERS[name]:
        document = json(
            asaka_client, f"/ogc/collections/{layer_id}/items", filter=condition, limit=1
        )
        assert least <= document["numberMatched"] <= most, condition


def test_every_link_of_every_document_is_answered(asaka_client: TestClient) -> None:
    """From the landing page on, as far as links lead below /ogc."""
    waiting, followed = ["/ogc"], set[str]()
    while waiting:
        address = waiting.pop()
        if address in followed or "/items" in address or "{" in address:
            continue
        followed.add(address)
        answer = asaka_client.get(address)
        assert answer.status_code == 200, address
        media_type = answer.headers["content-type"]
        if "json" not in media_type or "openapi" in media_type:
            continue
        waiting += [
            href.removeprefix("http://testserver")
            for href in _links(answer.json())
            if href.startswith("http://testserver/ogc")
        ]
    assert len(followed) > 50


def _links(document: object) -> list[str]:
    if isinstance(document, dict):
        own = [document["href"]] if "href" in document and "rel" in document else []
        return [*own, *(href for value in document.values() for href in _links(value))]
    if isinstance(document, list):
        return [href for value in document for href in _links(value)]
    return []


def test_the_api_describes_every_parameter_that_is_known(asaka_client: TestClient) -> None:
    document = json(asaka_client, "/ogc/api")
    for path, operations in document["paths"].items():
        for parameter in operations["get"]["parameters"]:
            if "$ref" in parameter:
                name = parameter["$ref"].rpartition("/")[2]
                assert document["components"]["parameters"][name]["schema"], (path, name)
    assert document["paths"]["/ogc/collections/{layer_id}/items"]
    assert link_to(json(asaka_client, SITES), "items").startswith(ITEMS)
    systems = document["components"]["parameters"]["crs"]["schema"]["enum"]
    assert systems[:2] == [CRS84, f"{EPSG}4326"]
    assert ask(asaka_client, "/ogc/api").json() == document
