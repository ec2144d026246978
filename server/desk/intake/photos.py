"""A photo that somebody sent: made a plain picture by a process of its own, or refused.

Nothing here decodes it. The process is that of `server.photo_reader`, one for each photo; few work
at once, because a photo can be much larger in memory than as a file.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Literal, get_args

from server.desk.errors import DeskUnavailable

PROGRAM = "server.photo_reader"
LONGEST = 5_000_000  # bytes of a photo
AT_ONCE = 2  # photos that are decoded by a process of the service
LONGEST_WAIT_S = 30.0  # for a turn, and then for the picture
START_OF_JPEG = b"\xff\xd8\xff"
# What the program needs to start; it is told no password of a database.
ENVIRONMENT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")

Fault = Literal["unknown", "pixels", "damaged"]
FAULTS: Mapping[bytes, Fault] = {name.encode(): name for name in get_args(Fault)}

LOG = logging.getLogger(__name__)


class InvalidPhoto(Exception):
    """A file that is taken for no photo: why, and what it seems to be (`HEIC`; "" if unknown)."""

    def __init__(self, fault: Fault, kind: str = "") -> None:
        self.fault, self.kind = fault, kind
        super().__init__(f"no photo that can be read: {fault} {kind}".strip())


# First bytes of what people send instead: of the whole file, or from the fifth byte on.
STARTS = {
    b"GIF8": "GIF",
    b"%PDF": "PDF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"PK\x03\x04": "ZIP",
    b"<svg": "SVG",
    b"<?xml": "XML",
}
BRANDS = {
    b"ftypheic": "HEIC",
    b"ftypheix": "HEIC",
    b"ftyphevc": "HEIC",
    b"ftypmif1": "HEIC",
    b"ftypmsf1": "HEIC",
    b"ftypavif": "AVIF",
    b"ftyp": "MP4",
}


@dataclass(frozen=True)
class Photo:
    """A photo as it was sent, and the picture that is made of it, a JPEG."""

    original: bytes
    picture: bytes


class Photos:
    """Makes pictures of photos, few at once."""

    def __init__(self, at_once: int = AT_ONCE, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._slots = threading.Semaphore(at_once)
        self._longest_wait_s = longest_wait_s

    def read(self, content: IO[bytes]) -> Photo:
        """The photo in a file. Raises `InvalidPhoto`, and `DeskUnavailable` without a turn."""
        if not self._slots.acquire(timeout=self._longest_wait_s):
            raise DeskUnavailable
        try:
            content.seek(0)
            original = content.read()
            return Photo(original, self._picture(original))
        finally:
            self._slots.release()

    def _picture(self, original: bytes) -> bytes:
        # Into a file, whose length is limited: a pipe would have to be read however much comes.
        with TemporaryFile() as answer:
            status = self._run(original, answer)
            answer.seek(0)
            output = answer.read()
        if status == 0 and output.startswith(START_OF_JPEG):
            return output
        fault = FAULTS.get(output)
        if status != 1 or fault is None:
            LOG.warning("the process that reads photos ended with %s", status)
        raise InvalidPhoto(fault or "damaged", kind_of(original))

    def _run(self, original: bytes, answer: IO[bytes]) -> int | None:
        """The program's exit status; None when it took too long."""
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        try:
            return subprocess.run(
                [sys.executable, "-m", PROGRAM],
                input=original,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=self._longest_wait_s,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return None


def kind_of(content: bytes) -> str:
    """What a file that is no photo seems to be, by its first bytes; "" when they do not say."""
    head = content.lstrip()[:16]
    for start, kind in STARTS.items():
        if head.startswith(start):
            return kind
    return next((kind for brand, kind in BRANDS.items() if content[4:].startswith(brand)), "")
