"""Links between the addresses under /ogc."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from fastapi import Request

from server.http.links import origin
from server.ogc.addresses import PREFIX

Link = dict[str, object]
RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0/"
CONFORMANCE, DATA = f"{RELATIONS}conformance", f"{RELATIONS}data"
QUERYABLES = f"{RELATIONS}queryables"
TILING_SCHEMES, STYLES = f"{RELATIONS}tiling-schemes", f"{RELATIONS}styles"
TILING_SCHEME, VECTOR_TILES = f"{RELATIONS}tiling-scheme", f"{RELATIONS}tilesets-vector"


def link(href: str, rel: str, media_type: str | None = None, title: str | None = None) -> Link:
    """A link as OGC API documents have it."""
    named = {"href": href, "rel": rel, "type": media_type, "title": title}
    return {name: value for name, value in named.items() if value is not None}


class Place:
    """Where a request is: the address of the service, and within it."""

    def __init__(self, request: Request, base_url: str | None) -> None:
        self.service = origin(request, base_url)
        self.root = f"{self.service}{PREFIX}"
        self._path = request.url.path
        self._query = dict(request.query_params)

    def own(self, **changes: object) -> str:
        """The address itself with these parameters instead of its own; None takes one away."""
        return self.service + self.within(**changes)

    def within(self, **changes: object) -> str:
        """The same as path and query."""
        changed = {**self._query, **changes}
        query = urlencode({name: value for name, value in changed.items() if value is not None})
        return self._path + (f"?{query}" if query else "")

    def forms(self, form: str, answers: Mapping[str, str]) -> Iterator[Link]:
        """Links to the answer itself, which is in this form, and to it in the others."""
        for name, media_type in answers.items():
            relation = "self" if name == form else "alternate"
            yield link(self.own(f=name, lang=None), relation, media_type, f"{name.upper()}")
