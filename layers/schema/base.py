"""What the bundled base map shows beside the city's boundary and its neighbourhoods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    Field as Option,
    model_validator,
)

from layers.schema.links import WebAddress
from layers.schema.source import Source
from layers.schema.validation import rule
from layers.schema.values import Strict, Text

BaseKind = Literal[
    "water",
    "river",
    "rail",
    "station",
    "road",
    "expressway",
    "park",
    "landmark",
    "border",
    "area_name",
]
FAR = 14  # the last zoom of the map whose lines and areas are the coarse ones
BASE_KINDS: tuple[BaseKind, ...] = get_args(BaseKind)


class BaseCredit(Strict):
    """Whose data it is, and under which terms.

    `mark` is what the licence wants to see on the map at all times; the rest is one tap away.
    """

    attribution: Text
    licence: Text
    licence_url: WebAddress | None = None
    url: WebAddress | None = None
    mark: str | None = None


class BaseSource(Strict):
    """A file of the base map: what its features are, and what they are called.

    `path`, `sublayer`, `encoding` and `crs` are those of a layer's source. Its features are of one
    `kind`, or of that which each has in `kind_column`. `name` is the column of the Japanese name,
    `names` those of others by BCP 47 tag: `en`, and the readings `ja-Hrkt` (kana) and `ja-Latn`
    (romaji). What is not named here is known from the columns of a published file (see
    `layers.standards.base_files`).
    """

    path: Annotated[str, Option(min_length=1)]
    sublayer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    kind: BaseKind | None = None
    kind_column: str | None = None
    name: str | None = None
    names: Mapping[str, str] = {}
    credit: BaseCredit

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.kind is not None and self.kind_column is not None:
            raise rule("one_kind", "kind_column", self.kind_column)
        return self

    @property
    def source(self) -> Source:
        """Where it is read from, as a layer's definition says it."""
        return Source(path=self.path, sublayer=self.sublayer, encoding=self.encoding, crs=self.crs)
