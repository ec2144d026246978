"""The tables of drafts, and a draft as it is read from them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Integer, Row, String, Table, Text

from layers.report import Report
from server.database.engine import UtcDateTime, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("folder", String(32), nullable=False),
    Column("name", Text, nullable=False),  # of what was sent, as its sender's device calls it
    Column("origin", JSON, nullable=False),
    Column("layer_id", Text, nullable=False, index=True),
    Column("state", String(32), nullable=False, index=True),
    Column("edition", Integer, nullable=False),  # raised by every change
    Column("proposal", Text),  # the definition as it was drafted from the file
    Column("text", Text),  # the definition as it is now
    Column("check", JSON(none_as_null=True)),
    Column("department", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("asked_by", Text),
    Column("publish_at", UtcDateTime),
    Column("reason", Text, nullable=False),
    Column("version", Integer),
    sqlite_autoincrement=True,  # the audit names drafts: a number is never given twice
)
draft_files = Table(
    "draft_files",
    metadata,
    Column("folder", String(32), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
)


class State(StrEnum):
    """How far a draft has come."""

    ARRIVING = "arriving"  # its files are being sent
    WAITING = "waiting"  # to be read, or read anew after a change
    READY = "ready"  # read: with a report, and a revision unless the report holds an error
    ASKED = "asked"  # somebody asks a second person to publish it
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def is_open(self) -> bool:
        """Whether anything can still be done with it."""
        return self not in (State.PUBLISHED, State.DISCARDED)


@dataclass(frozen=True, slots=True)
class Check:
    """What reading a draft found.

    `revision` is that in the draft's home, None where there is none; `against` is the one that
    was published then, None for a new layer, and `newest` the number of the layer's newest version
    then, 0 without one; `difference` is that between both, as
    `layers.revision.difference.Difference` has it in JSON. `exact` is the revision that the draft
    would be without its rule for positions and small groups, None where it has no such rule.
    """

    report: Report
    revision: str | None
    against: str | None
    newest: int
    difference: Mapping[str, Any] | None
    exact: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the database."""
        return {
            "report": self.report.to_stored(),
            "revision": self.revision,
            "against": self.against,
            "newest": self.newest,
            "difference": self.difference,
            "exact": self.exact,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Check:
        """Read what `to_json` wrote."""
        return cls(**{**stored, "report": Report.from_stored(stored["report"])})


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft: `size` bytes, of which `received` are there."""

    name: str
    size: int
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A layer on its way to the map. `origin` is {} of files, else the source's `url` and `table`.

    `edition` is raised by every change: a form hands it back. Instants are in UTC.
    """

    number: int
    folder: str
    name: str
    origin: Mapping[str, str]
    layer_id: str
    state: State
    edition: int
    proposal: str | None
    text: str | None
    check: Check | None
    department: str | None
    created_by: str
    created_at: datetime.datetime
    changed_by: str
    changed_at: datetime.datetime
    asked_by: str | None
    publish_at: datetime.datetime | None
    reason: str
    version: int | None
    files: Sequence[DraftFile] = ()


def draft_of(row: Row[Any], files: Sequence[DraftFile] = ()) -> Draft:
    """The draft of a row of `drafts`."""
    values = {**row._mapping}
    values["state"] = State(values["state"])
    values["check"] = None if values["check"] is None else Check.from_json(values["check"])
    return Draft(**values, files=files)
