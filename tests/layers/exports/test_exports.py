from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.errors import UnknownFormat
from layers.exports.formats import export
from layers.publish.open import open_catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.store.folder import HomeFolder
from tests.sandbox import SANDBOX


def test_the_same_revision_gives_the_same_bytes(asaka: Catalog, tmp_path: Path) -> None:
    again = open_catalog(BUNDLED_DEFINITIONS, BUNDLED_DATA, HomeFolder(tmp_path), SANDBOX)
    for layer_id, layer in asaka.layers.items():
        assert export(layer.revision, "geojson") == export(
            again.layer(layer_id).revision, "geojson"
        )


def test_a_file_says_where_it_is_from(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        document = json.loads(export(layer.revision, "geojson"))
        assert document["type"] == "FeatureCollection"
        assert document["source"]["ja"]
        assert document["licence"]["ja"]
        assert document["date"] == layer.definition.credit.date.isoformat()
        assert document["revision"] == layer.revision.id
        assert document["sample"] is layer.definition.sample
        assert all(len(file["sha256"]) == 64 for file in document["source_files"])


def test_the_four_layers_that_are_not_the_citys_are_marked(asaka: Catalog) -> None:
    samples = {layer.id for layer in asaka.layers.values() if layer.definition.sample}
    assert samples == {"flood", "hydrants", "extinguishers", "crime_prevention"}


def test_gdal_reads_every_feature_with_every_field(asaka: Catalog, tmp_path: Path) -> None:
    for layer in asaka.layers.values():
        path = tmp_path / f"{layer.id}.geojson"
        path.write_bytes(export(layer.revision, "geojson"))
        frame = gpd.read_file(path)
        assert len(frame) == layer.feature_count
        assert set(layer.definition.public_fields) <= set(frame.columns)
        assert frame.geometry.is_valid.all()


def test_rings_are_right_handed_and_ids_those_of_the_tiles(asaka: Catalog) -> None:
    layer = asaka.layer("flood")
    features = json.loads(export(layer.revision, "geojson"))["features"]
    assert [feature["id"] for feature in features] == layer.revision.table.ids.tolist()
    for feature in features:
        for part in shapely.get_parts(shapely.geometry.shape(feature["geometry"])):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_the_exported_geometry_is_the_sources(asaka: Catalog) -> None:
    layer = asaka.layer("flood")
    exported = json.loads(export(layer.revision, "geojson"))["features"]
    for feature, source in zip(exported, layer.revision.features().geometry, strict=True):
        written = shapely.geometry.shape(feature["geometry"])
        assert shapely.hausdorff_distance(written, source) <= 1e-7


def test_another_format_is_unknown(asaka: Catalog) -> None:
    with pytest.raises(UnknownFormat, match="'docx'; wanted one of geojson"):
        export(asaka.layer("flood").revision, "docx")
