"""Datasets in a folder or a ZIP: unpacked by our own rules, and the one that a source names."""

from __future__ import annotations

import lzma
import re
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from layers.errors import SourceError
from layers.japanese.spelling import normal_form
from layers.report import Problem
from layers.schema.source import Source
from layers.sources import others, zip_file
from layers.sources.formats import (
    ARCHIVES,
    FOLDERS,
    FORMATS,
    SUFFIXES,
    SourceFormat,
    Tier,
    format_of,
)
from layers.sources.tables import workbook
from layers.sources.vector import kml_links, sidecars

MEMBERS = 10_000  # most files of an archive or a folder
UNPACKED = 2 << 30  # bytes
# Text packs to a twentieth, an empty DBF to a hundredth; a bomb's zeros to a thousandth.
RATIO = 250
RATIO_FROM = 64 << 20  # bytes unpacked, below which any ratio is harmless
CHUNK = 1 << 20
ENCRYPTED = 0x1  # bit of a member's flags
PACKED = ARCHIVES.union(
    suffix for row in others.FORMATS if row.kind == "packed" for suffix in row.suffixes
)
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)
DAMAGED = (*BROKEN, NotImplementedError, OSError, RuntimeError, ValueError)
UNPACKED_SUFFIXES = SUFFIXES | workbook.OTHERS | sidecars.ALL
# 国土数値情報 has the same data twice, in folders named after the encoding.
OTHER_ENCODING = re.compile("shift|sjis", re.IGNORECASE)


@dataclass(frozen=True)
class Dataset:
    """A file that a layer can be read from; `name` is its path within the folder.

    A dataset in several files has all of them in `files`, and what is common to their names.
    """

    path: Path
    name: str
    format: SourceFormat
    files: tuple[Path, ...]


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The ZIP's files that could be read, in a folder that lasts as long as the context.

    Raises `SourceError` for an archive that is damaged, too large, or not to be trusted.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zip_file.opened(path) as archive:
                for member, name in _members(path, archive):
                    if name.suffix.lower() in UNPACKED_SUFFIXES or dataset_folder(name):
                        _extract(path, archive, member, Path(folder) / name)
                    elif name.suffix.lower() in others.SUFFIXES:
                        _stand_in(Path(folder) / name)
        except DAMAGED as error:
            reason = str(error).replace(f"{folder}/", "")
            raise SourceError(path, "damaged", detail=reason) from error
        yield Path(folder)


