"""The desk's definitions and data as a folder: a mirror of what the desk's database says.

    versions.json                  which version of each layer is in force
    layers/<id>/<number>/<id>.toml
    layers/<id>/<number>/data/     the files of the version
    work/                          what is half written

A version is written whole, then named in `versions.json`. Whatever is killed, damaged or removed is
written anew from the database; while that cannot be reached, what is whole counts.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import orjson

from layers.errors import PreparationError
from layers.files import Stamp, locked, move_durably, read_file, replace_durably, stamp
from layers.publish.definitions import Declaration
from layers.schema.folder import DEFINITION

VERSIONS = "versions.json"


@dataclass(frozen=True)
class DeskVersion:
    """A version of a layer: the text of its definition, and the SHA-256 of each file by its path.

    `content` gives a file's bytes by its SHA-256.
    """

    definition: str
    files: Mapping[str, str]
    content: Callable[[str], Iterable[bytes]]

    def digests(self, layer_id: str) -> dict[str, str]:
        """The SHA-256 of every file of the version's folder, by its path there."""
        definition = hashlib.sha256(self.definition.encode()).hexdigest()
        return {
            f"{layer_id}{DEFINITION}": definition,
            **{f"data/{name}": sha256 for name, sha256 in self.files.items()},
        }


class DeskDatabase(Protocol):
    """What the folder mirrors. Both raise `Unreachable` while the database cannot be asked."""

    def numbers(self) -> Mapping[str, int]:
        """The number of the version in force of each of the desk's layers, by id."""

    def version(self, layer_id: str, number: int) -> DeskVersion:
        """A version that was or is in force."""


class Unreachable(Exception):
    """The database cannot be asked for now."""


class DeskFolder:
    """A `layers.publish.definitions.DeskSource` in `path`; without a database it is only read."""

    def __init__(self, path: Path, database: DeskDatabase | None = None) -> None:
        self._path, self._database = path, database
        self._whole: dict[Path, dict[str, Stamp | None]] = {}  # versions, as they were when read

    def declarations(self) -> Mapping[str, Declaration]:
        return {
            layer_id: Declaration(
                self._folder(layer_id, number) / f"{layer_id}{DEFINITION}",
                self._folder(layer_id, number) / "data",
                "desk",
                number,
            )
            for layer_id, number in self._listed().items()
        }

    def ids(self) -> Set[str]:
        """The desk's layers as far as the folder knows: none before the service first ran."""
        return (self._listed_before() or {}).keys()

    def refresh(self) -> None:
        if self._database is None:
            return
        with suppress(Unreachable):
            if not self._is_up_to_date(self._database.numbers()):
                with locked(self._path / "lock"):
                    self._mirror(self._database)

    def _is_up_to_date(self, numbers: Mapping[str, int]) -> bool:
        """Whether these versions are there as they were last found or written, and no others."""
        folders = {self._folder(*each) for each in numbers.items()}
        return (
            self._listed_before() == numbers
            and all(self._stamps(folder) == self._whole.get(folder) for folder in folders)
            and not self._leftovers(folders)
        )

    def _mirror(self, database: DeskDatabase) -> None:
        """Write what is not there as the database says, for one process at a time.

        A layer of which the newest version cannot be written stays at the one before. Raises
        `OSError` in the end.
        """
        numbers = dict(sorted(database.numbers().items()))
        before = self._listed_before() or {}
        failure: OSError | None = None
        for layer_id, number in list(numbers.items()):
            try:
                self._require_whole(database, layer_id, number)
            except OSError as error:
                failure = failure or error
                del numbers[layer_id]
                if layer_id in before:
                    numbers[layer_id] = before[layer_id]
        content = orjson.dumps(numbers, option=orjson.OPT_SORT_KEYS)
        if _content(self._path / VERSIONS) != content:
            replace_durably(self._path / VERSIONS, content)
        for leftover in self._leftovers({self._folder(*each) for each in numbers.items()}):
            self._whole.pop(leftover, None)
            _delete(leftover)
        if failure is not None:
            raise failure

    def _require_whole(self, database: DeskDatabase, layer_id: str, number: int) -> None:
        """Write a version anew unless it is as it was written."""
        folder = self._folder(layer_id, number)
        if self._stamps(folder) == self._whole.get(folder):
            return
        version = database.version(layer_id, number)
        if not _is_whole(folder, version.digests(layer_id)):
            self._write(folder, layer_id, version)
        self._whole[folder] = self._stamps(folder)

    def _write(self, folder: Path, layer_id: str, version: DeskVersion) -> None:
        work = self._path / "work"
        work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work) as temporary:
            new = Path(temporary) / "new"
            (new / "data").mkdir(parents=True)
            _write_file(new / f"{layer_id}{DEFINITION}", [version.definition.encode()])
            for name, sha256 in version.files.items():
                _write_file(new / "data" / name, version.content(sha256))
            if not _is_whole(new, version.digests(layer_id)):
                why = "what was written of the desk's layer is damaged"
                raise OSError(None, why, str(folder))
            with suppress(FileNotFoundError):
                folder.rename(Path(temporary) / "damaged")
            move_durably(new, folder)

    def _leftovers(self, wanted: Set[Path]) -> list[Path]:
        """Versions that are no longer in force, and what killed processes left."""
        layers = _entries(self._path / "layers")
        versions = [folder for layer in layers for folder in _entries(layer)]
        empty = [layer for layer in layers if not any(each.parent == layer for each in wanted)]
        unwanted = [folder for folder in versions if folder not in wanted]
        return [*unwanted, *empty, *_entries(self._path / "work")]

    def _listed(self) -> dict[str, int]:
        try:
            document = orjson.loads(read_file(self._path / VERSIONS))
            return {str(layer_id): int(number) for layer_id, number in document.items()}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            why = str(getattr(error, "strerror", None) or error)
            raise PreparationError("file_system", file=VERSIONS, detail=why) from None

    def _listed_before(self) -> dict[str, int] | None:
        try:
            return self._listed()
        except PreparationError:
            return None

    def _folder(self, layer_id: str, number: int) -> Path:
        return self._path / "layers" / layer_id / str(number)

    def _stamps(self, folder: Path) -> dict[str, Stamp | None]:
        return {name: stamp(folder / name) for name in _names(folder)}


def _is_whole(folder: Path, digests: Mapping[str, str]) -> bool:
    """Whether a version's folder holds these files, and nothing else."""
    try:
        return {name: _sha256(folder / name) for name in _names(folder)} == digests
    except OSError:
        return False


def _names(folder: Path) -> Iterator[str]:
    """The paths of all that is in a folder, but for folders."""
    for path in folder.rglob("*"):
        if not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_file(path: Path, content: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(content)


def _content(path: Path) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
