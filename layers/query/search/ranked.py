"""Places that answer a query, and their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Hit(NamedTuple):
    """A place in degrees, known to `doubt` metres; `feature` is 0 for what is none.

    `forms` is how the data writes its name for those who do not read it, by language tag.
    """

    name: str
    longitude: float
    latitude: float
    doubt: int = 0
    feature: int = 0
    forms: Mapping[str, str] = {}


class Ranked(NamedTuple):
    """A hit, how well it answers, and what it is sorted by among those that answer as well."""

    quality: int
    order: str
    hit: Hit
