"""A home of a host, kept as the database that the hosts of a service share says."""

from __future__ import annotations

import errno
import logging
import shutil
import time
from collections.abc import Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import orjson
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from layers.revision.digests import DIGESTS, Digests
from layers.revision.revision import LEVELS, SHARED
from layers.store.folder import GRACE, Checked, FolderRecord, FolderStore, HomeFolder
from layers.store.record import Published
from layers.store.store import LeadLost
from server.database.engine import reading, upsert
from server.hosts.contents import Damaged, get_file
from server.hosts.lead import Lead
from server.hosts.levels import PostgisLevels, has_levels
from server.hosts.origin import Kept, Superseded, number_kept, read_kept, write_kept
from server.hosts.tables import accepted_data

AGAIN = 10.0  # seconds after which what the database refused is handed to it again

LOG = logging.getLogger(__name__)


class SharedHome:
    """A `layers.store.store.Home`: the folder `path` of this host, and the database of all.

    Levels of `large` bytes and more are in no folder, where the database has PostGIS.
    """

    def __init__(self, path: Path, engine: Engine, large: int) -> None:
        self._path, self._engine, self._large = path, engine, large
        self._here = HomeFolder(path)
        self._checked: Checked = {}
        self.desk_changes = self._here.desk_changes

    def store(self, city_code: str) -> SharedStore:
        return SharedStore(self._path / city_code, self._checked, city_code, self._engine)

    def record(self, service: str) -> SharedRecord:
        return SharedRecord(self._here.record(service), self, self._engine, self._large)


class SharedStore(FolderStore):
    """The store of a city on this host; what a person accepts is for whichever host publishes."""

    def __init__(self, folder: Path, checked: Checked, city_code: str, engine: Engine) -> None:
        super().__init__(folder, GRACE, checked, PostgisLevels(engine))
        self._city, self._engine = city_code, engine

    def accept(self, layer_id: str, data_id: str) -> None:
        """Raises `SQLAlchemyError` too."""
        with self._engine.begin() as connection:
            put = upsert(connection, accepted_data).values(
                city=self._city, layer=layer_id, data=data_id
            )
            same = ["city", "layer"]
            connection.execute(
                put.on_conflict_do_update(index_elements=same, set_={"data": data_id})
            )

    def take_accepted(self, connection: Connection) -> None:
        """Let in here what was accepted on any host."""
        of_city = select(accepted_data).where(accepted_data.c.city == self._city)
        for row in connection.execute(of_city):
            if self.accepted(row.layer) != row.data:
                super().accept(row.layer, row.data)


