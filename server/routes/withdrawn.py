"""What was withdrawn, for everybody who may have a copy of it: what and when, and nothing of it."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from fastapi import APIRouter, Request, Response

from server.desk.layer_changes.entries import LayerChange
from server.desk.layer_changes.layer_changes import LayerChanges
from server.http.language import language_of
from server.http.links import path_and_query
from server.http.page_or_json import wants_page
from server.http.responses import NO_STORE, READ, Body, answer
from server.http.turns import Turns
from server.pages.render import Pages
from server.pages.withdrawn import notice_of

VARY = "Accept, Accept-Encoding"


def withdrawn_router(changes: LayerChanges, pages: Callable[[], Pages], turns: Turns) -> APIRouter:
    """`/withdrawn`. Raises `DeskUnavailable`."""
    router = APIRouter()

    @router.api_route("/withdrawn", methods=READ)
    @turns.taking
    def withdrawn(request: Request) -> Response:
        entries = changes.public()
        if not wants_page(request):
            document = orjson.dumps([_described(entry) for entry in entries])
            return answer(request, Body(document, "application/json"), NO_STORE, Vary=VARY)
        lang = language_of(request)
        page = pages().render(
            "withdrawn.html",
            lang,
            here=path_and_query(request),
            withdrawals=[notice_of(entry, lang) for entry in entries],
        )
        return answer(request, Body(page.encode(), "text/html; charset=utf-8"), NO_STORE, Vary=VARY)

    return router


def _described(entry: LayerChange) -> dict[str, object]:
    """A withdrawal for programs."""
    return {
        "number": entry.number,
        "layer": entry.layer,
        "title": entry.titles["layer"],
        "withdrawn": entry.kind,
        "field": entry.field if entry.kind == "column" else None,
        "feature": entry.feature,
        "revisions": entry.revisions,
        "withdrawn_at": entry.at.isoformat(timespec="seconds"),
    }
