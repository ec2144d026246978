"""The public list of requests: what its page shows, what programs are told, and its feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from layers.catalog.catalog import Catalog
from server.desk.answers import PAGE, Decision, Order, PublicRequest, Selection
from server.desk.labels import category_labels, state_labels
from server.texts import Translate, plain
from server.texts.wording import localized

ATOM, GEORSS = "http://www.w3.org/2005/Atom", "http://www.georss.org/georss"
register_namespace("", ATOM)
register_namespace("georss", GEORSS)


@dataclass(frozen=True, slots=True)
class Listed:
    """A request on the list, its state and category in words."""

    number: int
    title: str
    state: str
    category: str
    changed_at: object


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestList:
    """A page of the list and what it is chosen by; `states` and others are words by code."""

    requests: Sequence[Listed]
    page: int
    pages: int
    text: str
    state: str | None
    category: str | None
    order: Order
    states: Mapping[str, str]
    categories: Mapping[str, str]
    orders: Mapping[str, str]

    @property
    def is_chosen(self) -> bool:
        """Whether only some of the public requests are asked for."""
        return bool(self.text or self.state or self.category)

    def at(self, page: int) -> str:
        """The address of another page of the same list."""
        chosen = {
            "q": self.text,
            "state": self.state,
            "category": self.category,
            "order": "" if self.order == "new" else self.order,
            "page": page,
        }
        return f"/requests?{urlencode({name: value for name, value in chosen.items() if value})}"


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """A decision in words; `layer` is its id as long as it is on the map."""

    label: str
    reason: str
    decided_at: object
    layer: str
    layer_title: str


def pages_of(total: int) -> int:
    """How many pages a list of so many requests has."""
    return max(1, -(-total // PAGE))


def request_list(
    found: Sequence[PublicRequest], total: int, page: int, selection: Selection, _: Translate
) -> RequestList:
    """The page of the list with the requests found."""
    categories = category_labels(_)
    return RequestList(
        requests=[
            Listed(
                request.number,
                request.title,
                state_of(request, _),
                categories[request.category],
                request.changed_at,
            )
            for request in found
        ],
        page=page,
        pages=pages_of(total),
        text=selection.text,
        state=selection.state,
        category=selection.category,
        order=selection.order,
        states=state_labels(_),
        categories=categories,
        orders={"new": _("Newest first"), "changed": _("Latest change first")},
    )


def state_of(request: PublicRequest, _: Translate) -> str:
    """What the request's state is called."""
    return state_labels(_, corrects=request.subject is not None)[request.state]


def decisions_in_words(
    decisions: Sequence[Decision], catalog: Catalog, lang: str, _: Translate, *, corrects: bool
) -> list[DecisionWords]:
    """Decisions, the oldest first."""
    labels = state_labels(_, corrects=corrects)
    words = []
    for decision in decisions:
        layer = catalog.named(decision.layer) if decision.layer else None
        title = localized(layer.definition.title, lang) if layer else ""
        words.append(
            DecisionWords(
                labels[decision.state],
                decision.reason,
                decision.decided_at,
                layer.id if layer else "",
                title,
            )
        )
    return words


def to_json(request: PublicRequest) -> dict[str, Any]:
    """A request for programs: codes, and instants in UTC."""
    return {
        "number": request.number,
        "title": request.title,
        "purpose": request.purpose,
        "category": request.category,
        "state": request.state,
        "place": request.place and {"lat": request.place.latitude, "lon": request.place.longitude},
        "about": request.subject
        and {"layer": request.subject.layer, "feature": request.subject.feature},
        "received_at": request.received_at.isoformat(timespec="seconds"),
        "changed_at": request.changed_at.isoformat(timespec="seconds"),
        "decisions": [
            {
                "state": decision.state,
                "reason": decision.reason,
                "layer": decision.layer,
                "decided_at": decision.decided_at.isoformat(timespec="seconds"),
            }
            for decision in request.decisions
        ],
        "href": f"/requests/{request.number}",
    }


def feed(
    requests: Sequence[PublicRequest], title: str, address: str, at: str, lang: str, _: Translate
) -> bytes:
    """Requests as Atom (RFC 4287) with GeoRSS Simple points.

    `at` is where the service is, `address` the feed's path there. Without a request it is of the
    epoch: nothing changed yet.
    """
    root = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": lang})
    latest = max((request.changed_at for request in requests), default=None)
    _put(root, "id", f"{at}{address}")
    _put(root, "title", title)
    _put(root, "updated", latest.isoformat() if latest else "1970-01-01T00:00:00+00:00")
    SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "href": f"{at}{address}"})
    SubElement(root, f"{{{ATOM}}}link", {"rel": "alternate", "href": f"{at}/requests"})
    _put(SubElement(root, f"{{{ATOM}}}author"), "name", title)
    for request in requests:
        entry = SubElement(root, f"{{{ATOM}}}entry")
        page = f"{at}/requests/{request.number}"
        reason = request.decisions[-1].reason if request.decisions else ""
        _put(entry, "id", page)
        _put(entry, "title", request.title)
        _put(entry, "published", request.published_at.isoformat())
        _put(entry, "updated", request.changed_at.isoformat())
        SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": page})
        SubElement(entry, f"{{{ATOM}}}category", {"term": request.category})
        _put(entry, "summary", " ".join(filter(None, [state_of(request, _), reason])))
        _put(entry, "content", request.purpose)
        if request.place is not None:
            point = f"{request.place.latitude} {request.place.longitude}"
            SubElement(entry, f"{{{GEORSS}}}point").text = point
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _put(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = plain(text)
