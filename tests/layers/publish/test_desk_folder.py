"""The desk's layers are published as the desk's database says, whatever is in its mirror."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog, open_published
from layers.publish.check import check_catalog
from layers.publish.desk_folder import DeskFolder
from layers.publish.pauses import Pauses
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from layers.store.record import Published
from tests.layers.city import SQUARE, SmallCity, check_reports, feature_collection, polygon
from tests.layers.fetch.host import serving
from tests.layers.publish.desk import MemoryDesk
from tests.sandbox import SANDBOX

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
OLD, NEW = (f"名称,緯度,経度\n{name},35.1,139.1\n".encode() for name in ("旧", "新"))
PATIENCE = 120.0  # seconds


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    """A city whose folder declares a layer, since long ago."""
    for path in (city.put("points.csv", OLD), city.declare("points", SOURCE), *city.data.iterdir()):
        os.utime(path, (1e9, 1e9))
    return city


class Service:
    """One process that publishes what the folder and the desk declare."""

    def __init__(self, city: SmallCity, desk: MemoryDesk) -> None:
        # The operator's files would rest for an hour: what is seen sooner is the desk's.
        pauses = Pauses(settle=3600)
        self.publisher = Publisher(
            city.definitions,
            city.data,
            HomeFolder(city.home),
            SANDBOX,
            desk=desk.folder(city.home),
            private_sources=True,
            pauses=pauses,
        )
        self.publisher.start()

    @property
    def published(self) -> Published:
        recorded = self.publisher.record.read()
        assert recorded is not None
        return recorded

    @property
    def catalog(self) -> Catalog:
        return open_published(self.published, self.publisher.home)

    def until(self, is_so: Callable[[Catalog], bool]) -> Catalog:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.publisher.look()
            if is_so(self.catalog):
                return self.catalog
            time.sleep(0.05)
        raise AssertionError(f"never so: {self.published}")

    def look_often(self) -> None:
        """Look until what one look begins would be done."""
        for _ in range(10):
            self.publisher.look()
            time.sleep(0.05)


def names(catalog: Catalog) -> list[str]:
    if "points" not in catalog.layers:
        return []
    return sorted(catalog.layer("points").revision.features()["name"])


def test_the_desks_layer_wins_and_the_folders_file_is_set_aside(points: SmallCity) -> None:
    desk = MemoryDesk()
    service = Service(points, desk)
    assert names(service.catalog) == ["旧"]
    desk.publish("points", SOURCE, {"points.csv": NEW})
    catalog = service.until(lambda catalog: catalog.layer("points").owner == "desk")
    assert (names(catalog), catalog.set_aside) == (["新"], {"points"})
    assert catalog.layer("points").trouble is None
    desk.given_back.add("points")
    catalog = service.until(lambda catalog: catalog.layer("points").owner == "folder")
    assert (names(catalog), catalog.set_aside) == (["旧"], set())


def test_what_is_taken_over_unchanged_is_the_same_revision(points: SmallCity) -> None:
    points.put("area.geojson", (points.data / "boundary.geojson").read_bytes())
    top = 'surveyed_extent = "area.geojson"\nhazard = "洪水"\nscenario = "実績"'
    path = points.declare("points", SOURCE, top=top)
    desk = MemoryDesk()
    before = Service(points, desk).catalog.layer("points").revision.id
    files = {name: (points.data / name).read_bytes() for name in ("points.csv", "area.geojson")}
    desk.versions["points"] = [(path.read_text("utf-8"), files)]
    path.unlink()
    after = Service(points, desk).catalog.layer("points")
    assert (after.revision.id, after.owner) == (before, "desk")


def test_a_layer_of_the_desk_alone_comes_and_goes(city: SmallCity) -> None:
    desk = MemoryDesk()
    service = Service(city, desk)
    desk.publish("points", SOURCE, {"points.csv": NEW})
    service.until(lambda catalog: names(catalog) == ["新"])
    assert service.catalog.set_aside == set()
    desk.given_back.add("points")
    service.until(lambda catalog: not catalog.layers)
    assert not [*(city.home / "desk" / "layers").rglob("*.toml")]


def damage(folder: Path) -> None:
    (file,) = folder.rglob("points.csv")
    file.write_bytes(b"x" * file.stat().st_size)


def cut(folder: Path) -> None:
    (file,) = folder.rglob("points.toml")
    file.write_bytes(b"")


def add(folder: Path) -> None:
    (file,) = folder.rglob("points.csv")
    file.with_name("points.csv-wal").write_bytes(b"x")


def remove_file(folder: Path) -> None:
    (file,) = folder.rglob("points.csv")
    file.unlink()


def remove_list(folder: Path) -> None:
    (folder / "versions.json").unlink()


def garble_list(folder: Path) -> None:
    (folder / "versions.json").write_bytes(b'{"points": "x"}')


def leave_work(folder: Path) -> None:
    (folder / "work" / "half" / "new").mkdir(parents=True)
    (folder / "layers" / "points" / "99").mkdir()


def put_a_file_in_the_way(folder: Path) -> None:
    (version,) = (folder / "layers" / "points").iterdir()
    shutil.rmtree(version)
    version.write_bytes(b"")


@pytest.mark.parametrize(
    "harm",
    [
        damage,
        cut,
        add,
        remove_file,
        remove_list,
        garble_list,
        leave_work,
        put_a_file_in_the_way,
        shutil.rmtree,
    ],
)
def test_a_harmed_mirror_is_made_anew_and_nothing_of_it_is_published(
    points: SmallCity, harm: Callable[[Path], None]
) -> None:
    desk = MemoryDesk()
    desk.publish("points", SOURCE, {"points.csv": NEW})
    service = Service(points, desk)
    folder = points.home / "desk"
    whole = tree(folder)
    before = service.published
    harm(folder)
    assert tree(folder) != whole
    service.look_often()
    assert tree(folder) == whole
    assert service.published == before
    harm(folder)
    service = Service(points, desk)  # which has seen nothing of it before
    assert (names(service.catalog), tree(folder)) == (["新"], whole)


def tree(folder: Path) -> dict[str, bytes | None]:
    """All that is in a folder, but for what locks and what is left empty."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
        if path.name not in ("lock", "work")
    }


