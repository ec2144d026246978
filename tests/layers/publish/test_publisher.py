"""What is published follows the files, by one process at a time, whatever happens to it."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from layers.catalog.catalog import Catalog, open_published
from layers.errors import PreparationError
from layers.process.job import Job, LayerJob
from layers.process.sandbox import Sandbox
from layers.publish import base_map, jobs
from layers.publish.definitions import Definitions, OperatorsFolder
from layers.publish.inputs import Inputs
from layers.publish.pauses import PAUSES, Pauses
from layers.publish.publisher import Publisher
from layers.publish.watch import State, Watch
from layers.report import Report
from layers.revision.revision import FORMAT
from layers.schema.layer import LayerDefinition
from layers.store.folder import FolderRecord, FolderStore, HomeFolder
from layers.store.pointer import Pointer
from layers.store.record import Published
from layers.store.store import Store
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ONE = "名称,緯度,経度\nあ,35.1,139.1\n"
PATIENCE = 120.0  # seconds
ROOT = Path(__file__).parents[3]
AT_REST_AT_ONCE = Pauses(settle=0)
SETTLE = PAUSES.settle


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    city.put("points.csv", ONE)
    city.declare("points", SOURCE)
    return city


def publisher(
    city: SmallCity, sandbox: Sandbox = SANDBOX, pauses: Pauses = AT_REST_AT_ONCE
) -> Publisher:
    home = HomeFolder(city.home)
    return Publisher(city.definitions, city.data, home, sandbox, pauses=pauses)


def watch_of(city: SmallCity) -> Watch:
    folder = OperatorsFolder(city.definitions, city.data)
    return Watch(Definitions(folder), city.data, SETTLE, city.home.joinpath)


class Service:
    """One process of the service, as far as publishing goes; every file is at rest at once."""

    def __init__(
        self, city: SmallCity, sandbox: Sandbox = SANDBOX, pauses: Pauses = AT_REST_AT_ONCE
    ) -> None:
        self.publisher = publisher(city, sandbox, pauses)
        self.publisher.start()

    def published(self) -> Published:
        recorded = self.publisher.record.read()
        assert recorded is not None
        return recorded

    def catalog(self) -> Catalog:
        return open_published(self.published(), self.publisher.home)

    def until(self, what: Callable[[Catalog], bool]) -> Catalog:
        """Look for changes until the catalogue is as wanted."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.publisher.look()
            catalog = self.catalog()
            if what(catalog):
                return catalog
            time.sleep(0.05)
        raise AssertionError(f"never so: {self.published()}")


@pytest.fixture
def service(points: SmallCity) -> Service:
    return Service(points)


def names(catalog: Catalog) -> list[str]:
    return sorted(catalog.layer("points").revision.features()["name"])


def state(size: int) -> State:
    return None, (("points.csv", (size, 0, 0)),)  # type: ignore[return-value]


def test_a_file_is_at_rest_when_it_has_not_changed_for_a_while(city: SmallCity) -> None:
    watch = watch_of(city)
    growing = [watch.is_at_rest("points", state(size), float(size)) for size in range(10)]
    assert not any(growing)
    last = state(9)
    assert not watch.is_at_rest("points", last, 9.0 + SETTLE / 2)
    assert watch.is_at_rest("points", last, 9.0 + SETTLE)


def test_every_file_of_a_layer_is_watched(points: SmallCity) -> None:
    points.declare(
        "area", SOURCE, top='surveyed_extent = "area.geojson"\nhazard = "洪水"\nscenario = "実績"'
    )
    watch = watch_of(points)
    city = points.open().city
    before = watch.look(city)
    assert set(before) == {"city.toml", "area", "points"}
    assert "area.geojson" in str(before["area"])  # it is missing
    points.put("points.csv", ONE + "\n")
    changed = watch.look(city)
    assert changed["points"] != before["points"]
    points.put("area.geojson", (points.data / "boundary.geojson").read_bytes())
    assert watch.look(city)["area"] != changed["area"]
    points.put("boundary.geojson", (points.data / "boundary.geojson").read_bytes())
    again = watch.look(city)
    assert {key for key in again if again[key] != changed[key]} == {"city.toml", "area", "points"}


