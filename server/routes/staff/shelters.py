"""Saying whether shelters are open: a place, a state, done; for one or for many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import Role
from server.desk.errors import DeskUnavailable
from server.desk.intake.form import read_text, storable
from server.desk.shelters.board import ShelterBoard
from server.desk.shelters.states import NOTE_LENGTH, STATES, Shelters, StateName
from server.http.form_body import MAX_FIELDS
from server.http.links import with_language
from server.http.query import Query
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_shelters import MOST, chosen_in, names_of, shelters_page
from server.texts import plain, translator
from server.texts.shelters import shelter_labels

AT = "/staff/shelters"
LONGEST = 100  # characters that are searched for
TAKEN_BACK = "none"  # the button that says nothing any more of the places chosen


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was set, by field; or that it could not be written down."""

    status: int = 200
    errors: dict[str, str] = field(default_factory=dict)
    is_unsaved: bool = False


def staff_shelters_router(
    staff: StaffOnly,
    shelters: Shelters,
    board: ShelterBoard,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
) -> APIRouter:
    """`/staff/shelters`. Raises `InvalidQuery`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route(AT, methods=READ)
    @staff.signed_in(Role.EDITOR)
    def listing(visit: Visit) -> Response:
        return page(visit, Refusal())

    @router.post(AT)
    @staff.signed_in(Role.EDITOR, most_fields=MAX_FIELDS + MOST)
    def set_states(visit: Visit) -> Response:
        _ = translator(visit.lang)
        form, errors = visit.form, dict[str, str]()
        state = form.get("state", "")
        if state not in (*STATES, TAKEN_BACK):
            errors["state"] = _("Press one of the buttons at the bottom.")
        note = plain(" ".join(read_text("note", form, NOTE_LENGTH, errors, _).split()))
        chosen = chosen_in(form)
        names = names_of(catalog(), set(chosen))
        if not chosen:
            errors["places"] = _("Choose at least one place.")
        elif not names:
            errors["places"] = _("The map has none of the places chosen any more.")
        if errors:
            return page(visit, Refusal(400, errors))
        said = None if state == TAKEN_BACK else cast(StateName, state)
        try:
            shelters.set(names, said, note if said else "", actor=visit.actor)
        except DeskUnavailable:
            return page(visit, Refusal(503, is_unsaved=True))
        board.forget()
        done = {"done": state, "count": len(names), "gone": len(set(chosen)) - len(names)}
        search = {"q": _search(visit)} if _search(visit) else {}
        address = f"{AT}?{urlencode({**search, **done})}"
        return RedirectResponse(with_language(address, visit.lang), status_code=303)

    def page(visit: Visit, refusal: Refusal) -> Response:
        query, _ = Query.of_form(visit.request), translator(visit.lang)
        is_read = visit.request.method in READ
        labels = shelter_labels(_)
        done = query.choice("done", (*STATES, TAKEN_BACK)) if is_read else None
        view = shelters_page(
            catalog(),
            board.current(),
            visit.lang,
            query=_search(visit),
            chosen=frozenset(chosen_in(visit.form)),
            has_all=is_read and query.choice("all", ("1",)) is not None,
        )
        return staff_page(
            pages(),
            visit,
            "shelters.html",
            refusal.status,
            shelters=view,
            labels=labels,
            refusal=refusal,
            note=storable(visit.form.get("note", ""))[:NOTE_LENGTH],
            note_length=NOTE_LENGTH,
            most=MOST,
            done=done and labels.get(done, ""),
            done_count=query.whole("count", 0, MOST) or 0,
            gone_count=query.whole("gone", 0, MOST) or 0,
            is_done=done is not None,
        )

    return router


def _search(visit: Visit) -> str:
    """What is searched for: in the address of the page, in a field of the form."""
    if visit.request.method in READ:
        return (Query.of_form(visit.request).text("q", LONGEST) or "").strip()
    return storable(visit.form.get("q", ""))[:LONGEST].strip()
