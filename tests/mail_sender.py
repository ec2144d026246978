"""A process that sends the mails of a database, as a worker does, until it is killed."""

from __future__ import annotations

import asyncio
import datetime
import subprocess
import sys
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path

from server.database.engine import open_database
from server.database.following import Following
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.mail.outbox import RULES, Outbox
from server.mail import MailCarrier
from server.sending import Sender
from server.settings import MailServer
from tests.service import ROOT

AT_ONCE = datetime.timedelta(0)
SHORTLY = datetime.timedelta(seconds=2)  # that whoever was killed holds its mail


def start_sender(database_url: str, secret: Path, port: int) -> subprocess.Popen[bytes]:
    """Start one that hands mails in at this port of the loopback."""
    command = [sys.executable, "-m", "tests.mail_sender", database_url, str(secret), str(port)]
    return subprocess.Popen(command, cwd=ROOT)


async def _send(database_url: str, secret: Path, port: int) -> None:
    vault = Vault(Secret(secret), open_keys(database_url))
    engine = open_database(database_url)
    rules = replace(RULES, backoff=lambda _attempts: AT_ONCE, lease=SHORTLY)
    mails = Outbox(engine, vault, rules)
    target = MailServer("127.0.0.1", port, "none")
    carrier = MailCarrier(target, Address(addr_spec="bosai@city.example.jp"))
    async with Sender(mails, carrier, Following(engine, every=0), pause=0.05).kept_sending():
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_send(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
