"""A backup of a service, and a home made of it: on both databases, all of it or nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from layers.catalog.catalog import Catalog
from layers.store.folder import HomeFolder
from server.backup import archive as archives, databases
from server.backup.archive import open_archive
from server.backup.backup import back_up
from server.backup.errors import BackupRefused
from server.backup.key_copy import copy_keys
from server.backup.restore import restore
from server.database.engine import open_database
from server.database.schema import LATEST, STEPS, step_of, upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.errors import Erased
from server.desk.intake.attachments import Attachments
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from server.desk.layers.desk_layers import DeskLayers
from server.desk.retention.retention import Erasure, Retention
from server.desk.triage.case import Cases
from server.settings import Settings
from tests.layers.city import SmallCity
from tests.postgresql import _created

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
CONTACT = "planted-contact-0911@example.jp"


@dataclass
class Desk:
    """A service's settings, and what reads its requests."""

    settings: Settings

    def __post_init__(self) -> None:
        self.engine = open_database(self.settings.database)
        self.vault = Vault(Secret(self.settings.secret), open_keys(self.settings.database))

    def submit(self, title: str) -> int:
        form = RequestForm(title=title, purpose="使うため", category="fire", contact=CONTACT)
        return Requests(self.engine, self.vault).submit(form).number

    def contact(self, number: int) -> str | None:
        return Cases(self.engine, self.vault, Attachments(self.engine, self.vault)).contact(
            number, actor=COMMAND_LINE
        )

    def titles(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(text("SELECT title FROM requests ORDER BY number")))

    def close(self) -> None:
        self.engine.dispose()
        self.vault.keys.dispose()


@pytest.fixture
def desks() -> Iterator[Callable[[Settings], Desk]]:
    opened: list[Desk] = []

    def open_desk(settings: Settings) -> Desk:
        opened.append(Desk(settings))
        return opened[-1]

    yield open_desk
    for desk in opened:
        desk.close()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> SmallCity:
    """A city whose layer is published; nobody writes into it."""
    city = SmallCity(tmp_path_factory.mktemp("city"))
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", SOURCE)
    city.open()
    changes = HomeFolder(city.home).desk_changes
    changes.path("points").parent.mkdir(parents=True)
    (city.home / "desk" / "withdrawn.json").write_bytes(changes.recalls().to_stored())
    return city


@pytest.fixture
def desk(
    published: SmallCity,
    database_url: str,
    tmp_path: Path,
    desks: Callable[[Settings], Desk],
) -> Desk:
    """A service with a published layer, a layer of the desk's, and a request with a contact."""
    home = tmp_path / "home"
    shutil.copytree(published.home, home)
    if database_url.startswith("sqlite"):
        shutil.move(tmp_path / "bosai.sqlite", home / "bosai.sqlite")
        database_url = ""
    settings = Settings(
        home=home,
        database_url=database_url or None,
        definitions=published.definitions,
        data=published.data,
        base_url="https://map.example.jp",
        mail_from="a@example.jp",
        smtp_url="smtp://user:hidden-0911@mail.example.jp",  # type: ignore[arg-type]
    )
    desk = desks(settings)
    upgrade(desk.engine)
    desk.vault.prepare(new=True)
    desk.submit("はじめの要望")
    return desk


def elsewhere(desk: Desk, folder: Path, database_url: str | None = None) -> Settings:
    """Settings like those of a service, with another home, and a new database of its kind."""
    if desk.settings.database_url and database_url is None:
        server = desk.settings.database_url.rpartition("/")[0]
        database_url = _created(server)
    return desk.settings.model_copy(update={"home": folder, "database_url": database_url})


