"""The file of the operator's secret: made once, and refused where it cannot be the one."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.desk.confidential.secret import Secret
from server.desk.errors import VaultClosed


def test_a_secret_is_made_for_its_owner_alone_and_said_loudly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "home" / "secret.key"
    with pytest.raises(VaultClosed, match="the secret is missing"):
        Secret(path).key("a")
    Secret(path).make()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.levelno for each in caplog.records] == [logging.WARNING]
    assert "Back it up now" in caplog.text
    content = path.read_bytes()
    assert content.decode().strip() not in caplog.text
    Secret(path).make()
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["secret.key"]  # noqa: PTH208 - nothing hidden is left


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: Secret(path).make(), range(8)))
        keys = set(threads.map(lambda _: Secret(path).key("a"), range(8)))
    assert len(keys) == 1


def test_a_key_is_for_one_purpose_and_the_end_of_the_line_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    keys = set()
    for end in ("", "\n", "\r\n"):
        path.write_text("k" * 40 + end, newline="")
        keys.add(Secret(path).key("a"))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert Secret(path).key("a") != Secret(path).key("b")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"short",
        b"k" * 31,
        b"k" * 40 + b"\n" + b"k" * 40,
        b"\x80" * 40,
        b"k " * 40,
        b"k" * 5000,
    ],
)
def test_what_is_no_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    with pytest.raises(VaultClosed, match=r"wanted one line of at least 32") as refused:
        Secret(path).key("a")
    assert "kk" not in str(refused.value)
    assert str(tmp_path) not in str(refused.value)
    Secret(path).make()
    assert path.read_bytes() == content


def test_a_secret_that_cannot_be_made_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VaultClosed, match="the secret cannot be made: ") as refused:
        Secret(tmp_path / "file" / "secret.key").make()
    assert str(tmp_path) not in str(refused.value)
    assert str(tmp_path) in caplog.text
    with pytest.raises(VaultClosed, match="the secret cannot be read: "):
        Secret(tmp_path).key("a")


@pytest.mark.parametrize(("mode", "warns"), [(0o600, False), (0o640, False), (0o644, True)])
def test_a_secret_that_everybody_can_read_is_used_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, warns: bool
) -> None:
    path = tmp_path / "secret.key"
    path.write_text("k" * 40)
    path.chmod(mode)
    Secret(path).make()
    assert Secret(path).key("a")
    assert ("can be read by every user" in caplog.text) == warns


def test_a_link_that_leads_nowhere_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.symlink_to(tmp_path / "not-mounted")
    Secret(path).make()
    assert path.is_symlink()
    with pytest.raises(VaultClosed, match="missing"):
        Secret(path).key("a")
