"""Nothing is lost: every row of a real file is in the tiles by id, or in the report."""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.tile import TileRange
from layers.schema.bundled import BUNDLED_DATA

ASAKA = {
    "flood": 25,
    "emergency_sites": 42,
    "evacuation_shelters": 43,
    "hydrants": 613,
    "extinguishers": 174,
    "crime_prevention": 44,
}
YAIZU = {
    "flood": 6,
    "emergency_sites": 31,
    "evacuation_shelters": 56,
    "hydrants": 193,
    "crime_prevention": 9,
    "aed": 82,
    "care_facilities": 277,
}


def rows_in(path: Path, encoding: str | None) -> int:
    """Rows of a file, counted without any code of the project's or GDAL's."""
    if path.suffix == ".shp":
        (records,) = struct.unpack("<I", path.with_suffix(".dbf").read_bytes()[4:8])
        return int(records)
    if path.suffix == ".geojson":
        return len(json.loads(path.read_text(encoding="utf-8"))["features"])
    with path.open(encoding=encoding or "utf-8-sig", newline="") as table:
        return sum(any(record) for record in csv.reader(table)) - 1


def features_at(layer: Layer, z: int) -> Iterator[dict[str, Any]]:
    """Every feature of every tile that could show something."""
    assert layer.bounds is not None
    for tile in TileRange.of(z, layer.bounds, 1):
        content = layer.tile(tile)
        yield from json.loads(content)["features"] if content else ()


def ids_at(layer: Layer, z: int) -> set[int]:
    return {f["id"] for f in features_at(layer, z) if "point_count" not in f["properties"]}


def counted_at(layer: Layer, z: int) -> int:
    """Features of a layer of points that are in the tiles, by themselves or in a count."""
    counts = [feature["properties"].get("point_count", 1) for feature in features_at(layer, z)]
    return sum(counts)


def check_city(catalog: Catalog, data: Path, expected: dict[str, int]) -> None:
    assert catalog.broken == {}
    assert set(catalog.layers) == set(expected)
    for layer_id, rows in expected.items():
        layer = catalog.layer(layer_id)
        source = layer.definition.source
        assert rows_in(data / source.name, source.encoding) == rows
        report = layer.revision.report
        assert report.rows == rows
        assert len(ids_at(layer, layer.maxzoom)) + report.rows_left_out == rows


def test_every_row_of_asaka_is_in_the_tiles_or_in_the_report(asaka: Catalog) -> None:
    check_city(asaka, BUNDLED_DATA, ASAKA)


@pytest.mark.shared
def test_every_row_of_yaizu_is_in_the_tiles_or_in_the_report(yaizu: Catalog, shared: Path) -> None:
    check_city(yaizu, shared / "yaizu", YAIZU)


def check_zoom(catalog: Catalog, z: int) -> None:
    """Nothing lost: each feature by id, or counted exactly once."""
    for layer in catalog.layers.values():
        if layer.geometry == "point":
            assert counted_at(layer, z) == layer.feature_count
        else:
            assert ids_at(layer, z) == set(layer.revision.table.ids.tolist())


@pytest.mark.parametrize("z", range(8, 17))
def test_no_feature_of_asaka_is_missing_at_any_zoom(asaka: Catalog, z: int) -> None:
    check_zoom(asaka, z)


@pytest.mark.shared
@pytest.mark.parametrize("z", range(8, 17))
def test_no_feature_of_yaizu_is_missing_at_any_zoom(yaizu: Catalog, z: int) -> None:
    check_zoom(yaizu, z)


@pytest.mark.parametrize("z", range(8, 17))
def test_a_whole_zoom_at_once_gives_each_tiles_bytes(asaka: Catalog, z: int) -> None:
    for layer in asaka.layers.values():
        check_whole_zoom(layer, z)


@pytest.mark.shared
@pytest.mark.parametrize("z", range(8, 17))
def test_a_whole_zoom_of_yaizu_at_once_gives_each_tiles_bytes(yaizu: Catalog, z: int) -> None:
    for layer in yaizu.layers.values():
        check_whole_zoom(layer, z)


def check_whole_zoom(layer: Layer, z: int) -> None:
    assert layer.bounds is not None
    at_once = dict(layer.tiles(z))
    one_by_one = {tile: layer.tile(tile) for tile in TileRange.of(z, layer.bounds, 1)}
    assert at_once == {tile: content for tile, content in one_by_one.items() if content}


@pytest.mark.shared
def test_a_features_properties_are_the_same_in_every_tile(yaizu: Catalog) -> None:
    for layer in yaizu.layers.values():
        seen: dict[int, object] = {}
        for z in (8, 12, 16):
            for feature in features_at(layer, z):
                if "point_count" not in feature["properties"]:
                    assert (
                        seen.setdefault(feature["id"], feature["properties"])
                        == feature["properties"]
                    )


def test_rows_of_the_neighbours_are_filtered_and_said_in_one_line(asaka: Catalog) -> None:
    report = asaka.layer("hydrants").revision.report
    (outside,) = [problem for problem in report.problems if problem.kind == "outside"]
    assert (outside.value, outside.severity, outside.rows_left_out) == ("25", "note", 25)


@pytest.mark.shared
def test_yaizus_own_depth_labels_are_ranked_and_kept(yaizu: Catalog) -> None:
    frame = yaizu.layer("flood").revision.features()
    assert frame["rank"].tolist() == [1, 1, 2, 2, 3, 4]
    assert frame["depth_label"].iloc[1] == "0.3~0.5m未満の区域"


@pytest.mark.shared
def test_a_cp932_file_reads_without_mojibake(yaizu: Catalog) -> None:
    names = yaizu.layer("care_facilities").revision.features()["name"]
    assert "くすのき" in set(names)
    assert yaizu.layer("care_facilities").revision.report.encoding == "cp932"
