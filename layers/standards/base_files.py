"""Published files that the base map knows by their columns: `base_files.toml`, read."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from layers.schema.base import BaseKind
from layers.schema.bundled import read_bundled
from layers.schema.values import Strict

FILE = Path(__file__).parent / "base_files.toml"


class Current(Strict):
    """The column that says until when a feature was there, and its value for those of today."""

    column: str
    value: str


class KnownFile(Strict):
    """A published file: what its features are, and the column of their names.

    `unnamed` are names that stand for none.
    """

    title: str
    columns: tuple[str, ...]
    kind: BaseKind
    name: str
    ends: str = ""
    current: Current | None = None
    unnamed: tuple[str, ...] = ()


class _KnownFiles(Strict):
    file: tuple[KnownFile, ...]


@cache
def known_files() -> tuple[KnownFile, ...]:
    """Every file that is known, in the order in which they are tried."""
    return _KnownFiles.model_validate(read_bundled(FILE)).file


def known_file(name: str, columns: Collection[str]) -> KnownFile | None:
    """What a file of this name and these columns is; None where it is none of the known."""
    for known in known_files():
        if name.endswith(known.ends) and all(column in columns for column in known.columns):
            return known
    return None
