"""A home that is full, not to be written to or damaged: the last good revisions are served."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog, open_published
from layers.errors import PreparationError
from layers.publish.pauses import Pauses
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from tests.disks import disk, full, read_only
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ONE = "名称,緯度,経度\nあ,35.1,139.1\n"
SOON = Pauses(settle=0, retry_soon=0)


@pytest.fixture
def points(city: SmallCity) -> Iterator[SmallCity]:
    city.put("points.csv", ONE)
    city.declare("points", SOURCE)
    with disk(city.home):
        yield city


def publisher(city: SmallCity) -> Publisher:
    home = HomeFolder(city.home)
    return Publisher(city.definitions, city.data, home, SANDBOX, pauses=SOON)


def served(city: SmallCity) -> tuple[Catalog, Publisher]:
    """What a process that starts now serves."""
    starting = publisher(city)
    published = starting.start()
    return open_published(published, starting.home), starting


def names(catalog: Catalog) -> list[str]:
    return sorted(catalog.layer("points").revision.features()["name"])


def record(city: SmallCity) -> Path:
    (path,) = (city.home / "serving").glob("*/published.json")
    return path


def city_folder(city: SmallCity) -> Path:
    return city.home / "00000"


def test_what_was_published_is_served_from_a_disk_that_takes_no_writes(points: SmallCity) -> None:
    served(points)
    with read_only(points.home):
        catalog, starting = served(points)
        assert names(catalog) == ["あ"]
        assert starting.home_problem is not None
        assert "Read-only file system" in str(starting.home_problem)
        # Neither the record nor the files are needed for it.
    record(points).unlink()
    with read_only(points.home):
        assert names(served(points)[0]) == ["あ"]
    catalog, starting = served(points)
    assert catalog.layer("points").trouble is None
    assert starting.home_problem is None


def test_what_was_taken_away_is_not_served_from_a_disk_that_takes_no_writes(
    points: SmallCity,
) -> None:
    points.put("more.csv", ONE)
    points.declare("more", SOURCE.replace("points", "more"))
    served(points)
    (points.definitions / "points.toml").unlink()
    with read_only(points.home):
        assert [*served(points)[0].layers] == ["more"]


def test_what_was_published_is_served_from_a_full_disk_and_goes_on_when_there_is_room(
    points: SmallCity,
) -> None:
    served(points)
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    with full(points.home):
        catalog, _ = served(points)
        assert names(catalog) == ["あ"]
        assert "No space left on device" in catalog.layer("points").problem
    assert names(served(points)[0]) == ["あ", "い"]


def test_what_was_taken_away_is_gone_from_a_full_disk(points: SmallCity) -> None:
    points.put("more.csv", ONE)
    points.declare("more", SOURCE.replace("points", "more"))
    served(points)
    (points.definitions / "points.toml").unlink()
    with full(points.home):
        assert [*served(points)[0].layers] == ["more"]
        assert not (city_folder(points) / "revisions" / "points").exists()


@contextmanager
def in_the_way(path: Path, *, folder: bool = False) -> Iterator[None]:
    """A file where a folder belongs, or a folder where a file does."""
    kept = path.with_name(f"{path.name}.kept")
    if path.exists():
        path.rename(kept)
    if folder:
        path.mkdir()
    else:
        path.touch()
    yield
    path.rmdir() if folder else path.unlink()
    if kept.exists():
        kept.rename(path)


@pytest.mark.parametrize("lock", ["00000/revisions.lock", "00000/work.lock", "lock"])
def test_a_lock_that_is_a_folder_stops_publishing_only(points: SmallCity, lock: str) -> None:
    served(points)
    path = record(points).parent / lock if lock == "lock" else points.home / lock
    with in_the_way(path, folder=True):
        assert names(served(points)[0]) == ["あ"]
    assert served(points)[0].layer("points").trouble is None


def test_a_work_folder_that_is_a_file_stops_publishing_only(points: SmallCity) -> None:
    served(points)
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    with in_the_way(city_folder(points) / "work"):
        catalog, _ = served(points)
        assert names(catalog) == ["あ"]
        assert catalog.layer("points").problem.startswith("work: ")
    assert names(served(points)[0]) == ["あ", "い"]


def test_revisions_that_are_a_file_are_named(points: SmallCity) -> None:
    served(points)
    with in_the_way(city_folder(points) / "revisions"):
        catalog, _ = served(points)
        assert catalog.broken["points"].startswith("revisions: ")
        assert "Not a directory" in catalog.broken["points"]
    assert names(served(points)[0]) == ["あ"]


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def nonsense(path: Path) -> None:
    path.write_bytes(b"\xff\x00nonsense")


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("how", [emptied, nonsense, made_a_folder])
def test_a_damaged_record_is_made_anew(points: SmallCity, how: Callable[[Path], None]) -> None:
    served(points)
    path = record(points)
    how(path)
    with read_only(points.home):
        assert names(served(points)[0]) == ["あ"]
    catalog, starting = served(points)
    assert names(catalog) == ["あ"]
    assert (starting.home_problem is None) == path.is_file()


@pytest.mark.parametrize("how", [emptied, nonsense, made_a_folder])
def test_a_damaged_pointer_or_copy_breaks_no_other_layer(
    points: SmallCity, how: Callable[[Path], None]
) -> None:
    points.put("more.csv", ONE)
    points.declare("more", SOURCE.replace("points", "more"))
    served(points)
    how(city_folder(points) / "revisions" / "points" / "current.json")
    assert "more" in served(points)[0].layers


def test_a_home_of_which_nothing_can_be_served_is_named_at_the_start(points: SmallCity) -> None:
    for fault in (read_only, full):
        with fault(points.home), pytest.raises(PreparationError) as error:
            served(points)
        assert error.value.kind == "file_system"
    served(points)
    shutil.rmtree(city_folder(points) / "base")
    with read_only(points.home), pytest.raises(PreparationError) as error:
        served(points)
    assert error.value.kind == "file_system"
