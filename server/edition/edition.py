"""The catalogue that is served, swapped whole for a newer one while requests are answered."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Hashable, Mapping, Set
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice

from layers.catalog.catalog import Catalog
from layers.errors import LayersError, PreparationError
from layers.publish.publisher import Publisher
from layers.query.search.build import index_of
from layers.query.search.index import Index
from layers.revision.revision import Revision
from layers.store.record import Published
from layers.store.store import Store
from server.desk.alerts.alerts import Alerts
from server.edition.map_pages import MapPages
from server.edition.recheck import PACE, Pace, Recheck, Stamps, stamps_now
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
    """A catalogue with all that is made of it once. `maps` are by language, `scripts` by name.

    Once `is_outdated`, maps and scripts hold what was withdrawn: none is kept beyond the next.
    """

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
    is_outdated: bool = False


def pages_of(catalog: Catalog, static: Mapping[str, str], alerts: Alerts) -> Pages:
    """The pages of a catalogue's city, with these alerts above each."""
    return Pages(catalog.city, static, alerts.current, alerts.are_known)


def make_edition(
    catalog: Catalog,
    map_pages: Mapping[str, Parts],
    static: Mapping[str, str],
    alerts: Alerts,
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
    scripts |= earlier.scripts if earlier and not earlier.is_outdated else {}
    return Edition(
        catalog=catalog,
        pages=pages_of(catalog, static, alerts),
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

    `alerts` are those that stand above every page. `follow` is how many seconds
    pass from one look for a newer catalogue to the next, `retry` until one that could not be opened
    is tried again.
    `swapped` is called at each swap, in the event loop, before any request sees the new edition;
    `forget` instead where what was made of the catalogue before may be wrong. `pace` is that of the
    looks for damaged revisions.
    Raises what `layers.publish.publisher.Publisher.start` raises, and
    `server.edition.rendering.RenderingFailed`.
    """

    def __init__(
        self,
        publisher: Publisher,
        map_pages: MapPages,
        static: Mapping[str, str],
        alerts: Alerts,
        *,
        follow: float = 0.25,
        retry: float = 5.0,
        pace: Pace = PACE,
    ) -> None:
        self._publisher, self._map_pages, self._pace = publisher, map_pages, pace
        self._static, self._alerts = static, alerts
        self._pause, self._retry = follow, retry
        published = publisher.start()
        self._seen: Hashable = None
        self._seen = self._stamp()  # before it is read: what is written meanwhile is newer
        if publisher.home_problem is None:
            published = publisher.record.read() or published
        self._not_before = 0.0
        self._withdrawn: dict[str, tuple[Revision, Stamps | None]] = {}
        self._opening = asyncio.Lock()
        self.now = self._first(published)
        self.swapped: Callable[[], None] = lambda: None
        self.forget: Callable[[], None] = lambda: None

    @property
    def home_problem(self) -> PreparationError | None:
        """Why nothing can be written into the home; None while that can be."""
        return self._publisher.home_problem

    @property
    def differing(self) -> Set[str]:
        """The operator's files that are not as on the host that publishes."""
        return self._publisher.differing

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Follow every change meanwhile, publishing it unless another process does."""
        stop = threading.Event()
        keeper = threading.Thread(target=self._publisher.keep_up, args=(stop,), daemon=True)
        keeper.start()
        loop = asyncio.get_running_loop()

        def withdraw(layer_id: str, revision: Revision) -> None:
            loop.call_soon_threadsafe(self._withdraw, layer_id, revision)

        recheck = Recheck(self._checked, withdraw, self._pace)
        threading.Thread(target=recheck.run, args=(stop,), daemon=True).start()
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            stop.set()
            self._publisher.wake()

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
            if not self._is_behind():
                return
            seen, earlier = self._stamp(), self.now
            damaged = [(key, each, stamps_now(each)) for key, (each, _) in self._withdrawn.items()]
            try:
                edition = await asyncio.to_thread(self._newest)
            except CatalogChanged:
                self._not_before = time.monotonic() + self._pause
                return
            except Exception:
                LOG.exception("what is published could not be opened; it is tried again")
                self._not_before = time.monotonic() + self._retry
                return
            if self.now is not earlier and self.now.is_outdated:
                return  # something was withdrawn meanwhile: it is opened anew
            self._seen = seen
            for layer_id, revision, then in damaged:
                self._withdrawn[layer_id] = revision, then
                if layer_id not in edition.catalog.unserved:
                    del self._withdrawn[layer_id]
            for revision, _ in self._withdrawn.values():
                catalog = edition.catalog.without_revision(revision)
                if catalog is not edition.catalog:  # found damaged while this was opened
                    edition, self._seen = replace(edition, catalog=catalog), None
            self.swapped()
            self.now = edition

    def obey(self) -> None:
        """Serve nothing more of what the desk withdrew, and nothing that was made of it."""
        catalog = self.now.catalog.obeying(self._publisher.home.desk_changes.recalls())
        if catalog is not self.now.catalog:
            self._serve(catalog)
            self.now = replace(self.now, is_outdated=True)

    def _withdraw(self, layer_id: str, revision: Revision) -> None:
        """Serve nothing more of a damaged revision, and nothing that was made of it."""
        catalog = self.now.catalog.without_revision(revision)
        if catalog is self.now.catalog:
            return  # done already
        LOG.error("%s: the files of revision %s are damaged; withdrawn", layer_id, revision.id)
        self._publisher.doubt(layer_id)
        self._withdrawn[layer_id] = revision, stamps_now(revision)
        self._serve(catalog)

    def _serve(self, catalog: Catalog) -> None:
        """Serve a catalogue that holds less than before, from now on."""
        self._seen, self._not_before = None, 0.0  # the map's pages are made without it
        self.swapped()
        self.forget()
        pages = pages_of(catalog, self._static, self._alerts)  # of which none is kept yet
        self.now = replace(self.now, catalog=catalog, pages=pages)

    def _checked(self) -> tuple[Catalog, Store]:
        """What is to be looked at, and where it is kept."""
        catalog = self.now.catalog
        return catalog, self._publisher.home.store(catalog.city.code)

    def _is_behind(self) -> bool:
        due = time.monotonic() >= self._not_before
        return due and (self._stamp() != self._seen or self._is_repaired())

    def _is_repaired(self) -> bool:
        """Whether there is a new file in the place of a damaged one."""
        stamps = [(stamps_now(revision), then) for revision, then in self._withdrawn.values()]
        return any(now is not None and now != then for now, then in stamps)

    def _stamp(self) -> Hashable:
        """The state of the record; the one seen last while it cannot be told."""
        try:
            return self._publisher.record.stamp()
        except OSError:
            return self._seen

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            self.obey()
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
        return make_edition(catalog, map_pages, self._static, self._alerts, earlier)
