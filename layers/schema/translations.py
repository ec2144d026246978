"""Languages that a definition lacks, taken from the standards' texts.

A text whose Japanese a standard or a code list has word for word is given its other languages: a
city that writes Japanese and English only is not served half English warnings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from layers.schema.bundled import CODELISTS, STANDARDS, read_bundled
from layers.schema.values import REQUIRED_LANGUAGES


def with_translations(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what its texts lack filled in; what they say themselves stays."""
    return {key: _filled(value) for key, value in document.items()}


def _filled(value: Any) -> Any:
    if _is_text(value):
        return {**_known().get(value["ja"], {}), **value}
    if isinstance(value, dict):
        return {key: _filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    return value


@cache
def _known() -> Mapping[str, Mapping[str, str]]:
    """The texts by their Japanese; a language in which files differ is left out."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in (*STANDARDS.glob("*.toml"), *CODELISTS.glob("*.toml")):
        for text in _texts(read_bundled(path)):
            for language, words in text.items():
                found[text["ja"]][language].add(words)
    return {
        japanese: {
            language: min(words)
            for language, words in by_language.items()
            if len(words) == 1 and language not in REQUIRED_LANGUAGES
        }
        for japanese, by_language in found.items()
    }


def _texts(value: Any) -> Iterator[dict[str, str]]:
    """Every text of a document."""
    if _is_text(value):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(language), str) for language in REQUIRED_LANGUAGES
    )
