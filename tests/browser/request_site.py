"""A service with a database of its own, so that a test sees no requests but those it makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from tests.service import running
from tests.vaults import vault_of


@dataclass(frozen=True)
class RequestSite:
    """Where the service is, and its database."""

    address: str
    engine: Engine

    def publish(self, title: str, place: Place, state: str = "checking", **others: object) -> int:
        """A request that was sent, published with its place and brought into a state."""
        form = RequestForm(title=title, purpose="p", category="transport", place=place, **others)  # type: ignore[arg-type]
        number = Requests(self.engine, vault_of(self.engine)).submit(form).number
        Answers(self.engine).answer(number, Wording(), Verdict(state, "理由"), actor=COMMAND_LINE)
        return number


@contextmanager
def request_site(home: Path, folder: Path) -> Iterator[RequestSite]:
    """The city that ships, whose layers are prepared in `home`."""
    url = f"sqlite:///{folder / 'requests.sqlite'}"
    settings = {
        "BOSAI_DEFINITIONS": str(BUNDLED_DEFINITIONS),
        "BOSAI_DATA": str(BUNDLED_DATA),
        "BOSAI_HOME": str(home / "asaka"),
        "BOSAI_DATABASE_URL": url,
        "BOSAI_SECRET_FILE": str(folder / "secret.key"),  # where `vault_of` looks for it
    }
    with running(settings, folder / "serve.log") as started:
        yield RequestSite(started.address, open_database(url))
