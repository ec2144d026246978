"""Tiles that carry their looks and words, for 地理院地図."""

from __future__ import annotations

import json
from copy import copy
from typing import Any

import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.tile import Tile

FLOODED = Tile(14, 14545, 6443)
CITY = Tile(10, 909, 402)


def unmarked(layer: Layer) -> Layer:
    """The layer as if it were no sample."""
    revision = copy(layer.revision)
    revision.definition = layer.definition.model_copy(update={"sample": False})
    return Layer(revision)


def features(layer: Layer, tile: Tile, encoding: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(layer.tile(tile, encoding))["features"]
    return found


def test_a_styled_tile_has_the_same_features_with_colours_and_words(asaka: Catalog) -> None:
    layer = unmarked(asaka.layer("flood"))
    plain, styled = features(layer, FLOODED, "geojson"), features(layer, FLOODED, "styled")
    assert len(plain) == len(styled) > 0
    colors = {entry.value: (entry.color, entry.label["ja"]) for entry in layer.legend()}
    title = layer.definition.fields["rank"].title["ja"]
    for one, other in zip(plain, styled, strict=True):
        assert (one["id"], one["geometry"]) == (other["id"], other["geometry"])
        color, label = colors[one["properties"]["rank"]]
        said = other["properties"]
        assert (said["_fillColor"], said[title]) == (color, label)


@pytest.mark.parametrize("layer_id", ["flood", "hydrants", "extinguishers", "crime_prevention"])
def test_a_sample_has_its_mark_and_no_value(asaka: Catalog, layer_id: str) -> None:
    layer = asaka.layer(layer_id)
    plain, styled = features(layer, FLOODED, "geojson"), features(layer, FLOODED, "styled")
    assert [each["id"] for each in plain] == [each["id"] for each in styled]
    for each in styled:
        properties = each["properties"]
        assert properties["見本"].startswith("見本のデータです")
        assert "_dashArray" in properties
        assert [name for name in properties if name != "見本" and name[0] != "_"] == []


def test_points_are_circles_and_flags_are_words(asaka: Catalog) -> None:
    styled = features(asaka.layer("emergency_sites"), CITY, "styled")
    assert len(styled) == 42
    for one in styled:
        said = one["properties"]
        assert said["_markerType"] == "CircleMarker"
        assert "見本" not in said
        assert said["名称"]
        assert said["地震"] == "指定あり"
        assert "あり" not in set(said.values()) - {said.get("指定避難所と同じ住所")}


def test_a_crowd_is_counted_by_label(asaka: Catalog) -> None:
    layer = unmarked(asaka.layer("hydrants"))
    styled = features(layer, CITY, "styled")
    assert sum(one["properties"]["件数"] for one in styled) == layer.feature_count
    labels = [entry.label["ja"] for entry in layer.legend()]
    for one in styled:
        counts = [one["properties"].get(label, 0) for label in labels]
        assert sum(counts) == one["properties"]["件数"]


def test_every_layer_of_a_real_city_can_be_styled(yaizu: Catalog) -> None:
    for layer in yaizu.layers.values():
        for tile, content in layer.tiles(14, "styled"):
            plain = json.loads(layer.tile(tile))["features"]
            styled = json.loads(content)["features"]
            assert [one["id"] for one in styled] == [one["id"] for one in plain]
            assert all("_color" in one["properties"] for one in styled)
