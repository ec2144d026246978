"""GDAL over `/vsicurl/`, which reads a file in parts, and geopandas, which reads an address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.request import Request, urlopen

import geopandas
import pyogrio
import pytest

from layers.catalog.catalog import Catalog
from layers.exports.pack import LENGTH_BYTES
from layers.geometry.tile import Tile
from tests.layers.exported import exported

EMPTY = Tile(14, 0, 0)
LARGE = 1_000_000  # bytes: more than GDAL takes in place of the part that it asked for


@pytest.fixture(autouse=True)
def only_the_file() -> Iterator[None]:
    """GDAL asks for no other files of the folder, and keeps nothing from one test to the next."""
    options = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "CPL_VSIL_CURL_NON_CACHED": "/vsicurl/"}
    pyogrio.set_gdal_config_options(options)
    yield
    pyogrio.set_gdal_config_options(dict.fromkeys(options))


@pytest.mark.shared
@pytest.mark.parametrize("suffix", ["geojson", "csv"])
def test_gdal_reads_an_export_in_parts(yaizu_site: str, yaizu: Catalog, suffix: str) -> None:
    layer = yaizu.layer("flood")
    assert len(exported(layer.revision, "geojson")) > LARGE
    frame = pyogrio.read_dataframe(f"/vsicurl/{yaizu_site}/layers/flood/export.{suffix}")
    assert len(frame) == layer.feature_count
    assert set(layer.definition.public_fields) <= set(frame.columns)


@pytest.mark.shared
def test_gdal_reads_a_tile_out_of_a_pack(yaizu_site: str, yaizu: Catalog) -> None:
    """As a part of a file that is itself read in parts: nobody fetches the whole pack."""
    pack = f"{yaizu_site}/offline/flood.pack"
    length = int.from_bytes(part_of(pack, 0, LENGTH_BYTES), "big")
    start = LENGTH_BYTES + length
    tiles = json.loads(part_of(pack, LENGTH_BYTES, start))["tiles"]
    address, (first, end) = max(tiles.items(), key=lambda item: item[1][1])
    frame = pyogrio.read_dataframe(f"/vsisubfile/{start + first}_{end - first},/vsicurl/{pack}")
    z, x, y = map(int, address.split("/"))
    tile = json.loads(yaizu.layer("flood").tile(Tile(z, x, y)))
    assert len(frame) == len(tile["features"]) > 0


def part_of(address: str, start: int, end: int) -> bytes:
    request = Request(address, headers={"Range": f"bytes={start}-{end - 1}"})
    with urlopen(request) as answer:
        assert answer.status == 206
        content: bytes = answer.read()
    return content


@pytest.mark.parametrize("suffix", ["mvt", "pbf"])
def test_gdal_reads_a_vector_tile(asaka_site: str, asaka: Catalog, suffix: str) -> None:
    layer = asaka.layer("emergency_sites")
    assert layer.bounds is not None
    tile = Tile.at(12, *layer.bounds.middle)
    address = f"{asaka_site}/tiles/emergency_sites/{tile.z}/{tile.x}/{tile.y}.{suffix}"
    frame = pyogrio.read_dataframe(f"/vsicurl/{address}")
    assert len(frame) == len(json.loads(layer.tile(tile))["features"])


def test_geopandas_reads_an_address(asaka_site: str, asaka: Catalog) -> None:
    frame = geopandas.read_file(f"{asaka_site}/layers/emergency_sites/export.geojson")
    assert len(frame) == asaka.layer("emergency_sites").feature_count


@pytest.mark.parametrize("kind", ["", "styled/"])
def test_geopandas_reads_a_tile_with_nothing_in_it(asaka_site: str, kind: str) -> None:
    path = f"/tiles/flood/{kind}{EMPTY.z}/{EMPTY.x}/{EMPTY.y}.geojson"
    assert geopandas.read_file(asaka_site + path).empty
    assert pyogrio.read_dataframe(f"/vsicurl/{asaka_site}{path}").empty