def test_changed_added_and_removed_files_are_published(points: SmallCity, service: Service) -> None:
    assert names(service.catalog()) == ["あ"]
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    catalog = service.until(lambda catalog: names(catalog) == ["あ", "い"])
    pointer = catalog.layer("points").pointer
    assert pointer is not None
    assert pointer.change is not None
    assert pointer.change.added == 1
    assert catalog.layer("points", pointer.former).feature_count == 1
    points.declare("more", SOURCE, top="order = 1")
    assert list(service.until(lambda catalog: len(catalog.layers) == 2).layers) == [
        "more",
        "points",
    ]
    (points.definitions / "points.toml").unlink()
    assert list(service.until(lambda catalog: "points" not in catalog.layers).layers) == ["more"]
    assert not (points.home / "00000" / "revisions" / "points").exists()


def test_an_unchanged_folder_publishes_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "publish", lambda *_, **__: pytest.fail("published again"))
    written = service.publisher.record.stamp()
    for _ in range(3):
        service.publisher.look()
    assert service.publisher.record.stamp() == written


def test_a_broken_file_is_said_with_its_beginning_until_it_is_repaired(
    points: SmallCity, service: Service
) -> None:
    points.put("points.csv", "名称,北,東\nあ,35.1,139.1\n")
    broken = service.until(lambda catalog: catalog.layer("points").trouble is not None)
    first = broken.layer("points").trouble
    assert first is not None
    assert "データにある列の名前を書いてください" in first.problems[0].message("ja")
    points.put("points.csv", "名称\nあ\n")
    service.until(lambda catalog: catalog.layer("points").problem != first.detail)
    points.declare("points", "pth = 1")
    worse = service.until(lambda catalog: "pth" in catalog.layer("points").problem)
    trouble = worse.layer("points").trouble
    assert trouble is not None
    assert trouble.since == first.since
    assert names(worse) == ["あ"]
    points.declare("points", SOURCE)
    points.put("points.csv", ONE + "う,35.1,139.16\n")
    assert names(service.until(lambda catalog: not catalog.layer("points").problem)) == ["あ", "う"]


class Unreliable(Sandbox):
    """One whose jobs crash for a while."""

    crashes = False
    signal = "SIGSEGV"

    def run(self, folder: Path, job: Job) -> Path:
        if self.crashes and isinstance(job, LayerJob):
            raise PreparationError("stopped", value=self.signal)
        return SANDBOX.run(folder, job)


def test_a_failure_is_tried_again_though_no_file_changed(points: SmallCity) -> None:
    sandbox = Unreliable()
    service = Service(points, sandbox, Pauses(settle=0, retry=0))
    sandbox.crashes = True
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    service.until(lambda catalog: "SIGSEGV" in catalog.layer("points").problem)
    sandbox.crashes = False
    assert names(service.until(lambda catalog: not catalog.layer("points").problem)) == ["あ", "い"]


class Hunted(Sandbox):
    """One whose next jobs are killed while they run, as by a system that is short of memory."""

    kills = 0

    def run(self, folder: Path, job: Job) -> Path:
        if self.kills:
            self.kills -= 1
            threading.Thread(target=self._kill, daemon=True).start()
        return super().run(folder, job)

    def _kill(self) -> None:
        while True:
            loaded = self._server._loaded
            if loaded is not None:
                pid = loaded[0].pid
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                for child in children:
                    os.kill(int(child), signal.SIGKILL)
                if children:
                    return
            time.sleep(0.0005)


def test_a_reader_that_was_killed_is_tried_again_soon(points: SmallCity) -> None:
    with Hunted() as sandbox:
        service = Service(points, sandbox, Pauses(settle=0, retry=3600, retry_soon=0.1))
        for times in (1, 3):
            sandbox.kills = times
            points.put("points.csv", ONE + f"い,35.1,139.15{times}\n")
            service.until(lambda catalog: "SIGKILL" in catalog.layer("points").problem)
            assert names(service.catalog()) == ["あ"] if times == 1 else ["あ", "い"]
            service.until(lambda catalog: not catalog.layer("points").problem)
            assert sandbox.kills == 0
        assert names(service.catalog()) == ["あ", "い"]


