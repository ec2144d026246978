"""Debian's GDAL programs read every export from its address: all features, values, places."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.exports.formats import FORMATS

LAYERS = ["flood", "hydrants"]
WITH_SHAPES = ["geojson", "geojsonl", "gpkg", "fgb", "kml", "shp"]  # that Debian's GDAL reads


def ogr(*arguments: str) -> str:
    """What a program of GDAL's prints. Its warnings are about this version's formats."""
    environment = {"PATH": "/usr/bin:/bin", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
    done = subprocess.run(
        arguments, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def features_of(address: str, layer: str | None) -> list[dict[str, Any]]:
    """Every feature as RFC 7946 has it: in degrees of WGS 84, wherever it comes from."""
    command = ["ogr2ogr", "-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=7"]
    named = [] if layer is None else [layer]
    return [*map(json.loads, ogr(*command, "/vsistdout/", address, *named).splitlines())]


@pytest.mark.parametrize("layer_id", LAYERS)
@pytest.mark.parametrize("name", WITH_SHAPES)
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:6677"])
def test_gdal_reads_every_feature(
    asaka_site: str, asaka: Catalog, name: str, layer_id: str, crs: str
) -> None:
    file_format = next(each for each in FORMATS if each.name == name)
    if crs != "EPSG:4326" and not file_format.any_crs:
        return
    query = "" if crs == "EPSG:4326" else f"?crs={crs}"
    path = f"{asaka_site}/layers/{layer_id}/export.{file_format.suffix}{query}"
    address = f"/vsizip/{{/vsicurl/{path}}}" if name == "shp" else f"/vsicurl/{path}"
    layer = layer_id if name == "gpkg" else None
    features = features_of(address, layer)
    expected = asaka.layer(layer_id).revision.features()
    assert len(features) == len(expected)
    by_row = {feature["properties"]["source_row"]: feature for feature in features}
    label = "kind" if layer_id == "hydrants" else "river_name"
    for _, row in expected.iterrows():
        feature = by_row[row["source_row"]]
        assert feature["properties"][label] == row[label]
        shape = shapely.geometry.shape(feature["geometry"])
        assert shapely.hausdorff_distance(shape, row.geometry) < 2e-7


def test_gdal_reads_a_workbook_and_the_tiles(asaka_site: str, asaka: Catalog) -> None:
    layer = asaka.layer("hydrants")
    at = f"/vsicurl/{asaka_site}/layers/hydrants/export"
    workbook = ogr("ogrinfo", "-so", f"{at}.xlsx", "データ")
    assert f"Feature Count: {layer.feature_count}" in workbook
    tiles = ogr("ogrinfo", "-so", f"{at}.mbtiles", "hydrants")
    assert f"Feature Count: {layer.feature_count}" in tiles
    assert "kind: String" in tiles
