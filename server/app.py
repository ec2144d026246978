"""The service put together: the only place that assembles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.types import ASGIApp

from layers.catalog.catalog import Catalog
from layers.process.sandbox import Sandbox
from layers.publish.exports import Exporter
from layers.publish.publisher import Publisher
from server.assembly.alert_desk import alerts_of, sending_webhooks
from server.assembly.desk_store import DeskStore
from server.assembly.drafts import DraftDesk
from server.assembly.freshness import OverdueWatch
from server.assembly.home import home_of
from server.assembly.layer_changes import KeptChanges
from server.assembly.requests import request_routers
from server.assembly.staff import staff_routers
from server.assembly.static_copy import CopyKeeper
from server.database.announcements import listening
from server.database.engine import open_database
from server.desk.alerts.alerts import Alerts
from server.desk.figures.tally import Tally
from server.desk.layers.mirror import desk_folder
from server.desk.shelters.board import InForce, ShelterBoard
from server.edition.edition import Served
from server.edition.map_pages import MapPages
from server.edition.offline import Offline
from server.edition.recheck import PACE, Pace
from server.http.bounded_query import BoundedQuery
from server.http.cache import ByteCache
from server.http.connections import Connections, most_connections
from server.http.cors import OpenAnswers
from server.http.counting import Counted
from server.http.download import Downloads
from server.http.headers import UsualHeaders
from server.http.language import LanguageHeaders
from server.http.proxies import TrustedProxies
from server.http.request_id import RequestIds
from server.http.responses import Body
from server.http.slash import WithoutSlash
from server.http.staff_headers import StaffHeaders
from server.http.tile_memory import HotTiles, KeepTiles
from server.http.turns import Turns
from server.ogc.router import ogc_router
from server.pages.render import Pages
from server.printing.press import Press
from server.routes.about import about_router
from server.routes.alerts import alerts_router
from server.routes.health import health_router
from server.routes.here import here_router
from server.routes.installable import installable_router
from server.routes.language import language_router
from server.routes.layers import layers_router
from server.routes.light import light_router
from server.routes.map import map_router
from server.routes.offline import offline_router
from server.routes.opendata import opendata_router
from server.routes.print import print_router
from server.routes.problems import install_errors
from server.routes.search import search_router
from server.routes.share import share_router
from server.routes.shelters import shelters_router
from server.routes.static import static_router
from server.routes.table import table_router
from server.routes.tiles import TileKey, tiles_router
from server.routes.towns import towns_router
from server.routes.withdrawn import withdrawn_router
from server.settings import Settings
from server.viewer.bundle import BUNDLE, StaticFiles

if TYPE_CHECKING:
    from server.http.metrics import Metrics

OTHER_THREADS = 5  # of the framework: for the database, and for answers that take no time


class Service(FastAPI):
    """The framework without pages of its own; around it, faults too, is what every answer has."""

    def __init__(
        self,
        settings: Settings,
        hot: HotTiles,
        tally: Tally,
        metrics: Metrics | None,
        **options: Any,
    ) -> None:
        super().__init__(title="bosai-layers", openapi_url=None, redirect_slashes=False, **options)
        self.router.default = WithoutSlash(self.router)
        self.state.hot, self._tally, self._metrics = hot, tally, metrics
        self._proxies = settings.trusted_proxies

    def build_middleware_stack(self) -> ASGIApp:
        """The framework's own, which turns a fault into an answer, and ours around it."""
        answers = LanguageHeaders(BoundedQuery(super().build_middleware_stack()))
        headed = UsualHeaders(StaffHeaders(OpenAnswers(answers)))
        counted: ASGIApp = Counted(KeepTiles(headed, self.state.hot), self._tally)
        if self._metrics is not None:
            from server.http.metrics import Measured  # its library, for who has figures

            counted = Measured(counted, self._metrics)
        return RequestIds(TrustedProxies(counted, self._proxies), self._proxies)


def publisher_of(settings: Settings) -> Publisher:
    """What publishes the layers that these settings name."""
    return Publisher(
        settings.definitions,
        settings.data,
        home_of(settings),
        Sandbox(settings.reader_limits),
        desk=desk_folder(settings.home, open_database(settings.database)),
        private_sources=settings.allows_private_sources,
    )


def metrics_of(
    settings: Settings, store: DeskStore, served: Served, hot: HotTiles
) -> Metrics | None:
    """The figures of a service; None where nobody may read them."""
    if settings.metrics_token_file is None:
        return None
    from server.assembly.figures import StateFigures  # 3 MB, that others do without
    from server.http.metrics import Metrics

    return Metrics(hot, StateFigures(settings, store, served))