def test_the_pause_after_a_killed_reader_grows_to_the_usual_one(points: SmallCity) -> None:
    sandbox, pauses = Unreliable(), Pauses(settle=0, retry=1800, retry_soon=60)
    sandbox.crashes = True
    service = publisher(points, sandbox, pauses)
    found = []
    for _ in range(7):
        service.publish()
        trouble = service.published.layers["points"].trouble
        assert trouble is not None
        found.append(service._retries.pause("points", trouble))
    assert found == [60, 120, 240, 480, 960, 1800, 1800]
    sandbox.signal = "SIGXCPU"  # a limit: it will end the next one too
    service.publish()
    trouble = service.published.layers["points"].trouble
    assert trouble is not None
    assert service._retries.pause("points", trouble) == 1800


def test_a_broken_city_changes_nothing_but_is_said(points: SmallCity, service: Service) -> None:
    written = (points.definitions / "city.toml").read_text("utf-8")
    (points.definitions / "city.toml").write_text(written.replace("code =", "cod ="), "utf-8")
    catalog = service.until(lambda catalog: catalog.trouble is not None)
    assert names(catalog) == ["あ"]
    # The service may start while its city is broken; who has nothing yet may not.
    assert Service(points).catalog().trouble is not None
    (points.definitions / "city.toml").write_text(written.replace("見本市", "新市"), "utf-8")
    assert service.until(lambda catalog: catalog.trouble is None).city.name["ja"] == "新市"


def test_a_folder_that_is_away_removes_nothing(points: SmallCity, service: Service) -> None:
    away = points.definitions.rename(points.definitions.with_name("away"))
    points.definitions.mkdir()
    assert names(service.until(lambda catalog: catalog.trouble is not None)) == ["あ"]
    points.definitions.rmdir()
    away.rename(points.definitions)
    assert names(service.until(lambda catalog: catalog.trouble is None)) == ["あ"]