class SharedRecord:
    """A `layers.store.store.Record`: that of this host, written after the one in the database.

    While the database is away nothing is published, and every host serves what it has. One that
    has nothing publishes for itself alone what its folder declares.
    """

    is_shared = True

    def __init__(self, here: FolderRecord, home: SharedHome, engine: Engine, large: int) -> None:
        self._here, self._home, self._engine, self._large = here, home, engine, large
        self._lead: Lead | None = None
        self._kept: Kept | None = None  # what the database held when it was last read or written
        self._taken: int | None = None  # the number of what is here
        self._refusal: OSError | None = None
        self._not_before = 0.0  # of handing to it again what it refused
        self._is_warned = False

    def read(self) -> Published | None:
        return self._here.read()

    def stamp(self) -> Hashable:
        return self._here.stamp()

    def write(self, published: Published) -> None:
        if self._lead is not None and not self._is_kept(published):
            try:
                self._keep(self._lead, published)
            except Superseded:
                return
        self._here.write(published)

    @contextmanager
    def leading(self) -> Iterator[bool]:
        with ExitStack() as stack:
            leads = stack.enter_context(self._here.leading()) and self._begin(stack)
            if not leads:
                stack.close()  # so that this host can follow
            yield leads

    def still_leads(self) -> bool:
        if self._lead is None or self._lead.is_lost:
            return False
        published = self.read()
        if published is not None:
            try:
                with self._lead.transaction() as connection:
                    self._home.store(published.city.code).take_accepted(connection)
            except SQLAlchemyError:
                return not self._lead.is_lost
        return True

    def follow(self) -> None:
        with self._here.leading() as is_free:
            if is_free:  # else another process of this host publishes
                self._take_over()

    def _begin(self, stack: ExitStack) -> bool:
        """Take the lead of all hosts, and what was published before."""
        try:
            lead = Lead.take(self._engine)
        except SQLAlchemyError as error:
            LOG.debug("the database cannot be asked who publishes: %s", type(error).__name__)
            return self._has_nothing()
        if lead is None:
            return False
        stack.callback(self._end, lead)
        if not self._take_over():
            return self._has_nothing()
        self._lead = lead
        return True

    def _end(self, lead: Lead) -> None:
        self._lead = None
        lead.end()

    def _has_nothing(self) -> bool:
        published = self.read()
        return published is None or not published.can_be_opened

    def _is_kept(self, published: Published) -> bool:
        """Whether a record is in the database, and all that it names, as far as is known here."""
        if self._kept is None or self._kept.document != published.to_stored():
            return False
        store = self._home.store(published.city.code)
        # Prepared anew: they were lost in the database.
        return not any(store.has_levels(*each) for each in self._kept.in_tables)

    def _keep(self, lead: Lead, published: Published) -> None:
        """Write a record into the database. Raises `OSError`, `LeadLost`, `Superseded`."""
        if self._refusal is not None and time.monotonic() < self._not_before:
            raise self._refusal
        store = self._home.store(published.city.code)
        try:
            with lead.transaction() as connection:
                kept = write_kept(connection, store, published, self._large)
        except SQLAlchemyError as error:
            LOG.warning("what is published cannot be shared: %s", type(error).__name__)
            if lead.is_lost:
                raise LeadLost from error
            self._not_before = time.monotonic() + AGAIN
            why = f"the database does not take what is published ({type(error).__name__})"
            self._refusal = OSError(errno.EIO, why)
            raise self._refusal from error
        except Damaged as error:
            raise OSError(errno.EIO, f"{error} is damaged") from error
        self._kept, self._taken, self._refusal = kept, kept.number, None
        for layer_id, revision_id in kept.in_tables:
            store.share_levels(layer_id, revision_id)

    def _take_over(self) -> bool:
        """Have here what the database holds; False while that cannot be read."""
        snapshot = self._engine.execution_options(isolation_level="REPEATABLE READ")
        try:
            with reading(snapshot) as connection:
                number = number_kept(connection)
                if number is None:
                    return True
                if self._kept is None or self._kept.number != number:
                    self._kept = read_kept(connection)
                self._take(connection, self._kept)
        except SQLAlchemyError as error:  # `server.database.upkeep` says so
            LOG.debug("what other hosts published cannot be read: %s", type(error).__name__)
            return False
        except Damaged as error:
            LOG.error("what other hosts published is damaged in the database: %s", error)  # noqa: TRY400
            return False
        return True

    def _take(self, connection: Connection, kept: Kept) -> None:
        """Have all of it here, in the files of this host. Raises `OSError`, `Damaged`."""
        published = kept.record
        if published is None:
            if not self._is_warned:
                LOG.warning("another version of bosai-layers publishes on another host")
            self._is_warned = True
            return
        self._is_warned = False
        store = self._home.store(published.city.code)
        if self._taken != kept.number:
            self._clear(published)
            if not store.has_base(published.base):
                with store.workspace() as folder:
                    get_file(connection, kept.base, folder / "base")
                    store.put_base(published.base, folder / "base")
        for layer_id, entry in published.layers.items():
            revisions = kept.revisions.get(layer_id, {})
            if entry.pointer is None or entry.pointer.revision not in revisions:
                continue
            if not store.holds(layer_id, entry.pointer, revisions):
                with store.workspace() as folder:
                    lacking = store.lacking(layer_id, revisions)
                    prepared = {
                        key: _written(connection, kept.levels, revisions[key], folder / key)
                        for key in lacking
                    }
                    store.take_in(layer_id, entry.pointer, prepared)
        self._here.write(published)
        for layer_id in store.layers() - kept.revisions.keys():
            store.remove(layer_id)
        self._taken = kept.number

    def _clear(self, published: Published) -> None:
        """Delete what was kept of another city, and copies of sources of layers that are gone."""
        before = self.read()
        if before is None:
            return
        former, store = self._home.store(before.city.code), self._home.store(published.city.code)
        if before.city.code != published.city.code:
            for layer_id in former.layers():
                former.remove(layer_id)
        for layer_id in before.layers.keys() - published.layers.keys():
            shutil.rmtree(store.copies / layer_id, ignore_errors=True)


def _written(connection: Connection, levels: Iterable[str], files: Digests, folder: Path) -> Path:
    """A revision's files, written into a new folder, but for `levels` kept as tables."""
    folder.mkdir()
    for name, sha256 in files.items():
        if name == LEVELS and has_levels(levels, sha256):
            (folder / SHARED).write_bytes(sha256.encode("ascii"))
        else:
            get_file(connection, sha256, folder / name)
    (folder / DIGESTS).write_bytes(orjson.dumps(files))
    return folder
