"""Words of reading reports, for officers, by kind of problem."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages import (
    addresses,
    coordinates,
    definitions,
    duplicates,
    fetched,
    geodata,
    privacy,
    rows,
    sources,
    standards,
    tables,
)
from layers.messages.message import Message

MESSAGES: Mapping[str, Message] = {
    **addresses.MESSAGES,
    **coordinates.MESSAGES,
    **definitions.MESSAGES,
    **duplicates.MESSAGES,
    **fetched.MESSAGES,
    **geodata.MESSAGES,
    **privacy.MESSAGES,
    **rows.MESSAGES,
    **sources.MESSAGES,
    **standards.MESSAGES,
    **tables.MESSAGES,
}
