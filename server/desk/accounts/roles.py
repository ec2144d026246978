"""Who acts at the desk, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody at the desk may do, each all that those before it may.

    A reader reads what was sent. An editor works on it: notes, assigning, merging, the states
    before a decision. A publisher makes public, decides and withdraws. An admin keeps the accounts.
    """

    READER = "reader"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMIN = "admin"

    def may(self, least: Role) -> bool:
        """Whether what needs `least` may be done."""
        every = list(Role)
        return every.index(self) >= every.index(least)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a name, a role, and a department, None being all departments."""

    name: str
    role: Role
    department: str | None = None

    def sees(self, department: str | None) -> bool:
        """Whether what belongs to a department is this actor's to see.

        What belongs to none, as a request that nobody has assigned yet, is everybody's.
        """
        return self.department is None or department is None or self.department == department


# Who may run commands on the machine may do everything there.
COMMAND_LINE = Actor("cli", Role.ADMIN)
