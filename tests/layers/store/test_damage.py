"""What a failing disk changed is noticed before it is used, and prepared anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from layers.revision.digests import DIGESTS, damaged_file
from layers.revision.revision import ARRAYS, META
from layers.store.folder import FolderStore, HomeFolder
from tests.disks import flip
from tests.layers.city import SmallCity

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ONE = "名称,緯度,経度\nあ,35.1,139.1\n"
FILES = (META, ARRAYS, DIGESTS)


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    city.put("points.csv", ONE)
    city.declare("points", SOURCE)
    return city


def prepared(city: SmallCity) -> Path:
    """The folder of the layer's revision."""
    return city.open().layer("points").revision.folder


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_a_changed_bit_is_noticed_and_the_same_is_prepared_anew(
    points: SmallCity, name: str
) -> None:
    folder = prepared(points)
    before = contents(folder)
    store = HomeFolder(points.home).store("00000")
    for at in range(0, len(before[name]), max(1, len(before[name]) // 20)):
        flip(folder / name, at)
        assert damaged_file(folder) is not None
        assert not store.is_whole("points", folder.name)
        assert FolderStore(points.home / "00000").revision("points", folder.name) is None
        assert FolderStore(points.home / "00000").current("points") is None
        flip(folder / name, at)
    assert store.is_whole("points", folder.name)
    flip(folder / name)
    assert contents(prepared(points)) == before


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_cut_or_is_gone_is_prepared_anew(points: SmallCity, name: str) -> None:
    folder = prepared(points)
    before = contents(folder)
    (folder / name).write_bytes(before[name][:-1])
    assert contents(prepared(points)) == before
    (folder / name).unlink()
    assert contents(prepared(points)) == before
    (folder / name).unlink()
    (folder / name).mkdir()
    assert contents(prepared(points)) == before


def test_a_revision_from_before_there_were_digests_is_prepared_anew(points: SmallCity) -> None:
    folder = prepared(points)
    (folder / DIGESTS).unlink()
    assert prepared(points) == folder
    assert damaged_file(folder) is None


def test_damaged_arrays_are_not_taken_for_whole_under_another_label(points: SmallCity) -> None:
    folder = prepared(points)
    whole = (folder / ARRAYS).read_bytes()
    store = FolderStore(points.home / "00000")
    assert store.revision("points", folder.name) is not None  # it is known to be whole
    from layers.revision.label import label
    from layers.schema.load import load_layer

    flip(folder / ARRAYS)
    points.declare("points", SOURCE, top="order = 5")
    target = points.home / "labelled"
    label(folder, target, "0123", load_layer(points.definitions / "points.toml"))
    assert damaged_file(target) == ARRAYS
    shutil.rmtree(target)
    assert (prepared(points) / ARRAYS).read_bytes() == whole


def test_a_base_map_with_a_changed_bit_is_prepared_anew(points: SmallCity) -> None:
    prepared(points)
    (base,) = (points.home / "00000" / "base").glob("*.geojson")
    before = base.read_bytes()
    flip(base, before.index(b"139."))  # it stays a document
    store = FolderStore(points.home / "00000")
    assert not store.has_base(base.stem)
    with pytest.raises(FileNotFoundError):
        store.base(base.stem)
    prepared(points)
    assert base.read_bytes() == before
    base.unlink()
    base.mkdir()
    prepared(points)
    assert base.read_bytes() == before
