"""How a static copy spells the service's addresses: no static server reads a query.

A page of a language is `<lang><path>.html`, what a revision names (`v`) is below `v/<revision>/`,
and what else chooses an answer is the file's name: `/light?hazard=flood&lang=en` is
`en/light/hazard=flood.html`. `viewer/web/twin/spelling.js` undoes the first two.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from server.texts import DEFAULT_LANGUAGE, LANGUAGES

# Pages whose script reads the rest of their query.
READS_QUERY = frozenset({"/", "/here", "/requests/new"})
AS_JSON = ("f", "json")
MAP = "/"
NOTICES_BAR = "/notices/bar"  # a part of the map's page, with how long it counts


class Address(NamedTuple):
    """An address of the service. `rest` are the other parameters, in order of their names."""

    path: str
    lang: str | None = None
    revision: str | None = None
    rest: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, address: str) -> Address:
        """Read a path with its query; without it, for pages that read it themselves."""
        parts = urlsplit(address)
        pairs = dict(parse_qsl(parts.query))
        lang, revision = pairs.pop("lang", None), pairs.pop("v", None)
        rest = () if parts.path in READS_QUERY else tuple(sorted(pairs.items()))
        return cls(parts.path, lang if lang in LANGUAGES else None, revision, rest)

    @property
    def is_page(self) -> bool:
        """Whether it is one of the pages, of which there is one in each language."""
        return "." not in self.path.rpartition("/")[2] and AS_JSON not in self.rest

    @property
    def asked(self) -> str:
        """The address as the service is asked for it."""
        pairs = [*self.rest]
        pairs += [("lang", self.lang)] if self.lang else []
        pairs += [("v", self.revision)] if self.revision else []
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @property
    def file(self) -> str:
        """The file of the copy that holds the answer, from the copy's root."""
        path = self.path if self.path != MAP else "/index"
        rest = dict(self.rest)
        suffix = ".html" if self.is_page else ""
        if AS_JSON in self.rest or self.path == NOTICES_BAR:
            suffix = ".json"
            rest.pop("f", None)
        named = "".join(f"/{name}={value}" for name, value in sorted(rest.items()))
        if self.revision is not None:
            return f"v/{self.revision}{path}"
        if self.lang is None:
            return f"{path}{named}{suffix}".lstrip("/")
        return f"{self.lang}{path}{named}{suffix}"

    def in_language(self, lang: str) -> Address:
        """The same in a language."""
        return self._replace(lang=lang)


class Spelling:
    """What stands in the copy for addresses in what the service answers.

    `known` are the addresses of the copy, `renamed` files that have another name in it.
    """

    def __init__(self, known: set[Address], renamed: dict[str, str]) -> None:
        self._known, self._renamed = known, renamed

    def link(self, address: str, lang: str | None = None) -> str | None:
        """The address in the copy, from its root; None where the copy has nothing for it.

        `lang` is the language of whose page it stands in, for an address that names none.
        """
        parts = urlsplit(address)
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if parts.path == "/language":
            choice = dict(parse_qsl(parts.query))
            return self.link(choice.get("to", MAP), choice.get("lang"))
        if parts.path in self._renamed:
            return self._renamed[parts.path]
        read = Address.of(address)
        if read.is_page and read.lang is None and "{" not in read.path:
            if read.path == MAP and lang is None:
                return f"/{parts.query and '?'}{parts.query}{fragment}"
            read = read.in_language(lang or DEFAULT_LANGUAGE)
        if not (read in self._known or (read.revision is not None and "{" in read.path)):
            return None
        query = ""
        if read.path in READS_QUERY:
            query = urlencode(
                [pair for pair in parse_qsl(parts.query) if pair[0] != "lang"], safe="/,:"
            )
        return f"/{read.file}{query and '?'}{query}{fragment}"
