"""Drafts: the list, what was understood of one, its picture, and giving it up."""

from __future__ import annotations

import re

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from layers.catalog.layer import Layer
from layers.errors import InvalidTile
from layers.geometry.tile import Tile
from layers.revision.revision import Revision
from layers.tiles.geojson import collection
from server.desk.accounts.roles import Role
from server.desk.drafts.errors import DraftNotFound
from server.desk.drafts.expiry import DRAFT_DAYS, UPLOAD_DAYS
from server.desk.drafts.tables import Draft
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.staff_draft_difference import change_rows, difference_sentences
from server.pages.staff_draft_map import difference_picture, picture, privacy_picture
from server.pages.staff_draft_privacy import PrivacyEffect, privacy_effect
from server.pages.staff_drafts import draft_page, draft_rows, draft_title
from server.pages.staff_requests import FormState
from server.routes.staff.draft_views import DraftViews, number_of, seen_of
from server.texts import plain, translator
from server.viewer.draft_map import draft_map_config

NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


def staff_drafts_router(staff: StaffOnly, views: DraftViews) -> APIRouter:
    """`/staff/drafts` and `/staff/drafts/{number}`. Raises `DraftNotFound`."""
    router = APIRouter(prefix="/staff/drafts", include_in_schema=False)

    @router.api_route("", methods=READ)
    @staff.signed_in(Role.READER)
    def drafts(visit: Visit) -> Response:
        _, every = translator(visit.lang), views.drafts.all(visit.actor)
        titles = {
            draft.number: draft_title(draft, views.definition(draft), visit.lang) for draft in every
        }
        rows = draft_rows(every, titles, _)
        return views.page(
            visit,
            "drafts.html",
            rows=[row for row in rows if row.is_open],
            closed=[row for row in rows if not row.is_open],
            draft_days=DRAFT_DAYS,
            may_edit=visit.actor.role.may(Role.EDITOR),
        )

    @router.api_route("/{number}", methods=READ)
    @staff.signed_in(Role.READER)
    def draft(visit: Visit) -> Response:
        return shown(visit, FormState(typed={}))

    @router.api_route("/{number}/state", methods=READ)
    @staff.signed_in(Role.READER)
    def state(visit: Visit) -> Response:
        """For the script of a page that waits: what the draft is now."""
        draft = views.draft(visit)
        return JSONResponse({"state": draft.state.value, "edition": draft.edition})

    @router.api_route("/{number}/map.svg", methods=READ)
    @staff.signed_in(Role.READER)
    def map_picture(visit: Visit) -> Response:
        draft, _ = views.draft(visit), translator(visit.lang)
        revision = views.revision(draft)
        if revision is None or revision.bounds is None:
            raise DraftNotFound
        title = plain(_("The draft on the map"))
        mark = plain(_("SAMPLE")) if revision.definition.sample else ""
        return Response(picture(views.catalog(), revision, title, mark), media_type="image/svg+xml")

    @router.api_route("/{number}/difference", methods=READ)
    @staff.signed_in(Role.READER)
    def difference(visit: Visit) -> Response:
        draft, _ = views.draft(visit), translator(visit.lang)
        before, after = views.published(draft), views.revision(draft)
        layer = views.catalog().layers.get(draft.layer_id)
        published = None if layer is None else layer.revision.id
        return views.page(
            visit,
            "draft_difference.html",
            draft=draft,
            title=draft_title(draft, views.definition(draft), visit.lang),
            sentences=difference_sentences(draft, published, visit.lang, _),
            rows=change_rows(draft, before, after, visit.lang, _) if after else [],
            has_map=after is not None and after.bounds is not None,
        )

    @router.api_route("/{number}/difference.svg", methods=READ)
    @staff.signed_in(Role.READER)
    def difference_map(visit: Visit) -> Response:
        draft, _ = views.draft(visit), translator(visit.lang)
        after = views.revision(draft)
        if after is None or after.bounds is None or draft.check is None:
            raise DraftNotFound
        nothing = {"added_ids": (), "removed_ids": (), "moved": (), "changed": ()}
        svg = difference_picture(
            views.catalog(),
            views.published(draft),
            after,
            draft.check.difference or nothing,
            plain(_("What would change, on the map")),
        )
        return Response(svg, media_type="image/svg+xml")

    @router.api_route("/{number}/privacy.svg", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def privacy_map(visit: Visit) -> Response:
        draft, _ = views.draft(visit), translator(visit.lang)
        exact, after = views.drafts.exact_revision(draft), views.revision(draft)
        if exact is None or after is None or exact.bounds is None:
            raise DraftNotFound
        title = plain(_("What the privacy rule does, on the map"))
        svg = privacy_picture(views.catalog(), exact, after, title)
        return Response(svg, media_type="image/svg+xml")

    @router.api_route("/{number}/tiles/{z}/{x}/{y}.geojson", methods=READ)
    @staff.signed_in(Role.READER)
    def tile(visit: Visit) -> Response:
        """A tile of the draft, as the map has them of what is published."""
        revision = views.revision(views.draft(visit))
        if revision is None:
            raise DraftNotFound
        numbers = [visit.request.path_params[name] for name in ("z", "x", "y")]
        if not all(map(NUMBER.fullmatch, numbers)):
            raise InvalidTile(f"tile {'/'.join(numbers)}; wanted three whole numbers")
        content = Layer(revision).tile(Tile(*map(int, numbers)), "styled") or collection([])
        return Response(content, media_type="application/geo+json")

    @router.post("/{number}/read")
    @staff.signed_in(Role.EDITOR)
    def read(visit: Visit) -> Response:
        def act() -> str:
            views.drafts.read_anew(number_of(visit), seen_of(visit), visit.actor)
            return f"/staff/drafts/{number_of(visit)}"

        return views.attempt(visit, act, lambda form, status: shown(visit, form, status))

    @router.post("/{number}/discard")
    @staff.signed_in(Role.EDITOR)
    def discard(visit: Visit) -> Response:
        def act() -> str:
            views.drafts.discard(number_of(visit), seen_of(visit), visit.actor)
            return "/staff/drafts"

        return views.attempt(visit, act, lambda form, status: shown(visit, form, status))

    def shown(visit: Visit, form: FormState, status: int = 200) -> Response:
        draft, _ = views.draft(visit), translator(visit.lang)
        revision = views.revision(draft)
        page = draft_page(
            draft,
            views.definition(draft),
            revision,
            views.catalog(),
            visit.actor,
            visit.lang,
            _,
        )
        return views.page(
            visit,
            "draft.html",
            status,
            draft=page,
            form=form,
            upload_days=UPLOAD_DAYS,
            privacy=privacy(visit, draft, revision),
            draft_map=map_config(visit, draft, revision),
        )

    def privacy(visit: Visit, draft: Draft, after: Revision | None) -> PrivacyEffect | None:
        """What the draft's rule does, for those who may read its file."""
        exact = views.drafts.exact_revision(draft)
        if exact is None or after is None or not visit.actor.role.may(Role.EDITOR):
            return None
        return privacy_effect(exact, after)

    def map_config(visit: Visit, draft: Draft, revision: Revision | None) -> str:
        """What the script of the map is told; "" where there is nothing to show."""
        if revision is None or revision.bounds is None:
            return ""
        tiles = (
            f"/staff/drafts/{draft.number}/tiles/{{z}}/{{x}}/{{y}}.geojson?edition={draft.edition}"
        )
        return draft_map_config(revision, tiles, views.catalog(), visit.lang, views.static)

    return router
