"""What only presents the data prepares nothing anew; what decides the data does, and only that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from layers.process.job import Job
from layers.process.sandbox import Sandbox
from layers.revision.revision import Revision
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.presentation import data_of, digest
from layers.store.folder import FolderStore
from tests.layers.city import SmallCity, feature_collection
from tests.sandbox import SANDBOX

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ROWS = "名称,種別,緯度,経度\nあ,1,35.1,139.1\nい,2,35.15,139.15\n"
KIND = """
[fields.kind]
title = { ja = "種別", en = "Kind" }
column = "種別"
codes = [
    { value = "1", label = { ja = "一", en = "one" } },
    { value = "2", label = { ja = "二", en = "two" } },
]

[style]
field = "kind"
color = "#112233"
"""
NOTICE = 'notice = { text = { ja = "注意", en = "note" }, reviewed_on = 2026-01-01 }'
HYDRANT = {"種別": "消火栓", "口径": 65}
# Changes of the definition's text that leave the data as it is.
PRESENTED = {
    "a title": ('en = "Layer"', 'en = "Layer, new"'),
    "a language": ('en = "Layer"', 'en = "Layer", vi = "Lớp"'),
    "the description": ('en = "description"', 'en = "Description."'),
    "the group": ('group = "fire"', 'group = "other"'),
    "the order": ("[source]", "order = 7\n[source]"),
    "shown at first": ("[source]", "shown = true\n[source]"),
    "the sample's mark": ("[source]", "sample = true\n[source]"),
    "that the city opens its places": ("[source]", "shelters = true\n[source]"),
    "a notice": ("[source]", f"{NOTICE}\n[source]"),
    "a former id": ("[source]", 'formerly = ["dots"]\n[source]'),
    "the licence": ('licence = { ja = "見本"', 'licence = { ja = "別"'),
    "the date": ("date = 2026-01-01", "date = 2026-02-02"),
    "a field's title": ('en = "Kind"', 'en = "Sort"'),
    "a field that the map does not tell": ('column = "種別"', 'column = "種別"\ncard = false'),
    "a unit": ('column = "種別"', 'column = "種別"\nunit = "mm"'),
    "a code's label": ('en = "two"', 'en = "second"'),
    "a code's colour": ('value = "2",', 'value = "2", color = "#00FF00",'),
    "a colour": ("#112233", "#332211"),
    "a class": ('field = "kind"', 'field = "kind"\nclasses = [{ value = "1", shape = "square" }]'),
}
DECISIVE = {
    "a column": ('column = "種別"', 'column = "名称"'),
    "a type": ('column = "種別"', 'column = "種別"\ntype = "integer"'),
    "a mapping": ('column = "種別"', 'column = "種別"\nvalues = { "1" = "2", "2" = "1" }'),
    "a field less": ("[fields.name]", "[fields.other]"),
    "a code": ('value = "2"', 'value = "3"'),
    "the style's field": ('field = "kind"', 'field = "name"'),
    "an audience": ('title = { ja = "名称"', 'audience = "staff"\ntitle = { ja = "名称"'),
    "the label": ("[source]", 'label = "name"\n[source]'),
    "a zoom": ("[source]", "maxzoom = 12\n[source]"),
    "a crowd": ("[source]", "crowded = 10\n[source]"),
    "the size of tiles": ("[source]", "tile_bytes = 20000\n[source]"),
    "the ids": ("[credit]", 'id = "種別"\n[credit]'),
    "where to read": ("[credit]", "header = 1\n[credit]"),
    "the privacy": ("[credit]", "[privacy]\ngrid_m = 100\n[credit]"),
}


class Counting(Sandbox):
    """Counts the jobs of layers."""

    jobs = 0

    def run(self, folder: Path, job: Job) -> Path:
        self.jobs += job.kind == "layer"
        return SANDBOX.run(folder, job)


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    city.put("points.csv", ROWS)
    city.declare("points", SOURCE, fields=KIND)
    groups = '\n[[groups]]\nid = "other"\ntitle = { ja = "他", en = "Other" }\n'
    with (city.definitions / "city.toml").open("a", encoding="utf-8") as file:
        file.write(groups)
    return city


@pytest.fixture
def hydrants(city: SmallCity) -> SmallCity:
    """A layer without fields: they are those of a standard."""
    point: dict[str, object] = {"type": "Point", "coordinates": [139.1, 35.1]}
    city.put("points.geojson", feature_collection((point, HYDRANT)))
    path = city.declare("points", 'path = "points.geojson"')
    path.write_text(path.read_text("utf-8").partition("[fields.name]")[0], "utf-8")
    return city


def change(city: SmallCity, old: str, new: str) -> None:
    path = city.definitions / "points.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def published(city: SmallCity) -> tuple[Revision, int]:
    """The revision published now, and how many layers were prepared for it."""
    sandbox = Counting()
    layer = city.open(sandbox).layer("points")
    assert layer.problem == ""
    return layer.revision, sandbox.jobs


def files_of(revision: Revision) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in revision.folder.iterdir()}


def prepared_elsewhere(city: SmallCity, tmp_path: Path) -> Revision:
    """The revision that a home without anything prepared gets."""
    city.home = tmp_path / "elsewhere"
    revision, jobs = published(city)
    assert jobs == 1
    return revision


@pytest.mark.parametrize(("old", "new"), PRESENTED.values(), ids=PRESENTED)
def test_what_presents_the_data_prepares_nothing_anew_and_is_served(
    points: SmallCity, tmp_path: Path, old: str, new: str
) -> None:
    before, _ = published(points)
    change(points, old, new)
    after, jobs = published(points)
    assert jobs == 0
    assert after.id != before.id  # so that every address of what is served changes
    assert after.definition == load_layer(points.definitions / "points.toml")
    elsewhere = prepared_elsewhere(points, tmp_path)
    assert (after.id, files_of(after)) == (elsewhere.id, files_of(elsewhere))


@pytest.mark.parametrize(("old", "new"), DECISIVE.values(), ids=DECISIVE)
def test_what_decides_the_data_prepares_it_anew(points: SmallCity, old: str, new: str) -> None:
    before, _ = published(points)
    change(points, old, new)
    after, jobs = published(points)
    assert jobs == 1
    assert after.data_id != before.data_id


@pytest.mark.parametrize("style", ['color = "#332211"', 'shape = "square"', 'pictogram = "well"'])
def test_a_layer_without_fields_is_presented_anew_in_its_standards_look(
    hydrants: SmallCity, tmp_path: Path, style: str
) -> None:
    before, _ = published(hydrants)
    assert before.definition.fields
    assert before.definition.style.field is not None
    change(hydrants, 'en = "Layer"', 'en = "Layer, new"')
    change(hydrants, "[credit]", f"[style]\n{style}\n[credit]")
    after, jobs = published(hydrants)
    assert jobs == 0
    assert after.definition.title["en"] == "Layer, new"
    assert after.definition.fields == before.definition.fields
    assert after.definition.style.field == before.definition.style.field
    assert after.definition.style != before.definition.style
    elsewhere = prepared_elsewhere(hydrants, tmp_path)
    assert (after.id, files_of(after)) == (elsewhere.id, files_of(elsewhere))
    change(hydrants, f"[style]\n{style}\n", "")  # the standard's look again
    assert published(hydrants)[0].definition.style == before.definition.style


def test_a_letter_of_the_citys_own_is_seen_instead_of_the_standards_pictogram(
    hydrants: SmallCity,
) -> None:
    assert published(hydrants)[0].definition.style.pictogram is not None
    change(hydrants, "[credit]", '[style]\nglyph = "消"\n[credit]')
    style = published(hydrants)[0].definition.style
    assert (style.glyph, style.pictogram) == ("消", None)


def test_data_is_on_the_disk_once_however_it_is_presented(points: SmallCity) -> None:
    before, _ = published(points)
    change(points, 'en = "Layer"', 'en = "Layer, new"')
    after, _ = published(points)
    assert (after.folder / "arrays.bin").samefile(before.folder / "arrays.bin")
    assert files_of(after)["meta.json"] != files_of(before)["meta.json"]


def test_a_column_that_is_withdrawn_with_a_new_title_is_gone_at_once(points: SmallCity) -> None:
    before, _ = published(points)
    change(points, 'en = "Layer"', 'en = "Layer, new"')
    titled, _ = published(points)
    pointer = FolderStore(points.home / "00000").pointer("points")
    assert pointer is not None
    assert pointer.former == before.id
    change(points, 'en = "Layer, new"', 'en = "Layer"')
    change(points, 'column = "種別"', 'column = "種別"\naudience = "staff"')
    change(points, 'field = "kind"', 'field = "name"')
    after, jobs = published(points)
    assert jobs == 1
    assert not before.folder.exists()
    assert not titled.folder.exists()
    assert "kind" not in after.definition.public_fields


class Newer(LayerDefinition):
    """A definition of a later version of this package, with a key more."""

    novelty: str | None = None


@pytest.mark.parametrize("layer_id", ["flood", "hydrants", "evacuation_shelters"])
def test_a_new_key_that_nobody_uses_changes_no_hash(layer_id: str) -> None:
    definition = load_layer(BUNDLED_DEFINITIONS / f"{layer_id}.toml")
    document: dict[str, Any] = definition.model_dump()
    newer = Newer.model_validate(document)
    assert digest(newer) == digest(definition)
    assert digest(data_of(newer)) == digest(data_of(definition))
    used = Newer.model_validate({**document, "novelty": "used"})
    assert digest(used) != digest(definition)
    assert digest(data_of(used)) != digest(data_of(definition))  # until it is known to present only
