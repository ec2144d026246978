"""OGC API – Tiles (OGC 20-057): tilesets, and the same tiles as under /tiles."""

from __future__ import annotations

import mapbox_vector_tile
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Tile
from layers.tiles.content import COUNT
from tests.server.ogc.asked import ask, json, link_to

GRID = "WebMercatorQuad"


def tile_address(layer_id: str, tile: Tile) -> str:
    return f"/ogc/collections/{layer_id}/tiles/{GRID}/{tile.z}/{tile.y}/{tile.x}"


def test_tileset_describes_where_tiles_are(asaka_client: TestClient, asaka: Catalog) -> None:
    landing = json(asaka_client, "/ogc")
    grids = json(
        asaka_client, link_to(landing, "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes")
    )
    assert [each["id"] for each in grids["tileMatrixSets"]] == [GRID]
    grid = json(asaka_client, f"/ogc/tileMatrixSets/{GRID}")
    assert grid["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.028717)
    assert grid["tileMatrices"][3]["matrixWidth"] == 8
    for layer in asaka.layers.values():
        (listed,) = json(asaka_client, f"/ogc/collections/{layer.id}/tiles")["tilesets"]
        tileset = json(asaka_client, link_to(listed, "self"))
        limits = tileset["tileMatrixSetLimits"]
        assert [int(limit["tileMatrix"]) for limit in limits] == list(
            range(layer.minzoom, layer.maxzoom + 1)
        )
        deepest = limits[-3]
        shown = {tile for tile, _ in layer.tiles(int(deepest["tileMatrix"]))}
        assert {deepest["minTileRow"], deepest["maxTileRow"]} <= {
            *range(min(tile.y for tile in shown) - 1, max(tile.y for tile in shown) + 2)
        }


@pytest.mark.parametrize("layer_id", ["flood", "hydrants", "emergency_sites"])
@pytest.mark.parametrize(("form", "suffix"), [("geojson", "geojson"), ("mvt", "mvt")])
def test_tile_has_the_same_bytes(
    asaka_client: TestClient, asaka: Catalog, layer_id: str, form: str, suffix: str
) -> None:
    for z in (12, 14):
        for tile, _ in asaka.layer(layer_id).tiles(z):
            ours = ask(asaka_client, tile_address(layer_id, tile), f=form)
            path = f"/tiles/{layer_id}/{tile.z}/{tile.x}/{tile.y}.{suffix}"
            other = asaka_client.get(path)
            assert ours.content == other.content
            assert ours.headers["content-type"] == other.headers["content-type"]
            assert ours.headers["etag"] == other.headers["etag"]


@pytest.mark.parametrize("z", [10, 13, 16])
def test_a_filter_shows_and_counts_what_it_selects_alone(
    asaka_client: TestClient, asaka: Catalog, z: int
) -> None:
    layer = asaka.layer("hydrants")
    kinds = layer.revision.columns["kind"].in_order_of_appearance()
    condition = f"kind = '{kinds[0]}'"
    wanted = json(asaka_client, "/ogc/collections/hydrants/items", filter=condition, limit=1)[
        "numberMatched"
    ]
    assert 0 < wanted < layer.feature_count
    count = 0
    for tile, _ in layer.tiles(z):
        address = tile_address("hydrants", tile)
        document = json(asaka_client, address, f="geojson", filter=condition)
        for feature in document["features"]:
            properties = feature["properties"]
            others = [name for name in properties if name.startswith(COUNT)]
            assert set(others) <= {f"{COUNT}{kinds[0]}"}
            assert properties.get("kind", kinds[0]) == kinds[0]
            count += properties.get("point_count", 1)
        answer = asaka_client.get(address, params={"f": "mvt", "filter": condition})
        assert answer.status_code == (200 if document["features"] else 204)
        if answer.content:
            decoded = mapbox_vector_tile.decode(answer.content)
            assert len(decoded["hydrants"]["features"]) == len(document["features"])
    assert count == wanted


def test_a_filter_on_areas_leaves_the_others_out(asaka_client: TestClient, asaka: Catalog) -> None:
    for tile, _ in asaka.layer("flood").tiles(13):
        document = json(asaka_client, tile_address("flood", tile), f="geojson", filter="rank = 3")
        assert all(feature["properties"]["rank"] == 3 for feature in document["features"])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("14/6443/x", 404),
        ("14/06443/14545", 404),
        ("30/1/1", 404),
        ("0/0/0", 404),
        ("14/6443/14545?filter=nothing=1", 400),
        ("14/6443/14545?f=png", 400),
    ],
)
def test_an_address_of_no_tile_is_said(asaka_client: TestClient, address: str, status: int) -> None:
    path = f"/ogc/collections/emergency_sites/tiles/{GRID}/{address}"
    assert asaka_client.get(path).status_code == status
