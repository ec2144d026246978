"""`bosai doctor` names what is wrong, and finds nothing where nothing is."""

from __future__ import annotations

import os
import resource
import shutil
import time
from collections import namedtuple
from collections.abc import Iterable
from pathlib import Path

import pytest
import typer
from sqlalchemy import text

from server.database.engine import open_database
from server.database.schema import LATEST, upgrade
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.doctor.doctor import findings
from server.doctor.finding import Finding
from server.doctor.machine import clock_findings, file_limit_findings, home_findings, room_findings
from server.doctor.program import bundle_findings, definition_findings, package_findings
from server.doctor.reach import address_findings, mail_findings
from server.doctor.stores import database_findings, secret_findings
from server.operation_commands import doctor
from server.settings import Settings
from server.texts import console as words
from tests.layers.city import SmallCity
from tests.mail_server import mail_server
from tests.service import free_port


def kinds(found: Iterable[Finding]) -> dict[str, str]:
    return {finding.kind: finding.level for finding in found}


@pytest.fixture
def settings(tmp_path: Path, sqlite_tables: Path) -> Settings:
    """An installation that is as it should be."""
    city = SmallCity(tmp_path)
    city.home.mkdir()
    settings = Settings(home=city.home, definitions=city.definitions, data=city.data)
    engine = open_database(settings.database)
    upgrade(engine)
    vault = Vault(Secret(settings.secret), open_keys(settings.database))
    vault.prepare(new=True)
    for each in (engine, vault.keys):
        each.dispose()
    assert sqlite_tables.exists()
    return settings


def database(settings: Settings, statement: str) -> None:
    engine = open_database(settings.database)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_every_finding_has_its_words(settings: Settings) -> None:
    assert {finding.subject for finding in findings(settings)} == words.SUBJECTS.keys()
    for finding in findings(settings):
        text = words.DOCTOR[finding.kind]
        for sentence in (text["ja"], text["en"]):
            assert sentence.format(**finding.values)


def test_nothing_is_wrong_with_an_installation_that_is_as_it_should_be(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("server.doctor.doctor.package_findings", list)
    for name in ("home", "definitions", "data"):
        monkeypatch.setenv(f"BOSAI_{name.upper()}", str(getattr(settings, name)))
    before = {path: path.stat().st_mtime_ns for path in settings.home.rglob("*")}
    doctor()
    assert "Nothing is wrong." in capsys.readouterr().out
    after = {path: path.stat().st_mtime_ns for path in settings.home.rglob("*")}
    files = [path for path in before if path.is_file() and not path.name.endswith(("-wal", "-shm"))]
    assert {path: after[path] for path in files} == {path: before[path] for path in files}
    settings.secret.chmod(0o644)
    with pytest.raises(typer.Exit) as end:
        doctor()
    assert end.value.exit_code == 1
    printed = capsys.readouterr().out
    assert f"chmod 600 {settings.secret}" in printed
    assert "［問題］秘密のファイル" in printed


def test_a_home_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    assert kinds(home_findings(tmp_path / "none")) == {"home_missing": "note"}
    (tmp_path / "file").touch()
    assert kinds(home_findings(tmp_path / "file")) == {"home_no_folder": "wrong"}
    assert kinds(home_findings(tmp_path / "file" / "home")) == {"home_unusable": "wrong"}
    opened = tmp_path / "open"
    opened.mkdir()
    opened.chmod(0o777)
    assert kinds(home_findings(opened)) == {"home_open": "wrong"}


def test_files_of_another_user_are_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: settings.home.stat().st_uid + 1)
    assert kinds(home_findings(settings.home))["home_of_other"] == "wrong"


def test_little_room_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    for free, level in ((100 << 20, "wrong"), (1 << 30, "note"), (9 << 30, "ok")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: usage(0, 0, free))
        levels = {finding.level for finding in room_findings(tmp_path / "not there yet")}
        assert levels == {level}


def test_the_database_says_what_is_wrong_with_it(settings: Settings, tmp_path: Path) -> None:
    (fine,) = database_findings(settings)
    assert (fine.kind, fine.values["step"]) == ("database_fine", LATEST)
    file = settings.home / "bosai.sqlite"
    file.chmod(0o644)
    opened = kinds(database_findings(settings))
    assert opened == {"file_open": "wrong", "database_fine": "ok"}
    file.chmod(0o600)
    database(settings, "UPDATE alembic_version SET version_num = '0003'")
    assert kinds(database_findings(settings)) == {"database_older": "note"}
    database(settings, "UPDATE alembic_version SET version_num = '9999'")
    assert kinds(database_findings(settings)) == {"database_newer": "wrong"}
    file.write_bytes(b"nothing of a database" * 100)
    assert kinds(database_findings(settings)) == {"database_away": "wrong"}
    file.unlink()
    assert kinds(database_findings(settings)) == {"database_none": "note"}
    assert not file.exists()
    away = f"postgresql://bosai:hidden-0912@127.0.0.1:{free_port()}/bosai"
    for url in (away, "mysql://a/b"):
        (finding,) = database_findings(settings.model_copy(update={"database_url": url}))
        assert finding.kind == "database_away"
        assert "hidden-0912" not in str(finding.values["why"])
    assert tmp_path.exists()


