"""The drafts: received, worded, discarded. Each change is in the audit, in its own transaction.

A draft is its department's, as a request is. Every change raises its `edition`; who hands back
an older one is told who changed the draft meanwhile. Files are in `server.desk.drafts.folder`;
what they hold is read in a process of its own (`server.desk.drafts.reading`).
"""

from __future__ import annotations

import datetime
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update

from layers.revision.revision import Revision
from layers.store.folder import FolderStore
from server.database.engine import reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.drafts.errors import DraftChanged, DraftNotFound, UploadRefused
from server.desk.drafts.folder import FOLDER, MOST_FILES, DraftFolder, in_one_folder, plain_name
from server.desk.drafts.tables import (
    Check,
    Draft,
    DraftFile,
    State,
    draft_files,
    draft_of,
    drafts,
)
from server.desk.failures import failures_logged

MOST_OPEN = 200  # drafts that wait for somebody: each may hold as much as one may upload
MOST_LISTED = 200
LARGEST_NUMBER = 2**31 - 1
ABANDONED = 24 * 3600.0  # seconds after which files of no draft are deleted
SPARE = 256 << 20  # bytes that stay free on the disk, for everything else the service writes
LOG = logging.getLogger(__name__)
OPEN = [state.value for state in State if state.is_open]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A definition for a layer in a draft's files: `text` is to be published as it is.

    `proposal` names, too, the columns of the file that `text` leaves out.
    """

    layer_id: str
    text: str
    proposal: str


class Drafts:
    """The drafts of a database, their files below `root`. `longest` are bytes of one upload.

    `of_city` gives the names of the city's own data files. All raise `DeskUnavailable` while the
    database fails. `waits` is called when a draft waits to be read.
    """

    def __init__(
        self, engine: Engine, root: Path, longest: int, of_city: Callable[[], Sequence[str]]
    ) -> None:
        self._engine, self.root, self.longest, self._of_city = engine, root, longest, of_city
        self.waits: Callable[[], None] = lambda: None

    def folder(self, draft: Draft) -> DraftFolder:
        """Where the draft's files are."""
        return DraftFolder(self.root, draft.folder)

    def revision(self, draft: Draft) -> Revision | None:
        """What was made of the draft; None before it is read, or where it could not be."""
        revision_id = draft.check.revision if draft.check else None
        return _revision(self.folder(draft).home(draft.number), draft, revision_id)

    def exact_revision(self, draft: Draft) -> Revision | None:
        """What it would be without its rule for positions and small groups; None without one."""
        revision_id = draft.check.exact if draft.check else None
        return _revision(self.folder(draft).exact_home(draft.number), draft, revision_id)

    def all(self, actor: Actor) -> Sequence[Draft]:
        """The drafts that the actor may see, those changed last first."""
        query = select(drafts).where(_visible(actor)).order_by(drafts.c.changed_at.desc())
        with failures_logged(), reading(self._engine) as connection:
            return [draft_of(row) for row in connection.execute(query.limit(MOST_LISTED))]

    def asked(self, actor: Actor) -> int:
        """How many drafts wait for the actor to publish them as the second person."""
        query = select(func.count()).where(
            _visible(actor), drafts.c.state == State.ASKED.value, drafts.c.asked_by != actor.name
        )
        with failures_logged(), reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def of(self, number: int, actor: Actor) -> Draft:
        """The draft with its files. Raises `DraftNotFound`."""
        with failures_logged(), reading(self._engine) as connection:
            return _draft(connection, number, actor)

    def begin(
        self, name: str, files: Mapping[str, int], layer_id: str, actor: Actor
    ) -> tuple[Draft, Mapping[str, str]]:
        """A draft whose files, of these sizes in bytes, are going to be sent in parts.

        `layer_id` is the layer whose file it is, "" of a new one. Gives, too, what each file is
        called here by the name that it came with. Raises `UploadRefused`.
        """
        names = self._names([*files], sum(files.values()))
        folder = DraftFolder(self.root, secrets.token_hex(16))
        folder.create()
        sizes = dict(zip(names, files.values(), strict=True))
        draft = self._add(folder, name, {}, sizes, 0, layer_id, State.ARRIVING, actor)
        return draft, dict(zip(files, names, strict=True))

    def add(
        self,
        name: str,
        files: Sequence[tuple[str, int, IO[bytes]]],
        layer_id: str,
        actor: Actor,
    ) -> Draft:
        """A draft of files that came whole, each as its name, its bytes and what holds them.

        Raises `UploadRefused`.
        """
        sizes = [size for _, size, _ in files]
        names = self._names([each for each, _, _ in files], sum(sizes))
        folder = DraftFolder(self.root, secrets.token_hex(16))
        folder.create()
        try:
            for each, (_, _, content) in zip(names, files, strict=True):
                folder.take(each, content)
        except OSError as error:
            folder.remove()
            LOG.exception("what was uploaded cannot be kept")
            raise UploadRefused("full") from error
        whole = dict(zip(names, sizes, strict=True))
        return self._add(folder, name, {}, whole, 1, layer_id, State.WAITING, actor)

    def add_address(self, origin: Mapping[str, str], layer_id: str, actor: Actor) -> Draft:
        """A draft of what an address gives. Raises `UploadRefused` where too many are open."""
        folder = DraftFolder(self.root, secrets.token_hex(16))
        folder.create()
        name = origin["name"]
        return self._add(folder, name, origin, {}, 1, layer_id, State.WAITING, actor)

    def receive(
        self, number: int, name: str, offset: int, content: bytes, actor: Actor
    ) -> DraftFile:
        """Take a part of a file; the same part may come again. Gives the file as it is then.

        Raises `UploadRefused` for a part that leaves a gap before it.
        """
        with failures_logged(), self._engine.begin() as connection:
            draft = _draft(connection, number, actor, lock=True)
            file = next((file for file in draft.files if file.name == name), None)
            if draft.state is not State.ARRIVING or file is None:
                raise DraftNotFound
            end = offset + len(content)
            if offset < 0 or end > file.size:
                raise UploadRefused("large", name)
            if offset > file.received:
                raise UploadRefused("gap", str(file.received))
            self.folder(draft).write(name, offset, content)
            received = max(file.received, end)
            connection.execute(
                update(draft_files)
                .where(draft_files.c.folder == draft.folder, draft_files.c.name == name)
                .values(received=received)
            )
        return DraftFile(name, file.size, received)

    def finish(self, number: int, actor: Actor) -> Draft:
        """Have a draft read whose files are all there. Raises `UploadRefused`."""
        with failures_logged(), self._engine.begin() as connection:
            draft = _draft(connection, number, actor, lock=True)
            if draft.state is not State.ARRIVING:
                return draft  # pressed twice
            short = next((file for file in draft.files if file.received < file.size), None)
            if short is not None:
                raise UploadRefused("gap", str(short.received))
            set_values(connection, draft, actor, state=State.WAITING.value)
        self.waits()
        return draft

    def change(self, number: int, seen: int, text: str, layer_id: str, actor: Actor) -> None:
        """Put another definition in the place of the draft's, and have it read anew.

        What somebody asked to publish is asked no longer. Raises `DraftNotFound`, `DraftChanged`.
        """
        with failures_logged(), self._engine.begin() as connection:
            draft = begin_change(connection, number, seen, actor)
            set_values(
                connection,
                draft,
                actor,
                state=State.WAITING.value,
                text=text,
                layer_id=layer_id,
                asked_by=None,
                publish_at=None,
                reason="",
            )
            after = {"layer": layer_id, "length": len(text)}
            record(connection, actor, "draft.change", subject_of(number), None, after)
        self.waits()

    def read_anew(self, number: int, seen: int, actor: Actor) -> None:
        """Have the draft read again as it is. Raises `DraftNotFound`, `DraftChanged`."""
        with failures_logged(), self._engine.begin() as connection:
            draft = begin_change(connection, number, seen, actor)
            set_values(connection, draft, actor, state=State.WAITING.value, asked_by=None)
            record(connection, actor, "draft.read", subject_of(number), None, None)
        self.waits()

    def discard(self, number: int, seen: int, actor: Actor) -> None:
        """Give the draft up, and delete its files. Raises `DraftNotFound`, `DraftChanged`."""
        with failures_logged(), self._engine.begin() as connection:
            draft = begin_change(connection, number, seen, actor)
            set_values(connection, draft, actor, state=State.DISCARDED.value, check=None)
            record(connection, actor, "draft.discard", subject_of(number), None, None)
        self.forget_files(draft)

    def forget_files(self, draft: Draft) -> None:
        """Delete the files of a draft that is closed, unless another open one is made of them."""
        with failures_logged(), self._engine.begin() as connection:
            others = select(func.count()).where(
                drafts.c.folder == draft.folder, drafts.c.state.in_(OPEN)
            )
            if connection.execute(others).scalar_one():
                return
            connection.execute(delete(draft_files).where(draft_files.c.folder == draft.folder))
        self.folder(draft).remove()

    def close_of(self, connection: Connection, layer_id: str, actor: Actor) -> None:
        """Give up the drafts of a layer of which something is withdrawn, in that transaction.

        Those of the same files go with them; of published ones what their reading found goes.
        `sweep` deletes the files.
        """
        folders = select(drafts.c.folder).where(drafts.c.layer_id == layer_id)
        concerned = select(drafts).where(drafts.c.folder.in_(folders)).order_by(drafts.c.number)
        for row in connection.execute(concerned.with_for_update()).all():
            draft = draft_of(row)
            if draft.state.is_open:
                set_values(connection, draft, actor, state=State.DISCARDED.value)
                record(connection, actor, "draft.discard", subject_of(draft.number), None, None)
            connection.execute(
                update(drafts).where(drafts.c.number == draft.number).values(check=None)
            )
            connection.execute(delete(draft_files).where(draft_files.c.folder == draft.folder))

    def sweep(self) -> None:
        """Delete the files of drafts that are closed, and what a killed process left half sent."""
        if not self.root.is_dir():
            return
        found = {path.name: path for path in self.root.iterdir() if FOLDER.fullmatch(path.name)}
        if not found:
            return
        with failures_logged(), reading(self._engine) as connection:
            known = select(drafts.c.folder, drafts.c.state).where(drafts.c.folder.in_(found))
            rows = connection.execute(known).all()
        kept = {row.folder for row in rows if State(row.state).is_open}
        closed = {row.folder for row in rows} - kept
        before = time.time() - ABANDONED
        for name, path in found.items():
            with suppress(FileNotFoundError):
                if name in closed or (name not in kept and path.stat().st_mtime < before):
                    DraftFolder(self.root, name).remove()

    def add_file(self, draft: Draft, name: str, path: Path) -> None:
        """Put a file of the layer among the draft's, unless one of its name was sent."""
        if any(file.name == name for file in draft.files) or not path.is_file():
            return
        with path.open("rb") as content:
            self.folder(draft).take(name, content)
        size = path.stat().st_size
        row = {"folder": draft.folder, "name": name, "size": size, "received": size}
        with failures_logged(), self._engine.begin() as connection:
            connection.execute(insert(draft_files).values(row))

    def next_waiting(self) -> Draft | None:
        """The draft that has waited longest to be read; not one whose files another host has."""
        may_be_elsewhere = self._engine.dialect.name != "sqlite"
        query = (
            select(drafts)
            .where(drafts.c.state == State.WAITING.value)
            .order_by(drafts.c.changed_at, drafts.c.number)
        )
        with failures_logged(), reading(self._engine) as connection:
            for row in connection.execute(query).all():
                if not may_be_elsewhere or DraftFolder(self.root, row.folder).path.is_dir():
                    return draft_of(row, _files(connection, row.folder))
        return None

    def take_reading(self, draft: Draft, texts: Sequence[Proposal] | None, check: Check) -> None:
        """Keep what reading found; `texts` are what is proposed of its files.

        The first is the draft's own; each other one becomes a draft beside it, which waits to be
        read in its turn. What was changed while it was read stays waiting.
        """
        values: dict[str, Any] = {"state": State.READY.value, "check": check.to_json()}
        if texts:
            values |= asdict(texts[0])
        with failures_logged(), self._engine.begin() as connection:
            done = connection.execute(
                update(drafts)
                .where(
                    drafts.c.number == draft.number,
                    drafts.c.edition == draft.edition,
                    drafts.c.state == State.WAITING.value,
                )
                .values(edition=draft.edition + 1, **values)
            )
            if not done.rowcount:
                return
            for each in (texts or ())[1:]:
                values = {**_values(draft, State.WAITING), **asdict(each)}
                connection.execute(insert(drafts).values(values))

    def _names(self, names: Sequence[str], size: int) -> Sequence[str]:
        """The names that files are kept under. Raises `UploadRefused`."""
        if not names:
            raise UploadRefused("none")
        if len(names) > MOST_FILES:
            raise UploadRefused("many", str(MOST_FILES))
        if size > self.longest:
            raise UploadRefused("large", f"{self.longest >> 20:,}")
        if not size:
            raise UploadRefused("empty", names[0])
        of_city = self._of_city()
        plain = [plain_name(name, of_city) for name in in_one_folder(names)]
        if len({name.casefold() for name in plain}) < len(plain):
            raise UploadRefused("twice", plain[0])
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < size + SPARE:
            raise UploadRefused("full")
        return plain

    def _add(
        self,
        folder: DraftFolder,
        name: str,
        origin: Mapping[str, str],
        files: Mapping[str, int],
        whole: int,
        layer_id: str,
        state: State,
        actor: Actor,
    ) -> Draft:
        now = datetime.datetime.now(datetime.UTC)
        draft = Draft(
            number=0,
            folder=folder.path.name,
            name=name,
            origin=origin,
            layer_id=layer_id,
            state=state,
            edition=1,
            proposal=None,
            text=None,
            check=None,
            department=actor.department,
            created_by=actor.name,
            created_at=now,
            changed_by=actor.name,
            changed_at=now,
            asked_by=None,
            publish_at=None,
            reason="",
            version=None,
        )
        try:
            with failures_logged(), self._engine.begin() as connection:
                count = select(func.count()).where(drafts.c.state.in_(OPEN))
                if connection.execute(count).scalar_one() >= MOST_OPEN:
                    raise UploadRefused("crowded", str(MOST_OPEN))
                number: int = connection.execute(
                    insert(drafts).values(_values(draft, state)).returning(drafts.c.number)
                ).scalar_one()
                rows = [
                    {"folder": draft.folder, "name": each, "size": size, "received": whole * size}
                    for each, size in files.items()
                ]
                if rows:
                    connection.execute(insert(draft_files), rows)
                after = {"layer": layer_id, "files": len(files), "bytes": sum(files.values())}
                record(connection, actor, "draft.add", subject_of(number), None, after)
        except BaseException:
            folder.remove()
            raise
        if state is State.WAITING:
            self.waits()
        return self.of(number, actor)


