"""An e-mail address as somebody typed it, brought into the one form in which mail is sent to it."""

from __future__ import annotations

import re
import unicodedata

import idna

LONGEST = 254  # characters of an address, 64 of them before the @ (RFC 5321, 4.5.3.1)
LONGEST_LOCAL = 64
# What RFC 5322 calls atext, and dots anywhere: Japanese mobile carriers gave out addresses with two
# dots together or one before the @, which are still in use. They are sent in quotation marks.
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
DOT_ATOM = re.compile(r"[^.]+(?:\.[^.]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class InvalidAddress(ValueError):
    """Not an address that mail can be sent to. The message holds nothing of it."""

    def __init__(self) -> None:
        super().__init__("this is no e-mail address; wanted one such as name@example.jp")


def read_address(typed: str) -> str:
    """The address in ASCII; full-width characters and domains of other scripts are taken too.

    Raises `InvalidAddress`, also for a name before the @ in other characters than ASCII: not every
    mail server takes it (RFC 6531).
    """
    address = unicodedata.normalize("NFKC", typed[: 4 * LONGEST]).strip(" ")
    local, _at, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise InvalidAddress from None
    domain = domain.lower()
    is_short = len(local) <= LONGEST_LOCAL and len(local) + 1 + len(domain) <= LONGEST
    if not (is_short and LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain)):
        raise InvalidAddress
    return f"{local}@{domain}"


def mailbox(address: str) -> str:
    """The address as commands and headers name it: in quotation marks where its dots ask for it."""
    local, _at, domain = address.rpartition("@")
    return address if DOT_ATOM.fullmatch(local) else f'"{local}"@{domain}'


def same_mailbox(address: str) -> str:
    """What is the same for the addresses that most servers deliver to one mailbox."""
    local, _at, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
