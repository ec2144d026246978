"""The commands by which accounts of the desk are kept: `bosai staff …`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from server.console.command import command, group, option, settings as read_settings
from server.console.desk_database import desk_database
from server.console.help import help_text
from server.console.lines import both, refuse, refuse_words, say
from server.desk.accounts.account import Account
from server.desk.accounts.accounts import ONE_TIME, Accounts
from server.desk.accounts.identities import Identities, Link
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.errors import AccountNotFound, InvalidAccount
from server.texts import console as words, translator
from server.texts.staff import account_fault, role_labels

staff = group("staff")

Name = Annotated[str, typer.Argument(metavar="NAME", help=help_text(words.OPTIONS["account_name"]))]
Department = Annotated[str | None, option("department", "--department", metavar="D")]


@command("staff add", staff)
def add(
    name: Name,
    role: Annotated[Role, option("role", "--role")],
    department: Department = None,
    oidc: Annotated[str | None, option("oidc", "--oidc", metavar="X")] = None,
) -> None:
    """Add an account and write its one-time password; none with `--oidc`, where none is needed."""
    with _desk() as (accounts, _):
        account, password = accounts.add(
            name, role, department or "", openid=oidc or "", actor=COMMAND_LINE
        )
        if oidc:
            say(words.LINKED, name=account.name, oidc=oidc)
        else:
            _say_password(account, password)


@command("staff list", staff)
def list_accounts() -> None:
    """List the accounts."""
    with _desk() as (accounts, identities):
        links = identities.links()
        for account in accounts.all():
            typer.echo("\t".join(_line(account, links.get(account.id))))


@command("staff change", staff)
def change(
    name: Name,
    role: Annotated[Role | None, option("new-role", "--role")] = None,
    department: Department = None,
    all_departments: Annotated[bool, option("all-departments", "--all-departments")] = False,
    oidc: Annotated[str | None, option("new-oidc", "--oidc", metavar="X")] = None,
    no_oidc: Annotated[bool, option("no-oidc", "--no-oidc")] = False,
) -> None:
    """Give an account another role or department, or link it to another name of the provider's."""
    if (department is not None and all_departments) or (oidc and no_oidc):
        refuse("what_to_change")
    is_other, is_linked = role or department or all_departments, oidc or no_oidc
    if not (is_other or is_linked):
        refuse("what_to_change")
    with _desk() as (accounts, identities):
        account = accounts.named(name)
        kept = "" if all_departments else account.department or ""
        if is_linked:
            identities.link(account, oidc or "", actor=COMMAND_LINE)
        if is_other:
            accounts.change(
                account,
                role or account.role,
                kept if department is None else department,
                actor=COMMAND_LINE,
            )
        _say_account(accounts, identities, name)


@command("staff disable", staff)
def disable(name: Name) -> None:
    """Let nobody use an account any more, and end its sessions."""
    with _desk() as (accounts, identities):
        accounts.disable(accounts.named(name), actor=COMMAND_LINE)
        _say_account(accounts, identities, name)


@command("staff enable", staff)
def enable(name: Name) -> None:
    """Let a disabled account be used again."""
    with _desk() as (accounts, identities):
        accounts.enable(accounts.named(name), actor=COMMAND_LINE)
        _say_account(accounts, identities, name)


@command("staff password", staff)
def password(name: Name, prompt: Annotated[bool, option("prompt", "--prompt")] = False) -> None:
    """Give an account a new password, written here or typed, to be changed at the sign-in."""
    with _desk() as (accounts, _):
        account = accounts.named(name)
        typed = typer.prompt(both(words.ASK_PASSWORD), hide_input=True) if prompt else None
        given = accounts.give_password(account, typed, actor=COMMAND_LINE)
        if typed is None:
            _say_password(account, given)


@contextmanager
def _desk() -> Iterator[tuple[Accounts, Identities]]:
    """The accounts of the settings' database; what is wrong with what is asked is said."""
    try:
        with desk_database(read_settings()) as engine:
            yield Accounts(engine), Identities(engine)
    except AccountNotFound:
        refuse("no_account")
    except InvalidAccount as error:
        japanese, english = (account_fault(translator(lang), error.fault) for lang in ("ja", "en"))
        refuse_words({"ja": japanese, "en": english})


def _say_account(accounts: Accounts, identities: Identities, name: str) -> None:
    account = accounts.named(name)
    typer.echo("\t".join(_line(account, identities.links().get(account.id))))


def _line(account: Account, link: Link | None) -> list[str]:
    japanese, english = (role_labels(translator(lang)) for lang in ("ja", "en"))
    role = both({"ja": japanese[account.role], "en": english[account.role]})
    state = "disabled" if account.disabled_at else "enabled"
    return [
        account.name,
        f"{account.role} ({role})",
        account.department or both(words.STAFF["all_departments"]),
        both(words.STAFF["codes" if account.has_totp else "no_codes"]),
        both(words.STAFF[state]),
        *([f"oidc: {link.name}"] if link else []),
    ]


def _say_password(account: Account, password: str) -> None:
    say(words.ONE_TIME_PASSWORD, name=account.name, days=ONE_TIME.days)
    typer.echo(password)
