"""The machine: folders and their rights, room, open files, the clock."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from layers.store.folder import POINTER
from server.doctor.finding import Finding, fine, note, wrong
from server.routes.health import LEAST_ROOM

GOOD_ROOM = 2 << 30  # bytes
LEAST_FILES = 1024  # open at once by a worker, three quarters of them connections
FUTURE = 3600.0  # seconds: more than clocks of machines that share a disk differ by
TIME_ERROR = 5  # of adjtimex(2): the clock is not synchronised
TIMEX_BYTES = 1024  # its struct is 208 bytes long; `modes` is 0, which changes nothing


def home_findings(home: Path) -> Iterator[Finding]:
    """Whether the home can be written to, and by its owner alone."""
    try:
        mode = home.stat().st_mode
    except FileNotFoundError:
        yield note("home", "home_missing", path=home.absolute())
        return
    except OSError as error:
        yield wrong("home", "home_unusable", path=home.absolute(), why=error.strerror)
        return
    if not stat.S_ISDIR(mode):
        yield wrong("home", "home_no_folder", path=home.absolute())
        return
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        yield wrong("home", "home_unusable", path=home.absolute(), why=error.strerror)
        return
    if mode & stat.S_IWOTH:
        yield wrong("home", "home_open", path=home.absolute(), mode=f"{stat.S_IMODE(mode):o}")
    else:
        yield fine("home", "home_fine", path=home.absolute())
    yield from _strangers(home)


def _strangers(home: Path) -> Iterator[Finding]:
    """Files of somebody else's: `sudo bosai …` leaves them, and the service cannot replace them."""
    user = os.geteuid()
    for path in [home, *sorted(home.iterdir())]:
        owner = path.lstat().st_uid
        if owner != user and user != 0:
            yield wrong("home", "home_of_other", path=path.absolute(), owner=owner, user=user)
            return


def room_findings(home: Path) -> Iterator[Finding]:
    """Whether there is room in the home and for temporary files."""
    for folder in (home, Path(tempfile.gettempdir())):
        there = next(
            each for each in (folder.absolute(), *folder.absolute().parents) if each.exists()
        )
        free = shutil.disk_usage(there).free
        level = wrong if free < LEAST_ROOM else note if free < GOOD_ROOM else fine
        kind = "room_little" if free < GOOD_ROOM else "room_fine"
        yield level("room", kind, path=folder.absolute(), free=f"{free / 2**30:,.1f} GB")


def file_limit_findings() -> Iterator[Finding]:
    """How many files a worker can hold open: it raises its own limit as far as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < LEAST_FILES:
        yield note("files", "files_few", most=hard, wanted=LEAST_FILES)
    else:
        yield fine("files", "files_fine")


def clock_findings(home: Path, now: float | None = None) -> Iterator[Finding]:
    """Whether the clock is right, as far as can be told; `now` is in seconds of Unix time."""
    now = time.time() if now is None else now
    latest = max(
        (path.stat().st_mtime for path in home.glob(f"*/revisions/*/{POINTER}")), default=0.0
    )
    if latest > now + FUTURE:
        yield wrong("clock", "clock_back", hours=round((latest - now) / 3600, 1))
    elif not _is_synchronised():
        yield note("clock", "clock_alone")
    else:
        yield fine("clock", "clock_fine")


def _is_synchronised() -> bool:
    """What the kernel says; where it cannot be asked there is nothing to find fault with."""
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    if adjtimex is None:
        return True
    state: int = adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    return state != TIME_ERROR
