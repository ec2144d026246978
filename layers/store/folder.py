"""A home that is a folder.

    <city>/revisions/<layer>/<revision>/       prepared revisions
    <city>/revisions/<layer>/current.json      which is current
    <city>/revisions/<layer>/accepted.json     what may come next though it is far less
    <city>/base/<name>.{geojson,sha256}        base maps, and what they were written as
    <city>/{fetched,work}/
    serving/<service>/published.json           what is published
    desk/                                      what the desk withdrew and changed

At any moment the process may be killed, or the power fail: what is half done is never taken for
done, and is cleared by `clear_work` or the layer's next publication.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

import orjson

from layers.files import Stamp, locked, move_durably, open_file, read_file, replace_durably, stamp
from layers.revision.difference import Counts, difference
from layers.revision.digests import Digests, Stamps, damaged_file, digests_of, stamps
from layers.revision.revision import (
    FORMAT,
    LEVELS,
    META,
    SHARED,
    Revision,
    SharedLevels,
    shared_as,
)
from layers.store.desk_changes import DeskChanges
from layers.store.pointer import Pointer
from layers.store.record import Published

POINTER = "current.json"
ACCEPTED = "accepted.json"
GRACE = 60.0  # seconds: pages loaded before a change still ask for the revision they name
COARSEST = 2.0  # seconds, to which a file system may round the time of a file

# Whether a revision's files, by its folder, were as written when they were last read, and their
# state then.
Checked = dict[Path, tuple[Stamps, bool]]

LOG = logging.getLogger(__name__)


class HomeFolder:
    """A `layers.store.store.Home`; `grace` is how long a revision before is kept, in seconds.

    `shared` holds the levels that hosts share, if there are any.
    """

    def __init__(
        self, path: Path, grace: float = GRACE, shared: SharedLevels | None = None
    ) -> None:
        self._path, self._grace, self._shared = path, grace, shared
        self._checked: Checked = {}
        self.desk_changes = DeskChanges(path / "desk")

    def store(self, city_code: str) -> FolderStore:
        return FolderStore(self._path / city_code, self._grace, self._checked, self._shared)

    def record(self, service: str) -> FolderRecord:
        return FolderRecord(self._path / "serving" / service)


class FolderRecord:
    """A `layers.store.store.Record`: a file, and one to lock."""

    is_shared = False

    def __init__(self, folder: Path) -> None:
        self.path, self._lock = folder / "published.json", folder / "lock"

    def read(self) -> Published | None:
        try:
            return Published.from_stored(read_file(self.path))
        except FileNotFoundError:
            return None
        except OSError as error:
            LOG.warning("%s cannot be read: %s", self.path, error.strerror)
            return None

    def write(self, published: Published) -> None:
        content = published.to_stored()
        if not (self.path.is_file() and read_file(self.path) == content):
            replace_durably(self.path, content)

    def stamp(self) -> Stamp:
        return stamp(self.path)

    def leading(self) -> AbstractContextManager[bool]:
        return locked(self._lock, wait=False)

    def still_leads(self) -> bool:
        return True

    def follow(self) -> None:
        """Nothing: who does not lead reads the same files."""


class FolderStore:
    """A `layers.store.store.Store`, in the folder of a city.

    `checked` is what is known of revisions' files; others may share it. `shared` holds the levels
    that hosts share.
    """

    def __init__(
        self,
        home: Path,
        grace: float = GRACE,
        checked: Checked | None = None,
        shared: SharedLevels | None = None,
    ) -> None:
        self._home, self._grace = home, grace
        self._checked: Checked = {} if checked is None else checked
        self._shared = shared
        self._revisions = home / "revisions"
        self._work = home / "work"
        self._lock = home / "revisions.lock"
        self._work_lock = home / "work.lock"

    @property
    def copies(self) -> Path:
        return self._home / "fetched"

    def pointer(self, layer_id: str) -> Pointer | None:
        path = self._revisions / layer_id / POINTER
        try:
            with open_file(path) as file:
                stored = orjson.loads(file.read())
                since = os.fstat(file.fileno()).st_mtime
            change = Counts(**stored["change"]) if stored["change"] else None
            return Pointer(stored["revision"], since, stored["former"], change)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            LOG.warning("%s cannot be read: %s", path, error)
            return None

    def current(self, layer_id: str) -> Revision | None:
        while (pointer := self.pointer(layer_id)) is not None:
            try:
                return self.revision(layer_id, pointer.revision)
            except FileNotFoundError:
                if self.pointer(layer_id) == pointer:  # else the next one came in between
                    return None
        return None

    def revision(self, layer_id: str, revision_id: str) -> Revision | None:
        folder = self.folder(layer_id, revision_id)
        try:
            if orjson.loads(read_file(folder / META))["format"] != FORMAT:
                return None
            return Revision(folder, self._shared) if self._is_whole(folder) else None
        except FileNotFoundError:
            raise
        except (OSError, ValueError, TypeError, KeyError) as error:
            LOG.warning("%s is damaged: %s", folder, error)
            return None

    def is_whole(self, layer_id: str, revision_id: str, pause: float = 0.0) -> bool:
        folder = self.folder(layer_id, revision_id)
        try:
            return self._check(folder, stamps(folder), pause)
        except OSError:
            return False

    def put(self, layer_id: str, revision_id: str, prepared: Path | None = None) -> Revision | None:
        with locked(self._lock):
            revision = self._whole(layer_id, revision_id)
            if revision is None and prepared is not None:
                self._move_in(layer_id, revision_id, prepared)
                revision = self._whole(layer_id, revision_id)
            if revision is None:
                return None
            pointer = self.pointer(layer_id)
            if pointer is None or pointer.revision != revision_id:
                self._point(layer_id, _pointer(self.current(layer_id), revision))
                (self._revisions / layer_id / ACCEPTED).unlink(missing_ok=True)
            self._sweep(layer_id)
            return revision

    def accepted(self, layer_id: str) -> str | None:
        path = self._revisions / layer_id / ACCEPTED
        try:
            return str(orjson.loads(read_file(path))["data"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            LOG.warning("%s cannot be read: %s", path, error)
            return None

    def accept(self, layer_id: str, data_id: str) -> None:
        with locked(self._lock):
            path = self._revisions / layer_id / ACCEPTED
            replace_durably(path, orjson.dumps({"data": data_id}))

    def tidy(self, layer_id: str) -> None:
        with locked(self._lock):
            pointer = self.pointer(layer_id)
            if pointer is not None and pointer.former is not None and self._is_settled(pointer):
                self._point(layer_id, replace(pointer, former=None))
                self._sweep(layer_id)

    def remove(self, layer_id: str) -> None:
        layer = self._revisions / layer_id
        with locked(self._lock), suppress(FileNotFoundError):
            try:
                with self.workspace() as folder:
                    layer.rename(folder / layer_id)  # gone at once, however long deleting takes
            except OSError:  # no room for the workspace's folder, on a full disk
                shutil.rmtree(layer)

    def folder(self, layer_id: str, revision_id: str) -> Path:
        """Where a revision's files are, if it is kept."""
        return self._revisions / layer_id / revision_id

    def layers(self) -> set[str]:
        """The ids of the layers of which anything is kept."""
        return _names(self._revisions)

    def holds(self, layer_id: str, pointer: Pointer, digests: Mapping[str, Digests]) -> bool:
        """Whether it is as `take_in` leaves it, as far as can be told without reading it all."""
        here = self.pointer(layer_id)
        if here is None or not _are_alike(here, pointer):
            return False
        return all(self._is_of(layer_id, *each) for each in digests.items())

    def lacking(self, layer_id: str, digests: Mapping[str, Digests]) -> list[str]:
        """The revisions that are not here whole, of those whose files have these digests."""
        return [key for key, each in digests.items() if not self._is_of(layer_id, key, each)]

    def take_in(self, layer_id: str, pointer: Pointer, prepared: Mapping[str, Path]) -> None:
        """Have of a layer what another host published: moved in from `prepared`, by revision."""
        with locked(self._lock):
            for revision_id, folder in prepared.items():
                self._move_in(layer_id, revision_id, folder)
            self._point(layer_id, pointer)
            self._keep_only(layer_id, pointer.revision, pointer.former)

    def has_levels(self, layer_id: str, revision_id: str) -> bool:
        """Whether the levels of a revision are here, as a file."""
        return (self.folder(layer_id, revision_id) / LEVELS).is_file()

    def share_levels(self, layer_id: str, revision_id: str) -> None:
        """Have the levels of a revision, if it is kept, no more here but where hosts share them."""
        folder = self.folder(layer_id, revision_id)
        if self.has_levels(layer_id, revision_id):
            replace_durably(folder / SHARED, digests_of(folder)[LEVELS].encode("ascii"))
            (folder / LEVELS).unlink()

    def base(self, name: str) -> bytes:
        content = read_file(self._base(name))
        if read_file(self._base_digest(name)) != _digest(content):
            LOG.error("%s is damaged: it is not served", self._base(name))
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._base(name)))
        return content

    def has_base(self, name: str) -> bool:
        try:
            self.base(name)
        except OSError:
            return False
        return True

    def base_file(self, name: str) -> tuple[Path, str]:
        """Where a base map is, and the SHA-256 that it was written with. Raises `OSError`."""
        return self._base(name), read_file(self._base_digest(name)).decode()

    def put_base(self, name: str, prepared: Path) -> None:
        replace_durably(self._base_digest(name), _digest(prepared.read_bytes()))
        if self._base(name).is_dir():  # damaged, and in the way
            self._base(name).rename(prepared.with_name("damaged"))
        move_durably(prepared, self._base(name))

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        with locked(self._work_lock, shared=True):
            self._work.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._work) as folder:
                yield Path(folder)

    def clear_work(self) -> None:
        try:
            with locked(self._work_lock, wait=False) as is_alone:
                if is_alone and self._work.is_dir():
                    shutil.rmtree(self._work)
        except OSError as error:  # what is left there only takes room
            LOG.warning("%s is not cleared: %s", self._work, error.strerror)

    def _is_of(self, layer_id: str, revision_id: str, digests: Digests) -> bool:
        """Whether a revision is here, whole, and of these digests."""
        folder = self.folder(layer_id, revision_id)
        try:
            return digests_of(folder) == digests and self._is_whole(folder)
        except (OSError, ValueError):
            return False

    def _is_whole(self, folder: Path) -> bool:
        """Whether a revision's files are as written, read again only if they may have changed."""
        now = stamps(folder)
        known = self._checked.get(folder)
        return known[1] if known and known[0] == now else self._check(folder, now)

    def _check(self, folder: Path, now: Stamps, pause: float = 0.0) -> bool:
        """Read a revision's files, whose stamps are `now`. Raises `OSError`."""
        name = damaged_file(folder, pause)
        levels = shared_as(folder)
        if levels is not None and not (self._shared and self._shared.has(levels)):
            name = LEVELS
        if name is not None:
            LOG.error("%s is damaged: it is not served", folder / name)
        self._checked[folder] = now, name is None
        return name is None

    def _base(self, name: str) -> Path:
        return self._home / "base" / f"{name}.geojson"

    def _base_digest(self, name: str) -> Path:
        return self._home / "base" / f"{name}.sha256"

    def _whole(self, layer_id: str, revision_id: str) -> Revision | None:
        with suppress(FileNotFoundError):
            return self.revision(layer_id, revision_id)
        return None

    def _move_in(self, layer_id: str, revision_id: str, prepared: Path) -> None:
        """Put a prepared revision in its place; what is there is damaged."""
        target = self.folder(layer_id, revision_id)
        with suppress(FileNotFoundError):
            target.rename(prepared.with_name("damaged"))
        move_durably(prepared, target)

    def _point(self, layer_id: str, pointer: Pointer) -> None:
        content = {
            "revision": pointer.revision,
            "former": pointer.former,
            "change": pointer.change and asdict(pointer.change),
        }
        path = self._revisions / layer_id / POINTER
        replace_durably(path, orjson.dumps(content), pointer.since)

    def _sweep(self, layer_id: str) -> None:
        """Delete every revision that is neither current nor still asked for."""
        pointer = self.pointer(layer_id)
        assert pointer is not None
        former = None if self._is_settled(pointer) else pointer.former
        self._keep_only(layer_id, pointer.revision, former)

    def _keep_only(self, layer_id: str, *revisions: str | None) -> None:
        wanted = {POINTER, ACCEPTED, *revisions}
        layer = self._revisions / layer_id
        unwanted = [entry for entry in layer.iterdir() if entry.name not in wanted]
        if not unwanted:
            return
        with self.workspace() as folder:
            for entry in unwanted:
                self._checked.pop(entry, None)
                entry.rename(folder / entry.name)

    def _is_settled(self, pointer: Pointer) -> bool:
        """Whether nobody asks for the revision before any more."""
        return time.time() > pointer.since + self._grace


def _names(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return set()


def _are_alike(here: Pointer, there: Pointer) -> bool:
    """Whether two pointers say the same, but for how a file system rounds times."""
    return replace(here, since=0) == replace(there, since=0) and (
        abs(here.since - there.since) <= COARSEST
    )


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _pointer(before: Revision | None, after: Revision) -> Pointer:
    """The pointer to `after`, which follows `before`."""
    now = time.time()
    if before is None:
        return Pointer(after.id, now, None, None)
    change = difference(before, after)
    withdrawn = change.takes_back or before.definition.privacy != after.definition.privacy
    return Pointer(after.id, now, None if withdrawn else before.id, change.counts)
