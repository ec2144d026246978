"""A sign-in under way, kept by the browser alone: sealed, and only for a while.

No worker keeps anything of it, so that any of them can answer when the browser comes back, and
strangers who begin sign-ins without end fill nothing.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field

from cryptography.fernet import Fernet, InvalidToken

from server.desk.confidential.secret import Secret
from server.openid.errors import SignInStale

LASTS_S = 600  # in which one has signed in at the provider
RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class Transaction:
    """What ties an answer of the provider to the browser that asked, and the page to go on to."""

    to: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)  # of PKCE (RFC 7636)


def new_transaction(to: str) -> Transaction:
    """A sign-in that begins now."""
    state, nonce, verifier = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3))
    return Transaction(to, state, nonce, verifier)


class Transactions:
    """Seals transactions under the operator's secret. Raises `VaultClosed` without it."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def seal(self, transaction: Transaction) -> str:
        """What the browser is to hold."""
        content = json.dumps(asdict(transaction)).encode()
        return self._cipher().encrypt(content).decode()

    def open(self, sealed: str) -> Transaction:
        """What was sealed not longer than `LASTS_S` ago. Raises `SignInStale`."""
        try:
            content = self._cipher().decrypt(sealed.encode(), ttl=LASTS_S)
        except InvalidToken:
            raise SignInStale("the browser holds no sign-in that is under way") from None
        return Transaction(**json.loads(content))

    def _cipher(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._secret.key("openid sign-in")))
