"""A process that publishes a layer is killed at each of its steps: nothing is lost, or half there.

First a process that does one thing is killed just before its n-th step, for every n; then the
service as a whole, and who publishes, at any moment.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, event

from layers.publish.desk_folder import DeskFolder
from server.database.engine import reading
from server.desk.layers import files as layer_files
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.files import chunks_of
from server.desk.layers.mirror import desk_folder
from tests.layers.city import SmallCity
from tests.server.killed.test_killed import kill_all
from tests.server.layer_service import (
    DEFINITION,
    POINTS,
    await_names,
    points_named,
    publish,
    settings_of,
)
from tests.service import running

STEPS = ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir", "write")  # of `os`
NAME = re.compile("版[0-9]+")
ATTEMPTS = 200  # more than there are steps


def killed(step: int, engine: Engine, work: Callable[[], object]) -> tuple[bool, bool]:
    """Do the work in a process that is killed just before its n-th step.

    Gives whether it was killed, and whether it could say that the work is done.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            engine.dispose(close=False)
            _die_before(step, engine)
            work()
            os.write(writer, b"!")
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    is_acknowledged = os.read(reader, 1) == b"!"
    os.close(reader)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL)
    return status != 0, is_acknowledged


def _die_before(step: int, engine: Engine) -> None:
    """Kill this process before that statement, commit or change of files."""
    steps = count(1)

    def pass_step(*_: object, **__: object) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, pass_step)
    for name in STEPS:
        setattr(os, name, _after(pass_step, getattr(os, name)))


def _after(first: Callable[[], None], then: Callable[..., object]) -> Callable[..., object]:
    def both(*arguments: object, **options: object) -> object:
        first()
        return then(*arguments, **options)

    return both


def named(engine: Engine, number: int) -> bytes:
    """The table of a version, as it is kept."""
    version = next(
        each.version for each in DeskLayers(engine).history(POINTS) if each.version.number == number
    )
    with reading(engine) as connection:
        return b"".join(chunks_of(connection, version.files[0].sha256))


def test_a_publication_is_whole_or_not_there_whenever_its_process_is_killed(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_files, "CHUNK", 20)  # several to a file
    numbers = 0
    for step in range(1, ATTEMPTS):
        name = f"版{step}"
        work = partial(publish, engine, tmp_path, name)
        was_killed, is_acknowledged = killed(step, engine, work)
        history = DeskLayers(engine).history(POINTS)
        assert len(history) - numbers in ((1,) if is_acknowledged else (0, 1))
        if len(history) > numbers:
            assert named(engine, len(history)).decode() == points_named(name)
        numbers = len(history)
        if not was_killed:
            break
    assert (was_killed, is_acknowledged) == (False, True)
    assert numbers == 2  # one was committed and not acknowledged any more
    assert step > 10


def test_the_mirror_is_whole_whenever_its_writer_is_killed(engine: Engine, tmp_path: Path) -> None:
    publish(engine, tmp_path, "版0")
    folder = tmp_path / "desk"
    desk_folder(tmp_path, engine).refresh()
    before = contents(folder)
    for step in range(1, ATTEMPTS):
        publish(engine, tmp_path, f"版{step}")
        after = {POINTS: (DEFINITION, points_named(f"版{step}"))}
        was_killed, _ = killed(step, engine, desk_folder(tmp_path, engine).refresh)
        assert contents(folder) in (before, after)
        desk_folder(tmp_path, engine).refresh()
        assert contents(folder) == after
        assert len([*(folder / "layers" / POINTS).iterdir()]) == 1
        assert [*(folder / "work").iterdir()] == []
        before = after
        if not was_killed:
            break
    assert not was_killed
    assert step > 10


def contents(folder: Path) -> dict[str, tuple[str, str]]:
    """What is listed of the mirror, as it is there."""
    return {
        layer_id: (each.path.read_text(), (each.data / "points.csv").read_text())
        for layer_id, each in DeskFolder(folder).declarations().items()
    }


@pytest.mark.breadth
@pytest.mark.parametrize(
    ("database_url", "kills"),
    [
        ("sqlite", 3),
        pytest.param("sqlite", 125, marks=pytest.mark.soak),
        pytest.param("postgresql", 125, marks=[pytest.mark.soak, pytest.mark.database]),
    ],
    indirect=["database_url"],
)
def test_what_is_published_is_served_though_all_is_killed(
    engine: Engine, database_url: str, kills: int, tmp_path: Path
) -> None:
    chance, city = Random(18), SmallCity(tmp_path)
    settings, log = settings_of(city, database_url), tmp_path / "serve.log"
    publish(engine, tmp_path, "版0")
    for kill in range(kills):
        with running(settings, log, ("--workers", "2")) as started:
            work = partial(publish, engine, tmp_path, f"版{kill + 1}")
            killed(chance.randrange(1, 30), engine, work)
            time.sleep(chance.random() * 2)
            kill_all(started)
    (name,) = NAME.findall(named(engine, len(DeskLayers(engine).history(POINTS))).decode())
    with running(settings, log, ("--workers", "2")) as started:
        await_names(started.address, name)
