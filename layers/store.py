"""Prepared revisions in `<home>/revisions/<layer>/<revision>/`, and which is current.

A position that was published by mistake must be gone when the data no longer holds it. So only the
current revision is kept, and the one before it for a while, unless that says anything more.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from layers import child, fetched, grids, sources
from layers.definition import CityDefinition, LayerDefinition, Source
from layers.differences import Counts, difference
from layers.errors import LayersError, PreparationError
from layers.files import Stamp, locked, stamp, write_durably
from layers.report import Problem, Report
from layers.revision import FORMAT, META, Revision, SourceFile
from layers.standards.declared import digest

ID_LENGTH = 20  # hexadecimal digits of a revision's id
GRACE = 60.0  # seconds: pages loaded before a change still ask for the revision they name
POINTER = "current.json"

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Inputs:
    """A layer's definition and every file that decides what is prepared of it, by its name."""

    definition: LayerDefinition
    city: CityDefinition
    paths: Mapping[str, Path]

    @classmethod
    def of(
        cls, definition: LayerDefinition, city: CityDefinition, data: Path, copy: Path | None = None
    ) -> Inputs:
        """Find the files below `data`; `copy` is what the source's `url` gave, if it has one.

        Raises `SourceError` for one that is missing.
        """
        wanted = [Source(path=city.boundary)]
        if definition.source.path is not None:
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


