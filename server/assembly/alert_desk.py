"""Alerts and what sends them to other programs, put together."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

from server.assembly.desk_store import DeskStore
from server.database.engine import open_database
from server.database.following import Following
from server.desk.alerts.alerts import Alerts
from server.sending import Sender
from server.settings import Settings


def alerts_of(settings: Settings, store: DeskStore) -> Alerts:
    """The alerts, with connections of their own: those who wait to write a request cannot use them
    up.
    """
    return Alerts(
        open_database(settings.database),
        webhooks=settings.webhooks,
        is_away=lambda: store.is_database_away,
    )


def sending_webhooks(
    settings: Settings, store: DeskStore
) -> AbstractAsyncContextManager[None, bool | None]:
    """A block while which what waits for other programs is sent; nothing where there are none."""
    if not settings.webhooks:
        return nullcontext()
    from server.desk.alerts.webhooks import Webhooks
    from server.webhooks import WebhookCarrier  # its library, for who sends them

    return Sender(
        Webhooks(store.database, settings.webhooks),
        WebhookCarrier(settings.webhook_secret, private=settings.private_webhooks == "allow"),
        Following(store.database),
        is_away=lambda: store.is_database_away,
    ).kept_sending()
