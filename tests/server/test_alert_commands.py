"""`bosai alert …`: shown first, sent with --send, extended, lifted, listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from layers.catalog.catalog import Catalog
from server.cli import program
from server.database.engine import open_database
from server.desk.accounts.audit_entries import AuditEntries, EntryChoice
from server.desk.alerts.alerts import Alerts

ORDER = ["issue", "--what", "evacuation-4", "--place", "岡一丁目", "--issuer", "朝霞市"]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bosai.sqlite'}"


class CommandLine:
    """The command line of the city that ships."""

    def __init__(self, home: Path, url: str) -> None:
        self._env = {"BOSAI_HOME": str(home / "asaka"), "BOSAI_DATABASE_URL": url}

    def alert(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(program(), ["alert", *arguments], env=self._env)
        return done.exit_code, done.output


@pytest.fixture
def bosai(asaka: Catalog, home: Path, url: str) -> CommandLine:
    assert asaka.layers
    return CommandLine(home, url)


def test_an_alert_is_shown_then_sent_extended_lifted_and_listed(
    bosai: CommandLine, url: str
) -> None:
    status, written = bosai.alert(*ORDER, "--drill")
    assert status == 0
    for words in (
        "【訓練】警戒レベル4 避難指示",
        "[DRILL] Alert level 4",
        "-- radio",
        "まだ送っていません",
    ):
        assert words in written
    engine = open_database(url)
    alerts = Alerts(engine)
    assert alerts.recent() == []
    assert "送りました: 番号 1" in bosai.alert(*ORDER, "--drill", "--send")[1]
    assert "まだ送っていません" in bosai.alert("extend", "1", "--hours", "24")[1]
    until = alerts.of(1).expires_at
    assert bosai.alert("extend", "1", "--hours", "24", "--send")[0] == 0
    assert alerts.of(1).expires_at > until
    assert "期限" in bosai.alert("extend", "1", "--hours", "1", "--send")[1]
    assert "まだ送っていません" in bosai.alert("end", "1")[1]
    assert "【訓練】【解除】" in bosai.alert("end", "1", "--send")[1]
    status, written = bosai.alert("end", "1", "--send")
    assert (status, "もう解除しています" in written) == (2, True)
    assert "1\t解除\t【訓練】【解除】警戒レベル4 避難指示\t岡一丁目" in bosai.alert("list")[1]
    entries, _total = AuditEntries(engine).page(EntryChoice(subject="alert 1"), 1)
    assert {entry.actor for entry in entries} == {"cli"}


@pytest.mark.parametrize(
    ("arguments", "japanese", "english"),
    [
        (ORDER, "訓練か本番か", "drill or real"),
        ([*ORDER, "--drill", "--place", "{町}"], "{町}", "{町}"),
        ([*ORDER, "--real", "--text", "【訓練】"], "本番として", "sounds like a drill"),
        (["end", "99", "--send"], "その番号の情報はありません", "no alert has this number"),
    ],
)
def test_what_cannot_be_sent_is_said_in_both_languages(
    bosai: CommandLine, arguments: list[str], japanese: str, english: str
) -> None:
    status, written = bosai.alert(*arguments)
    assert status == 2
    assert japanese in written
    assert english in written
