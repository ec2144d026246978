"""Layers on their way to the map: what reads drafts, what publishes them, and their pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fastapi import APIRouter

from layers.catalog.catalog import Catalog
from layers.process.sandbox import Sandbox
from layers.revision.revision import Revision
from layers.schema.load import layer_of_text
from layers.schema.source import Source
from layers.sources.files import files_of, locate
from layers.store.store import Home
from server.assembly.desk_store import DeskStore
from server.database.following import Following
from server.desk.drafts.drafts import Drafts
from server.desk.drafts.expiry import Expiry
from server.desk.drafts.publishing import Publishing, Served
from server.desk.drafts.reading import Reading, Surroundings
from server.desk.failures import failures_logged
from server.desk.layers.exchange import FolderLayer
from server.desk.layers.mirror import desk_folder
from server.http.session import StaffOnly
from server.pages.render import Pages
from server.routes.staff.draft_edit import staff_draft_edit_router
from server.routes.staff.draft_layers import staff_layers_router
from server.routes.staff.draft_publish import staff_draft_publish_router
from server.routes.staff.draft_uploads import staff_draft_uploads_router
from server.routes.staff.draft_views import DraftViews
from server.routes.staff.drafts import staff_drafts_router
from server.settings import Settings


class DraftDesk:
    """The drafts of a service, and what reads them while it is kept up."""

    def __init__(
        self,
        store: DeskStore,
        settings: Settings,
        catalog: Callable[[], Catalog],
        home: Home,
    ) -> None:
        self._store, self._settings, self.catalog = store, settings, catalog
        self._home = home
        self._desk = desk_folder(settings.home, store.database)
        self.drafts = Drafts(
            store.database,
            settings.home.resolve() / "drafts",
            settings.longest_upload,
            lambda: _names_of_city(catalog()),
        )
        around = Surroundings(
            catalog,
            settings.data,
            self._text_of_layer,
            self._file_of_layer,
            self._newest_version,
            home.desk_changes.of,
            private_sources=settings.allows_private_sources,
        )
        self.reading = Reading(
            self.drafts,
            Sandbox(settings.reader_limits),
            around,
            Following(store.database),
            lambda: store.is_database_away,
        )
        self.expiry = Expiry(store.database, self.drafts, lambda: store.is_database_away)
        self.publishing = Publishing(
            store.database,
            self.drafts,
            store.layers,
            Served(self._published_now, self._accept, self._folder_layer),
            by_two=settings.needs_two,
        )

    @contextmanager
    def kept_up(self) -> Iterator[None]:
        """Read what waits and discard what was given up, until the block ends."""
        stop = threading.Event()
        for keeper in (self.reading, self.expiry):
            threading.Thread(target=keeper.run, args=(stop,), daemon=True).start()
        try:
            yield
        finally:
            stop.set()

    def routers(
        self,
        staff: StaffOnly,
        pages: Callable[[], Pages],
        static: Mapping[str, str],
    ) -> Iterator[APIRouter]:
        """The routers, in the order in which their addresses are tried."""
        store = self._store
        views = DraftViews(self.drafts, self.publishing, store.layers, pages, self.catalog, static)
        yield staff_draft_uploads_router(staff, views)
        yield staff_drafts_router(staff, views)
        yield staff_draft_edit_router(staff, views)
        yield staff_draft_publish_router(staff, views)
        yield staff_layers_router(staff, views, store.database)

    def _text_of_layer(self, layer_id: str) -> str | None:
        version = self._store.layers.current().get(layer_id)
        if version is not None:
            return version.definition
        path = self._settings.definitions / f"{layer_id}.toml"
        return path.read_text(encoding="utf-8-sig") if path.is_file() else None

    def _file_of_layer(self, layer_id: str, name: str) -> Path | None:
        declaration = self._desk.declarations().get(layer_id)
        path = (declaration.data if declaration else self._settings.data) / name
        return path if path.is_file() else None

    def _newest_version(self, layer_id: str) -> int:
        history = self._store.layers.history(layer_id)
        return history[0].version.number if history else 0

    def _folder_layer(self, layer_id: str) -> FolderLayer | None:
        """The layer as the operator's folder declares it, with its files below the data folder."""
        path = self._settings.definitions / f"{layer_id}.toml"
        if not path.is_file():
            return None
        text, data = path.read_text(encoding="utf-8-sig"), self._settings.data
        definition = layer_of_text(layer_id, text)
        named = [definition.source.path]
        if definition.surveyed_extent not in (None, "boundary", "unknown"):
            named.append(definition.surveyed_extent)
        files: dict[str, Path] = {}
        for name in filter(None, named):
            for file in files_of(locate(Source(path=name), data)):
                files[file.relative_to(data).as_posix()] = file
        return FolderLayer(text, files)

    def _published_now(self, layer_id: str) -> str | None:
        layer = self.catalog().layers.get(layer_id)
        return None if layer is None else layer.revision.id

    def _accept(self, layer_id: str, revision: Revision) -> None:
        code = self.catalog().city.code
        with failures_logged():
            self._home.store(code).accept(layer_id, revision.data_id)


def _names_of_city(catalog: Catalog) -> list[str]:
    city = catalog.city
    return [name for name in (city.boundary, city.neighbourhoods) if name is not None]