def _revision(home: Path, draft: Draft, revision_id: str | None) -> Revision | None:
    if revision_id is None or not draft.state.is_open:
        return None
    try:
        return FolderStore(home).revision(draft.layer_id, revision_id)
    except FileNotFoundError:
        return None


def begin_change(connection: Connection, number: int, seen: int, actor: Actor) -> Draft:
    """The draft, which nobody else changes until this transaction ends.

    `seen` is the edition that `actor` was shown. Raises `DraftNotFound`, `DraftChanged`.
    """
    draft = _draft(connection, number, actor, lock=True)
    if draft.edition != seen or not draft.state.is_open:
        raise DraftChanged(draft.changed_by, draft.state.value)
    return draft


def set_values(connection: Connection, draft: Draft, actor: Actor, **values: object) -> None:
    """Change a draft that `begin_change` gave."""
    changed = {
        "edition": draft.edition + 1,
        "changed_by": actor.name,
        "changed_at": datetime.datetime.now(datetime.UTC),
    }
    connection.execute(
        update(drafts).where(drafts.c.number == draft.number).values(**changed, **values)
    )


def subject_of(number: int) -> str:
    """What the audit calls a draft."""
    return f"draft {number}"


def read_draft_number(text: str) -> int:
    """The number in an address. Raises `DraftNotFound`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_NUMBER))):
        raise DraftNotFound
    number = int(text)
    if number > LARGEST_NUMBER:
        raise DraftNotFound
    return number


def _visible(actor: Actor) -> Any:
    if actor.department is None:
        return drafts.c.number.is_not(None)
    return or_(drafts.c.department.is_(None), drafts.c.department == actor.department)


def _draft(connection: Connection, number: int, actor: Actor, *, lock: bool = False) -> Draft:
    query = select(drafts).where(drafts.c.number == number, _visible(actor))
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise DraftNotFound
    return draft_of(row, _files(connection, row.folder))


def _files(connection: Connection, folder: str) -> list[DraftFile]:
    query = select(draft_files).where(draft_files.c.folder == folder).order_by(draft_files.c.name)
    return [DraftFile(row.name, row.size, row.received) for row in connection.execute(query)]


def _values(draft: Draft, state: State) -> dict[str, object]:
    return {
        "folder": draft.folder,
        "name": draft.name,
        "origin": dict(draft.origin),
        "layer_id": draft.layer_id,
        "state": state.value,
        "edition": 1,
        "department": draft.department,
        "created_by": draft.created_by,
        "created_at": draft.created_at,
        "changed_by": draft.changed_by,
        "changed_at": datetime.datetime.now(datetime.UTC),
        "reason": "",
    }
