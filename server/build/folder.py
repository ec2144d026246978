"""The folder of a static copy: what is written, in which order, and what goes.

`manifest.json` names every file with its SHA-256. It is written last; before that come the files
that others name, then those that name them, each whole or not at all: a build that is killed leaves
the copy of before, or a mixture of which every page finds what it names. What the new copy does not
have stays until the build after it, for pages that are open meanwhile.

Of a layer that takes long it is noted share by share what is written: the build after one that was
killed amid it goes on with the other shares.
"""

from __future__ import annotations

import datetime
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import brotli
import orjson

from layers.files import locked, read_file, replace_durably
from server.http.responses import GZIP_FROM, Body

MANIFEST = "manifest.json"
LOCK = "manifest.lock"
FORM = 1  # of the manifest
GZIP_SUFFIX = ".gz"
PACKED = {"gzip": GZIP_SUFFIX, "brotli": ".br"}  # beside a file, by the names in the manifest
SHARES = ".shares"  # a folder of notes, in a copy that is being built only
# From this share of its bytes on a file is not sent packed.
WORTH = 0.95
# Brotli's, of 0 to 11. 5 takes a fifth off isal's gzip for 4 % of the build's processor time; what
# is sent far more often than it is made is worth 10, for another 6 %: an eighth less than zlib's
# gzip.
QUALITY, QUALITY_LASTING = 5, 10

Cache = Literal["immutable", "revalidate", "moment"]
CACHE_CONTROL: dict[Cache, str] = {
    "immutable": "public, max-age=31536000, immutable",
    "revalidate": "no-cache",
    "moment": "public, max-age=15",
}


class NoBuild(Exception):
    """The folder is no place for a build: `reason` is a key of the texts, `value` what is there."""

    def __init__(self, reason: str, value: object) -> None:
        super().__init__(f"{reason}: {value}")
        self.reason, self.value = reason, value


@dataclass(frozen=True)
class CopyFile:
    """A file of the copy. `made_of` tells, where it is known beforehand, what decides its bytes.

    What `is_packed` does not get smaller by gzip.
    """

    path: str
    content: bytes = field(repr=False)
    media_type: str
    cache: Cache
    made_of: str = ""
    lasting: bool = False
    is_packed: bool = False


