"""The commands of whoever runs the service: `bosai doctor`, `bosai backup`, `bosai restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from server.backup.backup import back_up, open_settings
from server.backup.errors import BackupRefused
from server.backup.key_copy import copy_keys, has_keys
from server.backup.restore import restore as restore_backup
from server.console.command import command, option, settings as read_settings
from server.console.help import help_text
from server.console.lines import refuse, refuse_words, say
from server.database.engine import DatabaseUrlError
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.errors import VaultClosed
from server.doctor.doctor import findings
from server.doctor.finding import Finding
from server.settings import Settings
from server.texts import console as words


@command("doctor")
def doctor() -> None:
    """Say what is wrong with this installation. Changes nothing."""
    mistakes = 0
    for finding in findings(read_settings()):
        mistakes += finding.level == "wrong"
        say({"ja": "{ja}", "en": "{en}"}, ja=_line(finding, "ja"), en=_line(finding, "en"))
    say(words.TO_MEND if mistakes else words.ALL_WELL, count=mistakes)
    if mistakes:
        raise typer.Exit(1)


def _line(finding: Finding, language: Literal["ja", "en"]) -> str:
    text = words.DOCTOR[finding.kind][language].format(**finding.values)
    level, subject = words.LEVELS[finding.level], words.SUBJECTS[finding.subject]
    return words.LINE[language].format(level=level[language], subject=subject[language], text=text)


@command("backup")
def backup(
    output: Annotated[Path, option("backup-output", "-o", metavar="FILE")],
    keys: Annotated[Path | None, option("backup-keys", "--keys", metavar="FILE")] = None,
) -> None:
    """Write a backup into one file, while the service runs."""
    settings = read_settings()
    with _refusing():
        manifest = back_up(settings, output)
        say(words.BACKUP["written"], path=output, step=manifest.step)
        if keys is not None:
            engine = open_keys(settings.database)
            count = copy_keys(engine, keys)
            engine.dispose()
            say(words.BACKUP["keys_written"], path=keys, count=count)
    if keys is None:
        say(words.BACKUP["keys_apart"])
    say(words.BACKUP["secret_apart"], path=settings.secret.absolute())
    say(
        words.BACKUP["folders_apart"],
        definitions=settings.definitions.absolute(),
        data=settings.data.absolute(),
    )


@command("restore")
def restore(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help=help_text(words.OPTIONS["backup-file"]))
    ],
    keys: Annotated[Path | None, option("restore-keys", "--keys", metavar="FILE")] = None,
    replace: Annotated[bool, option("replace", "--replace")] = False,
) -> None:
    """Make the home, and the database, that of a backup: all of it, or nothing."""
    settings = read_settings()
    with _refusing():
        restored = restore_backup(settings, path, keys, replace=replace)
    manifest = restored.manifest
    at = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    say(words.BACKUP["restored"], path=settings.home.absolute(), at=at, version=manifest.version)
    say(words.BACKUP["since_then"])
    if restored.aside is not None:
        say(words.BACKUP["aside"], path=restored.aside)
    now = open_settings(settings)
    for name, value in manifest.settings.items():
        if now.get(name) != value:
            say(words.BACKUP["other_setting"], name=name, value=value)
    _say_vault(settings)


def _say_vault(settings: Settings) -> None:
    """Say where what is confidential cannot be read, and why."""
    engine = open_keys(settings.database)
    try:
        if has_keys(engine):
            Vault(Secret(settings.secret), engine).check()
        else:
            say(words.BACKUP["no_keys"], err=True)
    except (VaultClosed, BackupRefused) as error:
        say(words.BACKUP["closed"], err=True, why=error)
    finally:
        engine.dispose()


@contextmanager
def _refusing() -> Iterator[None]:
    """Write why nothing was done, and exit."""
    try:
        yield
    except BackupRefused as error:
        refuse_words(words.BACKUP_REFUSALS[error.reason], error.value)
    except DatabaseUrlError as error:
        refuse("database", error)
    except OSError as error:
        refuse_words(words.BACKUP_REFUSALS["files"], f"{error.filename}: {error.strerror}")
