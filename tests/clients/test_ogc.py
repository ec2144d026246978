"""Programs that speak OGC API read every collection: GDAL's driver (QGIS's too) and OWSLib."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import shapely
from owslib.ogcapi.features import Features

from layers.catalog.catalog import Catalog

OGR2OGR = shutil.which("ogr2ogr")
needs_gdal = pytest.mark.skipif(OGR2OGR is None, reason="gdal-bin is not installed")


def read_by_gdal(site: str, folder: Path, layer_id: str, *options: str) -> list[dict[str, Any]]:
    """The features that GDAL reads of a collection, copied to GeoJSON."""
    path = folder / "copied.geojson"
    path.unlink(missing_ok=True)
    command: Sequence[str] = [
        *(OGR2OGR or "ogr2ogr", "-f", "GeoJSON", str(path), f"OAPIF:{site}/ogc", layer_id),
        *("-oo", "PAGE_SIZE=100", "-preserve_fid", *options),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    features: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["features"]
    return features


@needs_gdal
def test_gdal_reads_every_collection_completely(
    asaka_site: str, asaka: Catalog, tmp_path: Path
) -> None:
    for layer in asaka.layers.values():
        features = read_by_gdal(asaka_site, tmp_path, layer.id)
        assert len(features) == layer.feature_count
        assert {feature["id"] for feature in features} == set(layer.revision.table.ids.tolist())
        label = layer.definition.label
        assert label is not None
        named = [feature["properties"][label] for feature in features]
        frame = layer.revision.features()
        assert sorted(filter(None, named)) == sorted(frame[label].dropna())


@needs_gdal
def test_gdal_reads_what_it_filters_by_value_and_by_place(
    asaka_site: str, asaka: Catalog, tmp_path: Path
) -> None:
    frame = asaka.layer("emergency_sites").revision.features()
    schools = read_by_gdal(
        asaka_site, tmp_path, "emergency_sites", "-where", "name LIKE '%小学校%'"
    )
    wanted = frame[frame["name"].str.contains("小学校")]
    assert sorted(feature["id"] for feature in schools) == sorted(wanted.index)
    box = (139.59, 35.79, 139.60, 35.80)
    near = read_by_gdal(
        asaka_site, tmp_path, "emergency_sites", "-spat", *(str(degree) for degree in box)
    )
    west, south, east, north = box
    within = frame.cx[west:east, south:north]
    assert 0 < len(near) < len(frame)
    assert sorted(feature["id"] for feature in near) == sorted(within.index)


@needs_gdal
def test_gdal_puts_polygons_where_they_are(asaka_site: str, asaka: Catalog, tmp_path: Path) -> None:
    features = read_by_gdal(asaka_site, tmp_path, "flood")
    frame = asaka.layer("flood").revision.features()
    for feature in features:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.symmetric_difference(frame.geometry[feature["id"]]).area < 1e-9


def test_owslib_reads_collections_and_their_items(asaka_site: str, asaka: Catalog) -> None:
    features = Features(f"{asaka_site}/ogc")
    assert features.feature_collections() == list(asaka.layers)
    assert features.conformance()["conformsTo"]
    queryables = features.collection_queryables("hydrants")
    assert "kind" in queryables["properties"]
    ids: list[int] = []
    for offset in range(0, asaka.layer("hydrants").feature_count, 200):
        page = features.collection_items("hydrants", limit=200, offset=offset)
        ids += [feature["id"] for feature in page["features"]]
    assert ids == asaka.layer("hydrants").revision.table.ids.tolist()
    chosen = features.collection_items("emergency_sites", filter="flood = TRUE", limit=1)
    assert 0 < chosen["numberMatched"] < 43
    item = features.collection_item("hydrants", str(ids[0]))
    assert item["id"] == ids[0]
