"""What the desk withdrew and changed, in a home: for every process, whatever becomes of a database.

    desk/withdrawn.json       what may not be served (`layers.store.recalls`)
    desk/changes/<layer>.json what is changed of a layer (`layers.schema.changes`)

Whoever acts writes both before the act counts, and every process repairs them from the database.
"""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import ValidationError

from layers.errors import PreparationError
from layers.files import Stamp, locked, read_file, replace_durably, stamp
from layers.schema.changes import NO_CHANGES, Changes
from layers.store.recalls import NO_RECALLS, Recalls

LOG = logging.getLogger(__name__)


class DeskChanges:
    """The two kinds of documents in the folder of a home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._withdrawn = folder / "withdrawn.json"
        self._read: tuple[Stamp | None, Recalls] = (None, NO_RECALLS)
        self._unwritten: Recalls | None = None

    def recalls(self) -> Recalls:
        """What may not be served now. While the file cannot be read, what it said last."""
        if self._unwritten is not None:
            return self._unwritten
        now = self.stamp()
        if now is None:
            return NO_RECALLS
        if now != self._read[0]:
            try:
                self._read = now, Recalls.from_stored(read_file(self._withdrawn))
            except (OSError, ValueError):
                LOG.exception("%s cannot be read", self._withdrawn)
        return self._read[1]

    def stamp(self) -> Stamp | None:
        """What tells one state of the file of recalls from another."""
        return _stamp(self._withdrawn)

    def recall(self, recalls: Recalls) -> None:
        """Have every process obey these; this one does even where they cannot be written down.

        Raises `OSError` then.
        """
        if recalls == self.recalls() and self._unwritten is None:
            return
        self._unwritten = recalls
        self._write(self._withdrawn, recalls.to_stored())
        self._unwritten = None

    def path(self, layer_id: str) -> Path:
        """The document of a layer, which may be absent."""
        return self._folder / "changes" / f"{layer_id}.json"

    def of(self, layer_id: str) -> Changes:
        """What is changed of a layer. Raises `PreparationError` where that cannot be told."""
        path = self.path(layer_id)
        try:
            return Changes.model_validate_json(read_file(path))
        except FileNotFoundError:
            return NO_CHANGES
        except (OSError, ValidationError) as error:
            LOG.warning("%s cannot be read: %s", path, type(error).__name__)  # it may hold values
            raise PreparationError("changes_unreadable", value=path.name) from None

    def keep(self, layer_id: str, changes: Changes) -> None:
        """Write down what is changed of a layer, in the place of what was. Raises `OSError`."""
        path = self.path(layer_id)
        if changes:
            self._write(path, changes.model_dump_json().encode())
        else:
            path.unlink(missing_ok=True)

    def layers(self) -> set[str]:
        """The ids of the layers of which anything is changed."""
        return {path.stem for path in self.path("").parent.glob("*.json")}

    def _write(self, path: Path, content: bytes) -> None:
        with locked(self._folder / "changes.lock"):
            try:
                if read_file(path) == content:
                    return
            except FileNotFoundError:
                pass
            replace_durably(path, content)


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamp(path)
    except OSError:
        return None
