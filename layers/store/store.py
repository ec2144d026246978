"""What a service keeps, and what is asked of whatever keeps it: files, or a database.

A position that was published by mistake must be gone when the data no longer holds it. So only the
current revision is kept, and the one before it for a while, unless that says anything more.
"""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from layers.revision.revision import Revision
from layers.store.desk_changes import DeskChanges
from layers.store.pointer import Pointer
from layers.store.record import Published


class Store(Protocol):
    """The artefacts of a city: its layers' revisions, which of them are current, its base map."""

    @property
    def copies(self) -> Path:
        """The folder, on this machine, for copies of what other hosts hold."""

    def pointer(self, layer_id: str) -> Pointer | None:
        """What is known of the layer's current revision; None when there never was one.

        None, too, for one that a failing disk damaged.
        """

    def current(self, layer_id: str) -> Revision | None:
        """The revision published last; None when there never was one that can be served."""

    def revision(self, layer_id: str, revision_id: str) -> Revision | None:
        """A revision that is kept; None when another version of this package prepared it.

        None, too, for one whose files are not as they were written: a failing disk damaged them.
        Raises `FileNotFoundError` when it is not kept.
        """

    def is_whole(self, layer_id: str, revision_id: str, pause: float = 0.0) -> bool:
        """Whether a revision's files are as they were written, all of them read again.

        `pause` is how long to rest after each MiB, in seconds.
        """

    def put(self, layer_id: str, revision_id: str, prepared: Path | None = None) -> Revision | None:
        """Make a revision the current one, moved in from `prepared` if it is not there.

        None when it is neither there nor prepared. What was accepted ends with another revision.
        """

    def accepted(self, layer_id: str) -> str | None:
        """The id of the data that a person lets in next, though it is far less than before."""

    def accept(self, layer_id: str, data_id: str) -> None:
        """Let this very data in; in place of what was accepted before."""

    def tidy(self, layer_id: str) -> None:
        """Let the revision before go when its time is over."""

    def remove(self, layer_id: str) -> None:
        """Delete everything kept of a layer."""

    def base(self, name: str) -> bytes:
        """The base map of this name, as GeoJSON.

        Raises `OSError`: `FileNotFoundError` where there is none that is as it was written.
        """

    def has_base(self, name: str) -> bool:
        """Whether the base map is there and whole, whatever happened to the disk."""

    def put_base(self, name: str, prepared: Path) -> None:
        """Keep a base map, moved in from `prepared`."""

    def workspace(self) -> AbstractContextManager[Path]:
        """A folder, on this machine, to prepare in; what is in it at the end is deleted."""

    def clear_work(self) -> None:
        """Delete what killed processes left half done, unless another one is at work."""


class LeadLost(Exception):
    """Another process may be the one that publishes by now."""


class Record(Protocol):
    """Where processes of one service read what is published, and which of them publishes it.

    `is_shared` is whether these are processes of several hosts, each with files of its own.
    """

    @property
    def is_shared(self) -> bool: ...

    def read(self) -> Published | None:
        """What was written last; None when nothing was, or another version of this package did."""

    def write(self, published: Published) -> None:
        """Replace what was written before, unless it is the same. For who leads only.

        Raises `OSError` where it cannot be written, `LeadLost`.
        """

    def stamp(self) -> Hashable:
        """What tells one state of the record from another without reading it. Raises `OSError`."""

    def leading(self) -> AbstractContextManager[bool]:
        """Whether it is for this process to publish: for one at a time, until its `with` ends."""

    def still_leads(self) -> bool:
        """Whether it is still for this process, within the `with` of `leading`."""

    def follow(self) -> None:
        """Have here what another host published; for who does not lead. Raises `OSError`."""


class Home(Protocol):
    """Everything that services keep."""

    @property
    def desk_changes(self) -> DeskChanges:
        """What the desk withdrew and changed."""

    def store(self, city_code: str) -> Store:
        """The artefacts of a city."""

    def record(self, service: str) -> Record:
        """The record of one service; those of other definitions or data may share a home."""
