"""A revision as one folder, for a process that has nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from layers.geometry.parts import Array
from layers.revision.arrays import open_arrays, write_arrays
from layers.revision.level import level_to_arrays
from layers.revision.revision import ARRAYS, LEVELS, META, Revision


@contextmanager
def whole_folder(revision: Revision) -> Iterator[Path]:
    """The folder of a revision, or one for this while with the levels that hosts share too.

    One zoom at a time is in memory. Raises `LayerUnavailable`, `OSError`.
    """
    folder = revision.folder.resolve()
    if not revision.has_shared_levels:
        yield folder
        return
    definition = revision.definition
    with TemporaryDirectory(prefix="levels-") as temporary:
        target = Path(temporary)
        for name in (META, ARRAYS):
            (target / name).symlink_to(folder / name)
        arrays: dict[str, Array] = {}
        for z in range(definition.minzoom, definition.maxzoom + 1):
            write_arrays(target / str(z), level_to_arrays(revision.level(z)))
            arrays |= open_arrays(target / str(z))
        write_arrays(target / LEVELS, arrays)
        yield target
