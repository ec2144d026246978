"""The file of a backup: a ZIP whose comment is the SHA-256 of every byte before it.

Any program opens it, and a byte that is missing or another one anywhere is found before anything
of it is used. The digest tells damage; it does not tell who made the file.

    manifest.json              what it is of (`Manifest`)
    database.sqlite            or database.dump, as pg_dump writes it
    home/…                     files of the home, by their paths there
"""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from layers.files import open_file
from server.backup.errors import BackupRefused

FORMAT = 1
MANIFEST = "manifest.json"
HOME = "home"
DIGEST_LENGTH = 64  # bytes of a SHA-256 in hexadecimal
CHUNK = 1 << 20  # bytes
LONGEST_MANIFEST = 64 << 20  # bytes
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time of a ZIP; the manifest has the files' own
OWNER_ONLY = 0o600

DatabaseKind = Literal["sqlite", "postgresql"]


class Manifest(BaseModel):
    """What a backup is of. `step` is the schema's, `made_at` in UTC.

    `modified` has the time of each file of the home, in seconds of Unix time; `settings` those of
    the service that hold no secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    version: str
    made_at: datetime.datetime
    database: DatabaseKind
    step: str
    settings: Mapping[str, str]
    modified: Mapping[str, float]

    @property
    def database_member(self) -> str:
        """The archive's name of the copy of the database."""
        return "database.sqlite" if self.database == "sqlite" else "database.dump"


@contextmanager
def new_archive(path: Path) -> Iterator[ZipFile]:
    """An archive to write into, which is at `path` once the block ends well, and whole.

    Its owner alone can read it. Raises `OSError`, `FileExistsError` where there is a file.
    """
    if os.path.lexists(path):
        raise FileExistsError(None, os.strerror(17), str(path))
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
                yield archive
                archive.comment = b"0" * DIGEST_LENGTH
            _seal(file)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # fails where somebody else's is by now
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def add_file(archive: ZipFile, name: str, source: IO[bytes]) -> None:
    """Write a member of what a file holds."""
    with archive.open(_member(name), "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)


def add_manifest(archive: ZipFile, manifest: Manifest) -> None:
    """Write what the archive is of."""
    archive.writestr(_member(MANIFEST), manifest.model_dump_json(indent=2))


class OpenArchive:
    """An archive whose every byte was read and is as it was written."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.manifest = _manifest_of(archive)
        self._names = _checked_names(archive, self.manifest)

    @property
    def room(self) -> int:
        """How many bytes its files take."""
        return sum(member.file_size for member in self._archive.infolist())

    def extract(self, folder: Path) -> None:
        """Write every file below a new folder, for good. Raises `OSError`."""
        for name in self._names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
            with os.fdopen(descriptor, "wb") as file, self._archive.open(name) as member:
                while chunk := member.read(CHUNK):
                    file.write(chunk)
                file.flush()
                modified = self.manifest.modified.get(name.removeprefix(f"{HOME}/"))
                if modified is not None and name.startswith(f"{HOME}/"):
                    os.utime(file.fileno(), (modified, modified))
                os.fsync(file.fileno())


@contextmanager
def open_archive(path: Path) -> Iterator[OpenArchive]:
    """The archive at `path`. Raises `BackupRefused` for one that is cut, altered or none."""
    try:
        file = open_file(path)
    except OSError as error:
        raise BackupRefused("unreadable", f"{path}: {error.strerror}") from error
    with file:
        if not _is_sealed(file):
            raise BackupRefused("damaged", path)
        try:
            with ZipFile(file) as archive:
                yield OpenArchive(archive)
        except BadZipFile as error:
            raise BackupRefused("damaged", path) from error


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, EPOCH)
    member.compress_type = ZIP_DEFLATED
    member.external_attr = OWNER_ONLY << 16
    return member


def _seal(file: IO[bytes]) -> None:
    """Put the digest of all that is before it into the comment, the last bytes of a ZIP."""
    file.flush()
    length = file.seek(0, os.SEEK_END) - DIGEST_LENGTH
    digest = _digest(file, length)
    file.seek(length)
    file.write(digest)


def _is_sealed(file: IO[bytes]) -> bool:
    length = file.seek(0, os.SEEK_END) - DIGEST_LENGTH
    if length <= 0:
        return False
    file.seek(length)
    return file.read() == _digest(file, length)


def _digest(file: IO[bytes], length: int) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (chunk := file.read(min(CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest().encode()


def _manifest_of(archive: ZipFile) -> Manifest:
    try:
        member = archive.getinfo(MANIFEST)
        if member.file_size > LONGEST_MANIFEST:
            raise BackupRefused("damaged", archive.filename or "")
        content = archive.read(member)
    except KeyError:
        raise BackupRefused("no_backup", archive.filename or "") from None
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise BackupRefused("newer_backup", error.title) from None


def _checked_names(archive: ZipFile, manifest: Manifest) -> list[str]:
    """The names of all files but the manifest; one that leads elsewhere is refused."""
    if manifest.format != FORMAT:
        raise BackupRefused("newer_backup", manifest.format)
    names = [name for name in archive.namelist() if name != MANIFEST]
    for name in names:
        parts = PurePosixPath(name).parts
        is_inside = name == "/".join(parts) and not {"..", "/"} & set(parts)
        is_named = name == manifest.database_member or (len(parts) > 1 and parts[0] == HOME)
        if not (is_inside and is_named) or "\0" in name:
            raise BackupRefused("no_backup", name)
    if len(set(names)) != len(names) or manifest.database_member not in names:
        raise BackupRefused("no_backup", manifest.database_member)
    return names


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
