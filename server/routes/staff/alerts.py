"""Alerts, written, looked at in every way out, and only then sent; extended and ended likewise."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from server.desk.accounts.roles import Role
from server.desk.alerts.alert import INSTANTS, Alert, AlertMessage
from server.desk.alerts.alerts import Alerts
from server.desk.alerts.form import (
    MOST_HOURS,
    MOST_PLACES,
    PLACE,
    AlertDraft,
    read_draft,
    read_hours,
    zone_layers,
)
from server.desk.alerts.webhooks import Webhooks
from server.desk.errors import AlertNotFound, DeskUnavailable, InvalidAlert, InvalidForm
from server.desk.intake.form import NONCE, storable
from server.http.links import origin, with_language
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.alert_cap import Sender, cap_message
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_alerts import delivery_labels, listed, previews, what_labels
from server.pages.staff_requests import FormState
from server.texts import DEFAULT_LANGUAGE, Translate, plain, translator
from server.texts.wording import localized
from server.viewer.place_map import place_map_config
from server.viewer.presets import preset_buttons, preset_layers

ALERTS = "/staff/alerts"
FIELDS = ("what", "drill", "title", "reach", "zone", "area", "text", "issuer", "hours", "preset")
SEEN, STEP, SEND, EDIT = "seen", "step", "send", "edit"
USUAL_HOURS = "12"


class AlertViews:
    """What the routes about alerts need: the desk's side, and the pages as they are at the time."""

    def __init__(
        self,
        alerts: Alerts,
        webhooks: Webhooks,
        pages: Callable[[], Pages],
        catalog: Callable[[], Catalog],
        static: Mapping[str, str],
        base_url: str | None,
    ) -> None:
        self.alerts, self.webhooks, self.static = alerts, webhooks, static
        self.pages, self.catalog, self._base_url = pages, catalog, base_url

    def page(self, visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
        """The page of a template in the staff's shell."""
        return staff_page(self.pages(), visit, template, status, **context)

    def outs(self, visit: Visit, alert: Alert, told: Sequence[AlertMessage]) -> dict[str, Any]:
        """The alert in every language and way out, for a template."""
        at, _ = origin(visit.request, self._base_url), translator(visit.lang)
        cap = cap_message(alert, told, Sender(self.catalog().city.code, at))
        return {
            "previews": previews(self.pages(), alert, f"{at}/notices", _),
            "cap": cap.decode(),
        }

    def presets(self) -> dict[str, Sequence[str]]:
        """The ids of the layers of each of the map's presets, as the map shows them."""
        catalog = self.catalog()
        return {preset.id: preset_layers(catalog, preset) for preset in catalog.city.presets}


def staff_alerts_router(staff: StaffOnly, views: AlertViews) -> APIRouter:
    """`/staff/alerts`. Raises `AlertNotFound` and `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)
    alerts = views.alerts

    @router.api_route(ALERTS, methods=READ)
    @staff.signed_in(Role.READER)
    def listing(visit: Visit) -> Response:
        entries = [listed(alert, visit.lang) for alert, _told in alerts.recent()]
        return views.page(
            visit,
            "alerts.html",
            current=[entry for entry in entries if entry.state != "ended"],
            ended=[entry for entry in entries if entry.state == "ended"],
            may_send=visit.actor.role.may(Role.PUBLISHER),
        )

    @router.api_route(f"{ALERTS}/new", methods=READ)
    @staff.signed_in(Role.PUBLISHER)
    def new(visit: Visit) -> Response:
        issuer = localized(views.catalog().city.name, DEFAULT_LANGUAGE)
        return writing(visit, FormState(typed={"hours": USUAL_HOURS, "issuer": issuer}))

    @router.post(f"{ALERTS}/new")
    @staff.signed_in(Role.PUBLISHER, most_fields=MOST_PLACES)
    def write(visit: Visit) -> Response:
        """The form checked, then looked at, then sent: never without having been looked at."""
        _ = translator(visit.lang)
        if visit.form.get(STEP) == EDIT:
            return writing(visit, FormState(typed=visit.form))
        try:
            draft = read_draft(visit.form, views.catalog(), views.presets(), _)
            if not was_seen(visit, draft.unissued):
                return looking(visit, draft)
            now = datetime.datetime.now(datetime.UTC)
            number = alerts.issue(draft.alert(now), actor=visit.actor, once=draft.once)
        except InvalidForm as error:
            return writing(visit, FormState(typed=visit.form, errors=error.errors), 400)
        except DeskUnavailable:
            return writing(visit, FormState(typed=visit.form, is_unsaved=True), 503)
        return RedirectResponse(with_language(f"{ALERTS}/{number}?done=sent", visit.lang), 303)

    @router.api_route(f"{ALERTS}/{{number}}", methods=READ)
    @staff.signed_in(Role.READER)
    def one(visit: Visit) -> Response:
        return showing(visit, FormState(typed={"hours": USUAL_HOURS}))

    @router.post(f"{ALERTS}/{{number}}/extend")
    @staff.signed_in(Role.PUBLISHER)
    def extend(visit: Visit) -> Response:
        def changed(alert: Alert) -> Alert:
            hours = read_hours(visit.form, translator(visit.lang))
            until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=hours)
            if until <= alert.expires_at:
                raise InvalidAlert("expires_at", until, "a later instant")
            return replace(alert, expires_at=until)

        return telling(
            visit,
            "extend",
            changed,
            lambda alert: alerts.extend(number_of(visit), alert.expires_at, actor=visit.actor),
        )

    @router.post(f"{ALERTS}/{{number}}/end")
    @staff.signed_in(Role.PUBLISHER)
    def end(visit: Visit) -> Response:
        now = datetime.datetime.now(datetime.UTC)
        return telling(
            visit,
            "end",
            lambda alert: replace(alert, ended_at=now),
            lambda _alert: alerts.end(number_of(visit), now, actor=visit.actor),
        )

    def telling(
        visit: Visit,
        act: str,
        changed: Callable[[Alert], Alert],
        send: Callable[[Alert], None],
    ) -> Response:
        """Look at how an alert will be told, then tell it so."""
        _ = translator(visit.lang)
        alert = alerts.of(number_of(visit))
        try:
            after = changed(alert)
            if alert.ended_at is not None:
                raise InvalidAlert("number", alert.number, "one that has not ended")
            if not was_seen(visit, alert):
                return views.page(
                    visit,
                    "alert_tell.html",
                    act=act,
                    alert=listed(alert, visit.lang),
                    hours=storable(visit.form.get("hours", "")),
                    until=after.expires_at,
                    seen=seen_token(visit, alert),
                    **views.outs(visit, after, alerts.messages(number_of(visit))),
                )
            send(after)
        except InvalidForm as error:
            return showing(visit, FormState(typed=visit.form, errors=error.errors), 400)
        except InvalidAlert as error:
            return showing(visit, FormState(typed=visit.form, errors=refused(error, _)), 409)
        return RedirectResponse(
            with_language(f"{ALERTS}/{alert.number}?done={act}", visit.lang), 303
        )

    def showing(visit: Visit, form: FormState, status: int = 200) -> Response:
        number = number_of(visit)
        alert, told = alerts.of(number), alerts.messages(number)
        labels = delivery_labels(translator(visit.lang))
        standing = views.webhooks.standing(number)
        done = visit.request.query_params.get("done", "")
        return views.page(
            visit,
            "alert.html",
            status,
            alert=listed(alert, visit.lang),
            done=done if done in ("sent", "extend", "end") else "",
            may_send=visit.actor.role.may(Role.PUBLISHER) and alert.ended_at is None,
            deliveries={labels[state]: count for state, count in standing.items()},
            most_hours=MOST_HOURS,
            form=replace(form, typed={"hours": storable(form.typed.get("hours", USUAL_HOURS))}),
            **views.outs(visit, alert, told),
        )

    def writing(visit: Visit, form: FormState, status: int = 200) -> Response:
        _, catalog, nonce = translator(visit.lang), views.catalog(), form.typed.get("nonce", "")
        return views.page(
            visit,
            "alert_new.html",
            status,
            whats=what_labels(_),
            zones={layer.id: zone_name(layer, visit.lang, _) for layer in zone_layers(catalog)},
            presets={
                preset.id: plain(preset.title) for preset in preset_buttons(catalog, visit.lang)
            },
            places=catalog.base.neighbourhoods,
            place_map=place_map_config(catalog, visit.lang, views.static),
            chosen={name.removeprefix(PLACE) for name in form.typed if name.startswith(PLACE)},
            most_hours=MOST_HOURS,
            form=replace(
                form,
                typed={name: storable(form.typed.get(name, "")) for name in FIELDS},
                nonce=nonce if NONCE.fullmatch(nonce) else secrets.token_urlsafe(24),
            ),
        )

    def looking(visit: Visit, draft: AlertDraft) -> Response:
        alert = draft.alert(datetime.datetime.now(datetime.UTC))
        return views.page(
            visit,
            "alert_look.html",
            alert=listed(alert, visit.lang),
            hours=draft.hours,
            typed=content_of(visit.form),
            seen=seen_token(visit, draft.unissued),
            **views.outs(visit, alert, ()),
        )

    return router


def zone_name(layer: Layer, lang: str, _: Translate) -> str:
    """A hazard layer in the list."""
    title = plain(localized(layer.definition.title, lang))
    sample = _("{title} (sample data: for drills only)")
    return sample.format(title=title) if layer.definition.sample else title


def number_of(visit: Visit) -> int:
    """The number in the address. Raises `AlertNotFound`."""
    number: str = visit.request.path_params["number"]
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise AlertNotFound
    return int(number)


def content_of(form: Mapping[str, str]) -> dict[str, str]:
    """What a form says of an alert, its line breaks as browsers hand them back or not."""
    return {
        name: storable("\n".join(text.splitlines()))
        for name, text in form.items()
        if name in (*FIELDS, "nonce") or name.startswith(PLACE)
    }


def seen_token(visit: Visit, alert: Alert) -> str:
    """What a form holds once the alert was looked at as it is told, in this session, from here.

    What it is made of may change meanwhile, as the zones of a layer: then it is looked at anew.
    """
    values = alert.stored()
    words = {name: value for name, value in values.items() if name not in INSTANTS}
    content = [visit.request.url.path, words, sorted(content_of(visit.form).items())]
    signed = json.dumps(content, sort_keys=True).encode()
    return hmac.new(visit.secret.encode(), signed, hashlib.sha256).hexdigest()


def was_seen(visit: Visit, alert: Alert) -> bool:
    """Whether what the form says is what was looked at."""
    return visit.form.get(STEP) == SEND and hmac.compare_digest(
        seen_token(visit, alert).encode(), visit.form.get(SEEN, "").encode()
    )


def refused(error: InvalidAlert, _: Translate) -> dict[str, str]:
    """Why an alert cannot be extended or ended."""
    if error.field == "number":
        return {"number": _("This alert has been ended already.")}
    return {"hours": _("It is shown longer than that already. Enter more hours.")}
