"""A revision is its inputs' and nothing else's: same in, same id, same bytes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from layers.files import locked
from layers.process.job import Job
from layers.process.sandbox import Sandbox
from layers.publish.jobs import publish
from layers.publish.publisher import Publisher
from layers.revision.revision import FORMAT
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.schema.load import load_city, load_layer
from layers.store.folder import FolderStore, HomeFolder
from layers.store.record import Published
from tests.layers.city import SmallCity
from tests.layers.power import followed
from tests.sandbox import SANDBOX

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


@pytest.mark.parametrize(("layer_id", "files"), [("flood", 5), ("hydrants", 4)])
def test_the_same_inputs_give_the_same_bytes_in_another_home(
    tmp_path: Path, layer_id: str, files: int
) -> None:
    city = load_city(BUNDLED_DEFINITIONS / "city.toml")
    definition = load_layer(BUNDLED_DEFINITIONS / f"{layer_id}.toml")
    for name in ("one", "two"):
        assert not publish(
            FolderStore(tmp_path / name), definition, city, BUNDLED_DATA, SANDBOX
        ).failed
    one, two = (bytes_of(tmp_path / name / "revisions") for name in ("one", "two"))
    assert one == two
    # The pointer, what it is, its arrays, their digests; what zooms show of areas.
    assert len(one) == files


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
    monkeypatch.setattr(Sandbox, "run", lambda *_: pytest.fail("prepared again"))
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


def kept(city: SmallCity) -> set[str]:
    """The revisions of the layer that are on the disk."""
    layer = city.home / "00000" / "revisions" / "points"
    return {path.name for path in layer.iterdir() if path.is_dir()}


def only(city: SmallCity) -> bool:
    """Whether the revision that is published now is the only one kept."""
    now = revision(city)
    return kept(city) == {now}


def test_a_revision_goes_at_once_when_anything_of_it_was_taken_back(points: SmallCity) -> None:
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    revision(points)
    points.put("points.csv", ONE)  # a row removed
    assert only(points)
    points.put("points.csv", ONE.replace("35.1", "35.11"))  # moved
    assert only(points)
    points.put("points.csv", ONE.replace("35.1", "35.11").replace("あ", "い"))  # another value
    assert only(points)
    points.declare("points", SOURCE, fields="[privacy]\ngrid_m = 100")
    assert only(points)


def test_a_revision_that_says_no_more_is_kept_for_a_while(points: SmallCity) -> None:
    first = revision(points)
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    second = revision(points)
    assert kept(points) == {first, second}
    store = FolderStore(points.home / "00000")
    pointer = store.pointer("points")
    assert pointer is not None
    assert (pointer.revision, pointer.former) == (second, first)
    assert pointer.change is not None
    assert (pointer.change.added, pointer.change.removed) == (1, 0)
    store.tidy("points")
    assert kept(points) == {first, second}
    FolderStore(points.home / "00000", grace=0).tidy("points")
    assert kept(points) == {second}


def test_the_one_before_the_one_before_goes_at_once(points: SmallCity) -> None:
    ids = []
    for count in range(3):
        points.put("points.csv", ONE + "い,35.1,139.15\n" * count)
        ids.append(revision(points))
    assert kept(points) == set(ids[1:])


def test_a_revision_of_another_version_of_this_package_is_not_opened(points: SmallCity) -> None:
    revision_id = revision(points)
    meta = points.home / "00000" / "revisions" / "points" / revision_id / "meta.json"
    meta.write_text(meta.read_text("utf-8").replace(f'"format": {FORMAT}', '"format": 0'), "utf-8")
    assert FolderStore(points.home / "00000").current("points") is None


def test_a_file_that_changes_while_it_is_copied_is_not_read(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = revision(points)
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    copy = shutil.copyfile

    def copy_slowly(source: Path, target: Path) -> None:
        copy(source, target)
        if source.name == "points.csv":
            with source.open("a", encoding="utf-8") as file:
                file.write("う,35.1,139.16\n")

    monkeypatch.setattr("shutil.copyfile", copy_slowly)
    layer = points.open().layer("points")
    assert layer.revision.id == before
    assert "points.csv changed while it was read; try again" in layer.problem


def test_a_file_that_changes_between_its_hash_and_its_copy_is_not_published(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = revision(points)
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    copy = shutil.copyfile

    def change_and_copy(source: Path, target: Path) -> None:
        if source.name == "points.csv":
            there = source.stat()
            source.write_text(ONE + "う,35.1,139.16\n", encoding="utf-8")
            os.utime(source, ns=(there.st_atime_ns, there.st_mtime_ns))  # as large, and as old
        copy(source, target)

    monkeypatch.setattr("shutil.copyfile", change_and_copy)
    layer = points.open().layer("points")
    assert layer.revision.id == before
    assert "points.csv changed while it was read; try again" in layer.problem
    monkeypatch.undo()
    assert revision(points) != before


def test_what_was_read_before_a_change_never_takes_the_place_of_what_came_after(
    points: SmallCity,
) -> None:
    before = revision(points)
    points.put("points.csv", ONE + "い,35.1,139.15\n")

    class Slow(Sandbox):
        """In which rows are withdrawn while a job runs."""

        def run(self, folder: Path, job: Job) -> Path:
            outcome = super().run(folder, job)
            points.put("points.csv", ONE)
            return outcome

    layer = points.open(Slow()).layer("points")
    assert "points.csv changed while it was read; try again" in layer.problem
    assert layer.revision.id == before


def test_what_the_file_system_refuses_is_said_by_the_files_name_only(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, _target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(source))

    points.open()
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    monkeypatch.setattr("shutil.copyfile", refuse)
    assert points.open().layer("points").problem == (
        "points.csv: A file could not be read or written (Permission denied): "
        "check the free space, and that the folder may be written to."
    )


def test_what_killed_processes_left_is_cleared_unless_another_one_works(points: SmallCity) -> None:
    home = points.home / "00000"
    left = home / "work" / "left"
    left.mkdir(parents=True)
    (left / "half").touch()
    with locked(home / "work.lock", shared=True):
        FolderStore(home).clear_work()
        assert left.exists()
    FolderStore(home).clear_work()
    assert not left.exists()


def test_a_reader_that_crashes_breaks_its_layer_only(points: SmallCity) -> None:
    points.open()
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    layer = points.open(Sandbox(program="no_such_program")).layer("points")
    assert layer.feature_count == 1
    assert "The reader failed" in layer.problem


def test_the_pointer_names_a_whole_revision_whenever_the_power_fails(points: SmallCity) -> None:
    layer, pointed_at = "00000/revisions/points", []
    revisions = [revision(points)]
    with followed(points.home) as disk:
        for rows in (ONE + "い,35.1,139.15\n", ONE.replace("あ", "う")):  # one taken back
            points.put("points.csv", rows)
            revisions.append(revision(points))
    for survivors in disk.moments:
        pointer = survivors[f"{layer}/current.json"]
        assert pointer is not None
        pointed_at.append(json.loads(pointer)["revision"])
        for file in ("meta.json", "arrays.bin"):
            assert survivors[f"{layer}/{pointed_at[-1]}/{file}"]
    assert list(dict.fromkeys(pointed_at)) == revisions


def test_the_record_names_what_is_there_whenever_the_power_fails(points: SmallCity) -> None:
    """One process publishes: first the base map and the revisions, then the record of them."""
    publisher = Publisher(points.definitions, points.data, HomeFolder(points.home), SANDBOX)
    points.home.mkdir()
    with followed(points.home) as disk:
        publisher.start()
    recorded = []
    for survivors in disk.moments:
        records = [content for name, content in survivors.items() if "published.json" in name]
        for record in records:
            assert record is not None
            published = Published.from_stored(record)
            assert published is not None
            pointer = published.layers["points"].pointer
            assert pointer is not None
            assert survivors[f"00000/revisions/points/{pointer.revision}/arrays.bin"]
            assert survivors[f"00000/base/{published.base}.geojson"]
            recorded.append(published)
    assert recorded[-1] == publisher.published
