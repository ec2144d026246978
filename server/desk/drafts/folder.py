"""The folder of a draft's files, until it is published: what was sent, and what was made of it.

    <home>/drafts/<folder>/data/       what was sent, with copies of the city's own files
    <home>/drafts/<folder>/<number>/   a home of its own for the revision of a draft
    <home>/drafts/<folder>/<number>-exact/   another one, as it would be without its privacy rule
    <home>/drafts/lock                 held by the process that reads

A name is what the sender's device called the file, below the folder that was chosen there.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from server.desk.drafts.errors import UploadRefused

MOST_FILES = 2000  # of one upload: a folder of 国土数値情報 has some dozens
LONGEST_PART = 200  # bytes of a file's or a folder's name: file systems take 255
MOST_PARTS = 8  # folders within folders
CLUTTER = ("__MACOSX", "Thumbs.db", "desktop.ini")
FOLDER = re.compile(r"[0-9a-f]{32}")


class DraftFolder:
    """The folder of this name below `root`, which is that of all drafts."""

    def __init__(self, root: Path, name: str) -> None:
        assert FOLDER.fullmatch(name)
        self.path = root / name
        self.data = self.path / "data"

    def home(self, number: int) -> Path:
        """The home of the revisions of a draft that is made of these files."""
        return self.path / str(number)

    def exact_home(self, number: int) -> Path:
        """The home of what the draft would be without its rule for positions and small groups."""
        return self.path / f"{number}-exact"

    def create(self) -> None:
        """Make it, empty."""
        self.data.mkdir(parents=True)

    def write(self, name: str, offset: int, content: bytes) -> None:
        """Write a part of a file at its place; what is there already is written over."""
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            file.seek(offset)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def take(self, name: str, content: IO[bytes]) -> None:
        """Write a file that came whole."""
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())

    def with_city(self, files: Mapping[str, Path]) -> None:
        """Put copies of the city's own files, by their names, beside the draft's."""
        for name, path in files.items():
            target = self.data / name
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)

    def remove(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.path, ignore_errors=True)


def plain_name(name: str, of_city: Sequence[str] = ()) -> str:
    """The name a file is kept under, or `UploadRefused` for one that is none.

    Separators of Windows are read as such; no name leads out of the folder or hides in it, and none
    is in the place of one of the city's own files.
    """
    text = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = [part.strip() for part in text.split("/")]
    parts = [part for part in parts if part not in ("", ".")]
    is_wrong = any(
        part == ".."
        or len(part.encode(errors="replace")) > LONGEST_PART
        or any(unicodedata.category(c)[0] == "C" for c in part)
        for part in parts
    )
    if is_wrong or not 0 < len(parts) <= MOST_PARTS:
        raise UploadRefused("name", name[:LONGEST_PART])
    joined = "/".join(parts)
    bare = PurePosixPath(joined).with_suffix("")  # a Shapefile of the city's is several files
    is_of_city = any(PurePosixPath(name).with_suffix("") == bare for name in of_city)
    return f"_{joined}" if is_of_city else joined


def is_clutter(name: str) -> bool:
    """Whether a file is what systems leave in folders, and nobody means to send."""
    parts = name.replace("\\", "/").split("/")
    hidden = (part for part in parts if part.startswith(".") and part not in (".", ".."))
    return any(hidden) or any(part in CLUTTER for part in parts)


def main_name(names: Sequence[str]) -> str:
    """What the definition names of the files: the only one, else the folder they are in."""
    if len(names) == 1:
        return names[0]
    return PurePosixPath(names[0]).parts[0]


def in_one_folder(names: Sequence[str]) -> Sequence[str]:
    """The names, those of several loose files put into a folder: together they are one source."""
    tops = {PurePosixPath(name).parts[0] for name in names}
    if len(names) == 1 or (len(tops) == 1 and all("/" in name for name in names)):
        return names
    stem = PurePosixPath(min(names, key=len)).stem or "files"
    return [f"{stem}/{name}" for name in names]