def _members(path: Path, archive: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The members and their paths, after a look at all of them."""
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise SourceError(path, "many_files", len(members), str(MEMBERS))
    size = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if size > UNPACKED or (size > RATIO_FROM and size > RATIO * packed):
        raise SourceError(path, "unpacked_size", size, str(min(UNPACKED, RATIO * packed)))
    by_name: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for member in members:
        name = _name(path, member)
        if member.filename.endswith(("/", "\\")) or _is_clutter(name):
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            raise SourceError(path, "link_packed", name)
        if member.flag_bits & ENCRYPTED:
            raise SourceError(path, "password", name)
        if name.suffix.lower() in PACKED:
            raise SourceError(path, "packed_twice", name)
        if name in by_name:
            raise SourceError(path, "name_twice", name)
        by_name[name] = member
    return [(member, name) for name, member in by_name.items()]


def _name(path: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    """A member's path. Without the flag for UTF-8 it is in CP932, or what a Mac wrote: UTF-8."""
    text = member.orig_filename.split("\x00")[0]
    if not member.flag_bits & zip_file.UTF8_NAME:
        raw = text.encode("cp437")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp932", "replace")
    name = PurePosixPath(normal_form("NFC", text).replace("\\", "/"))
    outside = name.is_absolute() or ".." in name.parts or re.match("[A-Za-z]:", str(name))
    if outside or not text:
        raise SourceError(path, "path_outside", text)
    return name


def _is_clutter(name: PurePosixPath) -> bool:
    """Whether a file is what a Mac leaves behind, or hidden."""
    return any(part.startswith((".", "__MACOSX")) for part in name.parts)


def _stand_in(target: Path) -> None:
    """An empty file of that name: of what is not read, the name alone says what it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()


def _extract(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with target.open("xb") as copy:
        try:
            with archive.open(member) as content:
                while chunk := content.read(CHUNK):
                    size += len(chunk)
                    if size > member.file_size:
                        raise SourceError(path, "size_not_as_said", size, str(member.file_size))
                    copy.write(chunk)
        except BROKEN as error:
            raise SourceError(path, "zip_member", target.name) from error
    if size < member.file_size:
        raise SourceError(path, "zip_member", target.name)


def datasets(folder: Path) -> list[Dataset]:
    """The datasets in a folder, by path. Raises `SourceError` when it holds too many files."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if len(files) > MEMBERS:
        raise SourceError(folder, "many_files", len(files), str(MEMBERS))
    readable = []
    inside = {path: dataset_folder(PurePosixPath(path.relative_to(folder))) for path in files}
    for name in dict.fromkeys(filter(None, inside.values())):
        path = folder / name
        readable.append(Dataset(path, name.as_posix(), format_of(path), (path,)))
    for path in (file for file, around in inside.items() if around is None):
        name = PurePosixPath(path.relative_to(folder))
        if path.suffix.lower() in SUFFIXES and not _is_clutter(name):
            with suppress(SourceError):  # raised by `no_dataset`, where there is no dataset
                readable.append(Dataset(path, name.as_posix(), format_of(path), (path,)))
    return _in_series(readable)


def dataset_folder(name: PurePosixPath) -> PurePosixPath | None:
    """The folder around a file that is a dataset by itself, if there is one."""
    return next((folder for folder in name.parents if folder.suffix.lower() in FOLDERS), None)


def _in_series(readable: list[Dataset]) -> list[Dataset]:
    """The datasets, those that are cells of one put together."""
    series: dict[tuple[str, SourceFormat], list[Dataset]] = {}
    for dataset in readable:
        path = PurePosixPath(dataset.name)
        cell = dataset.format.cell and dataset.format.cell.match(path.name)
        name = str(path.with_name(path.name[cell.end() :])) if cell else dataset.name
        series.setdefault((name, dataset.format), []).append(dataset)
    return [
        cells[0]
        if len(cells) == 1
        else replace(cells[0], name=name, files=tuple(cell.path for cell in cells))
        for (name, _), cells in series.items()
    ]


def choose(source: Source, folder: Path, path: Path) -> tuple[Dataset, Source, list[Problem]]:
    """The dataset to read, the source with what remains to be chosen in it, and a note.

    Errors name `path`. Raises `SourceError` where the source names none, and there are several.
    """
    readable = datasets(folder)
    if not readable:
        raise no_dataset(folder, path)
    candidates = readable
    if source.sublayer is not None:
        matches = [dataset for dataset in readable if _is_named(dataset, source.sublayer)]
        if matches:
            candidates, source = matches, source.model_copy(update={"sublayer": None})
    chosen = _preferred(candidates)
    if chosen is None:
        names = ", ".join(dataset.name for dataset in candidates)
        raise SourceError(path, "sublayer", source.sublayer, names, key="source.sublayer")
    last = max(chosen.format.tier, Tier.TABLE)  # a .txt beside other data is its read-me
    read = [chosen.path, *_linked(chosen)]
    others = ", ".join(
        dataset.name
        for dataset in readable
        if dataset.path not in read and dataset.format.tier <= last
    )
    note = [Problem("note", "chosen", value=chosen.name, detail=others)] if others else []
    return chosen, source, note


def _linked(chosen: Dataset) -> list[Path]:
    """The files that are read with the chosen one, which links to them."""
    return kml_links.linked(chosen.path) if chosen.format.reader == "vector.kml" else []


def _is_named(dataset: Dataset, sublayer: str) -> bool:
    """Whether a dataset has this name: its path or its file's, with suffix or without."""
    path = PurePosixPath(dataset.name)
    names = (str(path), str(path.with_suffix("")), path.name, path.stem)
    name = unicodedata.normalize("NFC", sublayer).replace("\\", "/").casefold()
    return name in (unicodedata.normalize("NFC", usual).casefold() for usual in names)


def _preferred(readable: list[Dataset]) -> Dataset | None:
    """The best of files that hold the same; None when they do not."""
    tier = min(dataset.format.tier for dataset in readable)
    candidates = [dataset for dataset in readable if dataset.format.tier == tier]
    documents = [d for d in candidates if d.name == "doc.kml"]  # a KMZ's own; others are linked
    if documents:
        return documents[0]
    if len({PurePosixPath(dataset.name).stem.casefold() for dataset in candidates}) > 1:
        return None
    ranked = sorted(candidates, key=_rank)
    if len(ranked) > 1 and _rank(ranked[0]) == _rank(ranked[1]):
        return None
    return ranked[0]


def _rank(dataset: Dataset) -> tuple[int, bool]:
    folder = str(PurePosixPath(dataset.name).parent)
    return FORMATS.index(dataset.format), bool(OTHER_ENCODING.search(folder))


def no_dataset(folder: Path, path: Path) -> SourceError:
    """The error of a folder without a dataset: why its files are none, as far as they say."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    if any(file.suffix.lower() == ".dbf" for file in files):
        return SourceError(path, "dbf_alone")
    for file in files:
        if file.suffix.lower() in workbook.OTHERS:
            return SourceError(path, "not_a_workbook", file.name)
        if file.suffix.lower() in SUFFIXES:
            try:
                format_of(file)
            except SourceError as error:
                return error
        try:
            others.require_none_by_suffix(file)
        except SourceError as error:
            return error
    return SourceError(path, "no_dataset", path.name)
