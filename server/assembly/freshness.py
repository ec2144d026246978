"""Departments are written to about layers that are overdue, where mail is set up."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from layers.catalog.catalog import Catalog
from layers.catalog.renewals import japan_today, renewal_state
from server.desk.errors import DeskError
from server.desk.freshness.notices import OverdueMail, OverdueNotices
from server.desk.freshness.words import overdue_mail, recipient_of
from server.desk.intake.mail_address import InvalidAddress, read_address

HOUR = 3600.0  # seconds from one look to the next
AGAIN = 60.0  # seconds until one that failed

LOG = logging.getLogger(__name__)


def overdue_mails(catalog: Catalog, base_url: str) -> Iterator[OverdueMail]:
    """A mail for each layer that is overdue today and has somebody to be written to."""
    today = japan_today()
    for layer in catalog.layers.values():
        state = renewal_state(layer)
        if state is None or not state.is_overdue(today):
            continue
        recipient = recipient_of(state, catalog.city)
        if recipient is None:
            continue
        try:
            yield overdue_mail(layer, state, read_address(recipient), base_url)
        except InvalidAddress:
            LOG.warning("%s: the address that its department is written to is none", layer.id)


class OverdueWatch:
    """Looks once an hour which layers are overdue, and queues the mails about them.

    `base_url` is the map's own address; without one nothing is written. `is_usable` says whether
    the database can be used.
    """

    def __init__(
        self,
        notices: OverdueNotices,
        catalog: Callable[[], Catalog],
        base_url: str | None,
        is_usable: Callable[[], bool],
    ) -> None:
        self._notices, self._catalog = notices, catalog
        self._base_url, self._is_usable = base_url, is_usable

    @asynccontextmanager
    async def kept_watching(self) -> AsyncIterator[None]:
        """Look until the block ends."""
        ended = threading.Event()
        if self._base_url is not None:
            threading.Thread(target=self._run, args=(ended,), daemon=True).start()
        try:
            yield
        finally:
            ended.set()

    def look(self) -> bool:
        """Queue what is to be queued now; whether that could be done."""
        if self._base_url is None or not self._is_usable():
            return False
        try:
            self._notices.queue(overdue_mails(self._catalog(), self._base_url))
        except DeskError as error:
            LOG.warning("mails about overdue layers are queued later: %s", type(error).__name__)
            return False
        return True

    def _run(self, ended: threading.Event) -> None:
        while not ended.wait(HOUR if self.look() else AGAIN):
            pass
