"""What a device keeps so that the map opens without the network: a list of files with their sizes.

GSI's tiles are never among them (測量法 29, 30), nor is anything that holds a notice of the city.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

from layers.catalog.layer import Layer
from layers.exports.answers import answers, has_answers
from layers.exports.pack import MEDIA_TYPE, pack
from server.edition.edition import Edition
from server.http.cache import ByteCache
from server.http.links import query, with_language
from server.http.responses import Body
from server.pages.here import pattern
from server.pages.here_words import HereWords
from server.pages.render import Pages
from server.texts import LANGUAGES, translator
from server.viewer.words_device import MOST_RADIUS, here_config


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


Suffix = Literal["pack", "answers"]
MAKERS: Mapping[Suffix, Callable[[Layer], bytes]] = {"pack": pack, "answers": answers}


class DataKey(NamedTuple):
    """Exactly what changes the bytes of a layer's file: its tiles, or what answers take from it."""

    layer_id: str
    revision: str
    suffix: Suffix


class Offline:
    """The files to keep of an edition. `static` names the files of the bundle in `folder`.

    A layer's files are made when they are first asked for, `capacity` bytes stay in memory.
    """

    def __init__(self, static: Mapping[str, str], folder: Path, capacity: int) -> None:
        self._static = static
        self._bundle = {f"/static/{name}": folder / name for name in static.values()}
        self._made: ByteCache[DataKey, Body] = ByteCache(capacity)
        self._data_files: dict[DataKey, KeptFile] = {}
        self._listed: tuple[Edition, Body] | None = None
        self._listing = asyncio.Lock()
        self._pages_of: tuple[Edition, Pages] | None = None

    async def data(self, layer: Layer, suffix: Suffix) -> Body:
        """A layer's file."""
        return await self._made.get(_key(layer, suffix), lambda: _made(layer, suffix))

    def clear(self) -> None:
        """Forget every layer's files."""
        self._made.clear()
        self._data_files = {}
        self._listed = None

    def words(self, edition: Edition, lang: str) -> Body:
        """What answers about a place are worded with, as JSON."""
        words = HereWords(lang, translator(lang)).to_json(edition.catalog)
        return Body(orjson.dumps({**words, "mostRadius": MOST_RADIUS}), "application/json")

    async def listing(self, edition: Edition) -> Body:
        """The files as JSON; `edition` in it is a hash of them all. Made once for an edition."""
        async with self._listing:
            if self._listed is None or self._listed[0] is not edition:
                data = await self._data(edition)
                self._listed = edition, await asyncio.to_thread(self._document, edition, data)
            return self._listed[1]

    def _document(self, edition: Edition, data: Sequence[KeptFile]) -> Body:
        files = [asdict(file) for file in [*self._files(edition), *data]]
        digest = blake2b(orjson.dumps(files), digest_size=8).hexdigest()
        document = orjson.dumps({"edition": digest, "files": files})
        return Body(document, "application/json").compressed()

    def without_network(self, edition: Edition, lang: str) -> Body:
        """The page in place of those that cannot be had."""
        return self._page(edition, "offline.html", lang, "/offline", dict)

    def here(self, edition: Edition, lang: str) -> Body:
        """The page about a place, a pattern that its script fills."""

        def context() -> dict[str, Any]:
            return {
                "answer": pattern(edition.catalog, translator(lang)),
                "as_text": "",
                "device": here_config(lang),
                "kept": True,
            }

        return self._page(edition, "here.html", lang, "/here", context)

    def _page(
        self,
        edition: Edition,
        template: str,
        lang: str,
        here: str,
        context: Callable[[], dict[str, Any]],
    ) -> Body:
        """A page that is kept, and so holds no notice."""
        known = self._pages_of
        if known is None or known[0] is not edition:
            known = self._pages_of = edition, Pages(edition.catalog.city, self._static)
        pages, address = known[1], with_language(here, lang)
        return pages.kept(
            (template, lang), lambda: pages.render(template, lang, here=address, **context())
        )

    def _files(self, edition: Edition) -> Iterator[KeptFile]:
        """The pages in each language with their words, what they are drawn with, the base, the
        search's index and the areas that were surveyed."""
        pages: dict[str, Body] = {}
        for lang in LANGUAGES:
            pages[f"/offline/map{query(lang)}"] = edition.maps[lang]
            pages[f"/offline{query(lang)}"] = self.without_network(edition, lang)
            pages[f"/offline/here{query(lang)}"] = self.here(edition, lang)
            pages[f"/offline/answers.json{query(lang)}"] = self.words(edition, lang)
        for url, body in pages.items():
            yield KeptFile.of(url, body)
        content = b"".join(body.plain.content for body in pages.values())
        for name, script in edition.scripts.items():
            if name.encode() in content:
                yield KeptFile.of(f"/{name}", script)
        for url, path in self._bundle.items():
            if url.encode() in content:
                yield KeptFile.of(url, Body(path.read_bytes(), "", lasting=True))
        yield KeptFile.of(f"/base.geojson?v={edition.base_revision}", edition.base)
        if len(edition.base_near):
            url = f"/base/near.geojson?v={edition.base_near_revision}"
            yield KeptFile.of(url, edition.base_near)
        index = f"/search/index.json?v={edition.search_index.revision}"
        yield KeptFile.of(index, edition.search)
        for layer in edition.catalog.layers.values():
            coverage = layer.coverage()  # what was surveyed for it
            if layer.definition.hazard is not None and coverage is not None:
                url = f"/layers/{layer.id}/coverage.geojson?v={layer.revision.id}"
                yield KeptFile.of(url, Body(coverage, ""), layer.id)

    async def _data(self, edition: Edition) -> list[KeptFile]:
        """Every layer's tiles, and what answers take from it."""
        files, made = [], {}
        for layer in edition.catalog.layers.values():
            revision = layer.revision.id
            suffixes: list[Suffix] = ["pack"]
            if has_answers(layer.definition):
                suffixes.append("answers")
            for suffix in suffixes:
                key = _key(layer, suffix)
                made[key] = self._data_files.get(key) or KeptFile.of(
                    f"/offline/{layer.id}.{suffix}?v={revision}",
                    await self.data(layer, suffix),
                    layer.id,
                )
                files.append(made[key])
        self._data_files = made
        return files


def _key(layer: Layer, suffix: Suffix) -> DataKey:
    return DataKey(layer.id, layer.revision.id, suffix)


def _made(layer: Layer, suffix: Suffix) -> Body:
    """The file, compressed beforehand."""
    body = Body(MAKERS[suffix](layer), MEDIA_TYPE)
    _ = body.gzipped
    return body
