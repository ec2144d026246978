"""A city that many processes of the tests read is prepared by one of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import homes
from tests.homes import copy_home


def test_a_city_is_prepared_once_and_each_copy_is_its_own(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = []

    def prepare(_definitions: Path, _data: Path, home: Path) -> None:
        prepared.append(home)
        home.mkdir()
        (home / "layer").write_text("prepared", "utf-8")

    monkeypatch.setattr(homes, "_prepare", prepare)

    def copied(folder: str) -> Path:
        home = tmp_path / folder / tmp_path.name
        copy_home(tmp_path_factory, tmp_path, tmp_path, home)
        return home / "layer"

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(copied, ["first", "second"])
    first.write_text("changed", "utf-8")
    assert second.read_text("utf-8") == "prepared"
    assert len(prepared) == 1
