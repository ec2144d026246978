"""Prepared revisions in `<home>/revisions/<layer>/<revision>/`, and which is current.

A position that was published by mistake must be gone when the data no longer holds it. So only the
current revision is kept, and the one before it for a while, unless that says anything more.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

import orjson

from layers.revision.difference import Counts, difference
from layers.revision.revision import FORMAT, META, Revision
from layers.store.files import locked, write_durably
from layers.store.pointer import Pointer

POINTER = "current.json"

LOG = logging.getLogger(__name__)


class Store:
    """The revisions in the home folder of a city.

    At any moment the process may be killed: what is half done is never taken for done, and is
    cleared by `clear_work` or the layer's next publication.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._revisions = home / "revisions"
        self._work = home / "work"
        self._lock = home / "revisions.lock"
        self._at_work = home / "work.lock"

    def pointer(self, layer_id: str) -> Pointer | None:
        """What is known of the layer's current revision; None when there never was one.

        None, too, for a file that a failing disk damaged.
        """
        path = self._revisions / layer_id / POINTER
        try:
            with path.open("rb") as file:
                said = orjson.loads(file.read())
                since = os.fstat(file.fileno()).st_mtime
            change = Counts(**said["change"]) if said["change"] else None
            return Pointer(said["revision"], since, said["former"], change)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            LOG.exception("%s is damaged", path)
            return None

    def current(self, layer_id: str) -> Revision | None:
        """The revision published last; None when there never was one that can be served."""
        while (pointer := self.pointer(layer_id)) is not None:
            try:
                return self.revision(layer_id, pointer.revision)
            except FileNotFoundError:
                if self.pointer(layer_id) == pointer:  # else the next one came in between
                    return None
        return None

    def revision(self, layer_id: str, revision_id: str) -> Revision | None:
        """A revision that is kept; None when another version of this package prepared it.

        None, too, for one that a failing disk damaged. Raises `FileNotFoundError` when it is not
        kept.
        """
        folder = self._revisions / layer_id / revision_id
        try:
            if orjson.loads((folder / META).read_bytes())["format"] != FORMAT:
                return None
            return Revision(folder)
        except (ValueError, TypeError, KeyError):
            LOG.exception("%s is damaged", folder)
            return None

    def base(self, name: str) -> bytes:
        """The base map of this name, as GeoJSON. Raises `FileNotFoundError`."""
        return self._base(name).read_bytes()

    def has_base(self, name: str) -> bool:
        """Whether the base map is there and whole, whatever happened to the disk."""
        return _is_json(self._base(name))

    def put_base(self, name: str, prepared: Path) -> None:
        """Keep a base map, moved in from `prepared`."""
        target = self._base(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        _to_disk(prepared)
        prepared.replace(target)

    def put(self, layer_id: str, revision_id: str, prepared: Path | None = None) -> Revision | None:
        """Make a revision the current one, moved in from `prepared` if it is not there.

        None when it is neither there nor prepared.
        """
        layer = self._revisions / layer_id
        with locked(self._lock):
            revision = self._whole(layer_id, revision_id)
            if revision is None and prepared is not None:
                _move(prepared, layer / revision_id)
                revision = self._whole(layer_id, revision_id)
            if revision is None:
                return None
            pointer = self.pointer(layer_id)
            if pointer is None or pointer.revision != revision_id:
                self._point(layer_id, _pointer(self.current(layer_id), revision))
            self._sweep(layer_id)
            return revision

    def tidy(self, layer_id: str) -> None:
        """Let the revision before go when its time is over."""
        with locked(self._lock):
            pointer = self.pointer(layer_id)
            if pointer is not None and pointer.former is not None and pointer.is_settled:
                self._point(layer_id, replace(pointer, former=None))
                self._sweep(layer_id)

    def remove(self, layer_id: str) -> None:
        """Delete everything kept of a layer."""
        layer = self._revisions / layer_id
        with locked(self._lock), self.workspace() as folder, suppress(FileNotFoundError):
            layer.rename(folder / layer_id)  # gone at once, however long deleting takes

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A folder to work in; what is in it at the end is deleted."""
        with locked(self._at_work, shared=True):
            self._work.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._work) as folder:
                yield Path(folder)

    def clear_work(self) -> None:
        """Delete what killed processes left half done, unless another one is at work."""
        with locked(self._at_work, wait=False) as alone:
            if alone and self._work.is_dir():
                shutil.rmtree(self._work)

    def _base(self, name: str) -> Path:
        return self.home / "base" / f"{name}.geojson"

    def _whole(self, layer_id: str, revision_id: str) -> Revision | None:
        with suppress(FileNotFoundError):
            return self.revision(layer_id, revision_id)
        return None

    def _point(self, layer_id: str, pointer: Pointer) -> None:
        content = {
            "revision": pointer.revision,
            "former": pointer.former,
            "change": pointer.change and asdict(pointer.change),
        }
        with self.workspace() as folder:
            new = folder / POINTER
            write_durably(new, orjson.dumps(content))
            os.utime(new, (pointer.since, pointer.since))
            new.replace(self._revisions / layer_id / POINTER)

    def _sweep(self, layer_id: str) -> None:
        """Delete every revision that is neither current nor still asked for."""
        layer = self._revisions / layer_id
        pointer = self.pointer(layer_id)
        assert pointer is not None
        kept = {POINTER, pointer.revision, None if pointer.is_settled else pointer.former}
        with self.workspace() as folder:
            for entry in [entry for entry in layer.iterdir() if entry.name not in kept]:
                entry.rename(folder / entry.name)


def _move(prepared: Path, target: Path) -> None:
    """Put a prepared revision in its place, whole and durable; what is there is damaged."""
    for file in prepared.iterdir():
        _to_disk(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        target.rename(prepared.with_name("damaged"))
    prepared.rename(target)


def _to_disk(path: Path) -> None:
    with path.open("rb") as content:
        os.fsync(content.fileno())


def _is_json(path: Path) -> bool:
    """Whether the file is there and whole, whatever happened to the disk."""
    try:
        orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return False
    return True


def _pointer(before: Revision | None, after: Revision) -> Pointer:
    """The pointer to `after`, which follows `before`."""
    now = time.time()
    if before is None:
        return Pointer(after.id, now, None, None)
    found = difference(before, after)
    withdrawn = found.takes_back or before.definition.privacy != after.definition.privacy
    return Pointer(after.id, now, None if withdrawn else before.id, found.counts)