def test_without_its_database_the_mirror_counts(points: SmallCity) -> None:
    desk = MemoryDesk()
    desk.publish("points", SOURCE, {"points.csv": NEW})
    service = Service(points, desk)
    desk.is_away = True
    desk.publish("points", SOURCE, {"points.csv": OLD})
    service.look_often()
    assert names(service.catalog) == ["新"]
    assert names(Service(points, desk).catalog) == ["新"]
    desk.is_away = False
    service.until(lambda catalog: names(catalog) == ["旧"])


@pytest.mark.parametrize("starts_anew", [False, True])
def test_without_both_the_desks_layers_stay_as_they_were(
    points: SmallCity, *, starts_anew: bool
) -> None:
    desk = MemoryDesk()
    desk.publish("points", SOURCE, {"points.csv": NEW})
    desk.publish("others", SOURCE, {"points.csv": NEW})
    service = Service(points, desk)
    assert set(service.catalog.layers) == {"points", "others"}
    desk.is_away = True
    shutil.rmtree(points.home / "desk")
    if starts_anew:
        service = Service(points, desk)
    service.publisher.doubt("points")
    service.look_often()
    assert (names(service.catalog), set(service.catalog.layers)) == (["新"], {"points", "others"})
    assert service.catalog.set_aside == {"points"}
    desk.is_away = False
    desk.publish("points", SOURCE, {"points.csv": OLD})
    service.until(lambda catalog: names(catalog) == ["旧"])


def test_a_service_without_the_desk_ever_is_served_without_its_database(points: SmallCity) -> None:
    assert names(Service(points, MemoryDesk(is_away=True)).catalog) == ["旧"]


def test_a_version_that_cannot_be_written_leaves_the_others_and_the_one_before(
    points: SmallCity,
) -> None:
    desk = MemoryDesk()
    desk.publish("points", SOURCE, {"points.csv": OLD})
    service = Service(points, desk)
    desk.publish("points", SOURCE, {"points.csv": NEW})
    desk.versions["points"].append((desk.versions["points"][-1][0], {"x" * 300: NEW}))
    desk.publish("others", SOURCE, {"points.csv": NEW})
    service.until(lambda catalog: "others" in catalog.layers)
    assert names(service.catalog) == ["旧"]
    assert service.publisher.home_problem is not None
    desk.versions["points"].pop()
    service.until(lambda catalog: names(catalog) == ["新"])
    assert service.publisher.home_problem is None


def test_a_file_by_the_name_of_the_citys_is_refused_unless_it_is_the_same(
    city: SmallCity,
) -> None:
    desk = MemoryDesk()
    boundary = feature_collection((polygon(SQUARE), {"名称": "市"})).encode()
    city.put("boundary.geojson", boundary)
    desk.publish("area", 'path = "boundary.geojson"', {"boundary.geojson": boundary})
    desk.publish("other", 'path = "boundary.geojson"', {"boundary.geojson": boundary + b"\n"})
    catalog = Service(city, desk).catalog
    assert [*catalog.layers] == ["area"]
    assert [problem.kind for problem in catalog.unserved["other"].problems] == ["name_of_city"]


def test_a_remote_source_of_the_desks_is_asked_like_the_folders(city: SmallCity) -> None:
    desk = MemoryDesk()
    with serving() as host:
        url = host.give("/points.csv", NEW, ETag='"1"')
        desk.publish("points", SOURCE.replace('path = "points.csv"', f'url = "{url}"'), {})
        service = Service(city, desk)
        layer = service.catalog.layer("points")
    assert (names(service.catalog), layer.owner) == (["新"], "desk")
    assert layer.fetched_at is not None


def test_check_reads_the_desks_and_says_what_is_set_aside(points: SmallCity) -> None:
    desk = MemoryDesk()
    desk.publish("points", SOURCE, {"points.csv": b"x,y\n1,2\n"})
    folder = desk.folder(points.home)
    folder.refresh()
    reader = DeskFolder(points.home / "desk")
    arguments = (points.definitions, points.data)
    for choice in (None, ["points"]):
        (report,) = check_reports(*arguments, choice, desk=reader)
        kinds = [problem.kind for problem in report.problems]
        assert (report.failed, kinds[-1]) == (True, "set_aside")
    file = str(points.definitions / "points.toml")
    (check,) = check_catalog(*arguments, [file], sandbox=SANDBOX, desk=reader)
    assert not check.report.failed
    assert [each.kind for each in check.report.problems][-1] == "set_aside"
