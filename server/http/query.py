"""Query strings: the values they hold, read strictly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import get_args

from layers.schema.values import Disaster
from server.http.errors import InvalidQuery

DISASTERS: tuple[Disaster, ...] = get_args(Disaster)


def number_in(query: Mapping[str, str], name: str, least: float, most: float) -> float:
    said = query.get(name)
    try:
        value = float(said or "")
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise InvalidQuery(f"{name} is {said!r}; wanted a number from {least:g} to {most:g}")
    return value


def disaster_asked(query: Mapping[str, str]) -> Disaster | None:
    """The kind of disaster that `hazard` names. Raises `InvalidQuery`."""
    said = query.get("hazard")
    if not said:
        return None
    for disaster in DISASTERS:
        if said == disaster:
            return disaster
    raise InvalidQuery(f"hazard is {said!r}; wanted one of {', '.join(DISASTERS)}")
