"""A mail server of the tests' own, in a process of its own on the loopback.

It writes each mail it takes into a file before it answers. The files `rcpt` and `data` in its
folder hold what it answers instead of 250, line by line, the last line for good. While there is a
file `hold`, a mail whose words have come is neither written nor answered; while there is a file
`mute`, it is written and not answered. `came` tells that one has come so far. With a `cert.pem` and
`key.pem` when it starts, it demands STARTTLS.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL
from pathlib import Path
from typing import Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.service import ROOT, free_port

WAIT_S = 300.0  # a busy machine is no fault


class MailServer:
    """The mail server as the tests see it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The setting that names it."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it unless it runs, and wait until it listens."""
        if self._process is not None:
            return
        up = self.folder / "up"
        up.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.mail_server", str(self.port), str(self.folder)]
        self._process = subprocess.Popen(command, cwd=ROOT)
        await_that(up.exists)

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def answers(self, command: str, *replies: str) -> None:
        """What it answers to `rcpt` or `data` from now on."""
        (self.folder / command).write_text("\n".join(replies))

    def mails(self) -> list[EmailMessage]:
        """The mails it has taken, in their order."""
        paths = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [_parsed(path) for path in paths]

    def begin(self, manner: Literal["hold", "mute"]) -> None:
        """Take no mail, or answer none, from now on."""
        (self.folder / "came").unlink(missing_ok=True)
        (self.folder / manner).touch()

    def end(self, manner: Literal["hold", "mute"]) -> None:
        """Take and answer again."""
        (self.folder / manner).unlink()

    def has_come(self) -> bool:
        """Whether a mail waits for its answer, or did."""
        return (self.folder / "came").exists()


def _parsed(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=MAIL)
    assert isinstance(message, EmailMessage)
    return message


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """A mail server that is up."""
    folder.mkdir(exist_ok=True)
    server = MailServer(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()


def settings_with_mail(
    office: MailServer, home: Path, database_url: str, secret: Path, base_url: str
) -> dict[str, str]:
    """The settings of a service of the city that ships, which sends mail."""
    return {
        "BOSAI_DEFINITIONS": str(BUNDLED_DEFINITIONS),
        "BOSAI_DATA": str(BUNDLED_DATA),
        "BOSAI_HOME": str(home / "asaka"),
        "BOSAI_DATABASE_URL": database_url,
        "BOSAI_SECRET_FILE": str(secret),
        "BOSAI_BASE_URL": base_url,
        "BOSAI_MAIL_FROM": "bosai@city.example.jp",
        "BOSAI_SMTP_URL": office.url,
    }


def await_that(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class _Handler:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        reply = self._reply("rcpt")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await self._until_ended("hold")
        reply = self._reply("data")
        if reply.startswith("250"):
            content = envelope.original_content
            assert content is not None
            part = self._folder / secrets.token_hex(8)
            part.write_bytes(f"X-Rcpt: {','.join(envelope.rcpt_tos)}\r\n".encode() + content)
            part.rename(part.with_suffix(".eml"))
        await self._until_ended("mute")
        return reply

    async def _until_ended(self, manner: str) -> None:
        path = self._folder / manner
        if path.exists():
            (self._folder / "came").touch()
            await asyncio.to_thread(await_that, lambda: not path.exists())

    def _reply(self, command: str) -> str:
        path = self._folder / command
        if not path.exists():
            return "250 OK"
        first, *others = path.read_text().splitlines()
        if others:
            path.write_text("\n".join(others))
        return first


async def _serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    handler = _Handler(folder)
    tls = None
    if (folder / "cert.pem").exists():
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    def session() -> SMTP:
        return SMTP(handler, tls_context=tls, require_starttls=tls is not None)

    server = await loop.create_server(session, "127.0.0.1", port)
    (folder / "up").touch()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
