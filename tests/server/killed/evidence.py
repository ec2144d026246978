"""What is in the database of a service that was killed, beside what it acknowledged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from server.database.engine import metadata, reading
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.duplicates import merges
from server.desk.answers.publications import decisions, publications
from server.desk.answers.supports import supports
from server.desk.confidential.contacts import contact_of
from server.desk.confidential.vault import Vault
from server.desk.intake.attachments import PHOTO, PICTURE, SAMPLE, Attachments
from server.desk.intake.requests import requests, subjects
from server.desk.intake.supplements import supplements, supplements_of
from server.desk.mail.news import ASKED, CONFIRMED, subscriptions
from server.desk.mail.outbox import outbox
from server.desk.public.support import Support, secret_of
from server.desk.triage.notes import Notes, notes
from tests.server.killed.crowd import Act, Memory, Wish

KINDS = {"photo": {PHOTO, PICTURE}, "sample": {SAMPLE}}
# Every row of the table was written together with an entry of the audit.
AUDITED = {"request.decide": decisions, "request.note": notes, "request.add": supplements}
PUBLIC = ("request.publish", "request.withdraw", "request.take_back")
MERGING = ("request.merge", "request.separate")


@dataclass
class Evidence:
    """Looks at a database. `checked` are the requests that were found whole already."""

    engine: Engine
    vault: Vault
    checked: set[int]

    def compare(self, memory: Memory) -> None:
        """Fail unless all that was acknowledged is there, nothing half and nothing twice."""
        with reading(self.engine) as connection:
            rows = {row.number: row for row in connection.execute(select(requests))}
            self._wishes(connection, rows, memory)
            self._orphans(connection)
            entries = self._entries(connection)
            self._audited(connection, entries)
            self._relations(connection, entries)
            self._mails(connection, memory)
            self._supports(connection, memory, rows)
        self._words(memory, rows)

    def _wishes(self, connection: Connection, rows: dict[int, Any], memory: Memory) -> None:
        by_title = {wish.title: wish for wish in memory.wishes}
        assert max(Counter(row.title for row in rows.values()).values(), default=0) <= 1, "twice"
        deleted = {act.number for act in memory.of_kind("delete")}  # or begun to be
        done = {act.number for act in memory.of_kind("delete") if act.outcome}
        assert not done & rows.keys()
        for wish in memory.acknowledged():
            row = rows.get(wish.number or 0)
            assert row is not None or wish.number in deleted, f"{wish} is lost"
            assert row is None or (row.token, row.title) == (wish.key, wish.title)
        for number in rows.keys() - self.checked - deleted:
            self._whole(connection, rows[number], by_title[rows[number].title])
            self.checked.add(number)

    def _whole(self, connection: Connection, row: Any, wish: Wish) -> None:
        """A request is there with all that came with it."""
        number = row.number
        contact = contact_of(connection, self.vault, number, row.key)
        assert contact == wish.fields["contact"], number
        opened = Attachments(self.engine, self.vault).opened(number)
        assert set(opened) == set().union(*(KINDS[kind] for kind in wish.files)), number
        for kind, (name, content, _type) in wish.files.items():
            assert (opened[kind].name, opened[kind].content) == (name, content)
        layer = connection.execute(select(subjects.c.layer).where(subjects.c.number == number))
        assert layer.scalar() == wish.fields.get("layer"), number
        news = select(subscriptions.c.number).where(subscriptions.c.number == number)
        assert (connection.execute(news).scalar() is None) == (wish.email is None), number

    def _orphans(self, connection: Connection) -> None:
        """Nothing belongs to a request that is not there."""
        for table in metadata.tables.values():
            for key in table.foreign_keys:
                if key.column is requests.c.number:
                    is_orphan = key.parent.not_in(select(requests.c.number))
                    count = select(func.count()).select_from(table).where(is_orphan)
                    assert connection.execute(count).scalar_one() == 0, table.name

    def _entries(self, connection: Connection) -> dict[int, list[Any]]:
        """The entries of the audit, by request."""
        entries = defaultdict(list)
        for entry in connection.execute(select(audit).order_by(audit.c.id)):
            what, _, name = entry.subject.partition(" ")
            if what == "request":
                entries[int(name)].append(entry)
        return entries

    def _audited(self, connection: Connection, entries: dict[int, list[Any]]) -> None:
        """What was done is written down once, and nothing that was not done."""
        for action, table in AUDITED.items():
            counts = select(table.c.number, func.count()).group_by(table.c.number)
            stored: dict[int, int] = {row[0]: row[1] for row in connection.execute(counts)}
            for number, of_request in entries.items():
                actions = Counter(entry.action for entry in of_request)
                if not actions["request.delete"]:
                    assert stored.get(number, 0) == actions[action], (action, number)
            assert stored.keys() <= entries.keys(), action
        last = select(decisions.c.state).where(decisions.c.number == requests.c.number)
        newest = last.order_by(decisions.c.id.desc()).limit(1).scalar_subquery()
        states = select(requests.c.number, requests.c.state, func.coalesce(newest, "received"))
        for number, state, decided in connection.execute(states):
            assert state == decided, number

    def _relations(self, connection: Connection, entries: dict[int, list[Any]]) -> None:
        """What is public, and merged, is what was done last."""
        public = set(connection.scalars(select(publications.c.number)))
        merged = set(connection.scalars(select(merges.c.number)))
        everything = [entry for each in entries.values() for entry in each]
        deleted = {entry.subject for entry in everything if entry.action == "request.delete"}
        for number, of_request in entries.items():
            if f"request {number}" in deleted:
                assert number not in public | merged
                continue
            actions = [entry.action for entry in of_request]
            publishing = [action for action in actions if action in PUBLIC]
            assert (publishing[-1:] == ["request.publish"]) == (number in public), number
            merging = [
                entry for entry in of_request if entry.action.endswith(("merge", "separate"))
            ]
            if merging and merging[-1].action == "request.merge" and number not in merged:
                assert deleted, number  # the original was, and what stood with it stands alone
            assert number not in merged or merging[-1].action == "request.merge", number
        assert public | merged <= entries.keys()

    def _mails(self, connection: Connection, memory: Memory) -> None:
        """Each address is asked once, and who confirmed is told each decision once."""
        queued = set(connection.scalars(select(outbox.c.once)))
        for row in connection.execute(select(subscriptions)):
            is_asked = row.state in (ASKED, CONFIRMED)
            assert is_asked == (f"confirmation {row.number}" in queued), row.number
        for wish in memory.acknowledged():
            if wish.is_confirmed:
                state = select(subscriptions.c.state).where(subscriptions.c.number == wish.number)
                assert connection.execute(state).scalar() == CONFIRMED, wish
        told = {act.word for act in memory.of_kind("decide") if act.tells}
        for row in connection.execute(select(decisions)):
            if row.reason.split()[-1] in told:
                assert f"news {row.number} decision {row.id}" in queued, row.number

    def _supports(self, connection: Connection, memory: Memory, rows: dict[int, Any]) -> None:
        counts = select(supports.c.number, func.count()).group_by(supports.c.number)
        tried = Counter(act.number for act in memory.of_kind("support"))
        for number, count in connection.execute(counts):
            assert count <= tried[number], number
        given = Support(self.engine)
        for act in memory.of_kind("support"):
            if act.outcome and act.number in rows:
                assert given.is_given(act.number, secret_of(act.word, act.number)), act

    def _words(self, memory: Memory, rows: dict[int, Any]) -> None:
        """What was acknowledged is there once; what was refused is not."""
        texts = defaultdict(list)
        for act in memory.of_kind("decide", "notes", "supplements"):
            if act.number in rows:
                texts[act.number].append(act)
        for number, acts in texts.items():
            words = Counter(self._texts(number, rows[number].key, acts))
            for act in acts:
                least, most = int(act.outcome is True), int(act.outcome is not False)
                assert least <= words[act.word] <= most, act

    def _texts(self, number: int, key: str, acts: Sequence[Act]) -> list[str]:
        """The last word of all that was written about a request."""
        kinds = {act.kind for act in acts}
        written: list[str | None] = []
        with reading(self.engine) as connection:
            reasons = select(decisions.c.reason).where(decisions.c.number == number)
            written += connection.scalars(reasons)
            if "supplements" in kinds:
                added = supplements_of(connection, self.vault, number, key)
                written += [supplement.text for supplement in added]
        if "notes" in kinds:
            about = Notes(self.engine, self.vault).of(number, actor=COMMAND_LINE)
            written += [note.text for note in about]
        return [text.split()[-1] for text in written if text]
