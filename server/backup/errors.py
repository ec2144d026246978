"""Why a backup is not made, or not restored."""

from __future__ import annotations


class BackupRefused(Exception):
    """`reason` is a key of `server.texts.console.BACKUP_REFUSALS`, `value` what it is about."""

    def __init__(self, reason: str, value: object = "") -> None:
        super().__init__(f"{reason}: {value}")
        self.reason, self.value = reason, value
