"""A TOML file → the definition it holds, or a DefinitionError for the first thing that is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import (
    ValidationError,
)

from layers.errors import DefinitionError
from layers.files import NotAFile, read_file
from layers.schema.bundled import CODELISTS
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.renamed import RENAMED_CITY_KEYS, RENAMED_LAYER_KEYS, with_new_keys
from layers.schema.translations import with_translations
from layers.schema.validation import first_mistake, shown
from layers.schema.values import (
    DERIVED_FIELDS,
    LAYER_ID,
    Strict,
)

Declared = TypeVar("Declared", bound=Strict)


def load_layer(path: Path) -> LayerDefinition:
    """Load the layer declared in `path`, code lists resolved.

    Raises `DefinitionError`.
    """
    _require_id(path)
    return _layer(path, read_toml(path))


def layer_of_text(layer_id: str, text: str) -> LayerDefinition:
    """The layer that a file of this text would declare. Raises `DefinitionError`."""
    path = Path(f"{layer_id}.toml")
    _require_id(path)
    return _layer(path, _document(path, text.encode))


def _require_id(path: Path) -> None:
    if not LAYER_ID.fullmatch(path.stem):
        raise DefinitionError(path, "definition_name", None, path.name)


def _layer(path: Path, document: dict[str, Any]) -> LayerDefinition:
    document = with_new_keys(document, RENAMED_LAYER_KEYS)
    if "id" in document:
        raise DefinitionError(path, "id_given", "id", shown(document["id"]))
    for name in DERIVED_FIELDS:
        if name in document.get("fields", {}):
            raise DefinitionError(path, "field_derived", f"fields.{name}", name)
    _resolve_codelists(path, document)
    return _validate(LayerDefinition, path, {"id": path.stem, **with_translations(document)})


def load_city(path: Path) -> CityDefinition:
    """Load the city declared in `path`. Raises `DefinitionError`."""
    document = with_new_keys(read_toml(path), RENAMED_CITY_KEYS)
    return _validate(CityDefinition, path, with_translations(document))


def read_toml(path: Path) -> dict[str, Any]:
    """The document of a definition file. Raises `DefinitionError`."""
    return _document(path, lambda: read_file(path))


def _document(path: Path, content: Callable[[], bytes]) -> dict[str, Any]:
    """The document of what `content` reads, `path` being what messages call it."""
    try:
        document = tomllib.loads(content().decode("utf-8-sig"))  # Notepad's UTF-8 has a BOM
        orjson.dumps(document)
    except FileNotFoundError:
        raise DefinitionError(path, "no_definition", None) from None
    except NotAFile as error:
        raise DefinitionError(path, "not_a_file", None, detail=str(error.strerror)) from None
    except OSError as error:
        raise DefinitionError(path, "unreadable_definition", None, error.strerror) from None
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise DefinitionError(path, "toml_limits", None, error) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(path, "not_toml", None, detail=str(error)) from error
    return document


def _resolve_codelists(path: Path, document: dict[str, Any]) -> None:
    """Put shared code lists in the place of their names, so that a definition is complete."""
    fields = document.get("fields")
    for name, field in fields.items() if isinstance(fields, dict) else ():
        codes = field.get("codes") if isinstance(field, dict) else None
        if isinstance(codes, str):
            known = sorted(file.stem for file in CODELISTS.glob("*.toml"))
            if codes not in known:
                key = f"fields.{name}.codes"
                raise DefinitionError(path, "codelist", key, codes, ", ".join(known))
            field["codes"] = read_toml(CODELISTS / f"{codes}.toml")["codes"]


def _validate(model: type[Declared], path: Path, document: dict[str, Any]) -> Declared:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise first_mistake(model, path, error) from None
