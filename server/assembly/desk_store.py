"""What people send and the desk does: its databases, and all that looks after them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from sqlalchemy import Engine

from server.database.engine import open_database
from server.database.following import Following
from server.database.upkeep import Upkeep
from server.desk.answers.answers import Answers
from server.desk.answers.moderation import publish_unmoderated
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.figures.senders import Senders
from server.desk.figures.tally import Tally
from server.desk.figures.writer import FigureWriter
from server.desk.freshness.notices import OverdueNotices
from server.desk.intake.attachments import Attachments
from server.desk.intake.requests import Requests
from server.desk.layers.desk_layers import DeskLayers
from server.desk.mail.news import News
from server.desk.mail.outbox import Claim, Outbox
from server.desk.retention.keeping import Keeping, vault_upkeep
from server.desk.retention.retention import Erasure, Retention
from server.sending import Sender
from server.settings import Settings


class DeskStore:
    """The database of these settings, its vault, and what reads and writes both.

    A database that cannot be used keeps nothing from being served: `problem` says why. Raises
    `server.database.engine.DatabaseUrlError`.
    """

    def __init__(self, settings: Settings) -> None:
        self.database: Engine = open_database(settings.database)
        self.secret = Secret(settings.secret)
        self.vault = Vault(self.secret, open_keys(settings.database))
        self._upkeep = Upkeep(self.database)
        self._vault_upkeep = vault_upkeep(self.database, self.vault, self._upkeep)
        self._upkeep.begin()
        self._vault_upkeep.begin()
        self.retention = Retention(settings.contact_days)
        self.erasure = Erasure(self.database, self.vault, self.retention)
        self._keeping = Keeping(self.database, self.vault, self.erasure, lambda: not self.problem)
        base_url = settings.base_url if settings.sends_mail else None
        self._news = News(self.database, self.vault, self.secret, base_url)
        self._mailing = self._mailing_of(settings)
        self.is_moderated = settings.moderation == "on"
        at_once = None if self.is_moderated else publish_unmoderated
        self.requests = Requests(self.database, self.vault, at_once=at_once)
        self.answers = Answers(self.database, self._news, self.vault)
        self.attachments = Attachments(self.database, self.vault)
        self.layers = DeskLayers(self.database)
        senders = Senders(self.database, self.vault)
        self.tally = Tally(senders.token)
        writer = FigureWriter(self.database, self.tally, senders, lambda: not self.problem)
        self.kept_counting = writer.kept_writing
        self.overdue_notices = OverdueNotices(self.database, self.vault)

    @property
    def problem(self) -> str | None:
        """Why nothing can be read or written, None while it can be."""
        return self._upkeep.problem or self._vault_upkeep.problem

    @property
    def is_database_away(self) -> bool:
        """Whether the database, be the vault open or not, cannot be used."""
        return self._upkeep.problem is not None

    @property
    def news(self) -> News:
        """What tells who confirmed; without mail it queues nothing."""
        return self._news

    @property
    def news_by_mail(self) -> News | None:
        """The news where mail is set up."""
        return self._news if self._mailing else None

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Look after all of it, and send mails, until the block ends."""
        ended = threading.Event()
        for upkeep in (self._upkeep, self._vault_upkeep, self._keeping):
            threading.Thread(target=upkeep.run, args=(ended,), daemon=True).start()
        try:
            async with self._mailing.kept_sending() if self._mailing else nullcontext():
                yield
        finally:
            ended.set()

    def _mailing_of(self, settings: Settings) -> Sender[Claim] | None:
        """What sends the mails that are queued; None where no mail is set up."""
        server = settings.mail_server
        if server is None:
            return None
        from server.mail import MailCarrier  # its library, for who sends mail

        outbox = Outbox(self.database, self.vault)

        def forget() -> None:
            outbox.forget()
            self._news.forget()

        carrier = MailCarrier(server, settings.mail_sender)
        return Sender(
            outbox,
            carrier,
            Following(self.database),
            is_away=lambda: bool(self.problem),
            forget=forget,
        )