def test_a_secret_that_is_missing_or_another_one_is_said(settings: Settings) -> None:
    assert kinds(secret_findings(settings)) == {"secret_fine": "ok"}
    content = settings.secret.read_bytes()
    settings.secret.write_bytes(b"k" * 40)
    assert kinds(secret_findings(settings)) == {"secret_unusable": "wrong"}
    settings.secret.unlink()
    assert kinds(secret_findings(settings)) == {"secret_unusable": "wrong"}
    assert not settings.secret.exists()
    (settings.home / "bosai-keys.sqlite").unlink()
    assert kinds(secret_findings(settings)) == {"secret_none": "note"}
    settings.secret.write_bytes(content)
    settings.secret.chmod(0o640)
    assert kinds(secret_findings(settings)) == {"file_open": "wrong"}


def test_definitions_that_cannot_be_read_are_named(settings: Settings) -> None:
    assert kinds(definition_findings(settings)) == {"definitions_fine": "ok"}
    (settings.definitions / "wells.toml").write_text("title = ")
    (settings.definitions / "ponds.toml").write_text("[source")
    found = list(definition_findings(settings))
    assert {Path(str(each.values["path"])).name for each in found} == {"wells.toml", "ponds.toml"}
    (settings.definitions / "city.toml").unlink()
    (settings.data / "boundary.geojson").unlink()
    settings.data.rmdir()
    assert kinds(definition_findings(settings)) == {"definition_wrong": "wrong"}


def test_an_address_and_its_proxies_that_do_not_fit_are_said(settings: Settings) -> None:
    def of(**values: object) -> dict[str, str]:
        return kinds(address_findings(Settings(**{**settings.model_dump(), **values})))

    https = {"base_url": "https://map.example.jp"}
    assert of() == {"address_here": "ok"}
    assert of(host="0.0.0.0") == {"address_none": "note"}
    assert of(base_url="http://map.example.jp") == {"address_plain": "wrong"}
    assert of(**https) == {"address_without_proxy": "note"}
    assert of(**https, trusted_proxies="127.0.0.1") == {"address_fine": "ok"}
    assert of(**https, trusted_proxies="0.0.0.0/0")["proxies_all"] == "wrong"


def test_a_mail_server_is_reached_and_sent_nothing(settings: Settings, tmp_path: Path) -> None:
    def at(port: int) -> Settings:
        url = f"smtp://127.0.0.1:{port}"
        mail = {"base_url": "https://a.jp", "mail_from": "a@a.jp", "smtp_url": url}
        return Settings(**{**settings.model_dump(), **mail})

    assert kinds(mail_findings(settings)) == {"mail_none": "ok"}
    assert kinds(mail_findings(at(free_port()))) == {"mail_away": "wrong"}
    with mail_server(tmp_path / "post office") as office:
        assert kinds(mail_findings(at(office.port))) == {"mail_fine": "ok"}
        assert office.mails() == []


def test_packages_that_are_not_as_locked_are_named(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    assert kinds(package_findings(lock)) == {}
    lock.write_text(
        "typer==0.0.1 \\\n    --hash=sha256:1\nno-such-package==1 ; sys_platform=='x'\n"
    )
    (finding,) = package_findings(lock)
    assert finding.level == "wrong"
    assert "typer" in str(finding.values["packages"])
    assert finding.values["count"] == 1


def test_scripts_that_are_missing_are_said(tmp_path: Path) -> None:
    assert kinds(bundle_findings()) == {"scripts_fine": "ok"}
    assert kinds(bundle_findings(tmp_path)) == {"scripts_missing": "wrong"}


def test_a_clock_that_is_behind_what_is_published_is_wrong(tmp_path: Path) -> None:
    pointer = tmp_path / "00000" / "revisions" / "points" / "current.json"
    pointer.parent.mkdir(parents=True)
    pointer.touch()
    now = time.time()
    assert "clock_back" not in kinds(clock_findings(tmp_path, now))
    assert kinds(clock_findings(tmp_path, now - 86400)) == {"clock_back": "wrong"}


def test_a_limit_of_files_that_is_too_low_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (64, 256))
    assert kinds(file_limit_findings()) == {"files_few": "note"}
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (64, 1 << 20))
    assert kinds(file_limit_findings()) == {"files_fine": "ok"}
