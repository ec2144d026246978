"""Whatever is killed whenever: what was acknowledged is there, nothing half, nothing twice."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, func, select, update

from server.database.engine import open_database, reading
from server.database.schema import upgrade
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.accounts.sessions import Sessions
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.mail.outbox import Outbox, outbox
from server.desk.message_queue import SENT, WAITING
from tests.benchmarks.measure import tree
from tests.mail_server import MailServer, await_that, mail_server, settings_with_mail
from tests.server.killed.crowd import BASE, Memory, await_answers, await_kinds, crowd
from tests.server.killed.evidence import Evidence
from tests.service import Running, running

PASSWORD = "川の水位を毎朝見ています"
BOTH = [pytest.mark.soak, pytest.mark.database]


@pytest.mark.parametrize(
    ("database_url", "kills"),
    [
        pytest.param("sqlite", 6, marks=pytest.mark.breadth),
        pytest.param("postgresql", 5, marks=[pytest.mark.database, pytest.mark.breadth]),
        pytest.param("sqlite", 250, marks=pytest.mark.soak),
        pytest.param("postgresql", 250, marks=BOTH),
    ],
    indirect=["database_url"],
)
def test_what_was_acknowledged_outlives_every_kill(
    database_url: str, kills: int, home: Path, tmp_path: Path
) -> None:
    chance, memory, done = Random(17), Memory(), 0
    engine = open_database(database_url)
    upgrade(engine)
    sessions = staff(engine)
    vault = Vault(Secret(tmp_path / "secret.key"), open_keys(database_url))
    evidence = Evidence(engine, vault, set())
    with mail_server(tmp_path / "post office") as office:
        settings = settings_with_mail(office, home, database_url, tmp_path / "secret.key", BASE)
        while done < kills:
            log = tmp_path / "serve.log"
            with (
                running(settings, log, ("--workers", "2")) as started,
                crowd(started.address, memory, chance, office, sessions),
            ):
                if not done:
                    await_kinds(memory)
                done += kill(started, memory, chance, kills - done)
            evidence.compare(memory)
        release(engine)
        with running(settings, tmp_path / "serve.log", ("--workers", "1")):
            await_that(lambda: Outbox(engine, vault).standing().waiting == 0)
        evidence.checked.clear()
        evidence.compare(memory)
        require_mails(engine, office, kills)
    assert len(memory.acknowledged()) > kills
    engine.dispose()
    vault.keys.dispose()


def staff(engine: Engine) -> list[str]:
    """The tokens of two who are signed in."""
    accounts, tokens = Accounts(engine), []
    for name in ("山田", "鈴木"):
        account, given = accounts.add(name, Role.PUBLISHER, "", actor=COMMAND_LINE)
        accounts.set_password(account, given, PASSWORD)
        tokens.append(Sessions(engine).begin(accounts.of_id(account.id)))
    return tokens


def kill(started: Running, memory: Memory, chance: Random, most: int) -> int:
    """Kill a worker now and then, and in the end everything; gives how many times."""
    workers = min(chance.randrange(2, 5), most - 1)
    for _ in range(workers):
        await_answers(memory, chance.randrange(1, 20))
        time.sleep(chance.random() / 50)  # the answer that was waited for is past
        # The answers may be of workers that are dead: all of them, until another starts.
        await_that(lambda: bool(started.workers))
        with suppress(ProcessLookupError):
            os.kill(chance.choice(started.workers), signal.SIGKILL)
    await_answers(memory, chance.randrange(1, 20))
    time.sleep(chance.random() / 50)
    kill_all(started)
    return workers + 1


def kill_all(started: Running) -> None:
    """Kill the service with all that it started.

    Each is stopped before its children are looked for: it has no more of them then.
    """
    pids: list[int] = []
    while new := [pid for pid in tree(started.process.pid) if pid not in pids]:
        _signal(new, signal.SIGSTOP)
        pids += new
    _signal(pids, signal.SIGKILL)
    started.process.wait()


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def release(engine: Engine) -> None:
    """Mails that a dead worker holds are due now: as after `LEASE`, which is not waited for."""
    with engine.begin() as connection:
        held = update(outbox).where(outbox.c.state == WAITING)
        connection.execute(held.values(due_at=outbox.c.created_at))


def require_mails(engine: Engine, office: MailServer, kills: int) -> None:
    """Each mail that was queued arrived, again only where its sender was killed meanwhile."""
    with reading(engine) as connection:
        count = select(func.count()).select_from(outbox)
        ids = set(connection.scalars(select(outbox.c.message_id)))
        assert connection.execute(count.where(outbox.c.state != SENT)).scalar_one() == 0
    assert ids
    arrived = Counter(mail["Message-ID"].strip("<>").partition("@")[0] for mail in office.mails())
    assert set(arrived) == ids
    assert sum(arrived.values()) <= len(ids) + kills