Entries = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself: its `files`, and the `former` ones that are still there; `begun`
    is what a build that has not ended may have written.
    """

    files: Entries = field(default_factory=dict)
    former: Sequence[str] = ()
    begun: Sequence[str] = ()

    @classmethod
    def of(cls, content: bytes, place: object) -> Manifest:
        """Read `manifest.json` of a place. Raises `NoBuild`."""
        try:
            document = orjson.loads(content)
            manifest = cls(
                dict(document["files"]), [*document["former"]], [*document.get("begun", ())]
            )
            if document["form"] != FORM:
                raise ValueError(f"form {document['form']}; wanted {FORM}")
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise NoBuild("build_damaged", place) from error
        return manifest

    def content(self) -> bytes:
        """The bytes of `manifest.json`, written now."""
        document = {
            "form": FORM,
            "built_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "files": self.files,
            "former": self.former,
            **({"begun": self.begun} if self.begun else {}),
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)


class Written(NamedTuple):
    """What a build did: files of the copy, of these written anew, and files deleted."""

    files: int
    written: int
    deleted: int


class CopyFolder:
    """The folder of a copy, for one build: open it as a block. Raises `NoBuild`, and `OSError`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.manifest = Manifest()
        self._former: list[str] = []
        self._begun: list[str] = []
        self._now: Entries = {}
        self._written = 0

    @contextmanager
    def opened(self) -> Iterator[CopyFolder]:
        """Keep every other build out of the folder, and read what is there."""
        folder = self._folder
        if folder.exists() and not folder.is_dir():
            raise NoBuild("build_file", folder)
        is_new = not folder.exists() or not any(folder.iterdir())
        if not is_new and not (folder / MANIFEST).is_file() and not (folder / LOCK).exists():
            raise NoBuild("build_other", folder)
        with locked(folder / LOCK, wait=False) as is_alone:
            if not is_alone:
                raise NoBuild("build_twice", folder)
            if (folder / MANIFEST).exists():
                self._read()
            yield self

    def _read(self) -> None:
        path = self._folder / MANIFEST
        self.manifest = Manifest.of(read_file(path), path)
        self._former = [*self.manifest.former, *self.manifest.begun]
        for half in self._folder.rglob("*.new") if self.manifest.begun else ():  # it was killed
            half.unlink()

    @property
    def before(self) -> Entries:
        """The files of the copy before."""
        return self.manifest.files

    def begin(self, paths: Iterable[str], keys: Iterable[str] = ()) -> None:
        """Note what will be written, so that nothing of a killed build stays for ever.

        Shares that it noted count where they were made of one of the `keys`.
        """
        kept = set(map(_name_of, keys))
        for folder in [*(self._folder / SHARES).glob("*")]:
            if folder.name not in kept:
                shutil.rmtree(folder)
        self._begun = sorted(set(paths) - set(self.before))
        self._put_manifest(Manifest(self.before, self._former, self._begun))

    def note(self) -> None:
        """Note what is written so far: a build after one that was killed keeps it."""
        if self._written:
            self._put_manifest(Manifest({**self.before, **self._now}, self._former, self._begun))
            shutil.rmtree(self._folder / SHARES, ignore_errors=True)

    def note_share(self, made_of: str, name: str, paths: Iterable[str]) -> None:
        """Note that the files of a share, made of this, are written."""
        path = self._folder / SHARES / _name_of(made_of) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, orjson.dumps({path: self._now[path] for path in paths}))

    def keep_shares(self, made_of: str) -> dict[str, list[str]]:
        """Keep the shares that a killed build noted: the paths of each, by its name.

        One of which a file is no longer there is left out.
        """
        kept = {}
        for path in sorted((self._folder / SHARES / _name_of(made_of)).glob("*-*")):
            entries: Entries = orjson.loads(path.read_bytes())
            if all(self._is_there(*each) for each in entries.items()):
                self._now |= entries
                kept[path.name] = [*entries]
        return kept

    def keep(self, path: str, made_of: str) -> bool:
        """Keep a file of the copy before that was made of the same; whether there is one."""
        known = self.before.get(path)
        if known is None or known.get("made_of") != made_of or not self._is_there(path, known):
            return False
        self._now[path] = known
        return True

    def put(self, file: CopyFile) -> None:
        """Write a file, and beside it what it is packed, unless it is there already."""
        digest = hashlib.sha256(file.content).hexdigest()
        known = self.before.get(file.path)
        if known is not None and known["sha256"] == digest and self._is_there(file.path, known):
            sizes = {name: known[name] for name in PACKED if name in known}
        else:
            packed = _packed(file)
            sizes = {name: len(content) for name, content in packed.items()}
            path = self._folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            for name, suffix in PACKED.items():
                beside = path.with_name(path.name + suffix)
                if name in packed:
                    _replace(beside, packed[name])
                elif known is not None:
                    beside.unlink(missing_ok=True)
            _replace(path, file.content)
            self._written += 1
        self._now[file.path] = {
            "sha256": digest,
            "bytes": len(file.content),
            "type": file.media_type,
            "cache": file.cache,
            **sizes,
            **({"made_of": file.made_of} if file.made_of else {}),
        }

    def end(self, gone: Iterable[str]) -> Written:
        """Write the manifest, and delete what went before the copy of before, and what is `gone`:
        of what was withdrawn nothing stays.
        """
        left = [path for path in self.before if path not in self._now]
        has_changed = bool(left) or any(
            self.before.get(path, {}).get("sha256") != entry["sha256"]
            for path, entry in self._now.items()
            if entry["cache"] != "moment"
        )
        due, former = (self._former, left) if has_changed else ([], self._former)
        shutil.rmtree(self._folder / SHARES, ignore_errors=True)
        at_once = set(gone)
        due = [*due, *(path for path in former if path in at_once)]
        self._put_manifest(Manifest(self._now, [path for path in former if path not in at_once]))
        return Written(len(self._now), self._written, sum(map(self._delete, due)))

    @property
    def former(self) -> list[str]:
        """Files of earlier copies that are still there, and those that this one leaves out."""
        return [*self._former, *(path for path in self.before if path not in self._now)]

    def _is_there(self, path: str, known: dict[str, Any]) -> bool:
        file = self._folder / path
        try:
            return file.stat().st_size == known["bytes"] and all(
                file.with_name(file.name + suffix).stat().st_size == known[name]
                for name, suffix in PACKED.items()
                if name in known
            )
        except OSError:
            return False

    def _put_manifest(self, manifest: Manifest) -> None:
        replace_durably(self._folder / MANIFEST, manifest.content())

    def _delete(self, path: str) -> int:
        """Delete a file that the copy does not have, or all such below a path that ends in `/`; how
        many.
        """
        names = {path}
        if path.endswith("/"):
            files = (each for each in (self._folder / path).rglob("*") if each.is_file())
            names = {unpacked(each.relative_to(self._folder).as_posix()) for each in files}
        for name in names - self._now.keys():
            file = self._folder / name
            for suffix in PACKED.values():
                file.with_name(file.name + suffix).unlink(missing_ok=True)
            file.unlink(missing_ok=True)
            for folder in file.parents:
                if folder == self._folder or (folder.exists() and any(folder.iterdir())):
                    break
                if folder.exists():
                    folder.rmdir()
        return len(names - self._now.keys())


def _name_of(made_of: str) -> str:
    """The folder of what is noted of files that were made of this."""
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _packed(file: CopyFile) -> dict[str, bytes]:
    """The file packed, by the names in the manifest: each where it is worth being sent so."""
    if file.is_packed:
        return {}
    zipped = Body(file.content, file.media_type, lasting=file.lasting).gzipped
    if zipped is None or len(zipped.content) >= WORTH * len(file.content):
        return {}
    quality = QUALITY_LASTING if file.lasting else QUALITY
    small = brotli.compress(file.content, quality=quality)
    is_worth = len(small) <= len(zipped.content) - GZIP_FROM  # less saves no packet
    return {"gzip": zipped.content, **({"brotli": small} if is_worth else {})}


def unpacked(path: str) -> str:
    """The file that a path is of: itself, or what it is packed."""
    for suffix in PACKED.values():
        path = path.removesuffix(suffix)
    return path


def _replace(path: Path, content: bytes) -> None:
    """Put a whole file in the place of another."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    except OSError:  # a full disk: what is half written only takes room
        new.unlink(missing_ok=True)
        raise
