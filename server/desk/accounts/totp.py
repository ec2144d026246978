"""Codes of an app as a second proof (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Sequence

import pyotp
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
    update,
)

from layers.japanese.spelling import nfkc
from server.database.engine import UtcDateTime, metadata
from server.desk.accounts.account import accounts

STEP_S = 30  # seconds for which a code is shown
DRIFT = 1  # codes before and after that are accepted too: clocks differ
SECRET = re.compile(r"[A-Z2-7]{32}")
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits, 16 characters
LONGEST_CODE = 40  # characters that are looked at

recovery_codes = Table(
    "staff_recovery_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column(
        "account",
        Integer,
        ForeignKey("staff_accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("made_at", UtcDateTime, nullable=False),
)


def new_secret() -> str:
    """A secret that an app may be given."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether a text is a secret as `new_secret` makes them."""
    return SECRET.fullmatch(text) is not None


def provisioning_address(secret: str, name: str, issuer: str) -> str:
    """What a QR code tells an app (`otpauth:`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime.datetime) -> int | None:
    """Which step of time the code is of; None of a wrong one."""
    typed = "".join(nfkc(code[:LONGEST_CODE]).split())
    if not (is_secret(secret) and typed.isascii() and typed.isdecimal()):
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed):
            return step
    return None


def accept(
    connection: Connection, account: int, secret: str, code: str, now: datetime.datetime
) -> bool:
    """Whether the code is of the account's secret, or a recovery code, and was never used."""
    step = step_of(secret, code, now)
    if step is None:
        return _accept_recovery(connection, account, code)
    unused = or_(accounts.c.totp_step.is_(None), accounts.c.totp_step < step)
    used = connection.execute(
        update(accounts).where(accounts.c.id == account, unused).values(totp_step=step)
    )
    return used.rowcount == 1


def give_recovery_codes(
    connection: Connection, account: int, now: datetime.datetime
) -> Sequence[str]:
    """New recovery codes, in the place of those there were."""
    forget_recovery_codes(connection, account)
    codes = [b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    rows = [{"digest": _digest(code), "account": account, "made_at": now} for code in codes]
    connection.execute(insert(recovery_codes), rows)
    return ["-".join(re.findall("....", code)) for code in codes]


def forget_recovery_codes(connection: Connection, account: int) -> None:
    """Accept none of those there were."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account == account))


def recovery_codes_left(connection: Connection, account: int) -> int:
    """How many have not been used."""
    digests = select(recovery_codes.c.digest).where(recovery_codes.c.account == account)
    return len(connection.execute(digests).all())


def _accept_recovery(connection: Connection, account: int, code: str) -> bool:
    typed = re.sub(r"[\s-]", "", nfkc(code[:LONGEST_CODE])).upper()
    used = connection.execute(
        delete(recovery_codes).where(
            recovery_codes.c.digest == _digest(typed), recovery_codes.c.account == account
        )
    )
    return used.rowcount == 1


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()
