"""What staff withdraw and change of a layer: its features, one feature, all withdrawals."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.errors import UnknownLayer
from layers.query.listing import Listed, listed
from layers.query.matches import MOST, matches
from server.desk.accounts.roles import Role
from server.desk.errors import ChangeNotFound, DeskUnavailable, InvalidChange
from server.desk.intake.form import storable
from server.desk.layer_changes.layer_changes import LayerChanges, Place, checked_reason
from server.http.links import with_language
from server.http.query import Query, parse_number
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_features import change_rows, feature_row, value_fields
from server.pages.staff_requests import FormState
from server.texts import translator
from server.texts.staff_layers import fault_words
from server.viewer.place_map import place_map_config

PAGE_SIZE = 50  # features
LONGEST_SEARCH = 100  # characters
LAYER = "/staff/layers/{layer_id}"
FEATURE = LAYER + "/features/{feature}"
WITHDRAWALS = "/staff/withdrawals"
FORM = re.compile(r"[a-z]{1,10}(-\d{1,10})?")  # which of a page's forms was sent

Again = Callable[[FormState, int], Response]


def layer_changes_router(
    staff: StaffOnly,
    changes: LayerChanges,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
    static: Mapping[str, str],
) -> APIRouter:
    """`/staff/layers/{id}/features` and what is under it, `/staff/withdrawals`.

    Raises `UnknownLayer`, `LayerUnavailable`, `LayerWithdrawn`, `ChangeNotFound`, `InvalidQuery`
    and `DeskUnavailable`.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route(f"{LAYER}/features", methods=READ)
    @staff.signed_in(Role.READER)
    def features(visit: Visit) -> Response:
        return layer_page(visit, FormState(typed={}))

    @router.post(f"{LAYER}/withdraw")
    @staff.signed_in(Role.PUBLISHER)
    def withdraw(visit: Visit) -> Response:
        def act() -> str:
            form, reason = visit.form, visit.form.get("reason", "")
            if form.get("what") == "column":
                column = form.get("column", "")
                layer = layer_of(visit)
                changes.withdraw_column(layer, column, catalog(), reason, actor=visit.actor)
            else:
                changes.withdraw_layer(id_of(visit), catalog(), reason, actor=visit.actor)
            return f"{WITHDRAWALS}?done=withdrawn"

        return attempt(visit, act, lambda form, status: layer_page(visit, form, status))

    @router.api_route(f"{LAYER}/features/new", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def new(visit: Visit) -> Response:
        return adding_page(visit, FormState(typed={}))

    @router.post(f"{LAYER}/features/new")
    @staff.signed_in(Role.EDITOR)
    def add(visit: Visit) -> Response:
        def act() -> str:
            layer, form = layer_of(visit), visit.form
            typed = {
                field.id: form.get(f"value-{field.id}", "")
                for field in value_fields(layer.definition, {}, visit.lang, translator(visit.lang))
            }
            changes.add(
                layer,
                place_of(form),
                typed,
                catalog(),
                form.get("reason", ""),
                actor=visit.actor,
            )
            return f"/staff/layers/{layer.id}/features?done=changed"

        return attempt(visit, act, lambda form, status: adding_page(visit, form, status))

    @router.api_route(FEATURE, methods=READ)
    @staff.signed_in(Role.READER)
    def feature(visit: Visit) -> Response:
        return feature_page(visit, FormState(typed={}))

    @router.post(f"{FEATURE}/values")
    @staff.signed_in(Role.EDITOR)
    def correct(visit: Visit) -> Response:
        def act(layer: Layer, feature: Listed, reason: str) -> None:
            _ = translator(visit.lang)
            fields = value_fields(layer.definition, feature.properties, visit.lang, _)
            typed = {field.id: visit.form.get(f"value-{field.id}") for field in fields}
            others = [
                (field.id, text)
                for field in fields
                if (text := typed[field.id]) is not None and storable(text).strip() != field.value
            ]
            if not others:
                raise InvalidChange("values", "unchanged")
            for name, text in others:
                changes.correct(layer, feature, name, text, reason, actor=visit.actor)

        return of_feature(visit, act)

    @router.post(f"{FEATURE}/move")
    @staff.signed_in(Role.EDITOR)
    def move(visit: Visit) -> Response:
        def act(layer: Layer, feature: Listed, reason: str) -> None:
            place = place_of(visit.form)
            changes.move(layer, feature.id, place, catalog(), reason, actor=visit.actor)

        return of_feature(visit, act)

    @router.post(f"{FEATURE}/remove")
    @staff.signed_in(Role.EDITOR)
    def remove(visit: Visit) -> Response:
        def act(layer: Layer, feature: Listed, reason: str) -> None:
            changes.remove(layer, feature.id, reason, actor=visit.actor)

        return of_feature(visit, act)

    @router.post(f"{FEATURE}/withdraw")
    @staff.signed_in(Role.PUBLISHER)
    def withdraw_feature(visit: Visit) -> Response:
        def act(layer: Layer, feature: Listed, reason: str) -> None:
            changes.withdraw_feature(layer, feature.id, catalog(), reason, actor=visit.actor)

        return of_feature(visit, act, f"{WITHDRAWALS}?done=withdrawn")

    @router.post(f"{LAYER}/changes/{{number}}/undo")
    @staff.signed_in(Role.EDITOR)
    def undo(visit: Visit) -> Response:
        def act() -> str:
            number, reason = number_of(visit), checked_reason(visit.form.get("reason", ""))
            entries = {each.number: each for each in changes.of_layer(id_of(visit))}
            if number not in entries or entries[number].is_withdrawal:
                raise ChangeNotFound
            changes.undo(number, reason, actor=visit.actor)
            return f"/staff/layers/{id_of(visit)}/features?done=changed"

        return attempt(visit, act, lambda form, status: layer_page(visit, form, status))

    @router.api_route(WITHDRAWALS, methods=READ)
    @staff.signed_in(Role.READER)
    def withdrawals(visit: Visit) -> Response:
        return withdrawals_page(visit, FormState(typed={}))

    @router.post(f"{WITHDRAWALS}/{{number}}/undo")
    @staff.signed_in(Role.PUBLISHER)
    def restore(visit: Visit) -> Response:
        def act() -> str:
            number, reason = number_of(visit), checked_reason(visit.form.get("reason", ""))
            if number not in {each.number for each in changes.withdrawals()}:
                raise ChangeNotFound
            changes.undo(number, reason, actor=visit.actor)
            return f"{WITHDRAWALS}?done=restored"

        return attempt(visit, act, lambda form, status: withdrawals_page(visit, form, status))

    @router.post(f"{WITHDRAWALS}/{{number}}/gone")
    @staff.signed_in(Role.PUBLISHER)
    def gone(visit: Visit) -> Response:
        def act() -> str:
            changes.confirm_gone(number_of(visit), visit.form.get("reason", ""), actor=visit.actor)
            return f"{WITHDRAWALS}?done=gone"

        return attempt(visit, act, lambda form, status: withdrawals_page(visit, form, status))

    def of_feature(
        visit: Visit, act: Callable[[Layer, Listed, str], None], to: str | None = None
    ) -> Response:
        def acting() -> str:
            layer = layer_of(visit)
            act(layer, feature_of(visit, layer), visit.form.get("reason", ""))
            return to or f"/staff/layers/{layer.id}/features?done=changed"

        return attempt(visit, acting, lambda form, status: feature_page(visit, form, status))

    def attempt(visit: Visit, act: Callable[[], str], again: Again) -> Response:
        """Do what a form asks and go to the page that `act` names; or show the form again."""
        _ = translator(visit.lang)
        try:
            address = act()
        except InvalidChange as error:
            words = fault_words(error.field, error.fault, _)
            field = error.field
            if field == "reason" and FORM.fullmatch(name := visit.form.get("form", "")):
                field = f"reason-{name}"  # a page has several forms
            return again(FormState(typed=visit.form, errors={field: words}), 400)
        except DeskUnavailable:
            return again(FormState(typed=visit.form, is_unsaved=True), 503)
        return RedirectResponse(with_language(address, visit.lang), 303)

    def page(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
        return staff_page(pages(), visit, template, status, **context)

    def layer_page(visit: Visit, form: FormState, status: int = 200) -> Response:
        _, now, layer_id = translator(visit.lang), catalog(), id_of(visit)
        layer = now.layers.get(layer_id)
        if layer is None and layer_id not in now.recalls.layers | now.unserved.keys():
            raise UnknownLayer(layer_id)
        query = Query.of_form(visit.request)
        text = storable(query.text("q", LONGEST_SEARCH) or "").strip()
        index = matches(layer, text) if layer else np.empty(0, dtype=np.int64)
        last = max(1, -(-len(index) // PAGE_SIZE))
        number = min(query.whole("page", 1, 10**9 - 1) or 1, last)
        on_page = index[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        rows = listed(layer, on_page) if layer else ()
        entries = changes.of_layer(layer_id)
        return page(
            visit,
            "features.html",
            status,
            layer_id=layer_id,
            definition=layer.definition if layer else None,
            is_point=layer is not None and layer.geometry == "point",
            is_withdrawn=layer_id in now.recalls.layers,
            rows=[feature_row(layer, each, visit.lang) for each in rows] if layer else [],
            total=len(index),
            most=MOST,
            q=text,
            page=number,
            last=last,
            columns=value_fields(layer.definition, {}, visit.lang, _) if layer else [],
            changes=change_rows(entries, now, visit.lang, _),
            form=form,
            done=query.choice("done", ("changed",)),
            may_edit=visit.actor.role.may(Role.EDITOR),
            may_publish=visit.actor.role.may(Role.PUBLISHER),
        )

    def feature_page(visit: Visit, form: FormState, status: int = 200) -> Response:
        layer = layer_of(visit)
        feature = feature_of(visit, layer)
        entries = [each for each in changes.of_layer(layer.id) if each.feature == feature.id]
        _ = translator(visit.lang)
        place = {"lat": f"{feature.latitude:.6f}", "lon": f"{feature.longitude:.6f}"}
        return page(
            visit,
            "feature.html",
            status,
            layer_id=layer.id,
            definition=layer.definition,
            feature=feature_row(layer, feature, visit.lang),
            place=place,
            is_point=layer.geometry == "point",
            is_hazard=layer.definition.hazard is not None,
            grid_m=layer.definition.privacy.grid_m,
            fields=value_fields(layer.definition, feature.properties, visit.lang, _),
            changes=change_rows(entries, catalog(), visit.lang, _),
            form=form,
            typed={**place, "area": "", **typed_of(form)},
            place_map=place_map_config(catalog(), visit.lang, static),
            may_edit=visit.actor.role.may(Role.EDITOR),
            may_publish=visit.actor.role.may(Role.PUBLISHER),
        )

    def adding_page(visit: Visit, form: FormState, status: int = 200) -> Response:
        layer, _ = layer_of(visit), translator(visit.lang)
        return page(
            visit,
            "feature_new.html",
            status,
            layer_id=layer.id,
            definition=layer.definition,
            is_point=layer.geometry == "point",
            grid_m=layer.definition.privacy.grid_m,
            fields=value_fields(layer.definition, {}, visit.lang, _),
            form=form,
            typed={"lat": "", "lon": "", "area": "", **typed_of(form)},
            place_map=place_map_config(catalog(), visit.lang, static),
        )

    def withdrawals_page(visit: Visit, form: FormState, status: int = 200) -> Response:
        now, _ = catalog(), translator(visit.lang)
        return page(
            visit,
            "withdrawals.html",
            status,
            rows=change_rows(changes.withdrawals(), now, visit.lang, _),
            layers=[(id, layer.definition.title) for id, layer in now.layers.items()],
            form=form,
            done=Query.of_form(visit.request).choice("done", ("withdrawn", "restored", "gone")),
            may_publish=visit.actor.role.may(Role.PUBLISHER),
        )

    def layer_of(visit: Visit) -> Layer:
        return catalog().layer(id_of(visit))

    return router


def typed_of(form: FormState) -> dict[str, str]:
    """What was typed, as it may be shown again."""
    return {name: storable(text) for name, text in form.typed.items() if name != "token"}


def id_of(visit: Visit) -> str:
    """The id of the layer in the address."""
    return str(visit.request.path_params["layer_id"])


def feature_of(visit: Visit, layer: Layer) -> Listed:
    """The feature whose id is in the address. Raises `ChangeNotFound`."""
    id = _whole(visit, "feature")
    index = matches(layer, str(id))
    features = [each for each in listed(layer, index[:1]) if each.id == id]
    if not features:
        raise ChangeNotFound
    return features[0]


def number_of(visit: Visit) -> int:
    """The number of the change in the address. Raises `ChangeNotFound`."""
    number = _whole(visit, "number")
    if number >= 1 << 31:
        raise ChangeNotFound
    return number


def _whole(visit: Visit, name: str) -> int:
    text = visit.request.path_params[name]
    if not (text.isascii() and text.isdecimal() and len(text) <= 16):
        raise ChangeNotFound
    return int(text)


def place_of(form: Mapping[str, str]) -> Place:
    """The place typed, in degrees, longitude first. Raises `InvalidChange`."""
    latitude, longitude = (parse_number(form.get(name, "").strip()) for name in ("lat", "lon"))
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        raise InvalidChange("place", "number")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidChange("place", "outside")
    return longitude, latitude
