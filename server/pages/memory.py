"""Pages that are the same for everybody who asks for them, kept for the next one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from server.http.responses import Body

CAPACITY = 4 << 20  # bytes of pages that were asked for last
OVERHEAD = 1024  # bytes counted for a page beside its content
MEDIA_TYPE = "text/html; charset=utf-8"


class PageMemory:
    """The pages asked for last, `capacity` bytes of them; for any thread."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, Body] = OrderedDict()
        self._size = 0
        self._making: dict[Hashable, Future[Body]] = {}

    def get(self, key: Hashable, make: Callable[[], str]) -> Body:
        """The page of `key`, made unless it is kept or being made; see `body`."""
        return self.body(key, lambda: Body(make().encode(), MEDIA_TYPE).compressed())

    def body(self, key: Hashable, make: Callable[[], Body]) -> Body:
        """The body of `key`, made unless it is kept or being made.

        What `make` raises reaches every caller who waits, and is not kept.
        """
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
            making = self._making.get(key)
            if making is None:
                own = self._making[key] = Future()
        if making is not None:
            return making.result()
        try:
            own.set_result(make())
        except BaseException as error:
            own.set_exception(error)
            raise
        finally:
            self._keep(key, own)
        return own.result()

    def _keep(self, key: Hashable, made: Future[Body]) -> None:
        with self._lock:
            del self._making[key]
            if made.exception() is not None:
                return
            self._pages[key] = made.result()
            self._size += len(made.result()) + OVERHEAD
            while self._size > self._capacity and self._pages:
                _, oldest = self._pages.popitem(last=False)
                self._size -= len(oldest) + OVERHEAD
