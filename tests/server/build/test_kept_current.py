"""The service keeps a static copy current by itself."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from server.assembly import static_copy
from server.assembly.static_copy import CopyKeeper, CopyState
from server.build.folder import MANIFEST
from tests.layers.city import SmallCity
from tests.server.test_cli import bosai
from tests.service import running
from tests.waiting import until

POINTS = "名称,緯度,経度\n甲,35.1,139.1\n乙,35.11,139.11\n"


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    city = SmallCity(tmp_path)
    city.put("points.csv", POINTS)
    city.declare("points", 'path = "points.csv"')
    return city


def settings_of(city: SmallCity) -> dict[str, str]:
    return {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
        "BOSAI_BASE_URL": "https://map.example.jp",
    }


def files_of(copy: Path) -> Mapping[str, object]:
    try:
        files: Mapping[str, object] = json.loads((copy / MANIFEST).read_bytes())["files"]
    except FileNotFoundError:
        return {}
    return files


def built(condition: Callable[[], bool]) -> None:
    until(condition, patience=600)  # a build takes seconds, of a machine without anything else


def builds(copy: Path) -> list[str]:
    """The processes that build the copy now."""
    words = f"build\0-o\0{copy}\0"
    return [
        path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if words in read(path)
    ]


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended
        return ""


def test_what_is_published_and_announced_is_soon_in_the_copy(
    city: SmallCity, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    settings = settings_of(city) | {"BOSAI_STATIC_COPY": str(copy)}
    with running(settings, tmp_path / "serve.log") as service:
        built(lambda: "layers/points/export.csv" in files_of(copy))
        city.declare("second", 'path = "points.csv"')
        built(lambda: "layers/second/export.csv" in files_of(copy))
        assert "/layers/second.html" in (copy / "ja/layers.html").read_text(encoding="utf-8")
        title = ("--title", "橋を通れません", "--issuer", "見本市")
        alert = ("--what", "information", "--real", "--city", *title)
        done = bosai(tmp_path, "alert", "issue", *alert, "--send", **settings)
        assert done.returncode == 0, done.output
        bar = copy / "ja/notices/bar.json"
        built(lambda: "橋を通れません" in json.loads(bar.read_bytes())["words"])
        built(lambda: CopyState.of(city.home) not in (None, CopyState(None, is_failing=True)))
        assert "static copy" not in service.said()  # only failures are told
        city.declare("third", 'path = "points.csv"')
        built(lambda: bool(builds(copy)))
    assert not builds(copy)  # it ends with the service


def test_a_copy_that_cannot_be_built_says_so_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """By a build that takes no time: what is shown is what becomes of it."""
    copy = tmp_path / "copy"
    copy.touch()
    program = "import pathlib, sys; sys.exit(pathlib.Path(sys.argv[3]).exists() and 'no folder')"
    monkeypatch.setattr(static_copy, "PROGRAM", program)
    caplog.set_level(logging.INFO)
    leads = [False]

    def is_failing() -> bool | None:
        state = CopyState.of(tmp_path)
        return None if state is None else state.is_failing

    async def keep() -> None:
        keeper = CopyKeeper(str(copy), tmp_path, lambda: leads[0], lambda: 1, again=0.05, look=0.02)
        async with keeper.kept_current():
            leads[0] = True
            await asyncio.to_thread(until, lambda: is_failing() is True)
            assert CopyState.of(tmp_path) == CopyState(None, is_failing=True)
            copy.unlink()
            await asyncio.to_thread(until, lambda: is_failing() is False)

    asyncio.run(keep())
    assert f"the static copy {copy} is not current; tried again: no folder" in caplog.text
    assert f"the static copy {copy} is current" in caplog.text
