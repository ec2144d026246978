"""The staff pages: signing in, and what the desk does with requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from fastapi import APIRouter

from layers.catalog.catalog import Catalog
from server.assembly.desk_store import DeskStore
from server.assembly.drafts import DraftDesk
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.audit_entries import AuditEntries
from server.desk.accounts.identities import Identities
from server.desk.accounts.sessions import Sessions
from server.desk.accounts.sign_in import SignIn
from server.desk.accounts.totp_seal import TotpSeal
from server.desk.alerts.alerts import Alerts
from server.desk.alerts.webhooks import Webhooks
from server.desk.figures.figures import Figures
from server.desk.layer_changes.layer_changes import LayerChanges
from server.desk.shelters.board import ShelterBoard
from server.desk.shelters.states import Shelters
from server.desk.triage.desk import Desk
from server.http.session import StaffOnly
from server.http.turns import Turns
from server.pages.render import Pages
from server.routes.staff.accounts import accounts_router
from server.routes.staff.alerts import AlertViews, staff_alerts_router
from server.routes.staff.audit import audit_router
from server.routes.staff.figures import figures_router
from server.routes.staff.freshness import freshness_router
from server.routes.staff.home import first_page, home_router
from server.routes.staff.layer_changes import layer_changes_router
from server.routes.staff.own_account import own_account_router
from server.routes.staff.replies import staff_replies_router
from server.routes.staff.request_decisions import staff_decisions_router
from server.routes.staff.request_entry import staff_entry_router
from server.routes.staff.request_merges import staff_merges_router
from server.routes.staff.request_views import RequestViews
from server.routes.staff.requests import staff_requests_router
from server.routes.staff.shelters import staff_shelters_router
from server.routes.staff.sign_in import sign_in_router
from server.routes.staff.sign_in_page import SignInPage
from server.settings import OpenIdClient, Settings


def staff_routers(
    store: DeskStore,
    changes: LayerChanges,
    settings: Settings,
    pages: Callable[[], Pages],
    catalog: Callable[[], Catalog],
    static: Mapping[str, str],
    alerts: Alerts,
    board: ShelterBoard,
    drafts: DraftDesk,
) -> Iterator[APIRouter]:
    """The routers, in the order in which their addresses are tried; their turns are their own."""
    database, base_url = store.database, settings.base_url
    sessions, accounts = Sessions(database), Accounts(database)
    seal = TotpSeal(store.secret)
    staff = StaffOnly(sessions, Turns(), base_url, first_page(needs_totp=settings.requires_totp))
    desk = Desk.of(
        database,
        store.vault,
        store.requests,
        store.answers,
        store.attachments,
        store.erasure,
        store.news,
    )
    views = RequestViews(desk, pages, catalog, static, base_url)
    yield home_router(staff, pages, desk.triage, drafts.drafts, catalog)
    yield staff_entry_router(staff, views)
    yield staff_requests_router(staff, views)
    yield staff_decisions_router(staff, views)
    yield staff_merges_router(staff, views)
    yield staff_replies_router(staff, views)
    webhooks = Webhooks(database, settings.webhooks)
    yield staff_alerts_router(staff, AlertViews(alerts, webhooks, pages, catalog, static, base_url))
    yield staff_shelters_router(staff, Shelters(database), board, pages, catalog)
    yield layer_changes_router(staff, changes, pages, catalog, static)
    yield from drafts.routers(staff, pages, static)
    yield figures_router(staff, Figures(database), pages, catalog)
    yield freshness_router(
        staff, store.overdue_notices, pages, catalog, sends_mail=settings.sends_mail
    )
    openid = settings.openid
    page = SignInPage(sessions, pages, base_url, has_openid=openid is not None)
    yield sign_in_router(staff, SignIn(database, seal), sessions, page, base_url)
    if openid is not None:
        yield _openid_router(store, openid, page, base_url)
    yield own_account_router(staff, accounts, seal, sessions, pages, base_url)
    yield accounts_router(staff, accounts, pages)
    yield audit_router(staff, AuditEntries(database), pages)


def _openid_router(
    store: DeskStore, client: OpenIdClient, page: SignInPage, base_url: str | None
) -> APIRouter:
    # Some 10 MB in each worker, for who has set a provider up.
    from server.openid.provider import Provider
    from server.openid.transaction import Transactions
    from server.routes.staff.openid import openid_router

    provider, transactions = Provider(client, base_url or ""), Transactions(store.secret)
    return openid_router(provider, transactions, Identities(store.database), page, base_url)
