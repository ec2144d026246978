"""Templates for replies: the list, and those that the desk writes itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from server.desk.accounts.roles import Role
from server.desk.errors import TemplateNotFound
from server.desk.triage.staff_form import read_template
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.staff_requests import FormState, place_meanings
from server.routes.staff.request_views import RequestViews, shown
from server.texts import translator
from server.texts.staff_requests import state_names


def staff_replies_router(staff: StaffOnly, views: RequestViews) -> APIRouter:
    """`/staff/replies`. Raises `TemplateNotFound`."""
    router, templates = (
        APIRouter(prefix="/staff/replies", include_in_schema=False),
        (views.desk.templates),
    )

    @router.api_route("", methods=READ)
    @staff.signed_in(Role.READER)
    def replies(visit: Visit) -> Response:
        every = templates.all()
        return views.page(
            visit,
            "replies.html",
            own=[template for template in every if template.is_own],
            supplied=[template for template in every if not template.is_own],
            may_change=visit.actor.role.may(Role.EDITOR),
        )

    @router.api_route("/new", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def new(visit: Visit) -> Response:
        return writing(visit, "", FormState(typed={}))

    @router.post("/new")
    @staff.signed_in(Role.EDITOR)
    def add(visit: Visit) -> Response:
        def act() -> str:
            form = read_template(visit.form, translator(visit.lang))
            templates.add(form.title, form.state, form.text, actor=visit.actor)
            return "/staff/replies"

        return views.attempt(visit, act, lambda form, status: writing(visit, "", form, status))

    @router.api_route("/{number}", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def template(visit: Visit) -> Response:
        """The form with one of the desk's own to change, or with a copy of one that ships."""
        found = templates.named(visit.request.path_params["number"])
        typed = {"title": found.title, "state": found.state or "", "text": found.text}
        return writing(visit, found.id if found.is_own else "", FormState(typed=typed))

    @router.post("/{number}")
    @staff.signed_in(Role.EDITOR)
    def change(visit: Visit) -> Response:
        template_id = own(visit)

        def act() -> str:
            form = read_template(visit.form, translator(visit.lang))
            templates.change(template_id, form.title, form.state, form.text, actor=visit.actor)
            return "/staff/replies"

        return views.attempt(
            visit, act, lambda form, status: writing(visit, template_id, form, status)
        )

    @router.post("/{number}/remove")
    @staff.signed_in(Role.EDITOR)
    def remove(visit: Visit) -> Response:
        template_id = visit.request.path_params["number"]

        def act() -> str:
            with suppress(TemplateNotFound):  # pressed twice, or by two
                templates.remove(template_id, actor=visit.actor)
            return "/staff/replies"

        def again(form: FormState, status: int) -> Response:
            found = templates.named(template_id)
            typed = {"title": found.title, "state": found.state or "", "text": found.text}
            return writing(visit, template_id, replace(form, typed=typed), status)

        return views.attempt(visit, act, again)

    def own(visit: Visit) -> str:
        found = templates.named(visit.request.path_params["number"])
        if not found.is_own:
            raise TemplateNotFound
        return found.id

    def writing(visit: Visit, template_id: str, form: FormState, status: int = 200) -> Response:
        _ = translator(visit.lang)
        return views.page(
            visit,
            "reply.html",
            status,
            template_id=template_id,
            states=state_names(_),
            places=place_meanings(_),
            form=replace(form, typed=shown(form.typed, "title", "state", "text")),
        )

    return router
