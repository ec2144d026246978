"""What is sealed, opened and erased, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.exc import OperationalError

from server.database.engine import reading
from server.desk.confidential.vault import PROBE, Vault, keys, open_keys
from server.desk.errors import DeskUnavailable, Erased, Unreadable, VaultClosed
from tests.server.conftest import VaultAt

START = """
import sys
from pathlib import Path
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
vault = Vault(Secret(Path(sys.argv[2])), open_keys(sys.argv[1]))
sys.stdin.readline()
vault.prepare(new=True)
print(vault.new_key())
"""


def files_of(vault: Vault) -> list[Path]:
    """The files of the keys, where they are in any."""
    if vault.keys.dialect.name != "sqlite":
        return []
    path = Path(vault.keys.url.database or "")
    return sorted(path.parent.glob(f"{path.name}*"))


def test_what_is_sealed_is_opened_as_what_it_was_sealed(vault: Vault) -> None:
    key, other = vault.new_key(), vault.new_key()
    content = b"090-1234-5678"
    sealed = vault.seal(key, "contact", content)
    assert content not in sealed
    assert sealed != vault.seal(key, "contact", content)
    assert vault.open(key, "contact", sealed) == content
    assert vault.open(key, "photo", vault.seal(key, "photo", b"")) == b""
    changed = bytes([*sealed[:-1], sealed[-1] ^ 1])
    for key_id, what, damaged in (
        (key, "photo", sealed),
        (other, "contact", sealed),
        (key, "contact", changed),
        (key, "contact", sealed[:20]),
        (key, "contact", b""),
    ):
        with pytest.raises(Unreadable):
            vault.open(key_id, what, damaged)


def test_what_is_erased_is_lost_and_its_key_in_no_file(vault: Vault) -> None:
    key, other = vault.new_key(), vault.new_key()
    sealed, kept = vault.seal(key, "contact", b"a"), vault.seal(other, "contact", b"b")
    with reading(vault.keys) as connection:
        wrapped = connection.execute(select(keys.c.wrapped).where(keys.c.id == key)).scalar_one()
        assert not files_of(vault) or any(wrapped in each.read_bytes() for each in files_of(vault))
        connection.rollback()
        vault.erase(key)  # while somebody else has the file open
        assert not any(wrapped in file.read_bytes() for file in files_of(vault))
    with pytest.raises(Erased):
        vault.open(key, "contact", sealed)
    with pytest.raises(Erased):
        vault.seal(key, "contact", b"a")
    vault.erase(key)
    assert vault.open(other, "contact", kept) == b"b"


def test_the_keys_are_worth_nothing_without_the_secret(
    vault: Vault, vault_at: VaultAt, tmp_path: Path
) -> None:
    sealed = vault.seal(key := vault.new_key(), "contact", b"a")
    path = tmp_path / "secret.key"
    secret = path.read_text()
    path.write_text("another-secret-of-32-characters-or-more\n")
    uses = (
        vault.check,
        vault.new_key,
        lambda: vault.prepare(new=True),
        lambda: vault.seal(key, "contact", b"a"),
        lambda: vault.open(key, "contact", sealed),
        lambda: vault_at(path).prepare(new=False),
    )
    for use in uses:
        with pytest.raises(VaultClosed, match="not the one"):
            use()
    path.unlink()
    for use in uses:
        with pytest.raises(VaultClosed, match="the secret is missing") as refused:
            use()
        assert str(tmp_path) not in str(refused.value)
    assert isinstance(refused.value, DeskUnavailable)
    assert not path.exists()  # never made anew
    path.write_text(secret)
    assert vault.open(key, "contact", sealed) == b"a"


def test_keys_that_are_gone_are_said_and_not_made_anew(vault: Vault) -> None:
    key = vault.new_key()
    with vault.keys.begin() as connection:  # as a dump without them is restored
        connection.execute(delete(keys))
    for use in (vault.check, vault.new_key, lambda: vault.seal(key, "a", b"")):
        with pytest.raises(VaultClosed, match="the requests' keys are gone"):
            use()
    with pytest.raises(VaultClosed, match="the requests' keys are gone"):
        vault.prepare(new=False)
    for file in files_of(vault):
        file.unlink()
    if files_of(vault) != [] or vault.keys.dialect.name == "sqlite":
        with pytest.raises(VaultClosed, match="the requests' keys are gone"):
            vault.prepare(new=False)
        assert files_of(vault) == []
        with pytest.raises(OperationalError, match="no database file"):
            vault.seal(key, "a", b"")


def test_no_keys_are_made_where_the_secret_cannot_be(vault_at: VaultAt, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VaultClosed, match="cannot be made"):
        vault_at(tmp_path / "file" / "secret.key").prepare(new=True)
    vault = vault_at(tmp_path / "secret.key")
    vault.prepare(new=True)
    vault.check()


def test_workers_that_start_together_have_one_secret_and_one_set_of_keys(
    vault_at: VaultAt, database_url: str, tmp_path: Path
) -> None:
    secret = tmp_path / "home" / "secret.key"
    command = [sys.executable, "-c", START, database_url, str(secret)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    ids = [worker.communicate(timeout=120)[0].strip() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4
    vault = vault_at(secret)
    for each in ids:
        assert vault.open(each, "a", vault.seal(each, "a", b"x")) == b"x"
    with vault.keys.connect() as connection:
        assert connection.execute(select(func.count()).select_from(keys)).scalar() == 5
        assert connection.execute(select(keys.c.id).where(keys.c.id == PROBE)).scalar() == PROBE


def test_the_database_holds_no_key_on_sqlite(engine: Engine, vault: Vault) -> None:
    vault.new_key()
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with pytest.raises(OperationalError, match="no such table"):
                connection.execute(text("SELECT * FROM request_keys"))
        else:
            assert connection.execute(text("SELECT count(*) FROM request_keys")).scalar() == 2


def test_the_keys_of_a_file_are_beside_it() -> None:
    assert open_keys("sqlite:////a/b/bosai.sqlite").url.database == "/a/b/bosai-keys.sqlite"
    assert open_keys("sqlite:////a/b/bosai").url.database == "/a/b/bosai-keys"
