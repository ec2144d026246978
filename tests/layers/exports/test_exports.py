from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.errors import ExportFailed, UnknownFormat
from layers.exports import stretches
from layers.exports.formats import Format, formats_of
from layers.publish.open import open_catalog
from layers.revision.revision import Revision
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.store.folder import HomeFolder
from tests.layers.exported import exported
from tests.sandbox import SANDBOX

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def test_the_same_revision_gives_the_same_bytes(asaka: Catalog, tmp_path: Path) -> None:
    again = open_catalog(BUNDLED_DEFINITIONS, BUNDLED_DATA, HomeFolder(tmp_path), SANDBOX)
    for layer_id, layer in asaka.layers.items():
        assert exported(layer.revision) == exported(again.layer(layer_id).revision)


class Pieces(BytesIO):
    """Every piece that a format writes of a revision."""

    def __init__(self, revision: Revision, file_format: Format) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        file_format.write(revision, self)

    def write(self, piece: ReadableBuffer) -> int:
        self.pieces.append(bytes(piece))
        return len(self.pieces[-1])


def test_an_export_is_written_in_pieces_of_the_same_bytes(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for layer in asaka.layers.values():
        streamed = [each for each in formats_of(layer.revision) if not each.apart]
        whole = [exported(layer.revision, file_format.name) for file_format in streamed]
        with monkeypatch.context() as patched:
            patched.setattr(stretches, "AT_ONCE", 30)
            sinks = [Pieces(layer.revision, file_format) for file_format in streamed]
        assert [b"".join(sink.pieces) for sink in sinks] == whole
        assert all(len(sink.pieces) > 1 + layer.feature_count // 60 for sink in sinks)


@pytest.mark.parametrize("name", ["xlsx", "shp", "fgb", "parquet"])
def test_the_size_of_a_stretch_changes_no_byte(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    revision = asaka.layer("flood").revision
    whole = exported(revision, name)
    monkeypatch.setattr(stretches, "AT_ONCE", 30)
    assert exported(revision, name) == whole


def test_a_file_says_where_it_is_from(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        document = json.loads(exported(layer.revision))
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
        path.write_bytes(exported(layer.revision))
        frame = gpd.read_file(path)
        assert len(frame) == layer.feature_count
        assert set(layer.definition.public_fields) <= set(frame.columns)
        assert frame.geometry.is_valid.all()


def test_rings_are_right_handed_and_ids_those_of_the_tiles(asaka: Catalog) -> None:
    layer = asaka.layer("flood")
    features = json.loads(exported(layer.revision))["features"]
    assert [feature["id"] for feature in features] == layer.revision.table.ids.tolist()
    for feature in features:
        for part in shapely.get_parts(shapely.geometry.shape(feature["geometry"])):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_the_exported_geometry_is_the_sources(asaka: Catalog) -> None:
    layer = asaka.layer("flood")
    features = json.loads(exported(layer.revision))["features"]
    for feature, source in zip(features, layer.revision.features().geometry, strict=True):
        written = shapely.geometry.shape(feature["geometry"])
        assert shapely.hausdorff_distance(written, source) <= 1e-7


def test_another_format_is_unknown(asaka: Catalog) -> None:
    with pytest.raises(UnknownFormat, match="'docx'; wanted one of geojson"):
        exported(asaka.layer("flood").revision, "docx")


def test_whatever_goes_wrong_in_a_writer_names_the_layer(asaka: Catalog) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such luck")

    bad = Format("bad", "bad", "text/plain", "Bad", broken)
    with pytest.raises(ExportFailed, match=r"layer flood could not be exported \(ValueError\)"):
        bad.write(asaka.layer("flood").revision, BytesIO())
