"""The public list of requests: what its page shows, and what programs are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from layers.catalog.catalog import Catalog
from layers.geometry.drawn_area import geojson
from server.desk.answers.publications import PAGE, Decision, Order, PublicRequest, Selection
from server.desk.intake.form import Place
from server.desk.labels import category_labels, state_labels
from server.texts import Translate
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class Listed:
    """A request on the list, its state and category in words."""

    number: int
    title: str
    state: str
    category: str
    changed_at: object
    supports: int


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

    @property
    def feed(self) -> str:
        """The address of the feed of these requests, as far as there is one: of the category."""
        return f"/requests.atom?category={self.category}" if self.category else "/requests.atom"


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
    matches: Sequence[PublicRequest], total: int, page: int, selection: Selection, _: Translate
) -> RequestList:
    """The page of the list with the requests that match."""
    categories = category_labels(_)
    return RequestList(
        requests=[
            Listed(
                request.number,
                request.title,
                state_of(request, _),
                categories[request.category],
                request.changed_at,
                request.supports,
            )
            for request in matches
        ],
        page=page,
        pages=pages_of(total),
        text=selection.text,
        state=selection.state,
        category=selection.category,
        order=selection.order,
        states=state_labels(_),
        categories=categories,
        orders={
            "new": _("Newest first"),
            "changed": _("Latest change first"),
            "supported": _("Most “Me too” first"),
        },
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
        "place": request.place and _place(request.place),
        "about": request.subject
        and {"layer": request.subject.layer, "feature": request.subject.feature},
        "received_at": request.received_at.isoformat(timespec="seconds"),
        "changed_at": request.changed_at.isoformat(timespec="seconds"),
        "supports": request.supports,
        "decisions": [
            {
                "state": decision.state,
                "reason": decision.reason,
                "layer": decision.layer,
                "decided_at": decision.decided_at.isoformat(timespec="seconds"),
            }
            for decision in request.decisions
        ],
        "duplicate_of": request.original,
        "added": [
            {"text": added.text, "added_at": added.added_at.isoformat(timespec="seconds")}
            for added in request.supplements
        ],
        "href": f"/requests/{request.number}",
    }


def _place(place: Place) -> dict[str, Any]:
    """The point, and the area that it stands for, where one is meant, as GeoJSON."""
    area = {"area": geojson(place.area)} if place.area else {}
    return {"lat": place.latitude, "lon": place.longitude, **area}
