"""Answers of services that give a layer in pages, and the one file made of them.

An answer is saved and read from there a feature at a time, so that memory is bounded by a feature.
What a service says of itself (when it answered, links) is left behind: the same features give the
same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from layers.errors import SourceError
from layers.fetch.http import Visit
from layers.fetch.network import refused
from layers.sources.vector import json_stream

MOST_DOCUMENT = 64 << 20  # bytes of an answer that is no page of features
WORDS_LENGTH = 200  # characters of a service's own words
SHORTEST_SECRET = 4  # characters of a parameter's value that no words of a service may repeat


class Feature(NamedTuple):
    """A feature as it is written into the file, and its id where the service gives one."""

    id: str | None
    text: str


class FeatureFile:
    """The features of every page in one file, each once.

    `count` is their number, `ids` has those of them that have one; `members` are what is kept of
    the pages beside the features.
    """

    def __init__(self, visit: Visit, path: Path, separator: str) -> None:
        self.path = path
        self.count = 0
        self.ids: set[str] = set()
        self.members: dict[str, Any] | None = None
        self._visit, self._separator = visit, separator
        self._pages: set[bytes] = set()
        self._body = path.with_name("features")
        self._body.write_bytes(b"")

    def add(self, page: Iterable[Feature]) -> int:
        """Take up the features of a page, and give their number.

        Refuses an id for the second time, and a page that repeats another.
        """
        before, content = self.count, hashlib.sha256()
        with self._body.open("a", encoding="utf-8") as body:
            for feature in page:
                if feature.id is not None:
                    if feature.id in self.ids:
                        raise refused(self._visit.url, "service_doubled", feature.id)
                    self.ids.add(feature.id)
                body.write((self._separator if self.count else "") + feature.text)
                content.update(feature.text.encode())
                self.count += 1
        if self.count > before:
            if content.digest() in self._pages:
                raise refused(self._visit.url, "service_repeats")
            self._pages.add(content.digest())
        return self.count - before

    def keep(self, page: Mapping[str, Any], names: Iterable[str], system: str) -> None:
        """Keep these members of the first page, and refuse a later one in another system.

        `system` is the name of the member with the coordinate reference system.
        """
        members = {name: page[name] for name in names if name in page}
        if self.members is None:
            self.members = members
        elif members.get(system) != self.members.get(system):
            raise refused(self._visit.url, "service_mixed", str(members.get(system))[:WORDS_LENGTH])

    def require(self, expected: int | None) -> None:
        """Refuse another number of features than the service says it has; None when it does not."""
        if expected is not None and expected != self.count:
            raise refused(self._visit.url, "service_count", f"{self.count:,} / {expected:,}")

    def finish(self, before: str, after: str) -> Path:
        """Write the file: `before`, the features, `after`. Gives its path."""
        with self.path.open("wb") as file, self._body.open("rb") as body:
            file.write(before.encode())
            shutil.copyfileobj(body, file)
            file.write(after.encode())
        self._body.unlink()
        return self.path

    def finish_json(self, **members: Any) -> Path:
        """Write a JSON object of the members, those kept, and `features`. Gives its path."""
        members |= self.members or {}
        head = json.dumps({**members, "features": []}).removesuffix("]}")
        return self.finish(head + "\n", "\n]}\n")


@dataclass
class JsonPage:
    """A page of features as JSON, `features` first read: then `members` has all the others."""

    visit: Visit
    path: Path
    _document: json_stream.Document = field(default_factory=json_stream.Document)

    @property
    def members(self) -> dict[str, Any]:
        """The members beside `features`, as far as they are read."""
        return self._document.members

    def features(self) -> Iterator[dict[str, Any]]:
        """Each feature. Refuses what is no such page."""
        try:
            with json_stream.opened(self.path, self.path) as reader:
                for feature in json_stream.collected(reader, self._document):
                    if not isinstance(feature, dict):
                        raise refused(self.visit.url, "service_answer", "features")
                    yield feature
                if reader.peek():
                    raise refused(self.visit.url, "service_answer", "}")
        except SourceError as error:
            if error.kind.startswith("service_"):
                raise
            raise refused(self.visit.url, "service_answer", str(error.detail)) from None
        require_no_error(self.visit, self.members)
        if not self._document.collection:
            raise refused(self.visit.url, "service_answer", "features")

    def require_returned(self, features: int) -> None:
        """Refuse another number of features than the page says it has."""
        returned = whole_number(self.members.get("numberReturned"))
        if returned is not None and returned != features:
            raise refused(self.visit.url, "service_count", f"{features:,} / {returned:,}")


def document(visit: Visit, url: str, folder: Path) -> dict[str, Any]:
    """The JSON object that a service answers. Raises `SourceError`."""
    path = small(visit, url, folder)
    try:
        answer = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise refused(visit.url, "service_answer", str(error)) from None
    if not isinstance(answer, dict):
        raise refused(visit.url, "service_answer", "{")
    require_no_error(visit, answer)
    return answer


def small(visit: Visit, url: str, folder: Path) -> Path:
    """An answer that is read at once, saved."""
    path = folder / "document"
    visit.save(visit.ask(url), path)
    if path.stat().st_size > MOST_DOCUMENT:
        raise refused(visit.url, "fetched_size", f"{MOST_DOCUMENT:,}")
    return path


def require_no_error(visit: Visit, answer: Mapping[str, Any]) -> None:
    """Refuse an error that is sent as a good answer, as ArcGIS does it with status 200."""
    error = answer.get("error")
    if isinstance(error, dict):
        details = error.get("details")
        details = details if isinstance(details, list) else []
        parts = [error.get("code"), error.get("message"), *details]
        raise told(visit, " ".join(str(part) for part in parts if part))
    if error:
        raise told(visit, str(error))


def told(visit: Visit, words: str) -> SourceError:
    """The error for what a service says, without what the address has as secrets."""
    for _, value in parse_qsl(urlsplit(visit.url).query):
        if len(value) >= SHORTEST_SECRET:
            words = words.replace(value, "***")
    plain = " ".join(words.split())
    printable = "".join(c for c in plain if c.isprintable())
    return refused(visit.url, "service_error", printable[:WORDS_LENGTH])


def with_parameters(url: str, parameters: Mapping[str, Any]) -> str:
    """The address with these parameters as its only query; those that are None are left out."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return urlsplit(url)._replace(query=urlencode(given), fragment="").geturl()


def parameters_of(url: str, without: Iterable[str]) -> dict[str, str]:
    """The parameters of an address but those called so, in whatever case."""
    dropped = {name.casefold() for name in without}
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return {name: value for name, value in pairs if name.casefold() not in dropped}


def json_feature(feature: Mapping[str, Any], id_: object) -> Feature:
    """A feature of a JSON page; in ASCII, which half of a character in an escape does not break."""
    return Feature(None if id_ is None else str(id_), json.dumps(feature))


def whole_number(value: object) -> int | None:
    """A count as services write it; None for "unknown" and whatever else is no number."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if type(value) is int else None
