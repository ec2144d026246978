"""Making a request public, taking it back, and deciding it, by staff."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from server.desk.accounts.roles import Role
from server.desk.answers.answers import REASON_LENGTH
from server.desk.errors import RequestNotFound, TemplateNotFound
from server.desk.intake.attachments import PICTURE
from server.desk.intake.personal import reaching_parts
from server.desk.labels import REASONED, STATES, state_labels
from server.desk.triage.case import Case
from server.desk.triage.reply_templates import fill
from server.desk.triage.staff_form import read_verdict, read_wording
from server.http.links import origin
from server.http.responses import READ
from server.http.session import RoleTooLow, StaffOnly, Visit
from server.pages.request_place import place_words
from server.pages.staff_requests import FormState, grouped, personal_warnings, reply_values
from server.routes.staff.request_views import RequestViews, number_of, seen_of, shown
from server.texts import translator
from server.texts.staff_requests import state_names
from server.texts.wording import localized


def staff_decisions_router(staff: StaffOnly, views: RequestViews) -> APIRouter:
    """`/staff/requests/{number}/publish`, `withdraw` and `decide`."""
    router, desk = APIRouter(prefix="/staff/requests/{number}", include_in_schema=False), views.desk

    @router.api_route("/publish", methods=READ)
    @staff.signed_in(Role.PUBLISHER)
    def publication(visit: Visit) -> Response:
        return publishing(visit, FormState(typed=wording_of(views.case(visit))))

    @router.post("/publish")
    @staff.signed_in(Role.PUBLISHER)
    def publish(visit: Visit) -> Response:
        def act() -> str:
            wording, number = read_wording(visit.form, translator(visit.lang)), number_of(visit)
            desk.answers.answer(number, wording, actor=visit.actor, seen=seen_of(visit))
            return f"/staff/requests/{number}"

        return views.attempt(visit, act, lambda form, status: publishing(visit, form, status))

    @router.post("/withdraw")
    @staff.signed_in(Role.PUBLISHER)
    def withdraw(visit: Visit) -> Response:
        def act() -> str:
            number = number_of(visit)
            try:
                desk.answers.withdraw(number, actor=visit.actor, seen=seen_of(visit))
            except RequestNotFound:
                views.case(visit)  # there is one, which is not public: as it was to be
            return f"/staff/requests/{number}"

        def again(form: FormState, status: int) -> Response:
            return publishing(visit, replace(form, typed=wording_of(views.case(visit))), status)

        return views.attempt(visit, act, again)

    @router.api_route("/decide", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def decision(visit: Visit) -> Response:
        return deciding(visit, FormState(typed={}))

    @router.post("/decide")
    @staff.signed_in(Role.EDITOR)
    def decide(visit: Visit) -> Response:
        if visit.form.get("fill"):
            return filled(visit)
        if visit.form.get("state") in REASONED and not visit.actor.role.may(Role.PUBLISHER):
            raise RoleTooLow

        def act() -> str:
            verdict = read_verdict(visit.form, views.catalog(), translator(visit.lang))
            number = number_of(visit)
            desk.answers.answer(number, verdict=verdict, actor=visit.actor, seen=seen_of(visit))
            return f"/staff/requests/{number}"

        return views.attempt(visit, act, lambda form, status: deciding(visit, form, status))

    def filled(visit: Visit) -> Response:
        """The form with the text of the template, behind what is typed already."""
        _, typed = translator(visit.lang), dict(visit.form)
        try:
            template = desk.templates.named(typed.get("template", ""))
        except TemplateNotFound:
            errors = {"template": _("Choose a template from the list.")}
            return deciding(visit, FormState(typed=typed, errors=errors), 400)
        at = origin(visit.request, views.base_url)
        values = reply_values(views.case(visit), typed.get("layer", ""), views.catalog(), at)
        reason = "\n\n".join(filter(None, (typed.get("reason", ""), fill(template.text, values))))
        state = typed.get("state") or template.state or ""
        return deciding(visit, FormState(typed={**typed, "reason": reason, "state": state}))

    def publishing(visit: Visit, form: FormState, status: int = 200) -> Response:
        case = views.case(visit)
        typed = shown(form.typed, "title", "purpose", "with_place", "with_photo", "confirmed")
        texts = (typed["title"], typed["purpose"])
        return views.page(
            visit,
            "request_publish.html",
            status,
            case=case.request,
            is_public=case.public is not None,
            place=place_words(case.request.place, views.catalog(), visit.lang),
            has_photo=has_photo(case),
            needs_confirmation=bool(reaching_parts(*texts)),
            form=replace(
                form,
                typed=typed,
                seen=views.seen(visit, form, case),
                warnings=personal_warnings(texts, translator(visit.lang)),
            ),
        )

    def deciding(visit: Visit, form: FormState, status: int = 200) -> Response:
        case, _ = views.case(visit), translator(visit.lang)
        corrects = case.request.subject is not None
        names, labels = state_names(_, corrects=corrects), state_labels(_, corrects=corrects)
        states = {
            code: (names[code], labels[code])
            for code in STATES
            if code not in REASONED or visit.actor.role.may(Role.PUBLISHER)
        }
        typed = shown(form.typed, "state", "reason", "layer", "template")
        return views.page(
            visit,
            "request_decide.html",
            status,
            case=case.request,
            state=names[case.request.state],
            states=states,
            layers=[
                (layer.id, localized(layer.definition.title, visit.lang))
                for layer in views.catalog().layers.values()
                if not layer.definition.sample
            ],
            templates=grouped(
                [each for each in desk.templates.all() if each.state in (None, *states)], _
            ),
            lengths={"reason": REASON_LENGTH},
            form=replace(form, typed=typed, seen=views.seen(visit, form, case)),
        )

    return router


def has_photo(case: Case) -> bool:
    """Whether there is a photo to publish: one that is kept, or is public still."""
    is_public = case.public is not None and case.public.with_photo
    return is_public or any(file.kind == PICTURE and file.is_kept for file in case.files)


def wording_of(case: Case) -> dict[str, str]:
    """What the form to publish begins with: what is public, or what was sent, without its place."""
    public, request = case.public, case.request
    return {
        "title": (public and public.title) or request.title,
        "purpose": (public and public.purpose) or request.purpose,
        "with_place": "1" if public is not None and public.with_place else "",
        "with_photo": "1" if public is not None and public.with_photo else "",
    }
