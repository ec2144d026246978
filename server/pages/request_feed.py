"""Public requests as Atom (RFC 4287) with GeoRSS Simple places, in pages (RFC 5005)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, register_namespace

from server.desk.answers.publications import PublicRequest
from server.desk.labels import category_labels
from server.pages.atom import ATOM, XML_LANG, entry_id, link, put_atom
from server.pages.request_list import state_of
from server.pages.xml import document, put
from server.texts import Translate, plain

GEORSS = "http://www.georss.org/georss"
register_namespace("georss", GEORSS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed is, and which page of it.

    `at` is where the service is, `path` the feed's path there, `page` that of what shows it to
    people. `category` is the one that it is of, `lang` the code and `tag` the BCP 47 tag of its
    language. `city` is the city's code, `author` what the site is called.
    """

    title: str
    author: str
    city: str
    at: str
    path: str
    page: str
    lang: str
    tag: str
    category: str | None = None
    number: int = 1
    pages: int = 1

    def link(self, number: int) -> str:
        """The address of a page of the feed."""
        paged = str(number) if number > 1 else None
        parameters = {"category": self.category, "page": paged, "lang": self.lang}
        query = urlencode({name: value for name, value in parameters.items() if value})
        return f"{self.at}{self.path}?{query}"


def feed(requests: Sequence[PublicRequest], of: Feed, _: Translate) -> bytes:
    """The feed with these requests. Without one it is of the epoch: nothing changed yet."""
    root = Element(f"{{{ATOM}}}feed", {XML_LANG: of.tag})
    latest = max((request.changed_at for request in requests), default=None)
    put_atom(root, "id", entry_id(f"feed {of.city} {of.path} {of.category or ''}"))
    put_atom(root, "title", of.title)
    put_atom(root, "updated", latest.isoformat() if latest else "1970-01-01T00:00:00+00:00")
    for rel, number in _links(of):
        link(root, rel, of.link(number), "application/atom+xml")
    link(root, "alternate", f"{of.at}{of.page}", "text/html")
    put_atom(put_atom(root, "author"), "name", of.author)
    labels = category_labels(_)
    for request in requests:
        entry = put_atom(root, "entry")
        # To the microsecond: no two requests of any service are of one number and one moment.
        put_atom(
            entry, "id", entry_id(f"request {request.number} {request.received_at.isoformat()}")
        )
        put_atom(entry, "title", request.title)
        put_atom(entry, "published", request.published_at.isoformat())
        put_atom(entry, "updated", request.changed_at.isoformat())
        link(entry, "alternate", f"{of.at}/requests/{request.number}", "text/html")
        category = put_atom(entry, "category")
        category.set("term", request.category)
        category.set("label", plain(labels[request.category]))
        put_atom(entry, "summary", _summary(request, _))
        put_atom(entry, "content", request.purpose)
        if request.place is not None:
            point = f"{request.place.latitude} {request.place.longitude}"
            put(entry, f"{{{GEORSS}}}point", point)
            if request.place.area is not None:
                corners = (f"{latitude} {longitude}" for longitude, latitude in request.place.area)
                put(entry, f"{{{GEORSS}}}polygon", " ".join(corners))
    return document(root)


def _links(of: Feed) -> list[tuple[str, int]]:
    """The relations of this page to others of the feed, and to itself."""
    links = [("self", of.number)]
    if of.pages > 1:
        links += [("first", 1), ("last", of.pages)]
        links += [("previous", of.number - 1)] if of.number > 1 else []
        links += [("next", of.number + 1)] if of.number < of.pages else []
    return links


def _summary(request: PublicRequest, _: Translate) -> str:
    """The state, why, and how many support it."""
    reason = request.decisions[-1].reason if request.decisions else ""
    supports = _("“Me too”: {count}").format(count=request.supports) if request.supports else ""
    return " ".join(filter(None, [state_of(request, _), reason, supports]))
