"""The catalogue that is served, swapped whole for a newer one while requests are answered."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice

from layers.catalog.catalog import Catalog
from layers.errors import LayersError
from layers.publish.publisher import Publisher
from layers.query.search.build import index_of
from layers.query.search.index import Index
from layers.store.record import Published
from server.desk.alerts import Alert
from server.edition.map_pages import MapPages
from server.edition.rendering import CatalogChanged, open_catalog
from server.http.responses import Body
from server.pages.render import Pages
from server.viewer.addresses import base_revision
from server.viewer.parts import Parts

ATTEMPTS = 5  # to open a catalogue at the start, of which revisions are withdrawn meanwhile
SCRIPTS = 60  # map scripts, one a language, kept for pages that were loaded before a change

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Edition:
    """A catalogue with all that is made of it once. `maps` are by language, `scripts` by name."""

    catalog: Catalog
    pages: Pages
    maps: Mapping[str, Body]
    scripts: Mapping[str, Body]
    base: Body
    base_near: Body
    search_index: Index
    search: Body
    base_revision: str
    base_near_revision: str


def make_edition(
    catalog: Catalog,
    map_pages: Mapping[str, Parts],
    static: Mapping[str, str],
    notices: Callable[[], Sequence[Alert]],
    earlier: Edition | None = None,
) -> Edition:
    """Put together what is made once; `map_pages` are by language.

    The latest scripts of `earlier` are kept.
    """
    index = index_of(catalog)
    maps = {lang: Body(page.html, "text/html; charset=utf-8") for lang, page in map_pages.items()}
    scripts = {
        page.script_name: Body(page.script, "text/javascript; charset=utf-8", lasting=True)
        for page in map_pages.values()
    }
    scripts |= earlier.scripts if earlier else {}
    return Edition(
        catalog=catalog,
        pages=Pages(catalog.city, static, notices),
        maps=maps,
        scripts=dict(islice(scripts.items(), SCRIPTS)),
        base=Body(catalog.base.content, "application/geo+json"),
        base_near=Body(catalog.base.near, "application/geo+json"),
        search_index=index,
        search=Body(index.content, "application/json"),
        base_revision=base_revision(catalog.base.content),
        base_near_revision=base_revision(catalog.base.near),
    )


class Served:
    """The edition that is served, as `now`: a request takes it once and keeps to it.

    `notices` gives those that stand above every page at the moment. `follow` is how many seconds
    pass from one look for a newer catalogue to the next, `retry` until one that could not be opened
    is tried again.
    `swapped` is called at each swap, in the event loop, before any request sees the new edition.
    Raises what `layers.publish.publisher.Publisher.start` raises, and
    `server.edition.rendering.RenderingFailed`.
    """

    def __init__(
        self,
        publisher: Publisher,
        map_pages: MapPages,
        static: Mapping[str, str],
        notices: Callable[[], Sequence[Alert]],
        *,
        follow: float = 0.25,
        retry: float = 5.0,
    ) -> None:
        self._publisher, self._map_pages = publisher, map_pages
        self._static, self._notices = static, notices
        self._pause, self._retry = follow, retry
        published = publisher.start()
        self._seen: Hashable = None
        self._seen = self._stamp()  # before it is read: what is written meanwhile is newer
        published = publisher.record.read() or published
        self._not_before = 0.0
        self._opening = asyncio.Lock()
        self.now = self._first(published)
        self.swapped: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Follow every change meanwhile, publishing it unless another process does."""
        stop = threading.Event()
        keeper = threading.Thread(target=self._publisher.keep_up, args=(stop,), daemon=True)
        keeper.start()
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            stop.set()

    async def asked_for(self, v: str | None, revision: Callable[[Edition], str]) -> Edition:
        """What to answer from an address whose `v` names a revision, `revision` being that of now.

        Another process may have sent the address, of an edition that this one does not have yet.
        """
        if v is not None:
            try:
                is_known = revision(self.now) == v
            except LayersError:
                is_known = False  # a layer may be new
            if not is_known:
                await self.catch_up()
        return self.now

    async def catch_up(self) -> None:
        """Swap to what is published now, if that is newer."""
        if not self._is_behind():
            return
        async with self._opening:
            seen = self._stamp()
            if seen == self._seen:
                return
            try:
                edition = await asyncio.to_thread(self._newest)
            except CatalogChanged:
                self._not_before = time.monotonic() + self._pause
                return
            except Exception:
                LOG.exception("what is published could not be opened; it is tried again")
                self._not_before = time.monotonic() + self._retry
                return
            self._seen = seen
            self.swapped()
            self.now = edition

    def _is_behind(self) -> bool:
        due = time.monotonic() >= self._not_before
        return due and self._stamp() != self._seen

    def _stamp(self) -> Hashable:
        """The state of the record; the one seen last while it cannot be told."""
        try:
            return self._publisher.record.stamp()
        except OSError:
            return self._seen

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            await self.catch_up()

    def _first(self, published: Published) -> Edition:
        for _ in range(ATTEMPTS - 1):
            with suppress(CatalogChanged):
                return self._edition(published, None)
            published = self._publisher.record.read() or published
        return self._edition(published, None)

    def _newest(self) -> Edition:
        published = self._publisher.record.read()
        if published is None or not published.can_be_opened:
            return self.now  # of another version of this package
        return self._edition(published, self.now)

    def _edition(self, published: Published, earlier: Edition | None) -> Edition:
        catalog = open_catalog(
            published,
            self._publisher.home,
            earlier.catalog if earlier else None,
            samples=self._map_pages.samples,
        )
        map_pages = self._map_pages.pages(catalog, published)
        return make_edition(catalog, map_pages, self._static, self._notices, earlier)