def tree(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, but for locks."""
    paths = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.name != "lock" and not path.name.endswith((".lock", "-wal", "-shm"))
    }


def served(settings: Settings) -> Catalog:
    city = SmallCity.__new__(SmallCity)
    city.definitions, city.data, city.home = settings.definitions, settings.data, settings.home
    return city.open()


def test_what_was_backed_up_comes_back_in_an_empty_place(
    desk: Desk, tmp_path: Path, desks: Callable[[Settings], Desk]
) -> None:
    backup, keys = tmp_path / "backup.zip", tmp_path / "keys.sqlite"
    revisions = tree(desk.settings.home / "00000" / "revisions")
    assert revisions
    layers = DeskLayers(desk.engine)
    (tmp_path / "wells.csv").write_bytes(b"x" * 2_500_000)
    sha256 = layers.put_file(tmp_path / "wells.csv")
    desk.submit("次の要望")
    back_up(desk.settings, backup)
    assert copy_keys(desk.vault.keys, keys) == 2
    desk.submit("後の要望")
    settings = elsewhere(desk, tmp_path / "new home")
    settings.home.mkdir()
    shutil.copy(desk.settings.secret, settings.secret)  # the operator's own copy
    restored = restore(settings, backup, keys)
    assert restored.aside is None
    again = desks(settings)
    assert again.titles() == ["はじめの要望", "次の要望"]
    assert again.contact(2) == CONTACT
    with again.engine.connect() as connection:
        query = text("SELECT count(*) FROM layer_files WHERE sha256 = :sha256")
        assert connection.execute(query, {"sha256": sha256}).scalar_one() == 1
    assert tree(settings.home / "00000" / "revisions") == revisions
    pointer = "00000/revisions/points/current.json"
    modified = [(home / pointer).stat().st_mtime for home in (desk.settings.home, settings.home)]
    assert modified[0] == modified[1]  # since when it is published
    assert (settings.home / "desk" / "withdrawn.json").is_file()
    catalog = served(settings)
    assert catalog.layers["points"].revision.id == next(
        name.split("/")[1] for name in revisions if name.endswith("meta.json")
    )
    assert not list(settings.home.glob(".restore-*"))
    again.submit("戻したあとの要望")
    assert again.titles()[2] == "戻したあとの要望"


def test_neither_the_secret_nor_keys_nor_passwords_are_in_it(desk: Desk, tmp_path: Path) -> None:
    backup = tmp_path / "backup.zip"
    manifest = back_up(desk.settings, backup)
    assert backup.stat().st_mode & 0o777 == 0o600
    with ZipFile(backup) as opened:
        content = b"".join(opened.read(name) for name in opened.namelist())
        names = opened.namelist()
    assert desk.settings.secret.read_bytes().strip() not in content
    with desk.vault.keys.connect() as connection:
        for wrapped in connection.scalars(text("SELECT wrapped FROM request_keys")):
            assert bytes(wrapped) not in content
            assert bytes(wrapped).hex().encode() not in content
    assert CONTACT.encode() not in content
    assert b"hidden-0911" not in content
    assert manifest.settings["BOSAI_BASE_URL"] == "https://map.example.jp"
    assert not {"BOSAI_SMTP_URL", "BOSAI_DATABASE_URL"} & set(manifest.settings)
    assert not [name for name in names if "key" in name or "lock" in name]


def test_what_was_erased_since_then_stays_erased(
    desk: Desk, tmp_path: Path, desks: Callable[[Settings], Desk]
) -> None:
    backup, keys = tmp_path / "backup.zip", tmp_path / "keys.sqlite"
    back_up(desk.settings, backup)
    copy_keys(desk.vault.keys, keys)
    Erasure(desk.engine, desk.vault, Retention(180)).now(1, actor=COMMAND_LINE)
    assert copy_keys(desk.vault.keys, keys) == 0  # in the place of the copy before
    settings = elsewhere(desk, tmp_path / "new home")
    settings.home.mkdir()
    shutil.copy(desk.settings.secret, settings.secret)
    restore(settings, backup, keys)
    again = desks(settings)
    assert again.titles() == ["はじめの要望"]
    with again.engine.connect() as connection:
        key = connection.execute(text("SELECT key FROM requests")).scalar_one()
    with pytest.raises(Erased):
        again.vault.open(key, "contact", b"")


def test_a_backup_that_is_cut_or_altered_anywhere_is_refused_whole(
    desk: Desk, tmp_path: Path
) -> None:
    backup, bad = tmp_path / "backup.zip", tmp_path / "bad.zip"
    back_up(desk.settings, backup)
    content = backup.read_bytes()
    settings = elsewhere(desk, tmp_path / "new home")
    chance = random.Random(1)
    places = [0, 1, len(content) - 1, *(chance.randrange(len(content)) for _ in range(60))]
    altered = [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in places]
    cut = [content[:at] for at in (0, 10, 64, 1000, len(content) // 2, len(content) - 1)]
    for each in [*altered, *cut, content + b"\n", b"PK" * 500]:
        bad.write_bytes(each)
        with pytest.raises(BackupRefused) as refused:
            restore(settings, bad)
        assert refused.value.reason == "damaged"
        assert not settings.home.exists()
    restore(settings, backup)


@pytest.mark.parametrize("name", ["home/../../outside", "/home/x", "home//x", "secret.key", "home"])
def test_a_file_that_leads_elsewhere_is_refused(desk: Desk, tmp_path: Path, name: str) -> None:
    backup, bad = tmp_path / "backup.zip", tmp_path / "bad.zip"
    back_up(desk.settings, backup)
    with ZipFile(backup) as opened, archives.new_archive(bad) as archive:
        for member in opened.namelist():
            archive.writestr(member, opened.read(member))
        archive.writestr(name, b"bad")
    settings = elsewhere(desk, tmp_path / "new home")
    with pytest.raises(BackupRefused) as refused:
        restore(settings, bad)
    assert refused.value.reason == "no_backup"
    assert not (tmp_path / "outside").exists()
    assert not settings.home.exists()


def test_a_home_that_is_not_empty_is_refused_unless_told_and_then_moved_aside(
    published: SmallCity, sqlite_tables: Path, tmp_path: Path, desks: Callable[[Settings], Desk]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(published.home, home)
    shutil.copy(sqlite_tables, home / "bosai.sqlite")
    desk = desks(Settings(home=home))
    desk.vault.prepare(new=True)
    desk.submit("はじめの要望")
    backup = tmp_path / "backup.zip"
    back_up(desk.settings, backup)
    desk.submit("後の要望")
    before = tree(home)
    with pytest.raises(BackupRefused) as refused:
        restore(desk.settings, backup)
    assert refused.value.reason == "home_not_empty"
    assert tree(home) == before
    restored = restore(desk.settings, backup, replace=True)
    assert desk.titles() == ["はじめの要望"]
    assert desk.contact(1) == CONTACT  # the secret and the keys stayed
    assert restored.aside is not None
    with closing(sqlite3.connect(restored.aside / "bosai.sqlite")) as former:
        assert former.execute("SELECT count(*) FROM requests").fetchone() == (2,)
    assert tree(restored.aside / "00000") == {
        name.removeprefix("00000/"): content
        for name, content in before.items()
        if name.startswith("00000/")
    }


def test_a_database_that_is_not_empty_is_refused(
    postgresql: str, desk: Desk, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.zip"
    back_up(desk.settings, backup)
    if desk.engine.dialect.name == "sqlite":
        with pytest.raises(BackupRefused) as refused:
            restore(elsewhere(desk, tmp_path / "new", _created(postgresql)), backup)
        assert refused.value.reason == "other_database"
        return
    settings = elsewhere(desk, tmp_path / "new home", desk.settings.database_url)
    for replace in (False, True):
        with pytest.raises(BackupRefused) as refused:
            restore(settings, backup, replace=replace)
        assert refused.value.reason == "database_not_empty"
    assert desk.titles() == ["はじめの要望"]


def test_a_service_that_runs_is_not_restored_over(desk: Desk, tmp_path: Path) -> None:
    backup = tmp_path / "backup.zip"
    back_up(desk.settings, backup)
    settings = elsewhere(desk, desk.settings.home)
    publishing = HomeFolder(settings.home).record("service").leading()
    with publishing, pytest.raises(BackupRefused) as refused:
        restore(settings, backup, replace=True)
    assert refused.value.reason == "service_runs"


def at_step(engine: Engine, step: str) -> None:
    """Make the tables of a version of before, with a request."""
    config = Config()
    config.set_main_option("script_location", STEPS)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, step)
        connection.execute(
            text(
                "INSERT INTO requests (token, submission, title, purpose, category, state, "
                "received_at) VALUES ('t', 's', '古い要望', '目的', 'fire', 'received', "
                "'2026-11-01 00:00:00')"
            )
        )


@pytest.mark.parametrize("step", ["0001", "0009", "0017"])
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    empty_database_url: str, tmp_path: Path, desks: Callable[[Settings], Desk], step: str
) -> None:
    desk = desks(Settings(home=tmp_path / "home", database_url=empty_database_url))
    if desk.engine.dialect.name == "sqlite":
        (tmp_path / "bosai.sqlite").touch()
    at_step(desk.engine, step)
    backup = tmp_path / "backup.zip"
    assert back_up(desk.settings, backup).step == step
    database = f"sqlite:///{tmp_path / 'new.sqlite'}"
    if desk.engine.dialect.name == "postgresql":
        database = _created(empty_database_url.rpartition("/")[0])
    again = desks(elsewhere(desk, tmp_path / "new home", database))
    restore(again.settings, backup)
    assert again.titles() == ["古い要望"]
    with again.engine.connect() as connection:
        assert step_of(connection) == LATEST
    with desk.engine.connect() as connection:
        assert step_of(connection) == step


def test_a_backup_of_a_newer_version_is_refused(desk: Desk, tmp_path: Path) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup = tmp_path / "backup.zip"
    back_up(desk.settings, backup)
    settings = elsewhere(desk, tmp_path / "new home")
    with pytest.raises(BackupRefused) as refused:
        restore(settings, backup)
    assert refused.value.reason == "newer_backup"
    assert "9999" in str(refused.value.value)
    assert not settings.home.exists()


def test_the_copy_is_of_one_moment_while_others_write(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup.zip"
    copy = databases.copy_database

    def copy_while_writing(engine: Engine, path: Path) -> None:
        copy(engine, path)
        desk.submit("書いている間の要望")

    monkeypatch.setattr("server.backup.backup.copy_database", copy_while_writing)
    back_up(desk.settings, backup)
    assert len(desk.titles()) == 2
    with open_archive(backup) as archive:
        archive.extract(tmp_path / "out")
    if desk.engine.dialect.name == "sqlite":
        copied = create_engine(f"sqlite:///{tmp_path / 'out' / 'database.sqlite'}")
        with copied.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM requests")).scalar_one() == 1
        copied.dispose()


def test_a_revision_that_is_replaced_while_it_is_copied_is_whole(
    published: SmallCity, sqlite_tables: Path, tmp_path: Path
) -> None:
    from server.backup.home_files import home_files

    home = tmp_path / "home"
    shutil.copytree(published.home, home)
    files = home_files(home)
    first = next(files)
    assert first.name.endswith("current.json")
    shutil.rmtree(home / "00000" / "revisions" / "points")  # as if swept away meanwhile
    names = {first.name, *(file.name for file in files)}
    assert {name.rpartition("/")[2] for name in names if "/points/" in name} >= {
        "current.json",
        "meta.json",
        "digests.json",
    }
    assert sqlite_tables.exists()


def test_no_file_is_overwritten_and_a_failure_leaves_none(desk: Desk, tmp_path: Path) -> None:
    backup = tmp_path / "backup.zip"
    backup.write_bytes(b"of yesterday")
    with pytest.raises(FileExistsError):
        back_up(desk.settings, backup)
    assert backup.read_bytes() == b"of yesterday"
    with desk.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(BackupRefused):
        back_up(desk.settings, tmp_path / "other.zip")
    names = [path.name for path in tmp_path.iterdir()]
    assert not [name for name in names if "other" in name or "-backup-" in name]
