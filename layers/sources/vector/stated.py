"""How many features a service states for a file that it gave, and what is missing of them.

`numberMatched` and `numberReturned` are those of OGC API Features and WFS 2, `numberOfFeatures` is
WFS 1.1's, `totalFeatures` GeoServer's and `exceededTransferLimit` ArcGIS's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from layers.errors import SourceError
from layers.report import Problem

LIMIT = "exceededTransferLimit"


def missing(path: Path, members: Mapping[str, Any], count: int) -> list[Problem]:
    """What is said of a collection with these members, and `count` features, that is a part.

    Raises `SourceError` where there are fewer than the service has given.
    """
    returned = max(_number(members.get(name)) for name in ("numberReturned", "numberOfFeatures"))
    if returned > count:
        raise SourceError(path, "rows_missing", returned, str(count))
    matched = max(_number(members.get(name)) for name in ("numberMatched", "totalFeatures"))
    if matched > count:
        left_out = matched - count
        return [Problem("warning", "part_of_all", None, None, str(matched), str(count), left_out)]
    properties = members.get("properties")
    if members.get(LIMIT) is True or (isinstance(properties, dict) and properties.get(LIMIT)):
        return [Problem("warning", "transfer_limit", value=LIMIT)]
    return []


def _number(value: Any) -> int:
    """A number of features, as JSON or an attribute of XML has it; 0 for "unknown" and none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
