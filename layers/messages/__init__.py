"""Words of reading reports, for officers, by kind of problem.

A new kind goes into its subject's module: its name into `Kind`, its words into `MESSAGES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Literal

from layers.messages import (
    addresses,
    base_map,
    bounds,
    changes,
    coordinates,
    definitions,
    duplicates,
    fetched,
    geodata,
    others,
    privacy,
    rows,
    sources,
    standards,
    tables,
    xml,
)
from layers.messages.message import Message

ProblemKind = Literal[
    addresses.Kind,
    base_map.Kind,
    bounds.Kind,
    changes.Kind,
    coordinates.Kind,
    definitions.Kind,
    duplicates.Kind,
    fetched.Kind,
    geodata.Kind,
    others.Kind,
    privacy.Kind,
    rows.Kind,
    sources.Kind,
    standards.Kind,
    tables.Kind,
    xml.Kind,
]

MESSAGES: Mapping[ProblemKind, Message] = dict(
    chain(
        addresses.MESSAGES.items(),
        base_map.MESSAGES.items(),
        bounds.MESSAGES.items(),
        changes.MESSAGES.items(),
        coordinates.MESSAGES.items(),
        definitions.MESSAGES.items(),
        duplicates.MESSAGES.items(),
        fetched.MESSAGES.items(),
        geodata.MESSAGES.items(),
        others.MESSAGES.items(),
        privacy.MESSAGES.items(),
        rows.MESSAGES.items(),
        sources.MESSAGES.items(),
        standards.MESSAGES.items(),
        tables.MESSAGES.items(),
        xml.MESSAGES.items(),
    )
)
