"""Every error this package raises."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from layers.messages import MESSAGES, ProblemKind
from layers.messages.message import Language, filled


class LayersError(Exception):
    """Base of all errors of this package."""


class Told(LayersError):
    """An error that `layers.messages` has words for, in each language, by its `kind`.

    They name the file, the key of the definition or the part of the data, its value, and what was
    wanted. `detail` is what else they need, a text by language where it is words.
    """

    def __init__(
        self,
        kind: ProblemKind,
        *,
        file: str = "",
        key: str | None = None,
        value: object = None,
        detail: str | Mapping[str, str] = "",
    ) -> None:
        self.kind, self.file, self.key, self.detail = kind, file, key, detail
        self.value = None if value is None else str(value)
        super().__init__(self.message("en"))

    def message(self, language: Language) -> str:
        """What is wrong, in words that begin with the file's name."""
        return told(self.kind, language, self.file, self.key, self.value, self.detail)


class DefinitionError(Told):
    """A definition file says something it may not, or leaves out something it must say."""

    def __init__(
        self, path: Path, kind: ProblemKind, key: str, value: object = None, detail: str = ""
    ) -> None:
        super().__init__(kind, file=path.name, key=key, value=value, detail=detail)


class SourceError(Told):
    """A source file cannot be read as the definition says.

    It is called by its name only: messages are shown to others than the operator too.
    """

    def __init__(
        self,
        path: Path,
        kind: ProblemKind,
        value: object = None,
        detail: str = "",
        *,
        key: str | None = None,
    ) -> None:
        super().__init__(kind, file=path.name, key=key, value=value, detail=detail)

    def of(self, path: Path) -> SourceError:
        """The same error, of the file that the one read was made of."""
        return SourceError(path, self.kind, self.value, str(self.detail), key=self.key)


class DefinitionExists(Told):
    """A definition file is there already, and is not written over."""

    def __init__(self, path: Path) -> None:
        super().__init__("definition_exists", file=path.name)


class PreparationError(Told):
    """A layer could not be prepared; the message says why."""


class InvalidTile(LayersError):
    """An address that is no tile of the world, or of the layer."""


class UnknownLayer(Told):
    """No layer of this id is declared."""

    def __init__(self, layer_id: str) -> None:
        super().__init__("unknown_layer", value=layer_id)


class LayerUnavailable(Told):
    """A layer is declared, but nothing of it can be served."""


class UnknownFormat(Told):
    """No export of this format exists."""


def told(
    kind: ProblemKind,
    language: Language,
    file: str,
    key: str | None,
    value: str | None,
    detail: str | Mapping[str, str],
) -> str:
    """The words for what was found, with the name of the file before them where one is given."""
    found = filled(MESSAGES[kind].found, language, key, value, detail)
    return {"ja": f"{file}：{found}", "en": f"{file}: {found}"}[language] if file else found
