"""Prepared revisions in `<home>/revisions/<layer>/<revision>/`, and which is current."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from layers import child, sources
from layers.definition import CityDefinition, LayerDefinition, Source
from layers.errors import LayersError, PreparationError, SourceError
from layers.report import Problem, Report
from layers.revision import FORMAT, META, Revision, SourceFile

ID_LENGTH = 20  # hexadecimal digits of a revision's id


@dataclass(frozen=True)
class Inputs:
    """A layer's definition and every file that decides what is prepared of it."""

    definition: LayerDefinition
    city: CityDefinition
    paths: tuple[str, ...]

    @classmethod
    def of(cls, definition: LayerDefinition, city: CityDefinition, data: Path) -> Inputs:
        """Find the files below `data`. Raises `SourceError` for one that is missing."""
        wanted = [definition.source, Source(path=city.boundary)]
        if city.towns is not None:
            wanted.append(Source(path=city.towns))
        if definition.coverage not in (None, "boundary", "unknown"):
            wanted.append(Source(path=str(definition.coverage)))
        found: dict[str, None] = {}
        for source in wanted:
            for path in sources.files_of(sources.locate(source, data)):
                found[path.relative_to(data).as_posix()] = None
        return cls(definition, city, tuple(found))

    def files(self, data: Path) -> list[SourceFile]:
        """Every file with the hash of its content."""
        return [SourceFile(path, _sha256(data / path)) for path in self.paths]

    def revision_id(self, files: list[SourceFile]) -> str:
        """The id of what these inputs prepare: the same inputs have the same on every machine."""
        decisive = {
            "format": FORMAT,
            "definition": self.definition.model_dump(mode="json"),
            "boundary": self.city.boundary,
            "towns": self.city.towns,
            "files": [asdict(file) for file in files],
        }
        return hashlib.sha256(orjson.dumps(decisive)).hexdigest()[:ID_LENGTH]


class Store:
    """The revisions in a service's home folder."""

    def __init__(self, home: Path) -> None:
        self._revisions = home / "revisions"
        self._work = home / "work"
        self._work.mkdir(parents=True, exist_ok=True)

    def current(self, layer_id: str) -> Revision | None:
        """The revision published last; None when there never was one."""
        pointer = self._revisions / layer_id / "current"
        if not pointer.is_file():
            return None
        return Revision(self._revisions / layer_id / pointer.read_text(encoding="ascii"))

    def base(self, city: CityDefinition, data: Path) -> bytes:
        """The bundled base map of the city as GeoJSON.

        Raises `SourceError` for a missing file, `PreparationError` for one that cannot be read.
        """
        wanted = [Source(path=path) for path in (city.boundary, city.towns) if path is not None]
        paths = tuple(
            file.relative_to(data).as_posix()
            for source in wanted
            for file in sources.files_of(sources.locate(source, data))
        )
        digest = hashlib.sha256(orjson.dumps([_sha256(data / path) for path in paths])).hexdigest()
        kept = self._work.parent / "base" / f"{FORMAT}-{digest[:ID_LENGTH]}.geojson"
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._work) as folder:
                _copy(paths, data, Path(folder) / "inputs")
                job = {"boundary": city.boundary, "towns": city.towns}
                (Path(folder) / "job.json").write_bytes(orjson.dumps(job))
                child.run(Path(folder))
                (Path(folder) / child.OUTCOME).replace(kept)
        return kept.read_bytes()

    def publish(self, definition: LayerDefinition, city: CityDefinition, data: Path) -> Report:
        """Prepare the layer unless these very inputs are prepared, and make it the current one.

        A report with an error changes nothing: what was current stays so.
        """
        try:
            inputs = Inputs.of(definition, city, data)
            layer = self._revisions / definition.id
            known = layer / inputs.revision_id(inputs.files(data))
            if (known / META).is_file():
                _point(layer, known.name)
                return Revision(known).report
            with tempfile.TemporaryDirectory(dir=self._work) as folder:
                report = _run(inputs, data, Path(folder))
                if not report.failed:
                    prepared = Path(folder) / "revision"
                    name = orjson.loads((prepared / META).read_bytes())["revision"]
                    _move(prepared, layer / name)
                    _point(layer, name)
                return report
        except LayersError as error:
            return failure(definition, error)


def inspect(definition: LayerDefinition, city: CityDefinition, data: Path) -> Report:
    """Read the layer and report, leaving nothing behind."""
    try:
        with tempfile.TemporaryDirectory(prefix="bosai-check-") as folder:
            return _run(Inputs.of(definition, city, data), data, Path(folder))
    except LayersError as error:
        return failure(definition, error)


def failure(definition: LayerDefinition, error: LayersError) -> Report:
    """The report of a layer that could not be read at all."""
    report = Report(path=definition.source.name, layer=definition.id)
    key = error.key if isinstance(error, SourceError) else None
    value = str(error.value) if isinstance(error, SourceError) else None
    report.add([Problem("error", "source", column=key, value=value, detail=str(error))])
    return report


def _run(inputs: Inputs, data: Path, folder: Path) -> Report:
    """Prepare in a child process, from copies: what is hashed is what is read."""
    _copy(inputs.paths, data, folder / "inputs")
    files = inputs.files(folder / "inputs")
    job = {
        "definition": inputs.definition.model_dump(mode="json"),
        "city": inputs.city.model_dump(mode="json"),
        "sources": [asdict(file) for file in files],
        "revision": inputs.revision_id(files),
    }
    (folder / "job.json").write_bytes(orjson.dumps(job))
    try:
        return Report.from_stored(child.run(folder))
    except PreparationError as error:
        name = Path(inputs.definition.source.name).name
        raise PreparationError(f"{name} could not be read: {error}") from None


def _copy(paths: Iterable[str], data: Path, target: Path) -> None:
    """Copy the files as they are at one moment. Raises `PreparationError` when they change."""
    before = {path: _state(data / path) for path in paths}
    for path in before:
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(data / path, copy)
        except OSError:
            raise PreparationError(_changed(path)) from None
    for path, state in before.items():
        if _state(data / path) != state or (target / path).stat().st_size != state[0]:
            raise PreparationError(_changed(path))


def _state(path: Path) -> tuple[int, int, int]:
    """What changes when a file does: its size in bytes, when it was written, and which it is."""
    try:
        found = path.stat()
    except OSError:
        raise PreparationError(_changed(path.name)) from None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _changed(path: str) -> str:
    return f"{Path(path).name} changed while it was read; try again"


def _move(prepared: Path, target: Path) -> None:
    """Put a prepared revision in its place, whole and durable, or leave the one already there."""
    for file in prepared.iterdir():
        with file.open("rb") as content:
            os.fsync(content.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        prepared.rename(target)
    except OSError:
        if not (target / META).is_file():  # else another process was first with the same
            raise PreparationError(f"{target} cannot be written") from None


def _point(layer: Path, revision_id: str) -> None:
    pointer = layer / "current"
    if pointer.is_file() and pointer.read_text(encoding="ascii") == revision_id:
        return
    with tempfile.NamedTemporaryFile("w", dir=layer, delete=False, encoding="ascii") as new:
        new.write(revision_id)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(pointer)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise PreparationError(f"{path.name} cannot be read: {error.strerror}") from None
