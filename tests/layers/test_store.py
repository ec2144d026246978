"""A revision is its inputs' and nothing else's: same in, same id, same bytes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from layers.definition import BUNDLED_DATA, BUNDLED_DEFINITIONS, load_city, load_layer
from layers.store import Store
from tests.layers.city import SmallCity

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ONE = "名称,緯度,経度\nあ,35.1,139.1\n"


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    city.put("points.csv", ONE)
    city.declare("points", SOURCE)
    return city


def revision(city: SmallCity) -> str:
    return city.open().layer("points").revision.id


@pytest.mark.parametrize("layer_id", ["flood", "hydrants"])
def test_the_same_inputs_give_the_same_bytes_in_another_home(tmp_path: Path, layer_id: str) -> None:
    city = load_city(BUNDLED_DEFINITIONS / "city.toml")
    definition = load_layer(BUNDLED_DEFINITIONS / f"{layer_id}.toml")
    for name in ("one", "two"):
        assert not Store(tmp_path / name).publish(definition, city, BUNDLED_DATA).failed
    one, two = (bytes_of(tmp_path / name / "revisions") for name in ("one", "two"))
    assert one == two
    assert len(one) == 3  # the pointer, what it is, its arrays


def test_every_input_is_part_of_the_id(points: SmallCity) -> None:
    seen = [revision(points)]
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    seen.append(revision(points))
    points.declare("points", SOURCE, top="order = 5")
    seen.append(revision(points))
    boundary = (points.data / "boundary.geojson").read_text(encoding="utf-8")
    points.put("boundary.geojson", boundary.replace("35.2", "35.3"))
    seen.append(revision(points))
    assert len(set(seen)) == 4
    points.put("boundary.geojson", boundary)
    points.declare("points", SOURCE)
    points.put("points.csv", ONE)
    assert revision(points) == seen[0]


def test_a_sidecar_is_an_input(city: SmallCity) -> None:
    for path in (BUNDLED_DATA / "samples").glob("extinguishers.*"):
        shutil.copy(path, city.data)
    city.declare("points", 'path = "extinguishers.shp"\nencoding = "cp932"')
    definition = city.definitions / "points.toml"
    text = definition.read_text(encoding="utf-8").replace('column = "名称"', 'column = "設置場所"')
    definition.write_text(text, encoding="utf-8")
    before = revision(city)
    (city.data / "extinguishers.cpg").write_text("CP932", encoding="ascii")
    assert revision(city) != before


def test_an_unchanged_layer_is_not_prepared_again(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = revision(points)
    monkeypatch.setattr("layers.child.run", lambda _folder: pytest.fail("prepared again"))
    assert revision(points) == before


def test_a_broken_new_file_leaves_the_old_revision_served(points: SmallCity) -> None:
    before = revision(points)
    points.put("points.csv", "名称,北,東\nあ,35.1,139.1\n")
    layer = points.open().layer("points")
    assert layer.revision.id == before
    assert "source.longitude is '経度'" in layer.problem
    points.put("points.csv", ONE)
    assert points.open().layer("points").problem == ""


def test_preparing_leaves_nothing_in_the_work_folder(points: SmallCity) -> None:
    points.open()
    assert list((points.home / "00000" / "work").iterdir()) == []


def test_a_reader_that_crashes_breaks_its_layer_only(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    points.open()
    monkeypatch.setattr("sys.executable", "/bin/false")
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    layer = points.open().layer("points")
    assert layer.feature_count == 1
    assert "the reader failed" in layer.problem
