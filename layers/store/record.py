"""What is published: one small file that every process serves from, replaced whole.

It says which city and which revision of each layer are served, and why some are not the newest.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from layers.revision.revision import FORMAT
from layers.schema.city import CityDefinition
from layers.store.failure import Trouble
from layers.store.files import write_durably
from layers.store.pointer import Pointer


@dataclass(frozen=True)
class Entry:
    """A declared layer: what of it is served, and why not what its files now say.

    `fetched_at` is when its source's `url` last gave or confirmed it.
    """

    pointer: Pointer | None
    trouble: Trouble | None
    fetched_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Published:
    """What is served. `base` names the city's base map; `trouble` is that of the city itself.

    `format` is the one of the version of this package that published it.
    """

    city: CityDefinition
    base: str
    layers: Mapping[str, Entry]
    trouble: Trouble | None
    format: int = FORMAT

    @property
    def can_be_opened(self) -> bool:
        """Whether the revisions are of this version's format."""
        return self.format == FORMAT


_FORM = TypeAdapter(Published)


def read_published(path: Path) -> Published | None:
    """What was written last; None when nothing was, or another version of this package wrote it."""
    try:
        return _FORM.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_published(path: Path, published: Published) -> None:
    """Replace what was written before, unless it is the same. For one process at a time."""
    content = _FORM.dump_json(published)
    if path.is_file() and path.read_bytes() == content:
        return
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_durably(new, content)
    new.replace(path)
