"""The service put together: the only place that assembles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from layers.process.sandbox import Sandbox
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from server.database.engine import create_tables, open_database
from server.desk.alerts import Alerts
from server.desk.requests import Requests
from server.edition.edition import Served
from server.edition.map_pages import MapPages
from server.edition.offline import Offline
from server.http.cache import ByteCache
from server.http.cors import OpenAnswers
from server.http.download import Downloads
from server.http.headers import UsualHeaders
from server.http.language import LanguageHeaders
from server.http.proxies import TrustedProxies
from server.http.slash import WithoutSlash
from server.http.tile_memory import HotTiles, KeepTiles
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
from server.routes.requests import requests_router
from server.routes.search import search_router
from server.routes.share import share_router
from server.routes.static import static_router
from server.routes.table import table_router
from server.routes.tiles import tiles_router
from server.routes.towns import towns_router
from server.settings import Settings
from server.viewer.bundle import BUNDLE, StaticFiles


class Service(FastAPI):
    """The framework without pages of its own; around it, faults too, is what every answer has."""

    def __init__(self, settings: Settings, hot: HotTiles, **options: Any) -> None:
        super().__init__(title="bosai-layers", openapi_url=None, redirect_slashes=False, **options)
        self.router.default = WithoutSlash(self.router)
        self.state.hot = hot
        self._proxies = settings.trusted_proxies

    def build_middleware_stack(self) -> ASGIApp:
        """The framework's own, which turns a fault into an answer, and ours around it."""
        answers = LanguageHeaders(super().build_middleware_stack())
        headed = UsualHeaders(OpenAnswers(answers))
        return TrustedProxies(KeepTiles(headed, self.state.hot), self._proxies)


def publisher_of(settings: Settings) -> Publisher:
    """What publishes the layers that these settings name."""
    return Publisher(
        settings.definitions,
        settings.data,
        HomeFolder(settings.home),
        Sandbox(),
        private_sources=settings.allows_private_sources,
    )


def create_app(
    settings: Settings,
    publisher: Publisher | None = None,
    *,
    alerts: Alerts | None = None,
    follow: float = 0.25,
) -> FastAPI:
    """The service as these settings want it. Prepares layers that are not prepared yet.

    `publisher` may be another one of the same layers; `follow` is that of `Served`. Its alerts are
    those in the settings' database, unless `alerts` are given.
    Raises what `server.edition.edition.Served` and `server.database.engine.open_database` raise.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    static = StaticFiles.load(BUNDLE)
    database = open_database(settings.database)
    create_tables(database)
    # With connections of their own: those who wait to write a request cannot use them up.
    alerts = alerts or Alerts(open_database(settings.database))
    served = Served(
        publisher or publisher_of(settings),
        MapPages(settings.home, static, samples=settings.shows_samples),
        static,
        alerts.current,
        follow=follow,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with served.kept_up():
            yield

    def pages() -> Pages:
        return served.now.pages

    hot = HotTiles(settings.tile_cache_mb << 20)
    downloads = Downloads()

    def forget() -> None:
        hot.clear()
        downloads.clear()

    served.swapped = forget
    app = Service(settings, hot, lifespan=lifespan)
    app.include_router(map_router(served, settings.base_url, settings.embed_origins))
    app.include_router(
        tiles_router(served, ByteCache(settings.tile_cache_mb << 20), settings.base_url)
    )
    app.include_router(layers_router(served, downloads))
    app.include_router(table_router(served))
    app.include_router(here_router(served))
    app.include_router(light_router(served))
    app.include_router(language_router())
    app.include_router(search_router(served))
    press = Press()
    app.include_router(share_router(served, press, settings.base_url))
    app.include_router(print_router(served, press, settings.base_url))
    app.include_router(towns_router(served, press, settings.base_url))
    app.include_router(about_router(pages))
    app.include_router(alerts_router(alerts, pages))
    app.include_router(
        requests_router(Requests(database), pages, lambda: served.now.catalog, static)
    )
    app.include_router(
        offline_router(
            served,
            Offline(static, BUNDLE, settings.tile_cache_mb << 20),
            (BUNDLE / static["sw.js"]).read_bytes(),
        )
    )
    app.include_router(installable_router(served))
    app.include_router(health_router(served))
    app.include_router(static_router(BUNDLE))
    install_errors(app, pages)
    return app
