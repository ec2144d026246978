"""Datasets in a folder or a ZIP: unpacked by our own rules, and the one that is meant."""

from __future__ import annotations

import lzma
import re
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.formats import Format, format_of
from layers.sources.vector import sidecars

MEMBERS = 10_000  # most files of an archive or a folder
UNPACKED = 2 << 30  # bytes
# Text packs to a twentieth, an empty DBF to a hundredth; a bomb's zeros to a thousandth.
RATIO = 250
RATIO_FROM = 64 << 20  # bytes unpacked, below which any ratio is harmless
CHUNK = 1 << 20
ENCRYPTED, UTF8_NAME = 0x1, 0x800  # bits of a member's flags
PACKED = frozenset({".zip", ".kmz", ".7z", ".rar", ".gz", ".lzh"})
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip
# Where a dataset comes in several formats, the first of these is taken: whole column names, one
# encoding. GML last: 国土数値情報 has the same data in it with other column names.
PREFERRED: tuple[tuple[Format, ...], ...] = (
    ("geojson", "gdal", "parquet", "shapefile", "kml"),
    ("gml",),
    ("table",),
)
SUFFIXES = frozenset({
    ".shp", ".geojson", ".json", ".geojsonl", ".ndjson", ".gpkg", ".fgb", ".parquet",
    ".geoparquet", ".kml", ".gml", ".xml", ".csv", ".tsv", ".xlsx",
})  # fmt: skip
BESIDE = frozenset(sidecars.PARTS)
# 国土数値情報 has the same data twice, in folders named after the encoding.
OTHER_ENCODING = re.compile("shift|sjis", re.IGNORECASE)


@dataclass(frozen=True)
class Dataset:
    """A file that a layer can be read from; `name` is its path within the folder."""

    path: Path
    name: str
    format: Format


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The ZIP's files that could be read, in a folder that lasts as long as the context.

    Raises `SourceError` for an archive that is damaged, too large, or not to be trusted.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                for member, name in _members(path, archive):
                    _extract(path, archive, member, Path(folder) / name)
        except DAMAGED as error:
            said = str(error).replace(f"{folder}/", "")
            raise SourceError(path, "damaged", detail=said) from error
        yield Path(folder)


def _members(path: Path, archive: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The members to unpack and their paths, after a look at all of them."""
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise SourceError(path, "many_files", len(members), str(MEMBERS))
    size = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if size > UNPACKED or (size > RATIO_FROM and size > RATIO * packed):
        raise SourceError(path, "unpacked_size", size, str(min(UNPACKED, RATIO * packed)))
    found: dict[PurePosixPath, zipfile.ZipInfo] = {}
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
        if name in found:
            raise SourceError(path, "name_twice", name)
        found[name] = member
    wanted_suffixes = SUFFIXES | BESIDE
    return [(m, name) for name, m in found.items() if name.suffix.lower() in wanted_suffixes]


def _name(path: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    """A member's path. Without the flag for UTF-8 it is in CP932, or what a Mac wrote: UTF-8."""
    text = member.orig_filename.split("\x00")[0]
    if not member.flag_bits & UTF8_NAME:
        raw = text.encode("cp437")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp932", "replace")
    name = PurePosixPath(unicodedata.normalize("NFC", text).replace("\\", "/"))
    outside = name.is_absolute() or ".." in name.parts or re.match("[A-Za-z]:", str(name))
    if outside or not text:
        raise SourceError(path, "path_outside", text)
    return name


def _is_clutter(name: PurePosixPath) -> bool:
    """Whether a file is what a Mac leaves behind, or hidden."""
    return any(part.startswith((".", "__MACOSX")) for part in name.parts)


def _extract(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(member) as content, target.open("xb") as copy:
        while chunk := content.read(CHUNK):
            written += len(chunk)
            if written > member.file_size:
                raise SourceError(path, "size_not_as_said", written, str(member.file_size))
            copy.write(chunk)


def datasets(folder: Path) -> list[Dataset]:
    """What can be read in a folder, by path. Raises `SourceError` when it holds too many files."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if len(files) > MEMBERS:
        raise SourceError(folder, "many_files", len(files), str(MEMBERS))
    found = []
    for path in files:
        name = path.relative_to(folder)
        if path.suffix.lower() not in SUFFIXES or _is_clutter(PurePosixPath(name)):
            continue
        try:
            known = format_of(path)
        except SourceError:  # said by nothing(), if it is all there is
            continue
        if known not in ("metadata", "archive"):
            found.append(Dataset(path, name.as_posix(), known))
    return found


def choose(source: Source, folder: Path, path: Path) -> tuple[Dataset, Source, list[Problem]]:
    """The dataset that is meant, the source with what remains to be chosen in it, and a note.

    `path` is what errors name. Raises `SourceError` when several could be meant, or none.
    """
    found = datasets(folder)
    if not found:
        raise nothing(folder, path)
    wanted = found
    if source.sublayer is not None:
        named = [dataset for dataset in found if _is_named(dataset, source.sublayer)]
        if named:
            wanted, source = named, source.model_copy(update={"sublayer": None})
    chosen = _preferred(wanted)
    if chosen is None:
        names = ", ".join(dataset.name for dataset in wanted)
        raise SourceError(path, "sublayer", source.sublayer, names, key="source.sublayer")
    others = ", ".join(dataset.name for dataset in found if dataset is not chosen)
    note = [Problem("note", "chosen", value=chosen.name, detail=others)] if others else []
    return chosen, source, note


def _is_named(dataset: Dataset, sublayer: str) -> bool:
    """Whether a dataset is called so: its path or its file's name, with suffix or without."""
    path = PurePosixPath(dataset.name)
    names = (str(path), str(path.with_suffix("")), path.name, path.stem)
    asked = unicodedata.normalize("NFC", sublayer).replace("\\", "/").casefold()
    return asked in (unicodedata.normalize("NFC", name).casefold() for name in names)


def _preferred(found: list[Dataset]) -> Dataset | None:
    """The best of files that hold the same; None when they do not."""
    kinds = next(kinds for kinds in PREFERRED if any(d.format in kinds for d in found))
    candidates = [dataset for dataset in found if dataset.format in kinds]
    documents = [d for d in candidates if d.name == "doc.kml"]  # a KMZ's own; others are linked
    if documents:
        return documents[0]
    if len({dataset.path.stem.casefold() for dataset in candidates}) > 1:
        return None
    ranked = sorted(candidates, key=lambda dataset: _rank(dataset, kinds))
    if len(ranked) > 1 and _rank(ranked[0], kinds) == _rank(ranked[1], kinds):
        return None
    return ranked[0]


def _rank(dataset: Dataset, kinds: tuple[Format, ...]) -> tuple[int, bool]:
    folder = str(PurePosixPath(dataset.name).parent)
    return kinds.index(dataset.format), bool(OTHER_ENCODING.search(folder))


def nothing(folder: Path, path: Path) -> SourceError:
    """Why nothing can be read: what is there, as far as it says why."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    if any(file.suffix.lower() == ".dbf" for file in files):
        return SourceError(path, "dbf_alone")
    for file in files:
        if file.suffix.lower() in SUFFIXES:
            try:
                format_of(file)
            except SourceError as error:
                return error
    return SourceError(path, "no_dataset", path.name)
