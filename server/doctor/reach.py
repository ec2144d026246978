"""How the service is reached, and what it reaches: its own address, proxies, the mail server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from server.doctor.finding import Finding, fine, note, wrong
from server.sending import NotTaken
from server.settings import Settings, is_https_or_here


def address_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the map's own address and its proxies go together."""
    if settings.base_url is None:
        kind = "address_none" if settings.trusted_proxies or not _is_here(settings.host) else None
        yield note("address", kind) if kind else fine("address", "address_here")
    elif not is_https_or_here(settings.base_url):
        yield wrong("address", "address_plain", address=settings.base_url)
    elif urlsplit(settings.base_url).scheme == "https" and not settings.trusted_proxies:
        yield note("address", "address_without_proxy", address=settings.base_url)
    else:
        yield fine("address", "address_fine", address=settings.base_url)
    for network in settings.trusted_proxies:
        if network.prefixlen == 0:
            yield wrong("address", "proxies_all", network=network)


def mail_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server answers and lets this service sign in; nothing is sent."""
    server = settings.mail_server
    if server is None:
        yield fine("mail", "mail_none")
        return
    from server.mail import MailCarrier  # its library, for who sends mail

    place = f"{server.host}:{server.port}"
    try:
        asyncio.run(MailCarrier(server, settings.mail_sender).reach())
    except NotTaken as error:
        yield wrong("mail", "mail_away", server=place, why=error.failure)
    else:
        yield fine("mail", "mail_fine", server=place)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