def create_app(
    settings: Settings,
    publisher: Publisher | None = None,
    *,
    alerts: Alerts | None = None,
    board: ShelterBoard | None = None,
    follow: float = 0.25,
    pace: Pace = PACE,
) -> FastAPI:
    """The service as these settings want it. Prepares layers that are not prepared yet.

    `publisher` may be another one of the same layers; `follow` and `pace` are those of `Served`.
    Its alerts and states of shelters are those in the settings' database, unless `alerts` or a
    `board` are given.
    A database that cannot be used keeps nothing else from being served.
    Raises what `server.edition.edition.Served` and `server.database.engine.open_database` raise.
    """
    static = StaticFiles.load(BUNDLE)
    store = DeskStore(settings)
    alerts = alerts or alerts_of(settings, store)
    # With connections of its own: those who wait to write a request cannot use them up.
    reading = open_database(settings.database)
    board = board or ShelterBoard(reading, is_away=lambda: store.is_database_away)
    publisher = publisher or publisher_of(settings)
    kept_changes = KeptChanges(store, publisher.home)  # first: what is withdrawn is never served
    served = Served(
        publisher,
        MapPages(settings.home, static, samples=settings.shows_samples),
        static,
        alerts,
        follow=follow,
        pace=pace,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = OTHER_THREADS
        async with (
            store.kept_up(),
            kept_changes.kept_up(catalog),
            served.kept_up(),
            sending_webhooks(settings, store),
            watch.kept_watching(),
            copy.kept_current(),
            store.kept_counting(),
            metrics.kept_up() if metrics is not None else nullcontext(),
        ):
            with drafts.kept_up(), exporter.kept_open(), listening(reading, publisher.wake):
                yield

    def pages() -> Pages:
        return served.now.pages

    def catalog() -> Catalog:
        return served.now.catalog

    def shelters() -> InForce:
        return board.current().in_force(catalog().city.shelter_states.valid_hours)

    drafts = DraftDesk(store, settings, catalog, publisher.home)
    kept_changes.changes.closes = drafts.drafts.close_of
    mail_base_url = settings.base_url if settings.sends_mail else None
    watch = OverdueWatch(store.overdue_notices, catalog, mail_base_url, lambda: not store.problem)
    copy = CopyKeeper(
        settings.static_copy,
        settings.home,
        lambda: publisher.is_leading,
        lambda: (publisher.record.stamp(), [*alerts.current()], board.current().states),
    )
    turns = Turns()
    hot = HotTiles(settings.tile_cache_mb << 20, store.tally.tile)
    tiles: ByteCache[TileKey, Body] = ByteCache(settings.tile_cache_mb << 20)
    offline = Offline(static, BUNDLE, settings.tile_cache_mb << 20)
    press, downloads = Press(), Downloads()
    exporter = Exporter(Sandbox(settings.reader_limits))

    def swap() -> None:
        hot.clear()
        downloads.clear()

    def forget() -> None:
        for kept in (tiles, offline, press):
            kept.clear()

    served.swapped, served.forget = swap, forget
    metrics = metrics_of(settings, store, served, hot)
    app = Service(settings, hot, store.tally, metrics, lifespan=lifespan)
    app.state.connections, app.state.served = Connections(most_connections()), served
    app.include_router(map_router(served, settings.base_url, settings.embed_origins))
    app.include_router(tiles_router(served, tiles, settings.base_url))
    app.include_router(
        layers_router(served, turns, downloads, exporter, shelters, settings.base_url)
    )
    app.include_router(opendata_router(served, turns, settings.base_url))
    app.include_router(table_router(served, turns, shelters))
    app.include_router(ogc_router(served, turns, settings.base_url))
    app.include_router(here_router(served, turns, shelters))
    app.include_router(light_router(served, turns, shelters))
    app.include_router(language_router())
    app.include_router(search_router(served, turns, store.tally, shelters))
    app.include_router(share_router(served, press, turns, settings.base_url))
    app.include_router(print_router(served, press, settings.base_url, shelters))
    app.include_router(towns_router(served, press, turns, settings.base_url, shelters))
    app.include_router(about_router(pages, turns, store.retention))
    app.include_router(alerts_router(alerts, pages, turns, settings.base_url))
    app.include_router(shelters_router(served, board, turns, settings.base_url))
    app.include_router(withdrawn_router(kept_changes.changes, pages, turns))
    for router in request_routers(store, served, pages, static, turns, settings.base_url):
        app.include_router(router)
    app.include_router(
        offline_router(
            served,
            offline,
            turns,
            (BUNDLE / static["sw.js"]).read_bytes(),
        )
    )
    app.include_router(installable_router(served))
    app.include_router(health_router(served, lambda: store.problem, settings.home))
    if metrics is not None and settings.metrics_token is not None:
        from server.routes.metrics import metrics_router

        app.include_router(metrics_router(metrics, settings.metrics_token))
    app.include_router(static_router(BUNDLE))
    changes = kept_changes.changes
    app.state.drafts, app.state.exporter = drafts, exporter
    for router in staff_routers(
        store, changes, settings, pages, catalog, static, alerts, board, drafts
    ):
        app.include_router(router)
    install_errors(app, pages)
    return app
