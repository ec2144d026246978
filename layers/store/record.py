"""What is published: one small document that every process serves from, replaced whole.

It says which city and which revision of each layer are served, and why some are not the newest.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from layers.revision.revision import FORMAT
from layers.schema.city import CityDefinition
from layers.store.failure import Trouble
from layers.store.pointer import Pointer

Owner = Literal["folder", "desk"]  # whose a definition is: the operator's folder's, or the desk's


@dataclass(frozen=True)
class Entry:
    """A declared layer: what of it is served, and why not what its files now say.

    `fetched_at` is when its source's `url` last gave or confirmed it. `owner` is whose the
    definition is that was tried last; `set_aside` says that the operator's folder has one too,
    which does not count.
    """

    pointer: Pointer | None
    trouble: Trouble | None
    fetched_at: datetime.datetime | None = None
    owner: Owner = "folder"
    set_aside: bool = False


@dataclass(frozen=True)
class Published:
    """What is served. `base` names the city's base map; `trouble` is that of the city itself.

    `format` is the one of the version of this package that published it. `folder` is what the
    operator's folder held there, by the name of each definition's file; empty where no other host
    compares it with its own (see `layers.publish.folder_digests`).
    """

    city: CityDefinition
    base: str
    layers: Mapping[str, Entry]
    trouble: Trouble | None
    format: int = FORMAT
    folder: Mapping[str, str] = field(default_factory=dict)

    @property
    def can_be_opened(self) -> bool:
        """Whether the revisions are of this version's format."""
        return self.format == FORMAT

    def to_stored(self) -> bytes:
        """The document; the same of what is equal."""
        return _DOCUMENT.dump_json(self)

    @classmethod
    def from_stored(cls, document: bytes) -> Published | None:
        """Read what `to_stored` wrote; None when another version of this package did."""
        try:
            return _DOCUMENT.validate_json(document)
        except ValidationError:
            return None


_DOCUMENT = TypeAdapter(Published)
