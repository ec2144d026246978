"""The service put together: the only place that assembles."""

from __future__ import annotations

from fastapi import FastAPI

from layers.catalog import open_catalog
from server.cache import ByteCache
from server.database import create_tables, open_database
from server.desk.requests import Requests
from server.errors import install_errors
from server.headers import SecurityHeaders
from server.hot import HotTiles, KeepTiles
from server.pages.render import Pages
from server.pages.static import BUNDLE, StaticFiles
from server.routes.about import about_router
from server.routes.health import health_router
from server.routes.here import here_router
from server.routes.layers import layers_router
from server.routes.map import map_router
from server.routes.requests import requests_router
from server.routes.static import static_router
from server.routes.tiles import tiles_router
from server.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service as these settings want it. Prepares layers that are not prepared yet.

    Raises what `layers.catalog.open_catalog` and `server.database.open_database` raise.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    catalog = open_catalog(
        settings.definitions,
        settings.data,
        settings.home,
        private_sources=settings.allows_private_sources,
    )
    if settings.samples == "off":
        catalog = catalog.without_samples()
    static = StaticFiles.load(BUNDLE)
    pages = Pages(catalog.city, static)
    database = open_database(settings.database)
    create_tables(database)

    app = FastAPI(title="bosai-layers", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(map_router(catalog, static))
    app.include_router(
        tiles_router(catalog, ByteCache(settings.tile_cache_mb << 20), settings.base_url)
    )
    app.include_router(layers_router(catalog, pages))
    app.include_router(here_router(catalog, pages))
    app.include_router(about_router(pages))
    app.include_router(requests_router(Requests(database), pages))
    app.include_router(health_router(catalog))
    app.include_router(static_router(BUNDLE))
    app.add_middleware(SecurityHeaders)
    app.state.hot = HotTiles(settings.tile_cache_mb << 20)
    app.add_middleware(KeepTiles, hot=app.state.hot)
    install_errors(app, pages)
    return app
