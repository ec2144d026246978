"""Every error this package raises."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from layers.messages import MESSAGES, ProblemKind
from layers.messages.message import Language, fill_in

LONGEST = 4000  # characters of what a file or a definition says, in an error


class LayersError(Exception):
    """Base of all errors of this package."""


class ExplainedError(LayersError):
    """An error with words in each language, in `layers.messages` by its `kind`.

    They name the file, the key of the definition or the part of the data, its value, and what was
    wanted. `detail` is whatever else they need, a text by language where it is words.
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
        self.kind, self.file, self.key = kind, file, key
        self.detail = shortened(detail) if isinstance(detail, str) else detail
        self.value = None if value is None else shortened(str(value))
        super().__init__(self.message("en"))

    def message(self, language: Language) -> str:
        """The error in words that begin with the file's name."""
        return explanation(self.kind, language, self.file, self.key, self.value, self.detail)


class DefinitionError(ExplainedError):
    """A definition file has a value it may not have, or lacks a key it must have.

    `key` is None where the file as a whole is wrong.
    """

    def __init__(
        self,
        path: Path,
        kind: ProblemKind,
        key: str | None,
        value: object = None,
        detail: str = "",
    ) -> None:
        super().__init__(kind, file=path.name, key=key, value=value, detail=detail)


class SourceError(ExplainedError):
    """A source file cannot be read as the definition declares it.

    Messages have its name without its folder: others than the operator read them too.
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
        """The same error, of the file that the one read was unpacked or converted from."""
        return SourceError(path, self.kind, self.value, str(self.detail), key=self.key)


class DefinitionExists(ExplainedError):
    """A definition file exists already, and is not overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__("definition_exists", file=path.name)


class LayerOfDesk(ExplainedError):
    """The desk owns the layer: a definition file of it would count for nothing."""

    def __init__(self, layer_id: str) -> None:
        super().__init__("layer_of_desk", value=layer_id)


class PreparationError(ExplainedError):
    """A layer could not be prepared; the message says why."""


class InvalidTile(LayersError):
    """An address of no tile of the world, or of the layer."""


class InvalidFilter(LayersError):
    """A filter, or another question about features, that cannot be answered.

    `fault` and `wanted` are in English, for whoever writes the program that asks.
    """

    def __init__(self, fault: str, wanted: str) -> None:
        super().__init__(f"{shortened(fault)}; wanted {wanted}")
        self.fault, self.wanted = shortened(fault), wanted


class UnknownLayer(ExplainedError):
    """No layer of this id is declared."""

    def __init__(self, layer_id: str) -> None:
        super().__init__("unknown_layer", value=layer_id)


class LayerUnavailable(ExplainedError):
    """A layer is declared, but nothing of it can be served."""


class LayerWithdrawn(ExplainedError):
    """The desk withdrew the layer, or the revision that is asked for."""


class UnknownFormat(ExplainedError):
    """No export of this format exists."""


class UnfitFormat(ExplainedError):
    """The layer does not have what this export format wants."""


class UnfitCrs(ExplainedError):
    """A layer is not handed on in this reference system, or not in this format."""


class ExportFailed(ExplainedError):
    """A layer could not be written as a file; the message says which, and why."""


def shortened(text: str) -> str:
    """What is said of a text that may be of any length."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def explanation(
    kind: ProblemKind,
    language: Language,
    file: str,
    key: str | None,
    value: str | None,
    detail: str | Mapping[str, str],
) -> str:
    """The words of a kind of problem, with the name of the file before them where there is one."""
    finding = fill_in(MESSAGES[kind].finding, language, key, value, detail)
    return {"ja": f"{file}：{finding}", "en": f"{file}: {finding}"}[language] if file else finding
