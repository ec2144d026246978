"""Mails handed to the city's mail server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP as MAIL, Policy
from functools import cached_property
from typing import Any, NoReturn

import aiosmtplib

from server.desk.intake.mail_address import mailbox
from server.desk.mail.outbox import Claim
from server.sending import NotTaken
from server.settings import MailServer

STEP_S = 30.0  # that the mail server may take for one answer
WHOLE_S = 90.0  # and for a mail: less than its lease
GOODBYE_S = 2.0
PERMANENT = 500  # replies from here on say no for good (RFC 5321, 4.2.1)


class _Address(UnstructuredHeader, BaseHeader):
    """A header that holds a URL, which is never broken or encoded (RFC 2369, 2)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Words(UnstructuredHeader, BaseHeader):
    """A header of words as they are: what looks like encoded words (RFC 2047) is none.

    Python's own would decode it, and write out a line break that it hides.
    """

    @classmethod
    def parse(cls, string: str, kwds: dict[str, Any]) -> None:
        super().parse("", kwds)
        kwds["decoded"] = string

    def fold(self, *, policy: Policy) -> str:
        words = Header(str(self), "utf-8", header_name=self.name)
        return f"{self.name}: {words.encode(linesep=policy.linesep)}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("subject", _Words)
HEADERS.map_to_type("list-unsubscribe", _Address)


def message_of(claim: Claim, sender: Address) -> EmailMessage:
    """The mail as it is sent: of one claim the same each time, to the byte."""
    message = EmailMessage(MAIL.clone(header_factory=HEADERS))
    message["From"] = sender
    message["To"] = mailbox(claim.recipient)
    message["Subject"] = claim.subject
    message["Date"] = claim.created_at.replace(microsecond=0)
    message["Message-ID"] = f"<{claim.message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine is to answer
    if claim.unsubscribe:
        message["List-Unsubscribe"] = f"<{claim.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(claim.text, cte="base64")
    return message


class MailCarrier:
    """Hands mails of a sender to a mail server."""

    def __init__(self, server: MailServer, sender: Address) -> None:
        self._server, self._sender = server, sender

    @asynccontextmanager
    async def handing_over(self, claim: Claim) -> AsyncIterator[None]:
        """Hand a mail over; the body runs once the mail server has taken it. Raises `NotTaken`."""
        client = self._client()
        try:
            try:
                async with asyncio.timeout(WHOLE_S):
                    await _connect(client)
                    await self._hand_in(client, claim)
            except TimeoutError:
                raise NotTaken("timeout") from None
            yield
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=GOODBYE_S)
        finally:
            client.close()

    async def reach(self) -> None:
        """Reach the mail server, sign in, and leave without a mail. Raises `NotTaken`."""
        client = self._client()
        try:
            await _connect(client)
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=GOODBYE_S)
        finally:
            client.close()

    async def _hand_in(self, client: aiosmtplib.SMTP, claim: Claim) -> None:
        """Give it a mail. That it does not take the sender is no fault of the mail."""
        content = message_of(claim, self._sender).as_bytes()
        recipient = mailbox(claim.recipient)
        try:
            await client.sendmail(self._sender.addr_spec, [recipient], content)
        except aiosmtplib.SMTPTimeoutError:
            raise NotTaken("timeout") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            _refused(error.recipients[0].code)
        except aiosmtplib.SMTPSenderRefused as error:
            raise NotTaken(str(error.code)) from None
        except aiosmtplib.SMTPResponseException as error:
            _refused(error.code)
        except (aiosmtplib.SMTPException, OSError):
            raise NotTaken("closed") from None

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=self._sender.domain,
            timeout=STEP_S,
            use_tls=server.tls == "always",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else self._tls,
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


async def _connect(client: aiosmtplib.SMTP) -> None:
    """Reach the mail server and sign in. What fails here says nothing about the mail."""
    try:
        await client.connect()
    except aiosmtplib.SMTPTimeoutError:
        raise NotTaken("timeout") from None
    except aiosmtplib.SMTPResponseException as error:
        raise NotTaken(str(error.code)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        is_about_tls = isinstance(error.__cause__ or error, ssl.SSLError) or "TLS" in str(error)
        raise NotTaken("tls" if is_about_tls else "connect") from None


def _refused(code: int) -> NoReturn:
    raise NotTaken(str(code), is_final=code >= PERMANENT) from None
