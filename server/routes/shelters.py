"""Whether shelters are open, for the map and for other programs: kept for seconds only."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.desk.errors import SheltersUnknown
from server.desk.shelters.board import Board, ShelterBoard
from server.edition.edition import Edition, Served
from server.http.language import language_of
from server.http.links import origin
from server.http.query import Query
from server.http.responses import READ, Body, answer
from server.http.turns import Turns
from server.pages.shelter_feed import ShelterFeed, feature_collection

SHORT = "public, max-age=15"  # seconds: a cache before the service may bear the load of a bad night


def shelters_router(
    served: Served, board: ShelterBoard, turns: Turns, base_url: str | None
) -> APIRouter:
    """`/shelters.json` and `/shelters.atom`. Raises `InvalidQuery` and `SheltersUnknown`."""
    router = APIRouter()
    document = _Latest()

    @router.api_route("/shelters.json", methods=READ)
    def states(request: Request) -> Response:
        Query.of(request).refuse_others(("lang",))
        known = board.current()
        if known.checked_at is None:
            raise SheltersUnknown  # an empty list would say that none is open
        return answer(request, document.of(served.now, known), SHORT)

    @router.api_route("/shelters.atom", methods=READ)
    @turns.taking
    def feed(request: Request) -> Response:
        Query.of(request).refuse_others(("lang",))
        known = board.current()
        if known.checked_at is None:
            raise SheltersUnknown
        at, lang = origin(request, base_url), language_of(request)
        content = ShelterFeed(served.now.catalog, known, lang, at).content()
        body = Body(content, "application/atom+xml; charset=utf-8")
        return answer(request, body, SHORT, Vary="Accept-Encoding, Accept-Language")

    return router


class _Latest:
    """The document made last, for as long as what it is made of is the same.

    That it is made of states that run out meanwhile is made good within the cache's two seconds.
    """

    def __init__(self) -> None:
        self._kept: tuple[Edition, Board, Body] | None = None

    def of(self, edition: Edition, known: Board) -> Body:
        """The document of an edition and of what is known: made anew where one has changed."""
        kept = self._kept
        if kept is None or kept[0] is not edition or kept[1] is not known:
            shown = known.in_force(edition.catalog.city.shelter_states.valid_hours)
            content = feature_collection(edition.catalog, shown)
            body = Body(content, "application/geo+json").compressed()
            kept = self._kept = edition, known, body
        return kept[2]
