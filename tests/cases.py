"""What the desk sees of the requests in a test's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from server.desk.accounts.roles import COMMAND_LINE
from server.desk.intake.attachments import Attachments
from server.desk.intake.requests import Request
from server.desk.intake.supplements import Supplement
from server.desk.triage.case import Cases
from server.desk.triage.triage import Queued, Selection, Triage
from tests.vaults import vault_of


@dataclass(frozen=True, slots=True)
class Received:
    """A request with what its sender alone and the desk know."""

    request: Request
    contact: str | None
    supplements: Sequence[Supplement]
    is_public: bool


def received_of(engine: Engine, number: int) -> Received:
    """A request with all that was sent. Raises what `Cases` raises."""
    vault = vault_of(engine)
    cases = Cases(engine, vault, Attachments(engine, vault))
    case = cases.of(number, actor=COMMAND_LINE)
    return Received(
        case.request,
        cases.contact(number, actor=COMMAND_LINE),
        cases.supplements(number, actor=COMMAND_LINE),
        case.public is not None,
    )


def queued(engine: Engine, state: str | None = None) -> Sequence[Queued]:
    """The requests in a state, or all, the oldest first."""
    return Triage(engine).queue(COMMAND_LINE, Selection(state=state), 1)[0]
