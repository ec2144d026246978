"""OGC API – Features – Part 2 (OGC 18-058r1): coordinate reference systems."""

from __future__ import annotations

import pytest
from pyproj import Transformer
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from tests.server.ogc.asked import CRS84, EPSG, ITEMS, SITES, ask, ids, json

CODES = (4326, 3857, 6668, 4612, 6677)


def test_fc_md_crs_list_and_storage_crs(asaka_client: TestClient) -> None:
    document = json(asaka_client, SITES)
    assert document["crs"] == [CRS84, *(f"{EPSG}{code}" for code in CODES)]
    assert document["storageCrs"] == CRS84
    assert json(asaka_client, "/ogc/collections")["crs"] == document["crs"]


@pytest.mark.parametrize("code", CODES)
def test_crs_parameter_and_content_crs_header(asaka_client: TestClient, code: int) -> None:
    """In the order of the system's own axes, by PROJ's operation from the same degrees."""
    (plain,) = json(asaka_client, ITEMS, limit=1)["features"]
    answer = ask(asaka_client, ITEMS, limit=1, crs=f"{EPSG}{code}")
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
    (moved,) = answer.json()["features"]
    base = 4326 if code in (4326, 3857) else 4612 if code == 4612 else 6668
    longitude, latitude = plain["geometry"]["coordinates"]
    expected = Transformer.from_crs(base, code).transform(latitude, longitude)
    assert moved["geometry"]["coordinates"] == pytest.approx(expected, abs=1e-3)
    one = ask(asaka_client, f"{ITEMS}/{plain['id']}", crs=f"{EPSG}{code}")
    assert one.json()["geometry"] == moved["geometry"]
    assert one.headers["content-crs"] == f"<{EPSG}{code}>"


def test_without_crs_it_is_crs84(asaka_client: TestClient) -> None:
    assert ask(asaka_client, ITEMS, limit=1).headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("code", CODES)
def test_bbox_crs_selects_the_same(asaka_client: TestClient, asaka: Catalog, code: int) -> None:
    wanted = ids(json(asaka_client, ITEMS, bbox="139.59,35.79,139.60,35.80"))
    base = 4326 if code in (4326, 3857) else 4612 if code == 4612 else 6668
    moved = Transformer.from_crs(base, code)
    lower, upper = moved.transform(35.79, 139.59), moved.transform(35.80, 139.60)
    box = ",".join(str(number) for number in (*lower, *upper))
    frame = asaka.layer("emergency_sites").revision.features()
    inside = frame.cx[139.5901:139.5999, 35.7901:35.7999].index
    answered = ids(json(asaka_client, ITEMS, bbox=box, bbox_crs=f"{EPSG}{code}"))
    assert set(inside) <= set(answered)
    if code != 6677:  # whose boxes are no boxes in degrees
        assert answered == wanted


@pytest.mark.parametrize("code", CODES)
def test_filter_crs_selects_the_same(asaka_client: TestClient, code: int) -> None:
    (feature,) = json(asaka_client, ITEMS, limit=1, crs=f"{EPSG}{code}")["features"]
    x, y = feature["geometry"]["coordinates"]
    near = 0.00001 if code in (4326, 6668, 4612) else 1.0
    box = f"BBOX({x - near}, {y - near}, {x + near}, {y + near})"
    answer = json(
        asaka_client,
        ITEMS,
        filter=f"S_INTERSECTS(geometry, {box})",
        filter_crs=f"{EPSG}{code}",
    )
    assert ids(answer) == [feature["id"]]
