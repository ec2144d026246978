"""Prepared revisions in `<home>/revisions/<layer>/<revision>/`, and which is current."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from layers import child, fetched, grids, sources
from layers.definition import CityDefinition, LayerDefinition, Source
from layers.errors import LayersError, PreparationError, SourceError
from layers.report import Problem, Report
from layers.revision import FORMAT, META, Revision, SourceFile
from layers.standards.declared import digest

ID_LENGTH = 20  # hexadecimal digits of a revision's id


@dataclass(frozen=True)
class Inputs:
    """A layer's definition and every file that decides what is prepared of it, by its name."""

    definition: LayerDefinition
    city: CityDefinition
    paths: Mapping[str, Path]

    @classmethod
    def of(
        cls, definition: LayerDefinition, city: CityDefinition, data: Path, copy: Path | None
    ) -> Inputs:
        """Find the files below `data`; `copy` is what the source's `url` gave.

        Raises `SourceError` for one that is missing.
        """
        wanted = [Source(path=city.boundary)]
        if copy is None:
            wanted.insert(0, definition.source)
        if city.towns is not None:
            wanted.append(Source(path=city.towns))
        if definition.coverage not in (None, "boundary", "unknown"):
            wanted.append(Source(path=str(definition.coverage)))
        found = {} if copy is None else {f"{sources.FETCHED}/{copy.name}": copy}
        for source in wanted:
            for path in sources.files_of(sources.locate(source, data)):
                found[path.relative_to(data).as_posix()] = path
        return cls(definition, city, found)

    def files(self, copies: Path | None = None) -> list[SourceFile]:
        """Every file with the hash of its content, or of its copy's below `copies`."""
        return [
            SourceFile(name, _sha256(copies / name if copies else path))
            for name, path in self.paths.items()
        ]

    def revision_id(self, files: list[SourceFile]) -> str:
        """The id of what these inputs prepare: the same inputs have the same on every machine."""
        decisive = {
            "format": FORMAT,
            "definition": self.definition.model_dump(mode="json"),
            "boundary": self.city.boundary,
            "towns": self.city.towns,
            "files": [asdict(file) for file in files],
            "grids": grids.hashes(),
        }
        if not self.definition.fields:
            decisive["standards"] = digest()
        return hashlib.sha256(orjson.dumps(decisive)).hexdigest()[:ID_LENGTH]


class Store:
    """The revisions in the home folder of a city.

    `private_sources` allows to fetch from addresses inside private networks.
    """

    def __init__(self, home: Path, *, private_sources: bool = False) -> None:
        self._home, self._private_sources = home, private_sources
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
        paths = {
            file.relative_to(data).as_posix(): file
            for source in wanted
            for file in sources.files_of(sources.locate(source, data))
        }
        digest = hashlib.sha256(orjson.dumps([*map(_sha256, paths.values())])).hexdigest()
        kept = self._work.parent / "base" / f"{FORMAT}-{digest[:ID_LENGTH]}.geojson"
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._work) as folder:
                _copy(paths, Path(folder) / "inputs")
                job = {"boundary": city.boundary, "towns": city.towns}
                (Path(folder) / "job.json").write_bytes(orjson.dumps(job))
                child.run(Path(folder))
                (Path(folder) / child.OUTCOME).replace(kept)
        return kept.read_bytes()

    def publish(self, definition: LayerDefinition, city: CityDefinition, data: Path) -> Report:
        """Prepare the layer unless these very inputs are prepared, and make it the current one.

        What the source's `url` holds is fetched first when it is due. A report with an error
        changes nothing: what was current stays so.
        """
        if definition.source.url is None:
            return self._publish(definition, city, data, None)
        copies = fetched.Copies(definition, self._home, private=self._private_sources)
        current = self.current(definition.id)
        with copies.lock(wait=current is None) as ours:
            if ours or current is None:
                return copies.publish(lambda copy: self._publish(definition, city, data, copy))
        report = current.report
        report.add(copies.trouble())
        return report

    def _publish(
        self, definition: LayerDefinition, city: CityDefinition, data: Path, copy: Path | None
    ) -> Report:
        try:
            inputs = Inputs.of(definition, city, data, copy)
            layer = self._revisions / definition.id
            known = layer / inputs.revision_id(inputs.files())
            if (known / META).is_file():
                _point(layer, known.name)
                return Revision(known).report
            with tempfile.TemporaryDirectory(dir=self._work) as folder:
                report = _run(inputs, Path(folder))
                if not report.failed:
                    prepared = Path(folder) / "revision"
                    name = orjson.loads((prepared / META).read_bytes())["revision"]
                    _move(prepared, layer / name)
                    _point(layer, name)
                return report
        except LayersError as error:
            return failure(definition, error)


def inspect(
    definition: LayerDefinition, city: CityDefinition, data: Path, *, private_sources: bool = False
) -> Report:
    """Read the layer and report, leaving nothing behind; a `url` is fetched anew."""
    try:
        with tempfile.TemporaryDirectory(prefix="bosai-check-") as folder:
            job, copies = (Path(folder) / name for name in ("job", "copies"))
            job.mkdir()
            copies.mkdir()
            copy = None
            if definition.source.url is not None:
                new = fetched.fetch(definition.source, copies, private=private_sources)
                copy = None if new is None else new.path
            return _run(Inputs.of(definition, city, data, copy), job)
    except LayersError as error:
        return failure(definition, error)


def failure(definition: LayerDefinition, error: LayersError) -> Report:
    """The report of a layer that could not be read at all."""
    report = Report(path=definition.source.name, layer=definition.id)
    key = error.key if isinstance(error, SourceError) else None
    value = str(error.value) if isinstance(error, SourceError) else None
    report.add([Problem("error", "source", column=key, value=value, detail=str(error))])
    return report


def _run(inputs: Inputs, folder: Path) -> Report:
    """Prepare in a child process, from copies: what is hashed is what is read."""
    _copy(inputs.paths, folder / "inputs")
    files = inputs.files(folder / "inputs")
    job = {
        "definition": inputs.definition.model_dump(mode="json"),
        "city": inputs.city.model_dump(mode="json"),
        "sources": [asdict(file) for file in files],
        "revision": inputs.revision_id(files),
    }
    (folder / "job.json").write_bytes(orjson.dumps(job))
    return Report.from_stored(child.run(folder))


def _copy(paths: Mapping[str, Path], target: Path) -> None:
    for name, path in paths.items():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


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
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
