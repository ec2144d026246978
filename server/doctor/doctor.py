"""All that is looked at, in the order in which it is mended best."""

from __future__ import annotations

from collections.abc import Iterator

from server.doctor.finding import Finding
from server.doctor.machine import (
    clock_findings,
    file_limit_findings,
    home_findings,
    room_findings,
)
from server.doctor.program import bundle_findings, definition_findings, package_findings
from server.doctor.reach import address_findings, mail_findings
from server.doctor.stores import database_findings, secret_findings
from server.settings import Settings


def findings(settings: Settings) -> Iterator[Finding]:
    """What is found, each as soon as it is."""
    yield from home_findings(settings.home)
    yield from room_findings(settings.home)
    yield from database_findings(settings)
    yield from secret_findings(settings)
    yield from definition_findings(settings)
    yield from address_findings(settings)
    yield from mail_findings(settings)
    yield from bundle_findings()
    yield from package_findings()
    yield from file_limit_findings()
    yield from clock_findings(settings.home)
