"""Which heading of the panel the name of a file suggests: a proposal, never an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from layers.schema.city import CityDefinition, Group

Key = TypeVar("Key", bound=str)

DISASTER = "disaster"  # the group whose layers declare hazard, scenario and surveyed_extent
# Words in the names of files and folders, in the order they are looked for.
GROUP_WORDS = {
    "evacuation": ("避難", "hinan", "evacuation", "shelter"),
    "fire": ("消防", "消火", "水利", "防火", "hydrant"),
    "crime_prevention": ("防犯", "警察", "交番", "こども110番"),
    "care": ("aed", "福祉", "介護", "医療", "要配慮", "病院"),
}


def group_by_name(path: str, city: CityDefinition) -> Group | None:
    """The city's group that the names of a file and its folders suggest."""
    word = word_in(path, GROUP_WORDS)
    return next((group for group in city.groups if group.id == word), None)


def choices(city: CityDefinition) -> tuple[Group, ...]:
    """The groups a layer can be put in by its heading alone: a danger says more of itself."""
    return tuple(group for group in city.groups if group.id != DISASTER)


def word_in(path: str, words: Mapping[Key, Collection[str]]) -> Key | None:
    """The first of the keys one of whose words is in the path."""
    text = path.lower()
    return next(
        (key for key, synonyms in words.items() if any(word in text for word in synonyms)), None
    )
