"""Keys that were renamed: the old spelling is read for one version, and `bosai check` warns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# By table ("" is the file's top), the old spelling and the key's name now. Since version 0.2.
RENAMED_LAYER_KEYS: Mapping[str, Mapping[str, str]] = {
    "": {
        "coverage": "surveyed_extent",
        "crowded": "cluster_threshold",
        "formerly": "previous_ids",
        "notice": "usage_note",
        "shown": "default_visible",
    },
    "source": {"within": "clip_to"},
}
RENAMED_CITY_KEYS: Mapping[str, Mapping[str, str]] = {
    "": {"towns": "neighbourhoods", "views": "presets"},
}


def renamed_keys(
    document: Mapping[str, Any], renamed: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Each key of a document in an old spelling, and its name now, both with their table."""
    for table, names in renamed.items():
        keys = document.get(table) if table else document
        if isinstance(keys, Mapping):
            prefix = f"{table}." if table else ""
            for old, new in names.items():
                if old in keys:
                    yield f"{prefix}{old}", f"{prefix}{new}"


def with_new_keys(
    document: Mapping[str, Any], renamed: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The document with its old spellings replaced.

    A key that stands there in both spellings is left in both: the old one is then unknown.
    """
    current = _replaced(document, renamed.get("", {}))
    for table, names in renamed.items():
        if table and isinstance(keys := current.get(table), Mapping):
            current[table] = _replaced(keys, names)
    return current


def _replaced(keys: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        names[key] if key in names and names[key] not in keys else key: value
        for key, value in keys.items()
    }