@dataclass(frozen=True)
class Pointer:
    """Which revision of a layer is current, since when, and how it differs from the one before.

    `former` is the one before as long as it may still be asked for: for `GRACE` seconds, and not
    at all when it publishes anything that the current one does not.
    """

    revision: str
    since: float  # seconds of Unix time
    former: str | None
    change: Counts | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing but the current revision is to be kept."""
        return self.former is None or time.time() > self.since + GRACE


class Store:
    """The revisions in the home folder of a city.

    At any moment the process may be killed: what is half done is never taken for done, and is
    cleared by `clear_work` or the layer's next publication. `private_sources` allows to fetch from
    addresses inside private networks.
    """

    def __init__(self, home: Path, *, private_sources: bool = False) -> None:
        self._home, self._private_sources = home, private_sources
        self._revisions = home / "revisions"
        self._work = home / "work"
        self._lock = home / "revisions.lock"
        self._at_work = home / "work.lock"

    def pointer(self, layer_id: str) -> Pointer | None:
        """What is known of the layer's current revision; None when there never was one.

        None, too, for a file that a failing disk damaged.
        """
        path = self._revisions / layer_id / POINTER
        try:
            with path.open("rb") as file:
                said = orjson.loads(file.read())
                since = os.fstat(file.fileno()).st_mtime
            change = Counts(**said["change"]) if said["change"] else None
            return Pointer(said["revision"], since, said["former"], change)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            LOG.exception("%s is damaged", path)
            return None

    def current(self, layer_id: str) -> Revision | None:
        """The revision published last; None when there never was one that can be served."""
        while (pointer := self.pointer(layer_id)) is not None:
            try:
                return self.revision(layer_id, pointer.revision)
            except FileNotFoundError:
                if self.pointer(layer_id) == pointer:  # else the next one came in between
                    return None
        return None

    def revision(self, layer_id: str, revision_id: str) -> Revision | None:
        """A revision that is kept; None when another version of this package prepared it.

        None, too, for one that a failing disk damaged. Raises `FileNotFoundError` when it is not
        kept.
        """
        folder = self._revisions / layer_id / revision_id
        try:
            if orjson.loads((folder / META).read_bytes())["format"] != FORMAT:
                return None
            return Revision(folder)
        except (ValueError, TypeError, KeyError):
            LOG.exception("%s is damaged", folder)
            return None

    def base(self, city: CityDefinition, data: Path) -> str:
        """The name, for `read_base`, of the city's bundled base map; prepared if it is not yet.

        Raises `SourceError` for a missing file, `PreparationError` for one that cannot be read.
        """
        wanted = [Source(path=path) for path in (city.boundary, city.towns) if path is not None]
        try:
            paths = {
                file.relative_to(data).as_posix(): file
                for source in wanted
                for file in sources.files_of(sources.locate(source, data))
            }
            hashes = [*map(_sha256, paths.values())]
            digest = hashlib.sha256(orjson.dumps(hashes)).hexdigest()
            name = f"{FORMAT}-{digest[:ID_LENGTH]}"
            kept = self._base(name)
            if not _is_json(kept):
                kept.parent.mkdir(parents=True, exist_ok=True)
                with self._workspace() as folder:
                    _copy(paths, folder / "inputs")
                    job = {"boundary": city.boundary, "towns": city.towns}
                    (folder / "job.json").write_bytes(orjson.dumps(job))
                    child.run(folder)
                    made = folder / child.OUTCOME
                    _to_disk(made)
                    made.replace(kept)
        except OSError as error:
            raise _unusable(error) from error
        return name

    def read_base(self, name: str) -> bytes:
        """The base map that `base` named, as GeoJSON."""
        return self._base(name).read_bytes()

    def publish(self, definition: LayerDefinition, city: CityDefinition, data: Path) -> Report:
        """Prepare the layer unless these very inputs are prepared, and make it the current one.

        What the source's `url` holds is fetched first when it is due. A report with an error
        changes nothing: what was current stays so.
        """
        if definition.source.url is None:
            return self._publish(definition, city, data, None)
        copies = fetched.Copies(definition, self._home, private=self._private_sources)
        current = self.current(definition.id)
        # Another process may be at it with a definition that hid less.
        with copies.lock(wait=current is None or not copies.asked_so()) as ours:
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
            before = _stamps(inputs.paths)
            files = inputs.files()
            known = self._make_current(definition.id, inputs.revision_id(files))
            if known is not None:
                return known.report
            with self._workspace() as folder:
                report = _run(inputs, files, folder)
                if not report.failed:
                    # Meanwhile another process may have published what the files say now.
                    _require_unchanged(inputs.paths, before)
                    prepared = folder / "revision"
                    name = orjson.loads((prepared / META).read_bytes())["revision"]
                    self._make_current(definition.id, name, prepared)
                return report
        except LayersError as error:
            return failure(definition, error)
        except OSError as error:
            return failure(definition, _unusable(error))

    def tidy(self, layer_id: str) -> None:
        """Let the revision before go when its time is over."""
        with locked(self._lock):
            pointer = self.pointer(layer_id)
            if pointer is not None and pointer.former is not None and pointer.is_settled:
                self._point(layer_id, replace(pointer, former=None))
                self._sweep(layer_id)

    def remove(self, layer_id: str) -> None:
        """Delete everything kept of a layer."""
        layer = self._revisions / layer_id
        with locked(self._lock), self._workspace() as folder, suppress(FileNotFoundError):
            layer.rename(folder / layer_id)  # gone at once, however long deleting takes

    def clear_work(self) -> None:
        """Delete what killed processes left half done, unless another one is at work."""
        with locked(self._at_work, wait=False) as alone:
            if alone and self._work.is_dir():
                shutil.rmtree(self._work)

    def _base(self, name: str) -> Path:
        return self._home / "base" / f"{name}.geojson"

    @contextmanager
    def _workspace(self) -> Iterator[Path]:
        """A folder to work in; what is in it at the end is deleted."""
        with locked(self._at_work, shared=True):
            self._work.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._work) as folder:
                yield Path(folder)

    def _make_current(
        self, layer_id: str, revision_id: str, prepared: Path | None = None
    ) -> Revision | None:
        """Point to the revision, moved in from `prepared`; None when it is not there."""
        layer = self._revisions / layer_id
        with locked(self._lock):
            revision = self._whole(layer_id, revision_id)
            if revision is None and prepared is not None:
                _move(prepared, layer / revision_id)
                revision = self._whole(layer_id, revision_id)
            if revision is None:
                return None
            pointer = self.pointer(layer_id)
            if pointer is None or pointer.revision != revision_id:
                self._point(layer_id, _pointer(self.current(layer_id), revision))
            self._sweep(layer_id)
            return revision

    def _whole(self, layer_id: str, revision_id: str) -> Revision | None:
        with suppress(FileNotFoundError):
            return self.revision(layer_id, revision_id)
        return None

    def _point(self, layer_id: str, pointer: Pointer) -> None:
        content = {
            "revision": pointer.revision,
            "former": pointer.former,
            "change": pointer.change and asdict(pointer.change),
        }
        with self._workspace() as folder:
            new = folder / POINTER
            write_durably(new, orjson.dumps(content))
            os.utime(new, (pointer.since, pointer.since))
            new.replace(self._revisions / layer_id / POINTER)

    def _sweep(self, layer_id: str) -> None:
        """Delete every revision that is neither current nor still asked for."""
        layer = self._revisions / layer_id
        pointer = self.pointer(layer_id)
        assert pointer is not None
        kept = {POINTER, pointer.revision, None if pointer.is_settled else pointer.former}
        with self._workspace() as folder:
            for entry in [entry for entry in layer.iterdir() if entry.name not in kept]:
                entry.rename(folder / entry.name)


def inspect(
    definition: LayerDefinition,
    city: CityDefinition,
    data: Path,
    before: Revision | None = None,
    *,
    private_sources: bool = False,
) -> Report:
    """Read the layer and report, with the difference to `before`, leaving nothing behind.

    A `url` is fetched anew.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="bosai-check-") as folder:
            job, copies = (Path(folder) / name for name in ("job", "copies"))
            job.mkdir()
            copies.mkdir()
            copy = None
            if definition.source.url is not None:
                new = fetched.fetch(definition.source, copies, private=private_sources)
                copy = None if new is None else new.path
            inputs = Inputs.of(definition, city, data, copy)
            report = _run(inputs, inputs.files(), job)
            if before is not None and not report.failed:
                report.difference = difference(before, Revision(job / "revision"))
            return report
    except LayersError as error:
        return failure(definition, error)
    except OSError as error:
        return failure(definition, _unusable(error))


