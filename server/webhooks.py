"""Alerts handed to other programs (webhooks).

Each is a POST of JSON, signed as Standard Webhooks 1.0 has it: `webhook-id` (the same at each
attempt), `webhook-timestamp`, and `webhook-signature`, the HMAC-SHA256 of "id.timestamp.body" in
base64 behind "v1,". Any answer of 2xx takes it; a redirect does not. Connections are made to public
addresses only, unless the operator allows others.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from layers.errors import SourceError
from layers.fetch.http import FAILURES, USER_AGENT
from layers.fetch.network import Deadline, Network, Transport
from server.desk.alerts.webhooks import Delivery
from server.sending import NotTaken

WHOLE_S = 20.0  # that a receiver may take: less than a message's lease


class WebhookCarrier:
    """Hands messages to their addresses. `secret` is that shared with the receivers."""

    def __init__(self, secret: str, *, private: bool = False) -> None:
        self._secret, self._private = secret.encode(), private

    @asynccontextmanager
    async def handing_over(self, delivery: Delivery) -> AsyncIterator[None]:
        """Hand a message over; the body runs once it is taken. Raises `NotTaken`."""
        await asyncio.to_thread(self._post, delivery)
        yield

    def _post(self, delivery: Delivery) -> None:
        deadline = Deadline(WHOLE_S)
        body = delivery.body.encode()
        transport = Transport(Network(delivery.url, deadline, self._private))
        try:
            with (
                httpx2.Client(transport=transport, timeout=WHOLE_S) as client,
                client.stream(
                    "POST", delivery.url, content=body, headers=self._headers(delivery, body)
                ) as response,
            ):
                status = response.status_code
        except SourceError as error:
            raise NotTaken("private" if error.kind == "private_network" else "refused") from None
        except FAILURES as error:
            raise NotTaken("timeout" if deadline.passed else type(error).__name__) from None
        if not 200 <= status < 300:
            raise NotTaken(str(status))

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        return {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "webhook-id": delivery.message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._secret, delivery.message_id, stamp, body),
        }


def signature(secret: bytes, message_id: str, stamp: str, body: bytes) -> str:
    """The signature of a message at a time (seconds since the epoch)."""
    signed = b".".join([message_id.encode(), stamp.encode(), body])
    return f"v1,{base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()}"
