"""What one look found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` and `kind` are keys of `server.texts.console.doctor`; `values` go into its text.

    "wrong" is what has to be mended; a "note" may be as the operator wants it.
    """

    subject: str
    level: Level
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)


def fine(subject: str, kind: str, **values: object) -> Finding:
    """All is well with it."""
    return Finding(subject, "ok", kind, values)


def note(subject: str, kind: str, **values: object) -> Finding:
    """Something to know."""
    return Finding(subject, "note", kind, values)


def wrong(subject: str, kind: str, **values: object) -> Finding:
    """Something to mend."""
    return Finding(subject, "wrong", kind, values)
