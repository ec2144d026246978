"""What a device keeps so that the map opens without the network: a list of files with their sizes.

GSI's tiles are never among them (測量法 29, 30), nor is anything that holds a notice of the city.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import orjson

from layers.catalog.layer import Layer
from layers.exports.pack import MEDIA_TYPE, pack
from server.edition.edition import Edition
from server.http.cache import ByteCache
from server.http.links import query
from server.http.responses import Body
from server.pages.render import Pages
from server.texts import LANGUAGES


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An address of the service, the hash of what it holds, its bytes and those sent for them.

    `layer` is the id of the layer whose data it holds, None for others.
    """

    url: str
    revision: str
    bytes: int
    sent: int
    layer: str | None

    @classmethod
    def of(cls, url: str, body: Body, layer: str | None = None) -> KeptFile:
        sent = body.gzipped or body.plain
        return cls(url, body.plain.etag.strip('"'), len(body), len(sent.content), layer)


class PackKey(NamedTuple):
    """Exactly what changes a pack's bytes."""

    layer_id: str
    revision: str


class Offline:
    """The files to keep of an edition. `static` names the files of the bundle in `folder`.

    Packs are made when they are first asked for, `capacity` bytes of them stay in memory.
    """

    def __init__(self, static: Mapping[str, str], folder: Path, capacity: int) -> None:
        self._static = static
        self._bundle = {f"/static/{name}": folder / name for name in static.values()}
        self._packs: ByteCache[PackKey, Body] = ByteCache(capacity)
        self._pack_files: dict[PackKey, KeptFile] = {}
        self._listed: tuple[Edition, Body] | None = None

    async def pack(self, layer: Layer) -> Body:
        return await self._packs.get(_key(layer), lambda: _packed(layer))

    async def listing(self, edition: Edition) -> Body:
        """The files as JSON; `edition` in it is a hash of them all."""
        if self._listed is None or self._listed[0] is not edition:
            files = [asdict(file) for file in [*self._pages(edition), *await self._data(edition)]]
            digest = blake2b(orjson.dumps(files), digest_size=8).hexdigest()
            document = orjson.dumps({"edition": digest, "files": files})
            self._listed = edition, Body(document, "application/json")
        return self._listed[1]

    def without_network(self, edition: Edition, lang: str) -> Body:
        """The page in place of those that cannot be had. It is kept, and so holds no notice."""
        pages = Pages(edition.catalog.city, self._static)
        page = pages.render("offline.html", lang, here=f"/offline{query(lang)}")
        return Body(page.encode(), "text/html; charset=utf-8")

    def _pages(self, edition: Edition) -> Iterator[KeptFile]:
        """The pages in each language, what they are drawn with, and the bundled base."""
        pages = {f"/offline/map{query(lang)}": edition.maps[lang] for lang in LANGUAGES}
        pages |= {
            f"/offline{query(lang)}": self.without_network(edition, lang) for lang in LANGUAGES
        }
        for url, body in pages.items():
            yield KeptFile.of(url, body)
        content = b"".join(body.plain.content for body in pages.values())
        for name, script in edition.scripts.items():
            if name.encode() in content:
                yield KeptFile.of(f"/{name}", script)
        for url, path in self._bundle.items():
            if url.encode() in content:
                yield KeptFile.of(url, Body(path.read_bytes(), ""))
        yield KeptFile.of(f"/base.geojson?v={edition.base_revision}", edition.base)
        if len(edition.base_near):
            url = f"/base/near.geojson?v={edition.base_near_revision}"
            yield KeptFile.of(url, edition.base_near)
        index = f"/search/index.json?v={edition.search_index.revision}"
        yield KeptFile.of(index, edition.search)

    async def _data(self, edition: Edition) -> list[KeptFile]:
        """Every layer's tiles, and what was surveyed for it."""
        files, packs = [], {}
        for layer in edition.catalog.layers.values():
            revision = layer.revision.id
            file = self._pack_files.get(_key(layer)) or KeptFile.of(
                f"/offline/{layer.id}.pack?v={revision}", await self.pack(layer), layer.id
            )
            packs[_key(layer)] = file
            files.append(file)
            coverage = layer.coverage()
            if layer.definition.hazard is not None and coverage is not None:
                url = f"/layers/{layer.id}/coverage.geojson?v={revision}"
                files.append(KeptFile.of(url, Body(coverage, ""), layer.id))
        self._pack_files = packs
        return files


def _key(layer: Layer) -> PackKey:
    return PackKey(layer.id, layer.revision.id)


def _packed(layer: Layer) -> Body:
    """The pack, compressed beforehand."""
    body = Body(pack(layer), MEDIA_TYPE)
    _ = body.gzipped
    return body
