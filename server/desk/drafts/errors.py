"""What keeps a draft from being worked on."""

from __future__ import annotations

from typing import Literal

from server.desk.errors import DeskError

# Why an upload is not taken (`server.texts.staff_drafts`).
UploadFault = Literal[
    "none", "empty", "large", "many", "name", "twice", "gap", "crowded", "full", "address"
]
# Why a draft is not published.
PublicationFault = Literal[
    "unread", "failed", "unwritten", "outdated", "own", "reason", "time", "accept", "waiting"
]


class DraftNotFound(DeskError):
    """No draft has this number, or it is another department's."""

    def __init__(self) -> None:
        super().__init__("no draft of this number")


class DraftChanged(DeskError):
    """Somebody else changed a draft since it was looked at: who, and what it is now."""

    def __init__(self, by: str, state: str) -> None:
        self.by, self.state = by, state
        super().__init__(f"changed by {by}; it is {state} now")


class UploadRefused(DeskError):
    """What was sent is not taken. `value` is the name or the number that is wrong."""

    def __init__(self, fault: UploadFault, value: str = "") -> None:
        self.fault, self.value = fault, value
        super().__init__(f"{fault}: {value}" if value else fault)


class NotPublishable(DeskError):
    """A draft that cannot be published as asked."""

    def __init__(self, fault: PublicationFault) -> None:
        self.fault = fault
        super().__init__(fault)
