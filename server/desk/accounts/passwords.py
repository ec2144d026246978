"""Passwords: which are taken (NIST SP 800-63B, 5.1.1), and what is kept of them (Argon2id)."""

from __future__ import annotations

import secrets
import string

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from layers.japanese.spelling import nfkc
from server.desk.accounts.account import folded
from server.desk.errors import InvalidAccount

SHORTEST, LONGEST = 12, 128  # characters; a longer one is not even hashed
FEWEST = 5  # characters that differ: not 111111111111
# Words that are guessed first; with digits and signs around them they are no better.
OBVIOUS = frozenset(
    {
        "admin",
        "administrator",
        "asakacity",
        "asakashi",
        "asakashiyakusho",
        "bosai",
        "bousai",
        "changeme",
        "iloveyou",
        "kanri",
        "kanrisha",
        "letmein",
        "passw0rd",
        "passwd",
        "password",
        "passwordpassword",
        "pasuwado",
        "qwerty",
        "qwertyuiop",
        "qwertyuiopasdfghjkl",
        "saitama",
        "secret",
        "shiyakusho",
        "welcome",
        "パスワード",
        "朝霞市",
        "朝霞市役所",
        "防災",
        "管理者",
    }
)
AROUND = string.digits + string.punctuation + string.whitespace
ROWS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")
ONE_TIME_BYTES = 12  # 96 bits, 16 characters
# OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Some 20 ms of one processor.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Of a password that nobody knows, hashed as others are: a name that no account has takes as much
# work as one that has.
NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$K75sA0yZ0gjOC11h3f0KUg$"
    "hClUdH5VFQlKe/B36fUC4WkmfSR35LzujGoYguEToZc"
)


def check_password(password: str, name: str) -> None:
    """Raise `InvalidAccount` for a password that the account of this name may not have."""
    if len(password) < SHORTEST:
        raise InvalidAccount("password", "password_short")
    if len(password) > LONGEST:
        raise InvalidAccount("password", "password_long")
    plain = nfkc(password).casefold()
    is_obvious = (
        len(set(plain)) < FEWEST
        or plain.strip(AROUND) in OBVIOUS
        or plain.replace(" ", "") in OBVIOUS
        or any(plain in row for row in ROWS)
        or plain.replace(folded(name), "").strip(AROUND) == ""
    )
    if is_obvious:
        raise InvalidAccount("password", "password_obvious")


def one_time_password() -> str:
    """A password to be handed over and changed at the first sign-in."""
    return secrets.token_urlsafe(ONE_TIME_BYTES)


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(nfkc(password))


def is_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one whose hash is stored; never for None, in the same time."""
    if len(password) > LONGEST:
        return False
    try:
        HASHER.verify(NOBODYS if stored is None else stored, nfkc(password))
    except (Argon2Error, InvalidHashError, UnicodeEncodeError):
        return False
    return stored is not None
