"""`bosai staff …`: the accounts of the staff pages from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import program
from server.database.engine import open_database
from server.desk.accounts.audit_entries import AuditEntries, EntryChoice
from server.desk.accounts.sessions import Sessions
from server.desk.accounts.sign_in import Attempt, SignIn
from server.desk.accounts.totp_seal import TotpSeal
from server.desk.confidential.secret import Secret

PASSWORD = "川の水位を毎朝見ています"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bosai.sqlite'}"


def staff(url: str, *arguments: str, typed: str | None = None) -> tuple[int, str]:
    """The exit status and all that was written."""
    done = CliRunner().invoke(
        program(), ["staff", *arguments], input=typed, env={"BOSAI_DATABASE_URL": url}
    )
    return done.exit_code, done.output


def sign_in_at(url: str) -> SignIn:
    """Signing in with passwords alone, which takes no secret of the operator's."""
    return SignIn(open_database(url), TotpSeal(Secret(Path("none"))))


def test_an_account_is_added_listed_changed_disabled_and_helped(url: str) -> None:
    status, written = staff(url, "add", "山田", "--role", "admin")
    given = written.splitlines()[-1]
    assert status == 0
    sign_in, sessions = sign_in_at(url), Sessions(open_database(url))
    account = sign_in.account(Attempt(name="山田", password=given))
    token = sessions.begin(account)
    listed = staff(url, "list")[1]
    assert "admin (管理 / Administrator)" in listed
    assert given not in listed
    changed = staff(url, "change", "山田", "--role", "editor", "--department", "道路課")[1]
    assert "editor (編集 / Editor)\t道路課" in changed
    assert (
        "publisher (公開 / Publisher)\t道路課"
        in staff(url, "change", "山田", "--role", "publisher")[1]
    )
    assert "全部の所属" in staff(url, "change", "山田", "--all-departments")[1]
    assert staff(url, "password", "山田", "--prompt", typed=PASSWORD)[0] == 0
    assert sessions.of(token) is None
    assert sign_in.account(Attempt(name="山田", password=PASSWORD)).temporary_until is not None
    token = sessions.begin(account)
    assert "使えません / disabled" in staff(url, "disable", "山田")[1]
    assert sessions.of(token) is None
    assert "使えます / enabled" in staff(url, "enable", "山田")[1]
    again = staff(url, "password", "山田")[1].splitlines()[-1]
    assert again not in (given, PASSWORD)
    entries, _ = AuditEntries(open_database(url)).page(EntryChoice(actor="cli"), 1)
    assert [entry.action for entry in reversed(entries)] == [
        "account.add",
        *["account.change"] * 3,
        "account.give_password",
        "account.disable",
        "account.enable",
        "account.give_password",
    ]
    assert again not in repr(entries)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "山田", "--role", "reader"), "その名前は、もう使われています"),
        (("add", " ", "--role", "reader"), "名前を入力してください"),
        (("add", "x", "--role", "admin", "--department", "道路課"), "所属は空に"),
        (("change", "だれか", "--role", "reader"), "その名前のアカウントはありません"),
        (("change", "山田"), "--no-oidc のどれか"),
        (("change", "山田", "--department", "x", "--all-departments"), "一度には使えません"),
        (("disable", "だれか"), "その名前のアカウントはありません"),
        (("password", "\0"), "その名前のアカウントはありません"),
    ],
)
def test_what_cannot_be_done_is_said(url: str, arguments: tuple[str, ...], said: str) -> None:
    staff(url, "add", "山田", "--role", "reader")
    before = staff(url, "list")
    status, written = staff(url, *arguments)
    assert status == 2
    assert said in written
    assert staff(url, "list") == before


def test_an_obvious_password_is_refused_and_nothing_changed(url: str) -> None:
    given = staff(url, "add", "山田", "--role", "reader")[1].splitlines()[-1]
    status, written = staff(url, "password", "山田", "--prompt", typed="password1234\n")
    assert status == 2
    assert "推測されやすいパスワード" in written
    assert "password1234" not in written
    sign_in_at(url).account(Attempt(name="山田", password=given))
