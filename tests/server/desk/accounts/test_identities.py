"""The city's own accounts bound to accounts of the desk, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from server.database.engine import reading
from server.desk.accounts.account import Account
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.audit import audit
from server.desk.accounts.identities import USED_KEPT, Identities, Identity, Link, used
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.accounts.sessions import Proof, Sessions, now_utc
from server.desk.errors import IdentityUnknown, InvalidAccount, SignInRefused

ISSUER = "https://id.example.jp"
MAIL = "taro@city.example.jp"
ONCE = map("{:064x}".format, itertools.count())


@pytest.fixture
def identities(engine: Engine) -> Identities:
    return Identities(engine)


def linked(engine: Engine, openid: str, name: str = "太郎") -> Account:
    account, _ = Accounts(engine).add(name, Role.EDITOR, "", openid=openid, actor=COMMAND_LINE)
    return account


def person(subject: str = "1", *names: str, issuer: str = ISSUER) -> Identity:
    return Identity(issuer, subject, names)


def enter(identities: Identities, identity: Identity) -> Account:
    return identities.account(identity, next(ONCE))


def test_the_first_of_a_name_is_bound_and_the_name_is_nobodys_from_then_on(
    engine: Engine, identities: Identities
) -> None:
    account = linked(engine, MAIL)
    assert identities.links() == {account.id: Link(MAIL, is_bound=False)}
    assert enter(identities, person("1", MAIL.upper())) == account
    assert identities.links() == {account.id: Link(MAIL, is_bound=True)}
    assert enter(identities, person("1")) == account
    for other in (person("2", MAIL), person("1", MAIL, issuer="https://other.example")):
        with pytest.raises(IdentityUnknown):
            enter(identities, other)


def test_of_several_at_once_one_is_bound(engine: Engine, identities: Identities) -> None:
    linked(engine, MAIL)

    def try_as(subject: int) -> bool:
        try:
            enter(identities, person(str(subject), MAIL))
        except IdentityUnknown:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_as, range(6))) == 1


def test_the_same_person_in_several_browsers_at_once_gets_in(
    engine: Engine, identities: Identities
) -> None:
    account = linked(engine, MAIL)
    with ThreadPoolExecutor(6) as pool:
        entered = list(pool.map(lambda _: enter(identities, person("1", MAIL)), range(6)))
    assert entered == [account] * 6


def test_an_answer_counts_once(engine: Engine) -> None:
    now = now_utc()
    identities = Identities(engine, lambda: now)
    account = linked(engine, MAIL)
    assert identities.account(person("1", MAIL), "a" * 64) == account
    with pytest.raises(SignInRefused):
        identities.account(person("1", MAIL), "a" * 64)
    now += USED_KEPT + datetime.timedelta(seconds=1)
    identities.account(person("1"), "b" * 64)
    with reading(engine) as connection:
        assert connection.execute(select(used.c.digest)).scalars().all() == ["b" * 64]


def test_another_link_unbinds_and_signs_out(engine: Engine, identities: Identities) -> None:
    account, sessions = linked(engine, MAIL), Sessions(engine)
    enter(identities, person("1", MAIL))
    token = sessions.begin(account, "", Proof.OPENID)
    session = sessions.of(token)
    assert session is not None
    assert session.proof is Proof.OPENID
    identities.link(account, "hanako", actor=COMMAND_LINE)
    assert sessions.of(token) is None
    with pytest.raises(IdentityUnknown):
        enter(identities, person("1", MAIL))
    assert enter(identities, person("2", "hanako")) == account
    identities.link(account, "", actor=COMMAND_LINE)
    assert identities.links() == {}
    with pytest.raises(IdentityUnknown):
        enter(identities, person("2", "hanako"))


def test_the_audit_tells_of_a_link_and_not_whose(engine: Engine, identities: Identities) -> None:
    account = linked(engine, MAIL)
    enter(identities, person("subject-1", MAIL))
    identities.link(account, "", actor=COMMAND_LINE)
    with reading(engine) as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id)).all()
    assert [(row.actor, row.action, row.before, row.after) for row in rows[1:]] == [
        ("cli", "account.link", {"openid": False}, {"openid": True}),
        ("太郎", "account.bind", None, None),
        ("cli", "account.link", {"openid": True}, {"openid": False}),
    ]
    assert MAIL not in str(rows)
    assert "subject-1" not in str(rows)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("a" * 256, "openid_long"),
        ("太郎", "openid_unprintable"),
        ("ａ@city.example.jp", "openid_unprintable"),
        ("a b", "openid_unprintable"),
        ("a\x00b", "openid_unprintable"),
        ("TARO@city.example.jp", "openid_taken"),
    ],
)
def test_a_name_that_no_provider_tells_apart_makes_no_account(
    engine: Engine, name: str, fault: str
) -> None:
    linked(engine, MAIL)
    with pytest.raises(InvalidAccount) as refused:
        linked(engine, name, "花子")
    assert refused.value.fault == fault
    assert len(Accounts(engine).all()) == 1


def test_nobody_links_their_own_account(engine: Engine, identities: Identities) -> None:
    account = linked(engine, MAIL)
    with pytest.raises(InvalidAccount):
        identities.link(account, "other", actor=account.actor)
