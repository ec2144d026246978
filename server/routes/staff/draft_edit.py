"""The words, columns, looks and rules of a draft, in one form."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from layers.pictures.symbols import LEGEND_BOX, legend_svg
from layers.schema.layer import LayerDefinition
from layers.schema.values import PAGE_LANGUAGES, Hazard, Scenario
from layers.schema.write import text_of
from layers.symbology.legend import LegendEntry
from server.desk.accounts.roles import Role
from server.desk.drafts.columns import ColumnChoice, as_read, columns_of
from server.desk.drafts.errors import DraftNotFound
from server.desk.drafts.form import (
    COLOR,
    FIELDS,
    GRIDS,
    MOST_COLUMNS,
    PICTOGRAMS,
    SHAPES,
    read_definition,
    typed_of,
)
from server.desk.drafts.looks import class_looks
from server.desk.drafts.tables import Draft
from server.http.links import with_language
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.staff_drafts import draft_title, language_of_reports
from server.pages.staff_requests import FormState
from server.routes.staff.draft_views import DraftViews, number_of, parsed, seen_of
from server.texts import LANGUAGES, translator
from server.texts.staff_draft_form import form_labels
from server.texts.staff_drafts import pictograms, rhythms, shapes, uses
from server.texts.wording import localized


def staff_draft_edit_router(staff: StaffOnly, views: DraftViews) -> APIRouter:
    """`/staff/drafts/{number}/edit`. Raises `DraftNotFound`."""
    router = APIRouter(prefix="/staff/drafts/{number}", include_in_schema=False)

    @router.api_route("/edit", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def form(visit: Visit) -> Response:
        draft = views.draft(visit)
        definition = views.definition(draft)
        if definition is None:
            return RedirectResponse(with_language(f"/staff/drafts/{draft.number}", visit.lang), 303)
        definition = _as_read(definition, views, draft)
        columns = _columns(views, draft, definition)
        return editing(
            visit, draft, definition, columns, FormState(typed=typed_of(definition, columns))
        )

    @router.post("/edit")
    @staff.signed_in(Role.EDITOR, most_fields=FIELDS)
    def save(visit: Visit) -> Response:
        draft = views.draft(visit)
        definition = views.definition(draft)
        if definition is None:
            raise DraftNotFound
        definition = _as_read(definition, views, draft)
        columns = _columns(views, draft, definition)

        def act() -> str:
            catalog = views.catalog()
            changed = read_definition(
                visit.form,
                definition,
                columns,
                catalog.city,
                is_new=draft.layer_id not in catalog.layers,
                language=language_of_reports(visit.lang),
                _=translator(visit.lang),
            )
            text = text_of(changed, {})
            views.drafts.change(number_of(visit), seen_of(visit), text, changed.id, visit.actor)
            return f"/staff/drafts/{draft.number}"

        def again(form: FormState, status: int) -> Response:
            typed = {**typed_of(definition, columns), **dict.fromkeys(BOXES, ""), **visit.form}
            return editing(visit, draft, definition, columns, replace(form, typed=typed), status)

        return views.attempt(visit, act, again)

    @router.api_route("/symbol.svg", methods=READ)
    @staff.signed_in(Role.READER)
    def symbol(visit: Visit) -> Response:
        """The symbol that the form's choices make, for its picture while they are made."""
        query = visit.request.query_params
        color, shape = query.get("color", ""), query.get("shape", "")
        pictogram, glyph = query.get("pictogram", ""), query.get("glyph", "").strip()[:2]
        entry = LegendEntry(
            value=None,
            label={},
            meaning=None,
            color=color if COLOR.fullmatch(color) else "#555555",
            shape=shape if shape in SHAPES else "circle",  # type: ignore[arg-type]
            glyph=glyph,
            pictogram=pictogram if pictogram in PICTOGRAMS else None,  # type: ignore[arg-type]
        )
        half = LEGEND_BOX / 2
        content = legend_svg(entry, hollow=False)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEGEND_BOX}" height="{LEGEND_BOX}" '
            f'viewBox="{-half} {-half} {LEGEND_BOX} {LEGEND_BOX}">{content}</svg>'
        )
        return Response(svg, media_type="image/svg+xml")

    def editing(
        visit: Visit,
        draft: Draft,
        definition: LayerDefinition,
        columns: list[ColumnChoice],
        form: FormState,
        status: int = 200,
    ) -> Response:
        catalog, _ = views.catalog(), translator(visit.lang)
        return views.page(
            visit,
            "draft_edit.html",
            status,
            draft=draft,
            title=draft_title(draft, definition, visit.lang),
            form=replace(form, seen=draft.edition if status == 200 else seen_of(visit)),
            is_new=draft.layer_id not in catalog.layers,
            groups=[(each.id, localized(each.title, visit.lang)) for each in catalog.city.groups],
            named=[(each.field, localized(each.title, visit.lang)) for each in columns],
            columns=columns[:MOST_COLUMNS],
            more_columns=max(0, len(columns) - MOST_COLUMNS),
            has_personal=any(column.looks_personal for column in columns),
            labels=form_labels(_),
            uses=uses(_),
            shapes=shapes(_),
            pictograms=pictograms(_),
            hazards=[(each.value, each.value) for each in Hazard],
            scenarios=[(each.value, each.value) for each in Scenario],
            grids=GRIDS,
            rhythms=rhythms(form.typed.get("renewal_every", ""), _),
            classes=[(localized(look.label, visit.lang), look) for look in class_looks(definition)],
            style_field=definition.style.field,
            is_address=definition.source.url is not None,
            other_languages=[code for code in PAGE_LANGUAGES if code not in ("ja", "en")],
            language_names={code: LANGUAGES[code].name for code in PAGE_LANGUAGES},
        )

    return router


BOXES = ("sample", "default_visible", "personal_confirmed")


def _columns(views: DraftViews, draft: Draft, definition: LayerDefinition) -> list[ColumnChoice]:
    proposal = parsed(draft.layer_id, draft.proposal) or definition
    layer = views.catalog().layers.get(draft.layer_id)
    published = None if layer is None else layer.revision.definition
    return columns_of(definition, proposal, published)


def _as_read(definition: LayerDefinition, views: DraftViews, draft: Draft) -> LayerDefinition:
    """The definition with what a standard filled in, where it was read."""
    revision = views.revision(draft)
    return definition if revision is None else as_read(definition, revision.definition)
