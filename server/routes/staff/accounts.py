"""The accounts of the desk, kept by admins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from server.desk.accounts.account import NAME_LENGTH, Account
from server.desk.accounts.accounts import ONE_TIME, Accounts
from server.desk.accounts.roles import Role
from server.desk.errors import AccountNotFound, InvalidAccount
from server.desk.intake.form import storable
from server.http.links import with_language
from server.http.query import Query
from server.http.responses import READ
from server.http.session import StaffOnly, Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.texts import translator
from server.texts.staff import account_fault, role_meanings

ACCOUNTS = "/staff/accounts"
DONE = ("changed", "disabled", "enabled")  # what the page says was done


def accounts_router(staff: StaffOnly, accounts: Accounts, pages: Callable[[], Pages]) -> APIRouter:
    """`/staff/accounts` and what is under it. Raises `AccountNotFound` and `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route(ACCOUNTS, methods=READ)
    @staff.signed_in(Role.ADMIN)
    def listing(visit: Visit) -> Response:
        return list_page(visit)

    @router.post(ACCOUNTS)
    @staff.signed_in(Role.ADMIN)
    def add(visit: Visit) -> Response:
        form = visit.form
        try:
            account, password = accounts.add(
                form.get("name", ""),
                read_role(visit),
                form.get("department", ""),
                actor=visit.actor,
            )
        except InvalidAccount as error:
            return list_page(visit, error)
        return password_page(visit, account, password)

    @router.api_route(f"{ACCOUNTS}/{{number}}", methods=READ)
    @staff.signed_in(Role.ADMIN)
    def one(visit: Visit) -> Response:
        return account_page(visit)

    @router.post(f"{ACCOUNTS}/{{number}}")
    @staff.signed_in(Role.ADMIN)
    def change(visit: Visit) -> Response:
        department = visit.form.get("department", "")
        return done(
            visit,
            "changed",
            lambda account: accounts.change(
                account, read_role(visit), department, actor=visit.actor
            ),
        )

    @router.post(f"{ACCOUNTS}/{{number}}/disable")
    @staff.signed_in(Role.ADMIN)
    def disable(visit: Visit) -> Response:
        return done(visit, "disabled", lambda account: accounts.disable(account, actor=visit.actor))

    @router.post(f"{ACCOUNTS}/{{number}}/enable")
    @staff.signed_in(Role.ADMIN)
    def enable(visit: Visit) -> Response:
        return done(visit, "enabled", lambda account: accounts.enable(account, actor=visit.actor))

    @router.post(f"{ACCOUNTS}/{{number}}/password")
    @staff.signed_in(Role.ADMIN)
    def give_password(visit: Visit) -> Response:
        account = account_of(visit)
        try:
            password = accounts.give_password(account, actor=visit.actor)
        except InvalidAccount as error:
            return account_page(visit, error)
        return password_page(visit, account, password)

    def account_of(visit: Visit) -> Account:
        number = visit.request.path_params["number"]
        if not (number.isascii() and number.isdecimal() and len(number) <= 10):
            raise AccountNotFound
        return accounts.of_id(int(number))

    def done(visit: Visit, what: str, change: Callable[[Account], None]) -> Response:
        account = account_of(visit)
        try:
            change(account)
        except InvalidAccount as error:
            return account_page(visit, error)
        return RedirectResponse(with_language(f"{ACCOUNTS}?done={what}", visit.lang), 303)

    def list_page(visit: Visit, error: InvalidAccount | None = None) -> Response:
        every = accounts.all()
        return staff_page(
            pages(),
            visit,
            "accounts.html",
            400 if error else 200,
            done=None if error else Query.of(visit.request).choice("done", DONE),
            accounts=every,
            **form_context(visit, every, error),
            typed=_typed(visit, {"name": "", "role": "", "department": ""}),
        )

    def account_page(visit: Visit, error: InvalidAccount | None = None) -> Response:
        account = account_of(visit)
        role, department = account.role.value, account.department or ""
        return staff_page(
            pages(),
            visit,
            "account.html",
            400 if error else 200,
            account=account,
            is_own=account.id == visit.account.id,
            **form_context(visit, accounts.all(), error),
            typed=_typed(visit, {"role": role, "department": department}),
        )

    def password_page(visit: Visit, account: Account, password: str) -> Response:
        return staff_page(
            pages(),
            visit,
            "password_given.html",
            account=account,
            password=password,
            days=ONE_TIME.days,
        )

    return router


def form_context(
    visit: Visit, every: Sequence[Account], error: InvalidAccount | None
) -> dict[str, object]:
    """What the form of an account needs: its roles, the departments there are, what is wrong."""
    _ = translator(visit.lang)
    departments = {account.department for account in every if account.department}
    return {
        "meanings": role_meanings(_),
        "departments": sorted(departments),
        "errors": {error.field: account_fault(_, error.fault)} if error else {},
        "longest": NAME_LENGTH,
    }


def read_role(visit: Visit) -> Role:
    """The role that was chosen. Raises `InvalidAccount`."""
    try:
        return Role(visit.form.get("role", ""))
    except ValueError:
        raise InvalidAccount("role", "role_unknown") from None


def _typed(visit: Visit, usual: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the fields, and what is usual in those that were not sent."""
    return {name: storable(visit.form.get(name, text)) for name, text in usual.items()}
