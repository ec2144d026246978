"""`bosai staff` with accounts that are signed in to with the city's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.database.engine import open_database
from server.database.schema import upgrade
from tests import command_line

MAIL = "taro@city.example.jp"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database without accounts."""
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
    return url


def bosai(url: str, *arguments: str, **settings: str) -> tuple[int, str]:
    """The exit status and all that was written."""
    done = command_line.bosai(("staff", *arguments), {"BOSAI_DATABASE_URL": url, **settings})
    return done.returncode, done.output


def test_an_account_is_linked_linked_anew_and_no_longer(url: str) -> None:
    status, text = bosai(url, "add", "太郎", "--role", "editor", "--oidc", MAIL)
    assert status == 0
    assert text.splitlines() == [
        f"太郎 さんは、庁内のアカウント（{MAIL}）でサインインします。パスワードはいりません。",
        f"  太郎 signs in with the city's own account {MAIL}, and needs no password.",
    ]
    assert f"oidc: {MAIL}" in bosai(url, "list")[1]
    status, text = bosai(url, "add", "花子", "--role", "editor", "--oidc", MAIL)
    assert status == 2
    assert "ほかのアカウントにもう結び付いています" in text
    assert "花子" not in bosai(url, "list")[1]
    status, text = bosai(url, "change", "太郎", "--oidc", "taro.asaka", "--role", "publisher")
    assert status == 0
    assert text.startswith("太郎\tpublisher")
    assert text.endswith("oidc: taro.asaka\n")
    assert "oidc:" not in bosai(url, "change", "太郎", "--no-oidc")[1]
    assert bosai(url, "change", "太郎", "--oidc", "a", "--no-oidc")[0] == 2


def test_settings_that_are_not_whole_are_refused_in_both_languages(url: str) -> None:
    status, text = bosai(url, "list", BOSAI_OIDC_ISSUER="https://id.example.jp")
    assert status == 2
    assert "BOSAI_OIDC_CLIENT_SECRET_FILE が「」です。" in text
    assert "BOSAI_BASE_URL（認証サーバーから戻るアドレス）の4つを設定してください。" in text
    assert "all four" in text