def test_a_folder_that_cannot_be_listed_removes_nothing(
    points: SmallCity, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Path.iterdir

    def refused(folder: Path) -> Iterator[Path]:
        if folder == points.definitions:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return own(folder)

    with monkeypatch.context() as unlistable:
        unlistable.setattr(Path, "iterdir", refused)
        for one in (service, Service(points)):
            catalog = one.until(lambda catalog: catalog.trouble is not None)
            assert names(catalog) == ["あ"]
            assert catalog.trouble is not None
            assert "Permission denied" in catalog.trouble.detail
    assert names(service.until(lambda catalog: catalog.trouble is None)) == ["あ"]


def test_an_unreadable_source_keeps_no_other_layer_from_being_published(
    points: SmallCity, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Inputs.of

    def refused(definition: LayerDefinition, *others: Any, **named: Any) -> Inputs:
        if definition.id == "more":
            raise PermissionError(errno.EACCES, "Permission denied", "more")
        return own(definition, *others, **named)

    monkeypatch.setattr(Inputs, "of", refused)
    points.declare("more", SOURCE)
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    catalog = service.until(lambda catalog: "more" in catalog.broken)
    assert "Permission denied" in catalog.broken["more"]
    assert names(service.until(lambda catalog: names(catalog) != ["あ"])) == ["あ", "い"]


def test_publishing_goes_on_after_a_failure_to_read_what_became_of_a_layer(
    points: SmallCity, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, failures = FolderStore.pointer, [OSError(errno.EMFILE, "Too many open files")]

    def fails_once(store: FolderStore, layer_id: str) -> Pointer | None:
        if failures and threading.current_thread() is threading.main_thread():
            raise failures.pop()
        return own(store, layer_id)

    monkeypatch.setattr(FolderStore, "pointer", fails_once)
    points.put("points.csv", "名称,緯度,経度\nい,35.1,139.15\n")
    before = service.published()
    with pytest.raises(OSError, match="Too many"):
        service.until(lambda _: False)
    service.until(lambda _: service.published() != before)
    assert names(service.catalog()) == ["い"]


def test_the_publishing_thread_outlives_any_failure(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(points, pauses=Pauses(settle=0, poll=0.05))
    failures = [OSError(errno.EMFILE, "Too many open files")] * 2
    own = FolderRecord.leading

    def fails_twice(record: FolderRecord) -> AbstractContextManager[bool]:
        if failures:
            raise failures.pop()
        return own(record)

    monkeypatch.setattr(FolderRecord, "leading", fails_twice)
    stop = threading.Event()
    keeper = threading.Thread(target=service.publisher.keep_up, args=(stop,))
    keeper.start()
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    deadline = time.monotonic() + PATIENCE
    while names(service.catalog()) != ["あ", "い"] and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    keeper.join()
    assert failures == []
    assert names(service.catalog()) == ["あ", "い"]


def test_what_a_full_disk_kept_from_being_published_is_tried_again_soon(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(points, pauses=Pauses(settle=0, retry_soon=0))

    def full(_source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    with monkeypatch.context() as disk:
        disk.setattr("shutil.copyfile", full)
        points.put("points.csv", ONE + "い,35.1,139.15\n")
        service.until(lambda catalog: "No space left" in catalog.layer("points").problem)
    assert names(service.until(lambda catalog: not catalog.layer("points").problem)) == ["あ", "い"]


def test_a_city_that_changes_while_it_is_read_is_read_again(
    points: SmallCity, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = points.definitions / "city.toml"
    written = city.read_text("utf-8")
    own, changes = base_map.publish_base, [written.replace("見本市", "新しい市")]

    def changed_meanwhile(store: Store, *arguments: Any) -> base_map.BaseMapPublished:
        if changes:
            city.write_text(changes.pop(), "utf-8")
        return own(store, *arguments)

    monkeypatch.setattr(base_map, "publish_base", changed_meanwhile)
    city.write_text(written + "\n", "utf-8")
    service.until(lambda catalog: catalog.city.name["ja"] == "新しい市")


def test_a_city_whose_code_changes_while_a_layer_is_prepared_keeps_the_layer(
    points: SmallCity, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, begun = jobs.publish, threading.Event()

    def slow(store: Store, *arguments: Any, **options: Any) -> Report:
        begun.set()
        time.sleep(0.5)
        return own(store, *arguments, **options)

    monkeypatch.setattr(jobs, "publish", slow)
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    while not begun.is_set():
        service.publisher.look()
    city = points.definitions / "city.toml"
    city.write_text(city.read_text("utf-8").replace('"00000"', '"00001"'), "utf-8")
    catalog = service.until(lambda catalog: catalog.city.code == "00001")
    assert names(catalog) == ["あ", "い"]


@pytest.mark.parametrize("file", ["arrays.bin", "meta.json", "current.json", "base"])
def test_what_a_failing_disk_emptied_is_prepared_anew(points: SmallCity, file: str) -> None:
    Service(points)
    pattern = "base/*.geojson" if file == "base" else f"revisions/points/**/{file}"
    (damaged,) = (points.home / "00000").glob(pattern)
    damaged.write_bytes(b"")
    catalog = Service(points).catalog()
    assert names(catalog) == ["あ"]
    assert catalog.contains(139.1, 35.1)
    assert damaged.stat().st_size > 0


def test_a_process_waits_for_another_version_that_publishes_to_end(
    points: SmallCity, caplog: pytest.LogCaptureFixture
) -> None:
    first = Service(points, pauses=Pauses(settle=0, poll=0.05)).publisher
    first.record.write(replace(first.published, format=0))
    starting = threading.Thread(target=first.start)
    with first.record.leading() as leads:
        assert leads
        starting.start()
        deadline = time.monotonic() + PATIENCE
        while not caplog.messages and time.monotonic() < deadline:
            time.sleep(0.01)
        assert "has to be stopped first" in caplog.text
        assert starting.is_alive()
    starting.join(PATIENCE)
    assert first.record.read() == first.published
    assert first.published.can_be_opened


def test_a_layer_that_cannot_be_opened_is_said_to_be_unserved(points: SmallCity) -> None:
    service = Service(points)
    (meta,) = (points.home / "00000").glob("revisions/points/*/meta.json")
    meta.write_text(meta.read_text("utf-8").replace(f'"format": {FORMAT}', '"format": 0'), "utf-8")
    assert service.catalog().broken["points"].startswith("The prepared data is damaged")


def test_another_citys_code_leaves_nothing_of_the_first(
    points: SmallCity, service: Service
) -> None:
    city = points.definitions / "city.toml"
    city.write_text(city.read_text("utf-8").replace('"00000"', '"00001"'), "utf-8")
    assert names(service.until(lambda catalog: catalog.city.code == "00001")) == ["あ"]
    assert list((points.home / "00000" / "revisions").iterdir()) == []


def test_a_layer_whose_definition_went_while_nobody_looked_is_removed(points: SmallCity) -> None:
    points.declare("more", SOURCE)
    Service(points)
    (points.definitions / "more.toml").unlink()
    assert set(Service(points).catalog().layers) == {"points"}
    assert not (points.home / "00000" / "revisions" / "more").exists()


def test_one_process_publishes_and_the_others_take_what_it_wrote(
    points: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Service(points, pauses=Pauses(settle=0, poll=0.05))
    stop = threading.Event()
    keeper = threading.Thread(target=first.publisher.keep_up, args=(stop,))
    keeper.start()
    while not leads(first.publisher):
        time.sleep(0.01)
    with monkeypatch.context() as second:
        second.setattr(Publisher, "publish", lambda *_, **__: pytest.fail("published twice"))
        assert publisher(points).start() == first.published()
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    deadline = time.monotonic() + PATIENCE
    while names(first.catalog()) != ["あ", "い"] and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    keeper.join()
    assert names(first.catalog()) == ["あ", "い"]
    assert not leads(first.publisher)


def test_a_process_that_starts_while_a_file_arrives_leaves_it_for_later(points: SmallCity) -> None:
    Service(points)  # has published and does not lead
    points.put("points.csv", ONE + "い,35.1,139.15\n")
    second = Service(points, pauses=PAUSES)
    assert names(second.catalog()) == ["あ"]
    assert names(second.until(lambda catalog: len(names(catalog)) == 2)) == ["あ", "い"]
    points.put("points.csv", ONE)
    before = time.time() - 60
    for path in (*points.data.iterdir(), *points.definitions.iterdir()):
        os.utime(path, (before, before))
    assert names(Service(points, pauses=PAUSES).catalog()) == ["あ"]


def test_what_is_taken_away_just_after_a_start_is_gone(points: SmallCity) -> None:
    Service(points)
    second = Service(points, pauses=PAUSES)  # leaves what was written just now for later
    (points.definitions / "points.toml").unlink()
    assert second.until(lambda catalog: not catalog.layers).layers == {}


def leads(publisher: Publisher) -> bool:
    """Whether somebody publishes what the publisher would."""
    with publisher.record.leading() as is_free:
        return not is_free


# Publishes one revision after the other, as fast as it can: rows 1 to n of 'n', then n + 1.
ENDLESS = """
import sys
from pathlib import Path
from layers.process.sandbox import Sandbox
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder

definitions, data, home = map(Path, sys.argv[1:4])
publisher = Publisher(definitions, data, HomeFolder(home), Sandbox())
publisher.start()
for count in range(1, 1000):
    rows = "".join(f"{count},35.1,{139.1 + row / 1000}\\n" for row in range(count % 7 + 1))
    (data / "points.csv").write_text("名称,緯度,経度\\n" + rows, encoding="utf-8")
    publisher.record.write(publisher.publish())
    print(count, flush=True)
"""


@pytest.mark.parametrize("seed", [1])
def test_a_process_killed_at_any_moment_leaves_a_usable_home(points: SmallCity, seed: int) -> None:
    kill_and_look(points, seed, rounds=2)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_hundreds_of_kills_leave_a_usable_home(points: SmallCity, seed: int) -> None:
    kill_and_look(points, seed, rounds=30)


def kill_and_look(city: SmallCity, seed: int, rounds: int) -> None:
    Service(city)
    moment = random.Random(seed)
    arguments = [str(folder) for folder in (city.definitions, city.data, city.home)]
    for _ in range(rounds):
        process = subprocess.Popen(
            [sys.executable, "-c", ENDLESS, *arguments], stdout=subprocess.PIPE, cwd=ROOT
        )
        assert process.stdout is not None
        process.stdout.readline()  # the first is published; what follows may be cut anywhere
        time.sleep(moment.uniform(0, 3))
        process.kill()
        process.communicate()
        assert process.returncode == -9
        revision = FolderStore(city.home / "00000").current("points")
        assert revision is not None
        said = revision.features()["name"].tolist()
        assert len(set(said)) == 1
        assert len(said) == revision.report.rows
    # The kill may have cut the city's own file too, which is no fault of the home.
    city.put("points.csv", ONE)
    catalog = Service(city).catalog()
    assert catalog.layer("points").problem == ""
    assert names(catalog) == ["あ"]
    revisions = city.home / "00000" / "revisions" / "points"
    pointer = catalog.layer("points").pointer
    assert pointer is not None
    wanted = {pointer.revision, pointer.former or pointer.revision, "current.json"}
    assert {path.name for path in revisions.iterdir()} == wanted
    assert list((city.home / "00000" / "work").iterdir()) == []
