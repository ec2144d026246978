"""The service's answers with the addresses of a static copy in them."""

from __future__ import annotations

import html
import re

import orjson

from server.build.spelling import Spelling

# An attribute of a tag, and a text in JSON or a script: both hold whole addresses.
ATTRIBUTE = re.compile(r'(?<=\s)(href|src|action|content|data-bar|data-config)="([^"]*)"')
QUOTED = re.compile(r'"((?:https?:)?/[^"\\\s]*)"')
LINK = re.compile(r"<a\b([^>]*?)\shref=\"([^\"]*)\"([^>]*)>(.*?)</a>", re.DOTALL)
TILES = re.compile(r'("tiles":")(/v/[0-9A-Za-z]+/tiles/[a-z0-9_]+)/\{z\}/\{x\}/\{y\}\.geojson"')
ENTRY = re.compile(r"<((?:\w+:)?)url><\1loc>([^<]*)</\1loc>.*?</\1url>", re.DOTALL)  # of a sitemap
HTML_TAG = re.compile(r"<html\b")


class Rewriting:
    """Rewrites what a service at `at` (scheme and host) answers.

    `answers` is the address of the script that answers about places.
    """

    def __init__(self, spelling: Spelling, at: str, answers: str) -> None:
        self._spelling, self._at, self._answers = spelling, at, answers
        self._absolute = re.compile(re.escape(at) + r"(/[^\s\"'<>\\)]*)")

    def page(self, content: bytes, lang: str) -> bytes:
        """A page of a language: links to what the copy does not have lead nowhere."""
        text = LINK.sub(lambda found: self._unlinked(found, lang), content.decode())
        text = ATTRIBUTE.sub(lambda found: self._attribute(found, lang), text)
        return HTML_TAG.sub(f'<html data-answers="{self._answers}"', text, count=1).encode()

    def script(self, content: bytes) -> bytes:
        """A script or a document in JSON. A layer's tiles are told with their index."""
        text = QUOTED.sub(lambda found: f'"{self._spelt(found[1])}"', content.decode())
        with_index = r'\1\2/{z}/{x}/{y}.geojson","tileIndex":"\2/index.json"'
        return TILES.sub(with_index, text).encode()

    def document(self, content: bytes) -> bytes:
        """A document of XML, RDF or text: its absolute addresses."""

        def spelt(found: re.Match[str]) -> str:
            return html.escape(self._spelt(html.unescape(found[0])), quote=False)

        return self._absolute.sub(spelt, content.decode()).encode()

    def sitemap(self, content: bytes) -> bytes:
        """A sitemap without the pages that the copy lacks."""
        return ENTRY.sub(
            lambda found: found[0] if self._has(html.unescape(found[2])) else "", content.decode()
        ).encode()

    def catalogue(self, content: bytes) -> bytes:
        """A catalogue in DCAT-US without what the copy lacks: interfaces of a service alone."""
        catalogue = orjson.loads(content)
        for dataset in catalogue["dataset"]:
            dataset["distribution"] = [
                way
                for way in dataset["distribution"]
                if self._has(way.get("accessURL") or way["downloadURL"])
            ]
        return orjson.dumps(catalogue)

    def _has(self, address: str) -> bool:
        """Whether the copy has the answer from a whole address."""
        return self._spelling.link(address.removeprefix(self._at)) is not None

    def _attribute(self, found: re.Match[str], lang: str) -> str:
        name, value = found[1], html.unescape(found[2])
        if name == "data-config":
            value = self.script(value.encode()).decode()
        elif name == "action":
            value = self._spelling.link(value, lang) or self._spelling.link("/", lang) or value
        else:
            value = self._spelt(value)
        return f'{name}="{html.escape(value)}"'

    def _spelt(self, address: str) -> str:
        """The address in the copy, where it has one; any other text as it is."""
        at = self._at if address.startswith(f"{self._at}/") else ""
        path = address[len(at) :]
        if not path.startswith("/") or path.startswith("//"):
            return address
        link = self._spelling.link(path)
        return address if link is None else at + link

    def _unlinked(self, found: re.Match[str], lang: str) -> str:
        before, value, after, words = found.groups()
        address = html.unescape(value)
        is_own = address.startswith("/") and not address.startswith("//")
        if not is_own or self._spelling.link(address, lang) is not None:
            return found[0]
        source, (start, end) = found.string, found.span()
        is_alone = source[:start].rstrip().endswith(">") and source[end:].lstrip().startswith("<")
        hidden = " data-service hidden" if is_alone else ""
        return f"<a{before}{after}{hidden}>{words}</a>"
