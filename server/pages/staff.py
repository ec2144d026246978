"""Staff pages: rendered for who is signed in, with the ways that their role has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi.responses import HTMLResponse

from server.desk.accounts.roles import Actor, Role
from server.http.links import path_and_query
from server.http.session import Visit
from server.pages.render import Pages
from server.texts import Translate, translator
from server.texts.staff import STAFF_LANGUAGES, role_labels


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the staff pages: its address, its name, and what one does there."""

    address: str
    name: str
    purpose: str


def ways(actor: Actor, _: Translate) -> list[Way]:
    """Where somebody may go, in the order of the work."""
    every = [
        (
            Role.READER,
            Way(
                "/staff/requests",
                _("Requests"),
                _("Read what was sent, make it public, decide it."),
            ),
        ),
        (
            Role.READER,
            Way(
                "/staff/drafts",
                _("Drafts"),
                _("Put a file on the map: check it, word it, publish it."),
            ),
        ),
        (
            Role.READER,
            Way(
                "/staff/layers",
                _("Layers"),
                _("See what is published, give a layer a new file, go back to an earlier state."),
            ),
        ),
        (
            Role.READER,
            Way(
                "/staff/alerts",
                _("Alerts"),
                _("Issue evacuation information and other alerts, extend and lift them."),
            ),
        ),
        (
            Role.EDITOR,
            Way(
                "/staff/shelters",
                _("Shelters"),
                _("Say which shelters are open, crowded, full or closed."),
            ),
        ),
        (
            Role.READER,
            Way(
                "/staff/withdrawals",
                _("Corrections and withdrawals"),
                _("Correct features of a layer, or withdraw what must not be public."),
            ),
        ),
        (
            Role.READER,
            Way(
                "/staff/freshness",
                _("Freshness of data"),
                _("See which layers were to be renewed by now."),
            ),
        ),
        (
            Role.READER,
            Way("/staff/figures", _("Figures"), _("See how much the map is used.")),
        ),
        (
            Role.ADMIN,
            Way(
                "/staff/accounts",
                _("Accounts"),
                _("Add colleagues, give them a role and a department, or disable an account."),
            ),
        ),
        (
            Role.ADMIN,
            Way("/staff/audit", _("Audit"), _("See who did what, and when.")),
        ),
        (
            Role.READER,
            Way(
                "/staff/account",
                _("My account"),
                _("Change your password, set up codes, or sign out of other devices."),
            ),
        ),
    ]
    return [way for least, way in every if actor.role.may(least)]


def staff_page(
    pages: Pages, visit: Visit, template: str, status: int = 200, **context: Any
) -> HTMLResponse:
    """The page `staff/{template}`, which may use `visit`, `token`, `ways` and `roles`."""
    lang = visit.lang
    _ = translator(lang)
    content = pages.render(
        f"staff/{template}",
        lang,
        here=_own_address(visit),
        visit=visit,
        token=visit.token,
        ways=ways(visit.actor, _),
        roles=role_labels(_),
        staff_languages=STAFF_LANGUAGES,
        **context,
    )
    return HTMLResponse(content, status)


def _own_address(visit: Visit) -> str:
    """Where the switch of languages leads back to: not to an address that is only posted to."""
    return path_and_query(visit.request) if visit.request.method != "POST" else "/staff"
