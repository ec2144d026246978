"""A static copy of the map: asks the service for all of it, and writes what it answers."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from urllib.parse import urljoin

import orjson
from fastapi import FastAPI

from layers.catalog.layer import Encoding, Layer
from layers.errors import LayerWithdrawn
from layers.exports.formats import Format
from layers.exports.tile_index import tile_index
from layers.geometry.tile import Tile
from layers.publish.exports import Exporter
from server.app import create_app
from server.assembly.desk_store import DeskStore
from server.assembly.static_copy import FRESH
from server.build import listing
from server.build.asking import Answer, Asking
from server.build.cutting import Cutting, cutting
from server.build.folder import Cache, CopyFile, CopyFolder, Written
from server.build.live_alerts import DatedAlerts
from server.build.read_me import read_me
from server.build.rewriting import Rewriting
from server.build.spelling import NOTICES_BAR, Address, Spelling
from server.edition.edition import Edition
from server.edition.offline import KeptFile
from server.edition.page_key import page_key, renderer_version
from server.http.responses import Body
from server.opendata import dcat_us, sitemap
from server.pages.render import Pages
from server.settings import Settings
from server.texts import DEFAULT_LANGUAGE, LANGUAGES
from server.viewer.bundle import BUNDLE, StaticFiles

AT_ONCE = 2  # questions to the service, as many pages as it makes at once; and exports
HTML = "text/html; charset=utf-8"
NEXT_PAGE = re.compile(r'rel="next" href="([^"]*)"')
SUFFIXES: dict[Encoding, str] = {
    "geojson": "{z}/{x}/{y}.geojson",
    "mvt": "{z}/{x}/{y}.mvt",
    "styled": "styled/{z}/{x}/{y}.geojson",
}
MEDIA_TYPES: dict[Encoding, str] = {
    "geojson": "application/geo+json",
    "mvt": "application/vnd.mapbox-vector-tile",
    "styled": "application/geo+json",
}
UNKNOWN_STATES: dict[str, object] = {
    "type": "FeatureCollection",
    "features": [],
    "checked_at": None,
}

Progress = Callable[[int, int], None]


def address_of(settings: Settings) -> str:
    """Where absolute addresses in the copy lead to (scheme and host)."""
    return settings.base_url or f"http://{settings.host}:{settings.port}"


def build(
    settings: Settings,
    folder: Path,
    progress: Progress = lambda _done, _of: None,
    *,
    scheduler: str | None = None,
) -> Written:
    """Write the copy into a folder. `progress` is told how many addresses are done, of how many.
    Tiles are cut by the cluster of a `scheduler`, if there is one.

    Absolute addresses are those of `base_url`, else of where `bosai serve` would listen. Raises
    `server.build.folder.NoBuild`, `server.build.asking.Unanswered`,
    `server.build.cutting.NoScheduler`, `OSError`, and what `server.app.create_app` raises.
    """
    with cutting(scheduler) as cutter, CopyFolder(folder).opened() as copy:
        at = address_of(settings)
        settings = settings.model_copy(update={"base_url": at, "metrics_token_file": None})
        alerts = DatedAlerts(settings, DeskStore(settings))
        app = create_app(settings, alerts=alerts)
        with app.state.exporter.kept_open():
            return asyncio.run(_Build(app, alerts, copy, cutter, at, progress).run())


@dataclass(frozen=True)
class _Page:
    """A page as the service answers it."""

    address: Address
    content: bytes


class _Build:
    def __init__(
        self,
        app: FastAPI,
        alerts: DatedAlerts,
        copy: CopyFolder,
        cutter: Cutting,
        at: str,
        progress: Progress,
    ) -> None:
        self._cutter = cutter
        self._asking, self._alerts, self._copy, self._at = Asking(app, at), alerts, copy, at
        self._exporter: Exporter = app.state.exporter
        app.state.served.obey()
        self._edition: Edition = app.state.served.now
        self._static = StaticFiles.load(BUNDLE)
        self._code = f"{renderer_version()[:20]} {at}"
        self._city_key = page_key(self._edition.catalog, self._static, self._code)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._progress, self._done = progress, 0
        catalog = self._edition.catalog
        self._lasting = [*listing.lasting(self._edition, self._static)]
        self._documents = [*listing.documents(catalog)]
        self._momentary = [*listing.momentary()]
        self._files = [*listing.exports(catalog)]
        self._asked = [*listing.pages(), *listing.layer_pages(catalog)]
        own = [
            page.in_language(lang)
            for lang in LANGUAGES
            for page in (listing.HERE, listing.REQUEST_FORM)
        ]
        self._known = {
            *self._lasting, *self._documents, *self._momentary, *self._asked, *own,
            *(listing.export(*each) for each in self._files), Address(listing.WORKER),
            Address(listing.OFFLINE_LIST), *self._icons(),
        }  # fmt: skip

    async def run(self) -> Written:
        """All of it, in the order in which it is safe to be stopped."""
        layers = self._edition.catalog.layers.values()
        folders = {f"v/{layer.revision.id}/" for layer in layers}
        styled = {_styled(layer) for layer in layers}
        self._copy.begin(
            {*(address.file for address in self._known), *folders, *styled},
            map(self._tiles_key, layers),
        )
        with ThreadPoolExecutor(AT_ONCE, "export") as threads:
            exports = asyncio.gather(*(self._export(*each, threads) for each in self._files))
            for layer in layers:
                self._tiles(layer)
                self._copy.note()
                await asyncio.sleep(0)
            for address in [*self._lasting, *self._icons()]:
                await self._lasting_file(address)
            pages = self._rewritten(await self._pages())
            await exports
        for address in self._documents:
            await self._document(address)
        await self._moment()
        self._put_pages(pages)
        await self._offline_list()
        worker = await self._ask(Address(listing.WORKER))
        self._put("sw.js", worker.content, worker.media_type, lasting=True)
        minutes = int(FRESH.total_seconds() // 60)
        self._put("README.md", read_me(self._at, minutes), "text/markdown; charset=utf-8")
        return self._copy.end(self._withdrawn())

    async def _ask(self, address: Address, allowed: tuple[int, ...] = (200,)) -> Answer:
        async with self._turns:
            answer = await self._asking.get(address.asked, allowed)
        self._done += 1
        self._progress(self._done, len(self._known))
        return answer

    def _put(
        self,
        path: str,
        content: bytes,
        media_type: str,
        cache: Cache = "revalidate",
        made_of: str = "",
        *,
        lasting: bool = False,
    ) -> None:
        self._copy.put(CopyFile(path, content, media_type, cache, made_of, lasting))

    def _icons(self) -> Iterator[Address]:
        """The icons, as manifests of the home screen name them, and as pages do."""
        for icon in sorted((Path(__file__).parents[1] / "pages" / "icons").glob("*.png")):
            content = Body(icon.read_bytes(), "image/png").plain.content
            revision = hashlib.blake2b(content, digest_size=8).hexdigest()
            yield Address(f"/icons/{icon.name}")
            yield Address(f"/icons/{icon.name}", revision=revision)

    def _tiles(self, layer: Layer) -> None:
        """A layer's tiles in every encoding, by its revision; the styled ones by its id alone, as
        layers.txt has them; and which there are.
        """
        key = self._tiles_key(layer)
        root = f"v/{layer.revision.id}/tiles/{layer.id}"
        index = f"{root}/index.json"
        kept = [
            path
            for path in self._copy.before
            if path.startswith((f"{root}/", _styled(layer))) and path != index
        ]
        if self._copy.keep(index, key) and all(self._copy.keep(path, key) for path in kept):
            return
        done = self._copy.keep_shares(key)
        paths = [*chain.from_iterable(done.values())]
        for share, tiles in self._cutter.tiles(layer, tuple(SUFFIXES), done):
            is_styled = share.encoding == "styled"
            cache: Cache = "revalidate" if is_styled else "immutable"
            written = []
            for tile, content in tiles:
                name = SUFFIXES[share.encoding].format(z=tile.z, x=tile.x, y=tile.y)
                path = f"tiles/{layer.id}/{name}" if is_styled else f"{root}/{name}"
                self._put(path, content, MEDIA_TYPES[share.encoding], cache, key)
                written.append(path)
            if share.parts > 1:
                self._copy.note_share(key, share.name, written)
            paths += written
            self._progress(self._done, len(self._known))
        content = tile_index(layer, _plain_tiles(root, paths))
        self._put(index, content, "application/json", "immutable", key)

    def _tiles_key(self, layer: Layer) -> str:
        return f"{self._code} {layer.revision.id}"

    async def _lasting_file(self, address: Address) -> None:
        key = f"{self._code} {address.asked}"
        if self._copy.keep(address.file, key):
            return
        answer = await self._ask(address)
        is_lasting = address.path.startswith("/static/")
        self._put(
            address.file, answer.content, answer.media_type, "immutable", key, lasting=is_lasting
        )

    async def _export(
        self, layer_id: str, file_format: Format, threads: ThreadPoolExecutor
    ) -> None:
        """A layer in a format, as its route has it written, but not one after the other."""
        address = listing.export(layer_id, file_format)
        catalog = self._edition.catalog
        revision = catalog.layer(layer_id).revision
        key = f"{self._code} {revision.id}"
        if self._copy.keep(address.file, key):
            return
        sink = BytesIO()
        write = partial(self._exporter.write, revision, file_format, sink)
        await asyncio.get_running_loop().run_in_executor(
            threads, lambda: write(city_code=catalog.city.code)
        )
        self._copy.put(
            CopyFile(
                address.file,
                sink.getvalue(),
                file_format.media_type,
                "revalidate",
                key,
                is_packed=file_format.packed,
            )
        )

    async def _pages(self) -> list[_Page]:
        """Every page as the service answers it; tables with all that follow."""
        pages = []
        waiting = [*self._asked]
        while waiting:
            address = waiting.pop(0)
            answer = await self._ask(address)
            pages.append(_Page(address, answer.content))
            following = NEXT_PAGE.search(answer.content.decode())
            if following is not None:
                href = urljoin(address.path, html.unescape(following[1]))
                waiting.append(Address.of(href).in_language(address.lang or DEFAULT_LANGUAGE))
        return [*pages, *self._request_forms()]

    def _request_forms(self) -> Iterator[_Page]:
        """In the place of the form of requests: mail, or the printed page."""
        pages = Pages(
            self._edition.catalog.city, self._static, self._alerts.current, self._alerts.are_known
        )
        for lang in LANGUAGES:
            address = listing.REQUEST_FORM.in_language(lang)
            content = pages.render("request_by_mail.html", lang, here=address.path)
            yield _Page(address, content.encode())

    def _rewritten(self, pages: Sequence[_Page]) -> list[_Page]:
        """The pages of the copy. From now on answers are rewritten: it is known what there is, and
        the maps' scripts have the names of what they then hold.
        """
        self._known |= {page.address for page in pages}
        answers = f"/static/{self._static['static_answers.js']}"
        plain = Rewriting(Spelling(self._known, {}), self._at, answers)
        renamed = {}
        for name, script in self._edition.scripts.items():
            content = plain.script(script.plain.content)
            new = f"map.{hashlib.sha256(content).hexdigest()[:16]}.js"
            renamed[f"/{name}"] = f"/{new}"
            self._put(new, content, script.media_type, "immutable", lasting=True)
        self._spelling = Spelling(self._known, renamed)
        self._rewriting = Rewriting(self._spelling, self._at, answers)
        self._sizes: dict[str, KeptFile] = {}
        return [
            _Page(
                page.address,
                self._rewriting.page(page.content, page.address.lang or DEFAULT_LANGUAGE),
            )
            for page in pages
        ]

    def _put_pages(self, pages: Iterable[_Page]) -> None:
        for page in pages:
            address, content = page.address, page.content
            lang = address.lang or DEFAULT_LANGUAGE
            self._put(address.file, content, HTML)
            self._sizes[address.asked] = KeptFile.of(address.asked, Body(content, HTML))
            if address == Address("/", DEFAULT_LANGUAGE):
                self._put("index.html", content, HTML)
            if address.path == listing.KEPT_HERE:  # its script fills it with or without a network
                self._put(listing.HERE.in_language(lang).file, content, HTML)

    async def _document(self, address: Address) -> None:
        is_picture = address.path == "/og.png"
        if is_picture and self._copy.keep(address.file, self._city_key):
            return
        answer = await self._ask(address)
        content, media_type = answer.content, answer.media_type
        if is_picture:
            self._put(address.file, content, media_type, "revalidate", self._city_key)
            return
        if address.path == sitemap.PATH:
            content = self._rewriting.sitemap(content)
        elif address.path == dcat_us.PATH:
            content = self._rewriting.catalogue(content)
        if "json" in media_type or address.path == "/layers.txt":
            content = self._rewriting.script(content)
        content = self._rewriting.document(content)
        self._put(address.file, content, media_type)

    async def _moment(self) -> None:
        """What counts for a while only. What is not known is left out, or said to be unknown."""
        until = (datetime.datetime.now(datetime.UTC) + FRESH).isoformat(timespec="seconds")
        for address in self._momentary:
            if address.path == NOTICES_BAR:
                content, media_type = await self._bar(address, until), "application/json"
            elif address.path == listing.SHELTERS:
                content, media_type = await self._shelters(address, until), "application/geo+json"
            else:
                with nullcontext() if address.is_page else self._alerts.counted():
                    answer = await self._ask(address, (200, 503))
                content, media_type = answer.content, answer.media_type
                if answer.status == 503 and not media_type.startswith("text/html"):
                    continue
                if media_type.startswith("text/html"):
                    content = self._rewriting.page(content, address.lang or DEFAULT_LANGUAGE)
                elif address.path.endswith(".atom"):
                    content = self._rewriting.document(content)
            self._put(address.file, content, media_type, "moment")

    async def _bar(self, address: Address, until: str) -> bytes:
        """The alerts above the map, and what stands there once nobody knows of others."""
        lang = address.lang or DEFAULT_LANGUAGE
        afterwards = await self._ask(address)
        with self._alerts.counted():
            known = await self._ask(address, (200, 204))
        words = {
            name: self._rewriting.page(answer.content, lang).decode()
            for name, answer in (("words", known), ("afterwards", afterwards))
        }
        return orjson.dumps({"until": until, **words})

    async def _shelters(self, address: Address, until: str) -> bytes:
        answer = await self._ask(address, (200, 503))
        if answer.status == 503:
            return orjson.dumps({**UNKNOWN_STATES, "is_current": False, "current_until": until})
        return orjson.dumps({**orjson.loads(answer.content), "current_until": until})

    async def _offline_list(self) -> None:
        """What a device keeps: by the service's addresses, each with where the copy has it."""
        answer = await self._ask(Address(listing.OFFLINE_LIST))
        files = []
        for file in orjson.loads(answer.content)["files"]:
            link = self._spelling.link(file["url"])
            if file["url"].startswith("/map."):
                script = self._rewriting.script(
                    self._edition.scripts[file["url"][1:]].plain.content
                )
                files.append(_listed(link, Body(script, "", lasting=True)))
                continue
            size = self._sizes.get(file["url"])
            if size is not None:
                file |= {"revision": size.revision, "bytes": size.bytes, "sent": size.sent}
            files.append({**file, "at": link})
        name = self._static["static_answers.js"]
        content = (BUNDLE / name).read_bytes()
        files.append(_listed(f"/static/{name}", Body(content, "", lasting=True)))
        edition = hashlib.blake2b(orjson.dumps(files), digest_size=8).hexdigest()
        document = orjson.dumps({"edition": edition, "files": files})
        self._put(Address(listing.OFFLINE_LIST).file, document, "application/json")

    def _withdrawn(self) -> set[str]:
        """Files of the copies before that hold a layer, or a revision, that was withdrawn."""
        catalog = self._edition.catalog
        gone = set()
        for path in self._copy.former:
            parts = path.split("/")
            named = re.search(r"(?:tiles|layers|offline)/([a-z][a-z0-9_]*)", path)
            if named is None:
                continue
            revision = parts[1] if parts[0] == "v" else None
            try:
                catalog.refuse_withdrawn(named[1], revision)
            except LayerWithdrawn:
                gone.add(path)
        return gone


def _styled(layer: Layer) -> str:
    """The folder of a layer's tiles by its id alone."""
    return f"tiles/{layer.id}/styled/"


def _plain_tiles(root: str, paths: Iterable[str]) -> Iterator[Tile]:
    """The tiles below `root` whose files in GeoJSON are among the paths."""
    suffix = ".geojson"
    for path in paths:
        if path.startswith(f"{root}/") and path.endswith(suffix):
            yield Tile(*map(int, path.removesuffix(suffix).split("/")[-3:]))


def _listed(link: str | None, body: Body) -> dict[str, object]:
    """A script of the copy, by the name that it has there."""
    return asdict(KeptFile.of(str(link), body)) | {"at": link}
