"""Every vector tile says, to an independent decoder, what the GeoJSON tile says."""

from __future__ import annotations

import json
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.parts import Kind, from_shapes, shapes_of
from layers.geometry.tile import GRID, SIZE, Tile, columns, rows
from layers.prepare.generalise import MAX_DEVIATION
from layers.tiles import mvt
from layers.tiles.content import TileContent
from layers.tiles.protobuf import split_varints, varint, zigzag


def decoded(content: bytes, layer_id: str) -> list[dict[str, Any]]:
    """The features, geometry in steps of the grid with y downwards."""
    options = {"y_coord_down": True}
    tile = mapbox_vector_tile.decode(content, default_options=options)
    assert set(tile) == {layer_id}
    assert tile[layer_id]["extent"] == GRID
    assert tile[layer_id]["version"] == 2
    return list(tile[layer_id]["features"])


def on_tile(geometry: shapely.Geometry, tile: Tile) -> shapely.Geometry:
    def project(places: Any) -> Any:
        x = (columns(places[:, 0], tile.z) - tile.x) * GRID
        y = (rows(places[:, 1], tile.z) - tile.y) * GRID
        return np.column_stack([x, y])

    return shapely.transform(geometry, project)


def check(layer: Layer, z: int) -> None:
    vector = dict(layer.tiles(z, "mvt"))
    plain = dict(layer.tiles(z))
    assert vector.keys() == plain.keys()
    for tile, content in vector.items():
        assert content == layer.tile(tile, "mvt")
        features = json.loads(plain[tile])["features"]
        found = decoded(content, layer.id)
        assert [f["id"] for f in found] == [f["id"] for f in features]
        for one, other in zip(found, features, strict=True):
            assert one["properties"] == other["properties"]
            types = {key: type(value) for key, value in one["properties"].items()}
            assert types == {key: type(value) for key, value in other["properties"].items()}
            shown = shapely.geometry.shape(one["geometry"])
            assert shown.is_valid
            wanted = on_tile(shapely.geometry.shape(other["geometry"]), tile)
            # Both are rounded from the same cut, one to decimals of a degree and one to steps:
            # of areas, what is narrower than two steps may be gone.
            broad = shapely.buffer(wanted, -1) if layer.geometry == "polygon" else wanted
            assert shapely.covers(shapely.buffer(shown, 3), broad)
            assert shapely.covers(shapely.buffer(wanted, 3), shown)
            assert shapely.hausdorff_distance(shown, wanted) <= MAX_DEVIATION * GRID / SIZE


@pytest.mark.parametrize("z", [8, 11, 13, 16])
def test_asakas_vector_tiles_say_what_the_geojson_says(asaka: Catalog, z: int) -> None:
    for layer in asaka.layers.values():
        check(layer, z)


@pytest.mark.shared
@pytest.mark.parametrize("z", [8, 12, 15])
def test_yaizus_vector_tiles_have_every_feature(yaizu: Catalog, z: int) -> None:
    for layer in yaizu.layers.values():
        plain = dict(layer.tiles(z))
        for tile, content in layer.tiles(z, "mvt"):
            found = decoded(content, layer.id)
            features = json.loads(plain[tile])["features"]
            assert [f["id"] for f in found] == [f["id"] for f in features]
            assert [f["properties"] for f in found] == [f["properties"] for f in features]
            assert all(shapely.geometry.shape(f["geometry"]).is_valid for f in found)


def one(kind: Kind, geometry: shapely.Geometry, properties: bytes = b"{}") -> dict[str, Any]:
    tile = Tile(0, 0, 0)
    parts = from_shapes(shapes_of(kind, np.array([geometry])))
    (content,) = mvt.encode(TileContent([tile], parts, [7], [properties], [1]), "x")
    (feature,) = decoded(content, "x")
    return feature


@pytest.mark.parametrize(
    "value",
    [
        0,
        1,
        -1,
        127,
        128,
        -129,
        2**31,
        2**53 - 1,
        -(2**53),
        0.5,
        1.0,
        -0.0,
        1e300,
        True,
        False,
        "",
        "あ",
    ],
)
def test_values_keep_their_types(value: object) -> None:
    written = json.dumps({"値": value, "other": 1, "again": 1.0}).encode()
    properties = one("point", shapely.Point(0, 0), written)["properties"]
    assert properties["値"] == value
    assert type(properties["値"]) is type(value)


def test_a_polygon_narrower_than_the_grid_is_a_speck() -> None:
    feature = one("polygon", shapely.box(10, 10, 10.0001, 10.0001))
    assert shapely.geometry.shape(feature["geometry"]).area == pytest.approx(0.5)


def test_lines_and_several_points_read_back() -> None:
    line = one("line", shapely.MultiLineString([[(0, 0), (90, 0)], [(0, 10), (90, 10)]]))
    assert line["geometry"]["type"] == "MultiLineString"
    assert line["geometry"]["coordinates"][0] == [[2048, 2048], [3072, 2048]]
    points = one("point", shapely.MultiPoint([(0, 0), (90, 0)]))
    assert points["geometry"]["coordinates"] == [[2048, 2048], [3072, 2048]]


def test_rings_are_wound_as_the_specification_wants() -> None:
    hole = [(-20, -20), (20, -20), (20, 20), (-20, 20)]
    polygon = shapely.Polygon([(-40, -40), (40, -40), (40, 40), (-40, 40)], [hole])
    outer, inner = one("polygon", polygon)["geometry"]["coordinates"]
    # "Positive area" by the surveyor's formula, y downwards: so it reads as counterclockwise here.
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(inner).is_ccw


def test_many_numbers_at_once_are_written_as_one_by_one() -> None:
    values = np.array([0, 1, 127, 128, 16383, 16384, 2**21, 2**28, 2**34])
    one_by_one = [varint(value) for value in values.tolist()]
    split = split_varints(values, np.array([0, 2, 9]))
    assert split == [b"".join(one_by_one[:2]), b"".join(one_by_one[2:])]
    assert zigzag(np.array([0, -1, 1, -2, 2])).tolist() == [0, 1, 2, 3, 4]
