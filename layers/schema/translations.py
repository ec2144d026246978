"""Languages that a definition lacks: taken from what ships, or named.

A text whose Japanese a standard, a code list or a definition that ships has word for word is given
its other languages: a city that writes Japanese and English only is not served half English
warnings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

from layers.report import Problem
from layers.schema.bundled import BUNDLED_DEFINITIONS, CODELISTS, STANDARDS, read_bundled
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.values import PAGE_LANGUAGES, REQUIRED_LANGUAGES

NAMES: Mapping[str, tuple[str, str]] = {
    "ja-x-easy": ("やさしい日本語", "easy Japanese"),
    "zh": ("中国語", "Chinese"),
    "ko": ("韓国語", "Korean"),
    "vi": ("ベトナム語", "Vietnamese"),
}


SHIPPED = (STANDARDS, CODELISTS, BUNDLED_DEFINITIONS)


def with_translations(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what its texts lack filled in; what they say themselves stays."""
    return {key: _filled(value) for key, value in document.items()}


def missing_languages(definition: LayerDefinition | CityDefinition) -> list[Problem]:
    """One warning that names the languages a definition's texts lack; none when all are there.

    Only what residents read counts.
    """
    if isinstance(definition, LayerDefinition):
        definition = definition.model_copy(update={"fields": definition.public_fields})
    texts = list(_texts(definition.model_dump(mode="json")))
    lacking = [text for text in texts if not set(PAGE_LANGUAGES) <= set(text)]
    if not lacking:
        return []
    codes = [code for code in NAMES if any(code not in text for text in lacking)]
    names = {
        "ja": "、".join(f"{NAMES[code][0]}（{code}）" for code in codes),
        "en": ", ".join(f"{NAMES[code][1]} ({code})" for code in codes),
    }
    return [Problem("warning", "languages_missing", value=str(len(lacking)), detail=names)]


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
    for path in chain.from_iterable(folder.glob("*.toml") for folder in SHIPPED):
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
