"""The service put together: the only place that assembles."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from layers.process.sandbox import Sandbox
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from server.database.engine import open_database
from server.database.upkeep import Upkeep
from server.desk.alerts import Alerts
from server.desk.answers import Answers
from server.desk.requests import Requests
from server.edition.edition import Served
from server.edition.map_pages import MapPages
from server.edition.offline import Offline
from server.edition.recheck import PACE, Pace
from server.http.bounded_query import BoundedQuery
from server.http.cache import ByteCache
from server.http.connections import Connections, most_connections
from server.http.headers import SecurityHeaders
from server.http.language import LanguageHeaders
from server.http.responses import Body
from server.http.tile_memory import HotTiles, KeepTiles
from server.http.turns import Turns
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
from server.routes.print import print_router
from server.routes.problems import install_errors
from server.routes.request_list import request_list_router
from server.routes.requests import requests_router
from server.routes.search import search_router
from server.routes.share import share_router
from server.routes.static import static_router
from server.routes.table import table_router
from server.routes.tiles import TileKey, tiles_router
from server.routes.towns import towns_router
from server.settings import Settings
from server.viewer.bundle import BUNDLE, StaticFiles

EXPORTS_WAITING = 16  # of which one is written at a time
OTHER_THREADS = 8  # of the framework: for the database, and for answers that take no time


def publisher_of(settings: Settings) -> Publisher:
    """What publishes the layers that these settings name."""
    return Publisher(
        settings.definitions,
        settings.data,
        HomeFolder(settings.home),
        Sandbox(settings.reader_limits),
        private_sources=settings.allows_private_sources,
    )


def create_app(
    settings: Settings,
    publisher: Publisher | None = None,
    *,
    alerts: Alerts | None = None,
    follow: float = 0.25,
    pace: Pace = PACE,
) -> FastAPI:
    """The service as these settings want it. Prepares layers that are not prepared yet.

    `publisher` may be another one of the same layers; `follow` and `pace` are those of `Served`.
    Its alerts are those in the settings' database, unless `alerts` are given.
    A database that cannot be used keeps nothing else from being served.
    Raises what `server.edition.edition.Served` and `server.database.engine.open_database` raise.
    """
    static = StaticFiles.load(BUNDLE)
    database = open_database(settings.database)
    upkeep = Upkeep(database)
    upkeep.begin()
    # With connections of their own: those who wait to write a request cannot use them up.
    alerts = alerts or Alerts(
        open_database(settings.database), is_away=lambda: upkeep.problem is not None
    )
    served = Served(
        publisher or publisher_of(settings),
        MapPages(settings.home, static, samples=settings.shows_samples),
        static,
        alerts,
        follow=follow,
        pace=pace,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = OTHER_THREADS
        ended = threading.Event()
        threading.Thread(target=upkeep.run, args=(ended,), daemon=True).start()
        try:
            async with served.kept_up():
                yield
        finally:
            ended.set()

    def pages() -> Pages:
        return served.now.pages

    turns, exports = Turns(), Turns(1, EXPORTS_WAITING, "export")
    hot = HotTiles(settings.tile_cache_mb << 20)
    served.swapped = hot.clear
    tiles: ByteCache[TileKey, Body] = ByteCache(settings.tile_cache_mb << 20)
    offline = Offline(static, BUNDLE, settings.tile_cache_mb << 20)
    press = Press()

    def forget() -> None:
        for kept in (tiles, offline, press):
            kept.clear()

    served.forget = forget
    app = FastAPI(
        title="bosai-layers", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    app.include_router(map_router(served, settings.base_url, settings.embed_origins))
    app.include_router(tiles_router(served, tiles, settings.base_url))
    app.include_router(layers_router(served, turns, exports))
    app.include_router(table_router(served, turns))
    app.include_router(here_router(served, turns))
    app.include_router(light_router(served, turns))
    app.include_router(language_router())
    app.include_router(search_router(served, turns))
    app.include_router(share_router(served, press, turns, settings.base_url))
    app.include_router(print_router(served, press, settings.base_url))
    app.include_router(towns_router(served, press, turns, settings.base_url))
    app.include_router(about_router(pages, turns))
    app.include_router(alerts_router(alerts, pages))
    answers = Answers(database)
    app.include_router(request_list_router(answers, pages, turns, settings.base_url))
    app.include_router(
        requests_router(
            Requests(database),
            answers,
            pages,
            lambda: served.now.catalog,
            static,
            turns,
            settings.base_url,
        )
    )
    app.include_router(
        offline_router(
            served,
            offline,
            turns,
            (BUNDLE / static["sw.js"]).read_bytes(),
        )
    )
    app.include_router(installable_router(served))
    app.include_router(health_router(served, lambda: upkeep.problem))
    app.include_router(static_router(BUNDLE))
    app.add_middleware(BoundedQuery)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(LanguageHeaders)
    app.state.hot = hot
    app.state.connections = Connections(most_connections())
    app.state.hot, app.state.served = hot, served
    app.add_middleware(KeepTiles, hot=hot)
    install_errors(app, pages)
    return app
