"""Jobs in child processes: what they are asked, and how their limits end them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from layers.errors import PreparationError
from layers.process.forkserver import Closed
from layers.process.job import (
    JOB,
    OUTCOME,
    BaseMapJob,
    BaseSourceJob,
    DraftJob,
    Job,
    LayerJob,
    read_job,
    write_job,
)
from layers.process.limits import Limits
from layers.process.sandbox import Sandbox
from layers.revision.revision import SourceFile
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city, load_layer
from tests.layers.city import SmallCity, feature_collection, polygon
from tests.sandbox import SANDBOX

OF = load_city(BUNDLED_DEFINITIONS / "city.toml")
SMALL = OF.model_copy(
    update={
        "boundary": "boundary.geojson",
        "neighbourhoods": None,
        "extent": (139.0, 35.0, 139.2, 35.2),
    }
)
BASE_MAP = BaseMapJob(city=SMALL)
JOBS: list[Job] = [
    BASE_MAP,
    *(BaseSourceJob(entry=entry, city=OF) for entry in OF.base[:1]),
    DraftJob(path="a.csv", layer_id=None, date="2026-01-01", city=OF),
    *(
        LayerJob(
            data_id="0123",
            definition=load_layer(BUNDLED_DEFINITIONS / f"{layer_id}.toml"),
            city=OF,
            sources=(SourceFile("a.csv", "abc"),),
        )
        for layer_id in ("flood", "hydrants")
    ),
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.kind)
def test_the_program_reads_the_job_that_was_written(job: Job, tmp_path: Path) -> None:
    write_job(tmp_path, job)
    assert read_job(tmp_path) == job


@pytest.mark.parametrize(
    "text",
    [
        '{"path": "a.csv"}',
        '{"kind": "base", "path": "a.csv"}',
        '{"kind": "base_map", "path": "a.csv"}',
        '{"kind": "draft", "path": "a.csv"}',
    ],
)
def test_a_job_that_does_not_name_its_kind_or_fit_it_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / JOB).write_text(text, encoding="utf-8")
    with pytest.raises(ValidationError):
        read_job(tmp_path)


@pytest.fixture
def folder(city: SmallCity, tmp_path: Path) -> Path:
    """The folder of a job with the city's boundary as its input."""
    city.data.rename(tmp_path / "inputs")
    return tmp_path


def test_an_outcome_is_what_the_job_made(folder: Path) -> None:
    assert b'"boundary"' in SANDBOX.run(folder, BASE_MAP).read_bytes()


def test_a_job_that_takes_too_long_is_ended(folder: Path) -> None:
    os.mkfifo(folder / OUTCOME)  # which nobody reads: the job never comes to its end
    with Sandbox(Limits(wall_time=1)) as sandbox, pytest.raises(PreparationError) as stopped:
        sandbox.run(folder, BASE_MAP)
    assert (stopped.value.kind, stopped.value.value) == ("too_slow", "1")


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        (Limits(processor_time=0), "too_slow"),
        (Limits(file_size=0), "reader_failed"),
        (Limits(memory=1 << 20), "memory"),
    ],
    ids=["processor time", "file size", "memory"],
)
def test_a_job_that_passes_a_limit_is_ended(folder: Path, limits: Limits, kind: str) -> None:
    ring = [[139 + at / 1e6, 35 + (at % 2) / 1e6] for at in range(150_000)]
    area = feature_collection((polygon([*ring, [139.5, 36.0], ring[0]]), {}))
    (folder / "inputs" / "boundary.geojson").write_text(area, encoding="utf-8")
    with Sandbox(limits) as sandbox, pytest.raises(PreparationError) as stopped:
        sandbox.run(folder, BASE_MAP)
    assert stopped.value.kind == kind


def test_a_sandbox_that_is_not_open_runs_nothing(folder: Path) -> None:
    with pytest.raises(Closed):
        Sandbox().run(folder, BASE_MAP)


def test_the_process_that_jobs_are_split_from_has_one_thread(folder: Path) -> None:
    with Sandbox() as sandbox:
        others = loaded_processes()
        sandbox.run(folder, BASE_MAP)
        (loaded,) = loaded_processes() - others
        assert len([*Path(f"/proc/{loaded}/task").iterdir()]) == 1


def loaded_processes() -> set[str]:
    """The processes, started by this one, that jobs are split from."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {
        pid for pid in children if b"layers.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }
