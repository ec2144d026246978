"""The limits of jobs: by the machine, by a setting, and never above what holds already."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas
import pytest
import shapely

from layers.errors import PreparationError
from layers.process import limits
from layers.process.job import BaseMapJob
from layers.process.limits import Limits, limits_of_machine, machine_memory
from layers.process.sandbox import Sandbox
from layers.schema.load import load_city
from tests.layers.city import SmallCity
from tests.layers.process.test_forkserver import wait_until
from tests.layers.sources.books import book

MB, GB = 1 << 20, 1 << 30
ROOT = Path(__file__).parents[3]
CHECK = """
import resource, sys
from pathlib import Path
from layers.process.job import BaseMapJob
from layers.process.sandbox import Sandbox
from layers.schema.load import load_city

with Sandbox() as sandbox:
    city = load_city(Path(sys.argv[1]) / "city.toml")
    print(sandbox.run(Path(sys.argv[2]), BaseMapJob(city=city)).read_bytes()[:28])
"""


@pytest.mark.parametrize(
    ("memory", "processors", "each", "at_once"),
    [
        (24 * GB, 2, 6 * GB, 2),
        (256 * GB, 4, 6 * GB, 4),  # more than any file needs
        (8 * GB, 8, 2 * GB, 2),  # rather fewer at once than too little for each
        (4 * GB, 2, 2 * GB, 1),
        (2 * GB, 2, GB, 1),
        (1 * GB, 4, GB // 2, 1),
        (512 * MB, 1, 256 * MB, 1),
    ],
)
def test_all_jobs_together_have_half_of_the_machines_memory(
    monkeypatch: pytest.MonkeyPatch, memory: int, processors: int, each: int, at_once: int
) -> None:
    monkeypatch.setattr(limits, "machine_memory", lambda: memory)
    monkeypatch.setattr(limits, "processors", lambda: processors)
    derived = limits_of_machine()
    assert (derived.memory, derived.at_once) == (each, at_once)
    assert derived.memory * derived.at_once <= memory // 2


@pytest.mark.parametrize(("each", "at_once"), [(1, 4), (2, 2), (3, 1), (4, 1), (20, 1)])
def test_fewer_jobs_run_where_a_setting_gives_each_more(
    monkeypatch: pytest.MonkeyPatch, each: int, at_once: int
) -> None:
    monkeypatch.setattr(limits, "machine_memory", lambda: 8 * GB)
    monkeypatch.setattr(limits, "processors", lambda: 4)
    derived = limits_of_machine(each * GB, 100)
    assert (derived.memory, derived.at_once) == (each * GB, at_once)
    assert (derived.wall_time, derived.processor_time) == (100, 75)


@pytest.mark.parametrize(
    ("membership", "files", "limit"),
    [
        ("0::/", {"memory.max": "536870912\n"}, 512 * MB),
        ("0::/", {"memory.max": "max\n"}, None),
        ("0::/a/b", {"a/memory.max": "1073741824", "a/b/memory.max": "max"}, GB),
        ("0::/a/b", {"a/memory.max": "1073741824", "a/b/memory.max": "536870912"}, 512 * MB),
        ("0::/docker/1f", {"memory.max": "536870912"}, 512 * MB),  # another's view of the tree
        ("4:memory:/", {"memory/memory.limit_in_bytes": "536870912"}, 512 * MB),
        ("4:memory:/", {"memory/memory.limit_in_bytes": "9223372036854771712"}, None),
        (
            "11:cpu,cpuacct:/a\n4:memory:/docker/1f\n0::/a",
            {"memory/memory.limit_in_bytes": "536870912"},
            512 * MB,
        ),
        ("1:name=systemd:/a", {}, None),
    ],
)
def test_a_container_has_what_its_group_has(
    tmp_path: Path, membership: str, files: dict[str, str], limit: int | None
) -> None:
    group = tmp_path / "proc/self/cgroup"
    group.parent.mkdir(parents=True)
    group.write_text(f"{membership}\n", encoding="utf-8")
    for name, text in files.items():
        path = tmp_path / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert machine_memory(tmp_path) == (physical if limit is None else limit)


def test_where_there_are_no_groups_the_machine_counts(tmp_path: Path) -> None:
    assert machine_memory(tmp_path) == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.fixture
def folder(city: SmallCity, tmp_path: Path) -> Path:
    """The folder of a job with the city's boundary as its input."""
    city.data.rename(tmp_path / "inputs")
    return tmp_path


@pytest.mark.parametrize("hard", [2 * GB, 5 * GB])
def test_jobs_run_below_a_hard_limit_that_is_less(city: SmallCity, folder: Path, hard: int) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
        resource.setrlimit(resource.RLIMIT_FSIZE, (GB, GB))

    command = [sys.executable, "-c", CHECK, str(city.definitions), str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, preexec_fn=limited, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "FeatureCollection" in done.stdout


def test_the_least_memory_that_a_setting_may_give_is_enough_for_small_data(
    city: SmallCity,
) -> None:
    """Of address space: no library may reserve more than it uses."""
    columns = {"名称": ["あ", "い"], "geometry": [shapely.Point(139.1, 35.1)] * 2}
    frame = geopandas.GeoDataFrame(columns, crs=4326)
    for suffix in (".gpkg", ".fgb", ".shp", ".geojson"):
        frame.to_file(city.data / f"a{suffix}", encoding="utf-8")
    frame.to_parquet(city.data / "a.parquet")
    city.put("a.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    book(city.data / "a.xlsx", ["名称", "緯度", "経度"], ["あ", 35.1, 139.1])
    suffixes = ("gpkg", "fgb", "shp", "geojson", "parquet", "csv", "xlsx")
    for suffix in suffixes:
        city.declare(suffix, f'path = "a.{suffix}"')
    with Sandbox(Limits(memory=256 * MB, at_once=2)) as sandbox:
        catalog = city.open(sandbox)
    assert catalog.broken == {}
    assert {*catalog.layers} == {*suffixes}


def test_as_many_jobs_run_at_once_as_the_limits_say(
    city: SmallCity, folder: Path, tmp_path: Path
) -> None:
    """A second one waits while the first has the only place, and runs when it has ended."""
    job = BaseMapJob(city=load_city(city.definitions / "city.toml"))
    first, second = tmp_path / "first", tmp_path / "second"
    for one in (first, second):
        one.mkdir()
        (one / "inputs").symlink_to(folder / "inputs")
    os.mkfifo(first / "outcome.json")
    with Sandbox(Limits(at_once=1)) as sandbox, ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(sandbox.run, first, job)
        wait_until((first / "output.txt").exists)
        other = threads.submit(sandbox.run, second, job)
        wait_until((second / "job.json").exists)
        assert not (second / "output.txt").exists()
        (first / "outcome.json").read_bytes()  # which the first has waited for
        waiting.exception()
        assert other.result().is_file()


def test_what_has_no_memory_left_says_how_much_there_was(city: SmallCity, folder: Path) -> None:
    rows = ",".join("[139.1,35.1]" for _ in range(2_000_000))
    boundary = f'{{"type": "LineString", "coordinates": [{rows}]}}'
    (folder / "inputs" / "boundary.geojson").write_text(boundary, encoding="utf-8")
    job = BaseMapJob(city=load_city(city.definitions / "city.toml"))
    with Sandbox(Limits(memory=64 * MB)) as sandbox, pytest.raises(PreparationError) as stopped:
        sandbox.run(folder, job)
    assert stopped.value.kind == "memory"
    assert "more than 64 MB of memory" in stopped.value.message("en")
    assert "BOSAI_READER_MEMORY_MB" in stopped.value.message("ja")
