"""The secrets of staff's codes as the database keeps them: sealed under the operator's secret.

Who has the database alone, or a backup of it, can make nobody's codes.
"""

from __future__ import annotations

from base64 import b32decode, b32encode, b64decode, b64encode

from server.desk.confidential.sealing import seal, unseal
from server.desk.confidential.secret import Secret
from server.desk.errors import Unreadable

PURPOSE = "codes of staff"


class TotpSeal:
    """Seals and opens secrets. Both raise `VaultClosed` without the operator's secret."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def seal(self, account: int, secret: str) -> str:
        """64 characters, for this account alone, of a secret as `totp.is_secret` knows them."""
        content = seal(self._secret.key(PURPOSE), _bound_to(account), b32decode(secret))
        return b64encode(content).decode()

    def open(self, account: int, content: str) -> str:
        """What was sealed for the account. Raises `Unreadable`."""
        key, context = self._secret.key(PURPOSE), _bound_to(account)
        try:
            return b32encode(unseal(key, context, b64decode(content, validate=True))).decode()
        except ValueError:
            raise Unreadable(context) from None


def _bound_to(account: int) -> str:
    return f"account {account}"