def failure(definition: LayerDefinition, error: LayersError) -> Report:
    """The report of a layer that could not be read at all."""
    report = Report(path=definition.source.name, layer=definition.id)
    report.add([Problem.of(error)])
    return report


def _run(inputs: Inputs, files: list[SourceFile], folder: Path) -> Report:
    """Prepare in a child process, from copies: what is hashed is what is read.

    `files` are the inputs as they were. Raises `PreparationError` when the copies are others.
    """
    _copy(inputs.paths, folder / "inputs")
    job = {
        "definition": inputs.definition.model_dump(mode="json"),
        "city": inputs.city.model_dump(mode="json"),
        "sources": [asdict(file) for file in files],
        "revision": inputs.revision_id(files),
    }
    (folder / "job.json").write_bytes(orjson.dumps(job))
    try:
        with ThreadPoolExecutor(1) as beside:
            copied = beside.submit(inputs.files, folder / "inputs")
            outcome = child.run(folder)
    except PreparationError as error:
        name = Path(inputs.definition.source.name).name
        raise PreparationError(error.kind, file=name, value=error.value) from None
    for file, copy in zip(files, copied.result(), strict=True):
        if file != copy:
            raise _changed(file.name)
    return Report.from_stored(outcome)


def _copy(paths: Mapping[str, Path], target: Path) -> None:
    """Copy the files as they are at one moment. Raises `PreparationError` when they change."""
    try:
        before = _stamps(paths)
        for name, path in paths.items():
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    except FileNotFoundError as error:
        raise _changed(str(error.filename)) from None
    _require_unchanged(paths, before)


def _stamps(paths: Mapping[str, Path]) -> dict[str, Stamp]:
    return {name: stamp(path) for name, path in paths.items()}


def _require_unchanged(paths: Mapping[str, Path], before: Mapping[str, Stamp]) -> None:
    for name, path in paths.items():
        if not path.exists() or stamp(path) != before[name]:
            raise _changed(name)


def _changed(path: str) -> PreparationError:
    return PreparationError("changed", value=Path(path).name)


def _move(prepared: Path, target: Path) -> None:
    """Put a prepared revision in its place, whole and durable; what is there is damaged."""
    for file in prepared.iterdir():
        _to_disk(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        target.rename(prepared.with_name("damaged"))
    prepared.rename(target)


def _to_disk(path: Path) -> None:
    with path.open("rb") as content:
        os.fsync(content.fileno())


def _is_json(path: Path) -> bool:
    """Whether the file is there and whole, whatever happened to the disk."""
    try:
        orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return False
    return True


def _pointer(before: Revision | None, after: Revision) -> Pointer:
    """The pointer to `after`, which follows `before`."""
    now = time.time()
    if before is None:
        return Pointer(after.id, now, None, None)
    found = difference(before, after)
    withdrawn = found.takes_back or before.definition.privacy != after.definition.privacy
    return Pointer(after.id, now, None if withdrawn else before.id, found.counts)


def _unusable(error: OSError) -> PreparationError:
    """An error of the file system, in words that name no folder of the machine."""
    name = Path(str(error.filename)).name if error.filename else ""
    return PreparationError("file_system", file=name, detail=str(error.strerror))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise _unusable(error) from None
