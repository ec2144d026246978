"""`bosai backup`, `bosai restore` and `bosai doctor`, run as an operator runs them."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import typer

from server.backup.errors import BackupRefused
from server.operation_commands import _refusing
from server.texts import console as words
from tests.layers.city import SmallCity
from tests.service import Running, running
from tests.waiting import until

BOSAI = Path(sys.executable).with_name("bosai")
SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
CONTACT = "planted-contact-0930@example.jp"


def bosai(settings: dict[str, str], *arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [BOSAI, *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **settings},
        timeout=300,
    )
    return done.returncode, done.stdout.decode()


def submit(service: Running, title: str) -> None:
    form = {"title": title, "purpose": "使うため", "category": "fire", "contact": CONTACT}
    content = urllib.parse.urlencode(form).encode()

    def is_taken() -> bool:
        try:
            with urllib.request.urlopen(f"{service.address}/requests", content, timeout=120):
                return True
        except urllib.error.HTTPError as error:
            if error.code != 503:  # a worker whose database has not answered yet
                raise
            return False

    until(is_taken)


@pytest.mark.breadth
def test_a_service_that_runs_is_backed_up_and_restored_once_it_is_stopped(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", SOURCE)
    settings = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }
    backup, keys = tmp_path / "backup.zip", tmp_path / "keys.sqlite"
    with running(settings, tmp_path / "log", ("--workers", "2")) as service:
        submit(service, "はじめの要望")
        status, printed = bosai(settings, "backup", "-o", backup, "--keys", keys)
        assert (status, "Traceback" in printed) == (0, False), printed
        for named in (backup, keys, city.home / "secret.key", city.definitions, city.data):
            assert str(named) in printed
        submit(service, "後の要望")
        status, printed = bosai(settings, "restore", backup, "--replace")
        assert status == 2
        assert "bosai serve が動いています" in printed
    status, printed = bosai(settings, "restore", backup)
    assert status == 2
    assert "--replace" in printed
    new = {**settings, "BOSAI_HOME": str(tmp_path / "new home")}
    (tmp_path / "new home").mkdir()
    (tmp_path / "new home" / "secret.key").write_bytes((city.home / "secret.key").read_bytes())
    status, printed = bosai(new, "restore", backup, "--keys", keys)
    assert status == 0, printed
    assert f"BOSAI_HOME={city.home}" in printed  # a setting that was another then
    with running(new, tmp_path / "log") as service:
        with urllib.request.urlopen(f"{service.address}/readyz", timeout=120) as answer:
            assert b'"not_served":{}' in answer.read()
        status, printed = bosai(new, "requests", "1")
        assert status == 0
        assert CONTACT in printed
        assert bosai(new, "requests", "2")[0] == 2
    cut = tmp_path / "cut.zip"
    cut.write_bytes(backup.read_bytes()[:-100])
    status, printed = bosai({**settings, "BOSAI_HOME": str(tmp_path / "third")}, "restore", cut)
    assert (status, "壊れているか、途中で切れています" in printed) == (2, True)
    assert not (tmp_path / "third").exists()


def test_every_reason_to_refuse_has_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    for reason in words.BACKUP_REFUSALS:
        with pytest.raises(typer.Exit), _refusing():
            raise BackupRefused(reason, "value-0930")
        printed = capsys.readouterr().err
        assert printed.startswith("bosai: ")
        assert reason == "keys_there" or "value-0930" in printed, reason
