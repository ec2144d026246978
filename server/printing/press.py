"""Pictures and sheets, made one at a time and kept for a while."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

from server.http.cache import ByteCache
from server.http.errors import PressBusy
from server.http.responses import Body
from server.printing.typesetter import Sheet, Typesetter
from server.texts import EASY, LANGUAGES

WAITING = 8  # asked for and not yet made; more are told to come back
CAPACITY = 16 << 20  # bytes of what was made last

TYPESET = ("ja", EASY, "en")  # languages all of whose signs the font has


class Press:
    """Makes what is asked for in one thread of its own, and keeps the latest.

    However many addresses are made up, they take one processor and `CAPACITY` bytes.
    """

    def __init__(self) -> None:
        self._bodies: ByteCache[Hashable, Body] = ByteCache(CAPACITY)
        self._thread = ThreadPoolExecutor(1, "press")
        self._typesetter = Typesetter()

    def clear(self) -> None:
        """Forget what was made."""
        self._bodies.clear()

    async def made(self, key: Hashable, make: Callable[[], Body]) -> Body:
        """The body of `key`, which holds exactly what changes it. Raises `PressBusy`."""
        if key not in self._bodies and self._bodies.making >= WAITING:
            raise PressBusy(f"{WAITING} pictures are waiting; wanted a moment's patience")
        return await self._bodies.get(key, make, self._thread)

    async def typeset(self, key: Hashable, make: Callable[[], Sheet]) -> Body:
        """The sheet of `key` set in type. Raises `PressBusy`, `TypesettingFailed`."""
        return await self.made(key, lambda: self._typesetter.typeset(make()))


def typeset_language(lang: str) -> str:
    """The language to set type in for a reader of `lang`."""
    return next(code for code in (lang, *LANGUAGES[lang].instead) if code in TYPESET)
