"""The layers as staff see them: whose they are, what was published when, and back to it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Engine

from layers.errors import UnknownLayer
from layers.schema.values import LAYER_ID
from server.desk.accounts.roles import Role
from server.desk.errors import InvalidForm, VersionConflict, VersionNotFound
from server.desk.intake.form import read_text
from server.desk.layers.versions import Act, Content
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.downloads import downloads_of, size_of
from server.pages.staff_requests import FormState
from server.routes.staff.draft_views import DIGITS, DraftViews, parsed
from server.texts import translator
from server.texts.staff_drafts import version_kinds, version_states
from server.texts.wording import localized

REASON_LENGTH = 500  # characters


def staff_layers_router(staff: StaffOnly, views: DraftViews, engine: Engine) -> APIRouter:
    """`/staff/layers` and `/staff/layers/{layer_id}`. Raises `UnknownLayer`."""
    router = APIRouter(prefix="/staff/layers", include_in_schema=False)
    layers = views.layers

    @router.api_route("", methods=READ)
    @staff.signed_in(Role.READER)
    def every(visit: Visit) -> Response:
        owned, catalog = layers.current(), views.catalog()
        rows = [
            {
                "id": layer.id,
                "title": localized(layer.definition.title, visit.lang),
                "date": layer.definition.credit.date,
                "is_desks": layer.id in owned,
                "trouble": layer.trouble is not None,
            }
            for layer in catalog.layers.values()
        ]
        return views.page(
            visit, "layers.html", rows=rows, may_edit=visit.actor.role.may(Role.EDITOR)
        )

    @router.api_route("/{layer_id}", methods=READ)
    @staff.signed_in(Role.READER)
    def layer(visit: Visit) -> Response:
        return shown(visit, FormState(typed={}))

    @router.post("/{layer_id}/roll-back")
    @staff.signed_in(Role.PUBLISHER)
    def roll_back(visit: Visit) -> Response:
        def act() -> str:
            layer_id, number, rolling_back = id_of(visit), number_of(visit), act_of(visit)
            with engine.begin() as connection:
                layers.roll_back(connection, layer_id, number, rolling_back)
            return f"/staff/layers/{layer_id}"

        return attempt(visit, act)

    @router.post("/{layer_id}/give-back")
    @staff.signed_in(Role.PUBLISHER)
    def give_back(visit: Visit) -> Response:
        def act() -> str:
            layer_id, giving_back = id_of(visit), act_of(visit)
            with engine.begin() as connection:
                layers.give_back(connection, layer_id, giving_back)
            return f"/staff/layers/{layer_id}"

        return attempt(visit, act)

    @router.post("/{layer_id}/cancel")
    @staff.signed_in(Role.PUBLISHER)
    def cancel(visit: Visit) -> Response:
        def act() -> str:
            with engine.begin() as connection:
                layers.cancel(connection, id_of(visit), number_of(visit), visit.actor)
            return f"/staff/layers/{id_of(visit)}"

        return attempt(visit, act)

    @router.post("/{layer_id}/publish-now")
    @staff.signed_in(Role.PUBLISHER)
    def publish_now(visit: Visit) -> Response:
        """Publish what waits for its time at once: it was checked by whom it had to be."""

        def act() -> str:
            layer_id, number = id_of(visit), number_of(visit)
            versions = (entry.version for entry in layers.history(layer_id))
            version = next((each for each in versions if each.number == number), None)
            if version is None or version.definition is None:
                raise VersionNotFound(layer_id, number)
            with engine.begin() as connection:
                layers.cancel(connection, layer_id, number, visit.actor)
                content = Content(
                    version.definition, {file.name: file.sha256 for file in version.files}
                )
                publishing = Act(visit.actor, version.reason, seen_of(visit))
                layers.publish(connection, layer_id, content, publishing, author=version.author)
            return f"/staff/layers/{layer_id}"

        return attempt(visit, act)

    def attempt(visit: Visit, act) -> Response:  # type: ignore[no-untyped-def]
        def tried() -> str:
            _ = translator(visit.lang)
            try:
                return str(act())
            except VersionConflict as error:
                words = _("Meanwhile {name} published another state. Look at the list again.")
                raise InvalidForm({"form": words.format(name=error.publisher or "")}) from error
            except VersionNotFound as error:
                raise InvalidForm({"form": _("There is no such state any more.")}) from error

        return views.attempt(visit, tried, lambda form, status: shown(visit, form, status))

    def shown(visit: Visit, form: FormState, status: int = 200) -> Response:
        _, layer_id = translator(visit.lang), id_of(visit)
        history, layer = layers.history(layer_id), views.catalog().layers.get(layer_id)
        if layer is None and not history:
            raise UnknownLayer(layer_id)
        kinds, states = version_kinds(_), version_states(_)
        declared = (parsed(layer_id, entry.version.definition) for entry in history)
        definition = layer.definition if layer else next(filter(None, declared), None)
        title = localized(definition.title, visit.lang) if definition else layer_id
        return views.page(
            visit,
            "layer.html",
            status,
            layer_id=layer_id,
            title=title,
            is_served=layer is not None,
            files=downloads_of(layer, _) if layer else (),
            size=size_of(layer) if layer else "",
            is_desks=layer_id in layers.current(),
            versions=[
                {
                    "number": entry.version.number,
                    "kind": kinds[entry.version.kind],
                    "state": states[entry.state],
                    "at": entry.version.published_at,
                    "author": entry.version.author,
                    "publisher": entry.version.publisher,
                    "reason": entry.version.reason,
                    "origin": entry.version.origin,
                    "is_former": entry.state == "former" and entry.version.definition is not None,
                    "is_waiting": entry.state == "waiting",
                }
                for entry in history
            ],
            form=replace(
                form,
                typed={"reason": form.typed.get("reason", "")},
                seen=history[0].version.number if history else 0,
            ),
            may_publish=visit.actor.role.may(Role.PUBLISHER),
            may_edit=visit.actor.role.may(Role.EDITOR),
        )

    return router


def id_of(visit: Visit) -> str:
    """The layer in the address. Raises `UnknownLayer`."""
    layer_id = str(visit.request.path_params["layer_id"])
    if not LAYER_ID.fullmatch(layer_id):
        raise UnknownLayer(layer_id)
    return layer_id


def number_of(visit: Visit) -> int:
    """The version that the form names; 0 for one that names none."""
    number = visit.form.get("number", "")
    return int(number) if DIGITS.fullmatch(number) else 0


def act_of(visit: Visit) -> Act:
    """Who acts, for the reason typed, on what their page showed. Raises `InvalidForm`."""
    return Act(visit.actor, reason_of(visit), seen_of(visit))


def seen_of(visit: Visit) -> int:
    """The number of the newest version that the page showed, 0 for none."""
    number = visit.form.get("seen", "")
    return int(number) if DIGITS.fullmatch(number) else 0


def reason_of(visit: Visit) -> str:
    """The reason typed. Raises `InvalidForm`."""
    _ = translator(visit.lang)
    errors: dict[str, str] = {}
    reason = read_text("reason", visit.form, REASON_LENGTH, errors, _)
    if errors:
        raise InvalidForm(errors)
    return reason
