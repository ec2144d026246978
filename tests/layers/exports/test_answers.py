"""What a device keeps of a layer to answer about places: exact, published, and of no sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.exports.answers import answers, has_answers
from layers.geometry.parts import Array
from tests.layers.surveyed_city import surveyed_city


def read(content: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The index and the arrays by name."""
    start = 4 + int.from_bytes(content[:4], "big")
    index = orjson.loads(content[4:start])
    assert start % 8 == 0
    arrays = {}
    for name, (dtype, size) in index["arrays"].items():
        arrays[name] = np.frombuffer(content, dtype, size, start)
        start += arrays[name].nbytes
    assert start == len(content)
    return index, arrays


def test_zones_are_kept_as_exactly_as_they_were_prepared(tmp_path: Path) -> None:
    layer = surveyed_city(tmp_path).open().layer("flood")
    index, arrays = read(answers(layer))
    source = layer.revision.source
    assert (arrays["coordinates"] == source.coordinates.ravel()).all()
    for depth, offsets in enumerate(source.offsets):
        assert (arrays[f"offsets{depth}"] == offsets).all()
    assert (arrays["owner"] == source.owner).all()
    assert index["name"][:3] == ["甲川", "乙川", "甲川"]
    assert index["names"] == ["甲川", "乙川"]
    assert index["partition"] == ["1", "2", "1", "1"]
    worst = sorted(range(4), key=lambda feature: -index["severity"][feature])
    assert worst == [1, 2, 0, 3]


def test_places_are_kept_with_what_is_said_of_them(tmp_path: Path) -> None:
    catalog = surveyed_city(tmp_path).open()
    index, arrays = read(answers(catalog.layer("points")))
    assert index["name"] == ["あ", "い", None, "ホール"]
    assert index["telephone"] == ["048-463-1111", None, None, "048-463-1111"]
    assert index["valid"] is None
    assert index["rough"] == []
    assert arrays["coordinates"][:2].tolist() == [139.1, 35.1]
    rough, _ = read(answers(catalog.layer("rough")))
    assert len(rough["rough"]) == len(rough["name"])


def test_places_are_kept_with_the_disasters_they_are_designated_for(asaka: Catalog) -> None:
    layer = asaka.layer("emergency_sites")
    index, _ = read(answers(layer))
    flags = layer.revision.columns["flood"].is_true()
    assert index["valid"]["flood"] == np.flatnonzero(flags).tolist()
    assert index["valid"]["large_fire"] == []


def test_a_value_for_staff_is_not_in_it(tmp_path: Path) -> None:
    city = surveyed_city(tmp_path)
    path = city.definitions / "points.toml"
    text, column = path.read_text("utf-8"), 'column = "代表電話"'
    path.write_text(text.replace(column, f'{column}\naudience = "staff"'), "utf-8")
    index, _ = read(answers(city.open().layer("points")))
    assert index["name"][-1] == "ホール"
    assert index["telephone"] == [None] * 4


@pytest.mark.parametrize("layer", ["flood", "hydrants", "evacuation_shelters"])
def test_a_sample_and_what_is_never_named_say_nothing(asaka: Catalog, layer: str) -> None:
    assert not has_answers(asaka.layer(layer).definition)
