"""Accounts of the desk, their passwords, codes and sessions, on SQLite and on PostgreSQL."""

from __future__ import annotations

import base64
import datetime
from pathlib import Path
from typing import Any, Literal

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from server.database.engine import metadata, reading
from server.desk.accounts import passwords
from server.desk.accounts.account import Account, accounts as staff_accounts
from server.desk.accounts.accounts import ONE_TIME, Accounts
from server.desk.accounts.attempts import OF_DEVICE, OF_NETWORK, OF_STRANGERS, attempts
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.accounts.sessions import ABSOLUTE, IDLE, Sessions
from server.desk.accounts.sign_in import Attempt, SignIn
from server.desk.accounts.totp import STEP_S, new_secret
from server.desk.accounts.totp_seal import TotpSeal
from server.desk.confidential.secret import Secret
from server.desk.errors import (
    AccountNotFound,
    InvalidAccount,
    SignInPaused,
    SignInRefused,
    Unreadable,
    VaultClosed,
)

PASSWORD = "川の水位を毎朝見ています"
SECOND = datetime.timedelta(seconds=1)


class Hasher(PasswordHasher):
    """Quick, and counts the passwords that are looked at."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, *arguments: Any) -> Literal[True]:
        self.verified += 1
        return super().verify(*arguments)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 12, 1, 9, 0, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now


HASHER, NOBODYS = passwords.HASHER, passwords.NOBODYS  # as the service has them


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> Hasher:
    hasher = Hasher()
    monkeypatch.setattr(passwords, "HASHER", hasher)
    monkeypatch.setattr(passwords, "NOBODYS", hasher.hash("nobody's"))
    return hasher


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(engine: Engine, clock: Clock) -> Accounts:
    return Accounts(engine, clock)


@pytest.fixture
def seal(tmp_path: Path) -> TotpSeal:
    secret = Secret(tmp_path / "secret.key")
    secret.make()
    return TotpSeal(secret)


@pytest.fixture
def sign_in(engine: Engine, seal: TotpSeal, clock: Clock) -> SignIn:
    return SignIn(engine, seal, clock)


@pytest.fixture
def sessions(engine: Engine, clock: Clock) -> Sessions:
    return Sessions(engine, clock)


@pytest.fixture
def yamada(accounts: Accounts) -> Account:
    """An editor with a password of their own."""
    account, given = accounts.add("山田", Role.EDITOR, "危機管理室", actor=COMMAND_LINE)
    accounts.set_password(account, given, PASSWORD)
    return accounts.of_id(account.id)


def told(engine: Engine) -> str:
    """All that the audit says."""
    with reading(engine) as connection:
        return repr(connection.execute(select(audit)).all())


def fault(error: pytest.ExceptionInfo[InvalidAccount]) -> str:
    return error.value.fault


# Names and departments


def test_a_name_is_one_in_every_spelling(accounts: Accounts) -> None:
    accounts.add("Ｙamada　Tarō", Role.READER, "", actor=COMMAND_LINE)
    assert accounts.all()[0].name == "Yamada Tarō"
    for same in ("YAMADA TARŌ", "yamada tarō", " ｙamada   tarō "):
        with pytest.raises(InvalidAccount) as error:
            accounts.add(same, Role.READER, "", actor=COMMAND_LINE)
        assert fault(error) == "name_taken"
        assert accounts.named(same).name == "Yamada Tarō"
    with pytest.raises(AccountNotFound):
        accounts.named("yamada")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("", "name_empty"),
        (" \u3000", "name_empty"),
        ("a\0b", "name_unprintable"),
        ("a\u202eb", "name_unprintable"),
        ("あ" * 51, "name_long"),
        ("\ufdfa" * 50, "name_long"),  # eighteen characters each, in one spelling
        ("CLI", "name_taken"),  # the command line's in the audit
    ],
)
def test_a_name_that_cannot_be_is_refused(accounts: Accounts, name: str, wanted: str) -> None:
    with pytest.raises(InvalidAccount) as error:
        accounts.add(name, Role.READER, "", actor=COMMAND_LINE)
    assert fault(error) == wanted
    assert accounts.all() == []


def test_an_admin_is_of_all_departments(accounts: Accounts, yamada: Account) -> None:
    with pytest.raises(InvalidAccount) as error:
        accounts.change(yamada, Role.ADMIN, "危機管理室", actor=COMMAND_LINE)
    assert fault(error) == "department_of_admin"
    accounts.change(yamada, Role.ADMIN, "", actor=COMMAND_LINE)
    assert accounts.of_id(yamada.id).actor.sees("道路課")


def test_nobody_changes_or_disables_their_own_account(accounts: Accounts, yamada: Account) -> None:
    for change in (
        lambda: accounts.change(yamada, Role.ADMIN, "", actor=yamada.actor),
        lambda: accounts.disable(yamada, actor=yamada.actor),
        lambda: accounts.give_password(yamada, actor=yamada.actor),
    ):
        with pytest.raises(InvalidAccount) as error:
            change()
        assert fault(error) == "account_own"
    assert accounts.of_id(yamada.id) == yamada


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 2**70])
def test_a_number_that_no_account_has(accounts: Accounts, number: int) -> None:
    with pytest.raises(AccountNotFound):
        accounts.of_id(number)


# Passwords


@pytest.mark.parametrize(
    ("password", "wanted"),
    [
        ("みじかい", "password_short"),
        ("a" * 11, "password_short"),
        ("長" * 129, "password_long"),
        ("aaaaaaaaaaaaaa", "password_obvious"),
        ("123456789012", "password_obvious"),
        ("Password2026!", "password_obvious"),
        ("ＰＡＳＳＷＯＲＤ１２３４", "password_obvious"),
        ("yamada-yamada-2026", "password_obvious"),
        ("qwertyuiop12", "password_obvious"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str, wanted: str) -> None:
    with pytest.raises(InvalidAccount) as error:
        passwords.check_password(password, "Yamada")
    assert fault(error) == wanted


def test_a_name_that_nobody_has_takes_the_work_of_any_other() -> None:
    assert not HASHER.check_needs_rehash(NOBODYS)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "あさかのかわはひろいなあ", "🦉" * 6 + "梟の夜に鳴く声"]
)
def test_no_kind_of_character_is_wanted_or_refused(password: str) -> None:
    passwords.check_password(password, "Yamada")
    assert passwords.is_password(passwords.hashed(password), password)


def test_a_password_is_the_same_however_its_letters_are_written() -> None:
    assert passwords.is_password(
        passwords.hashed("がっこうの前の水たまり"), "がっこうの前の水たまり"
    )
    assert passwords.is_password(passwords.hashed("ABCdef-123456"), "ＡＢＣｄｅｆ－１２３４５６")


@pytest.mark.parametrize("stored", [None, "", "$argon2id$", "x" * 100])
def test_what_is_no_hash_is_nobodys_password(stored: str | None) -> None:
    for password in (PASSWORD, "", "\0", "\udcff", "x" * 10**6):
        assert not passwords.is_password(stored, password)


def test_a_given_password_serves_seven_days(
    accounts: Accounts, sign_in: SignIn, clock: Clock
) -> None:
    account, given = accounts.add("佐藤", Role.READER, "", actor=COMMAND_LINE)
    attempt = Attempt(name="佐藤", password=given)
    assert sign_in.account(attempt) == account
    assert account.temporary_until == clock.now + ONE_TIME
    clock.now += ONE_TIME
    with pytest.raises(SignInRefused):
        sign_in.account(attempt)


def test_a_new_password_ends_every_session_and_the_old_one(
    accounts: Accounts, sign_in: SignIn, sessions: Sessions, yamada: Account
) -> None:
    tokens = [sessions.begin(yamada) for _ in range(2)]
    with pytest.raises(InvalidAccount) as error:
        accounts.set_password(yamada, "ちがう合言葉です、これは", PASSWORD + "2")
    assert fault(error) == "password_wrong"
    with pytest.raises(InvalidAccount) as error:
        accounts.set_password(yamada, PASSWORD, PASSWORD)
    assert fault(error) == "password_same"
    assert all(sessions.of(token) for token in tokens)
    accounts.set_password(yamada, PASSWORD, PASSWORD + "2")
    assert not any(sessions.of(token) for token in tokens)
    with pytest.raises(SignInRefused):
        sign_in.account(Attempt(name="山田", password=PASSWORD))
    assert sign_in.account(Attempt(name="山田", password=PASSWORD + "2")).temporary_until is None


def test_ones_own_password_cannot_be_guessed_from_a_session(
    accounts: Accounts, yamada: Account
) -> None:
    for _ in range(OF_DEVICE.free):
        with pytest.raises(InvalidAccount):
            accounts.end_totp(yamada, "ちがう合言葉です、これは")
    with pytest.raises(SignInPaused):
        accounts.end_totp(yamada, PASSWORD)


def test_nothing_that_proves_who_one_is_is_in_the_audit_or_in_plain_bytes(
    accounts: Accounts,
    sessions: Sessions,
    seal: TotpSeal,
    yamada: Account,
    engine: Engine,
    clock: Clock,
) -> None:
    token, secret = sessions.begin(yamada), new_secret()
    codes = accounts.begin_totp(yamada, seal, secret, pyotp.TOTP(secret).at(clock.now))
    given = accounts.give_password(yamada, actor=COMMAND_LINE)
    with reading(engine) as connection:
        everything = repr(
            [connection.execute(select(table)).all() for table in metadata.sorted_tables]
        )
    for private in (PASSWORD, token, given, *codes, *(code.replace("-", "") for code in codes)):
        assert private not in everything
    assert secret not in told(engine)


# Codes


def test_a_code_is_accepted_once(
    accounts: Accounts, sign_in: SignIn, seal: TotpSeal, yamada: Account, clock: Clock
) -> None:
    totp = pyotp.TOTP(new_secret())
    accounts.begin_totp(yamada, seal, totp.secret, totp.at(clock.now))

    def enter(code: str) -> Account:
        return sign_in.account(Attempt(name="山田", password=PASSWORD, code=code))

    for wrong in ("", "000000 0", totp.at(clock.now), "\0", "x" * 10**5, "１２３"):
        with pytest.raises(SignInRefused):
            enter(wrong)
    clock.now += datetime.timedelta(minutes=30)
    code = totp.at(clock.now)
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert enter(f" {full_width[:3]} {full_width[3:]} ").has_totp
    with pytest.raises(SignInRefused):
        enter(code)
    with pytest.raises(SignInRefused):  # one from before it
        enter(totp.at(clock.now, counter_offset=-1))
    assert enter(totp.at(clock.now, counter_offset=1)).has_totp
    clock.now += datetime.timedelta(seconds=10 * STEP_S)
    with pytest.raises(SignInRefused):
        enter(totp.at(clock.now, counter_offset=-2))


def test_a_secret_of_codes_is_sealed_for_one_account_under_the_operators(
    accounts: Accounts,
    sign_in: SignIn,
    seal: TotpSeal,
    yamada: Account,
    engine: Engine,
    clock: Clock,
    tmp_path: Path,
) -> None:
    totp = pyotp.TOTP(new_secret())
    accounts.begin_totp(yamada, seal, totp.secret, totp.at(clock.now))
    with reading(engine) as connection:
        column = select(staff_accounts.c.totp_secret).where(staff_accounts.c.id == yamada.id)
        sealed = connection.execute(column).scalar_one()
    plain = base64.b32decode(totp.secret)
    files = [path.read_bytes() for path in tmp_path.glob("*.sqlite*")]
    for content in (sealed.encode(), base64.b64decode(sealed), *files):
        assert not any(each in content for each in (totp.secret.encode(), plain))
    assert any(sealed.encode() in content for content in files) or engine.name != "sqlite"
    assert seal.open(yamada.id, sealed) == totp.secret
    for account, text in ((yamada.id + 1, sealed), (yamada.id, totp.secret), (yamada.id, "")):
        with pytest.raises(Unreadable):
            seal.open(account, text)

    clock.now += datetime.timedelta(minutes=30)
    attempt = Attempt(name="山田", password=PASSWORD, code=totp.at(clock.now))
    key, lost = tmp_path / "secret.key", tmp_path / "lost.key"
    key.rename(lost)
    with pytest.raises(VaultClosed):
        sign_in.account(attempt)
    key.write_text("another secret of the operator's".replace(" ", "-"))
    with pytest.raises(Unreadable):
        sign_in.account(attempt)
    lost.rename(key)
    assert sign_in.account(attempt).has_totp


def test_a_recovery_code_is_accepted_once_and_stands_for_its_own_account_only(
    accounts: Accounts, sign_in: SignIn, seal: TotpSeal, yamada: Account, clock: Clock
) -> None:
    codes = {}
    other, given = accounts.add("佐藤", Role.READER, "", actor=COMMAND_LINE)
    accounts.set_password(other, given, PASSWORD)
    for account in (yamada, other):
        secret = new_secret()
        codes[account.id] = accounts.begin_totp(
            account, seal, secret, pyotp.TOTP(secret).at(clock.now)
        )

    def enter(code: str) -> Account:
        return sign_in.account(Attempt(name="山田", password=PASSWORD, code=code))

    first, second, *_ = codes[yamada.id]
    assert enter(first.lower()) == accounts.of_id(yamada.id)
    for wrong in (first, codes[other.id][0], second[:-1]):
        with pytest.raises(SignInRefused):
            enter(wrong)
    assert accounts.recovery_codes_left(yamada) == 9
    renewed = accounts.new_recovery_codes(yamada, PASSWORD)
    with pytest.raises(SignInRefused):
        enter(second)
    assert enter(renewed[0].replace("-", " ")).id == yamada.id


def test_codes_begin_with_one_of_the_app_and_end_with_the_password(
    accounts: Accounts, sign_in: SignIn, seal: TotpSeal, yamada: Account, clock: Clock
) -> None:
    secret = new_secret()
    for wrong_secret, wrong in ((secret, "000000"), ("A" * 31, "000000"), ("\0", ""), ("", "")):
        with pytest.raises(InvalidAccount) as error:
            accounts.begin_totp(yamada, seal, wrong_secret, wrong)
        assert fault(error) == "code_wrong"
    accounts.begin_totp(yamada, seal, secret, pyotp.TOTP(secret).at(clock.now))
    with pytest.raises(InvalidAccount):
        accounts.end_totp(yamada, "ちがう合言葉です、これは")
    accounts.end_totp(yamada, PASSWORD)
    assert not sign_in.account(Attempt(name="山田", password=PASSWORD)).has_totp
    assert accounts.recovery_codes_left(yamada) == 0


# Sessions


def test_a_session_lasts_while_it_is_used_and_no_longer_than_a_day(
    sessions: Sessions, yamada: Account, clock: Clock
) -> None:
    token = sessions.begin(yamada, "Firefox")
    begun = clock.now
    while clock.now - begun < ABSOLUTE - IDLE:
        clock.now += IDLE - SECOND
        session = sessions.of(token)
        assert session is not None
        assert (session.account, session.begun_at) == (yamada, begun)
    clock.now = begun + ABSOLUTE
    assert sessions.of(token) is None
    token = sessions.begin(yamada)
    clock.now += IDLE
    assert sessions.of(token) is None
    assert sessions.of_account(yamada) == []


def test_sessions_end_one_by_one_and_all_at_once(
    accounts: Accounts, sessions: Sessions, yamada: Account
) -> None:
    other, _ = accounts.add("佐藤", Role.ADMIN, "", actor=COMMAND_LINE)
    first, second, third = (sessions.begin(yamada) for _ in range(3))
    others = sessions.begin(other)
    ended = sessions.of(first)
    assert ended is not None
    sessions.end(other, ended.id)  # not its own
    assert sessions.of(first) is not None
    sessions.end(yamada, ended.id)
    assert sessions.of(first) is None
    assert len(sessions.of_account(yamada)) == 2
    sessions.end_all(yamada)
    assert sessions.of(second) is None
    assert sessions.of(third) is None
    assert sessions.of(others) is not None


def test_who_is_disabled_is_signed_out_and_stays_out(
    accounts: Accounts, sessions: Sessions, sign_in: SignIn, yamada: Account
) -> None:
    token = sessions.begin(yamada)
    accounts.disable(yamada, actor=COMMAND_LINE)
    assert sessions.of(token) is None
    assert sessions.of(sessions.begin(yamada)) is None  # proved a moment before
    with pytest.raises(SignInRefused):
        sign_in.account(Attempt(name="山田", password=PASSWORD))
    accounts.enable(accounts.of_id(yamada.id), actor=COMMAND_LINE)
    assert sessions.of(token) is None
    assert sign_in.account(Attempt(name="山田", password=PASSWORD)) == yamada


@pytest.mark.parametrize("token", ["", "x", "\0" * 43, "あ" * 43, "x" * 43, "x" * 10**6])
def test_a_token_that_was_never_given_is_nobodys(sessions: Sessions, token: str) -> None:
    assert sessions.of(token) is None


# Attempts


def test_a_name_that_no_account_has_takes_as_long(
    accounts: Accounts, sign_in: SignIn, yamada: Account, hasher: Hasher
) -> None:
    assert yamada.disabled_at is None
    disabled, _ = accounts.add("佐藤", Role.READER, "", actor=COMMAND_LINE)
    accounts.disable(disabled, actor=COMMAND_LINE)
    said = set()
    for name in ("山田", "佐藤", "だれか", "", "\0", "x" * 10**6):
        before = hasher.verified
        with pytest.raises(SignInRefused) as error:
            sign_in.account(Attempt(name=name, password="ちがう合言葉です、これは"))
        said.add(str(error.value))
        assert hasher.verified == before + 1
    assert len(said) == 1
    for _ in range(OF_NETWORK.free + 1):
        for name in ("山田", "だれか"):
            before = hasher.verified
            attempt = Attempt(name=name, password="x" * 20, network="203.0.113.1")
            with pytest.raises((SignInRefused, SignInPaused)) as refusal:
                sign_in.account(attempt)
            assert hasher.verified - before == (refusal.type is SignInRefused)
    with pytest.raises(SignInRefused):
        sign_in.account(Attempt(name="山田", password="x" * 200))  # not even hashed


def test_guessing_from_a_network_meets_pauses_that_grow(
    sign_in: SignIn, yamada: Account, clock: Clock
) -> None:
    guess = Attempt(name="山田", password="ちがう合言葉です、これは", network="203.0.113.1")
    right = Attempt(name="山田", password=PASSWORD, network="203.0.113.1")
    for _ in range(OF_NETWORK.free):
        with pytest.raises(SignInRefused):
            sign_in.account(guess)
    pauses = []
    for _ in range(9):
        with pytest.raises(SignInPaused) as error:
            sign_in.account(right)
        pauses.append(error.value.wait_s)
        clock.now += datetime.timedelta(seconds=error.value.wait_s)
        with pytest.raises(SignInRefused):
            sign_in.account(guess)
    assert pauses[:4] == [30, 60, 120, 240]
    assert pauses[-1] == OF_NETWORK.longest.total_seconds()
    elsewhere = Attempt(name="山田", password=PASSWORD, network="203.0.113.2")
    assert sign_in.account(elsewhere) == yamada
    clock.now += OF_NETWORK.longest
    assert sign_in.account(right) == yamada
    assert sign_in.account(right) == yamada


def test_strangers_all_over_the_world_keep_nobody_from_their_own_device(
    sign_in: SignIn, yamada: Account, clock: Clock
) -> None:
    device = sign_in.new_device(yamada)
    for number in range(OF_STRANGERS.free):
        with pytest.raises(SignInRefused):
            sign_in.account(Attempt(name="山田", password="x" * 20, network=f"2001:db8::{number}"))
    stranger = Attempt(name="山田", password=PASSWORD, network="198.51.100.1")
    with pytest.raises(SignInPaused):
        sign_in.account(stranger)
    own = Attempt(name="ＹＡＭＡＤＡ", password=PASSWORD, device=device)
    with pytest.raises(SignInRefused):  # a device of another account is a stranger's
        sign_in.account(own)
    own = Attempt(name="山田", password=PASSWORD, network="203.0.113.1", device=device)
    assert sign_in.account(own) == yamada
    clock.now += OF_STRANGERS.longest
    assert sign_in.account(stranger) == yamada
    assert sign_in.account(stranger) == yamada


def test_a_device_is_no_way_to_guess_either(
    sign_in: SignIn, accounts: Accounts, yamada: Account
) -> None:
    device = sign_in.new_device(yamada)
    guess = Attempt(name="山田", password="x" * 20, device=device)
    for _ in range(OF_DEVICE.free):
        with pytest.raises(SignInRefused):
            sign_in.account(guess)
    with pytest.raises(SignInPaused):
        sign_in.account(guess)
    given = accounts.give_password(yamada, actor=COMMAND_LINE)  # who is locked out is helped
    assert sign_in.account(Attempt(name="山田", password=given, device=device)).id == yamada.id


def test_made_up_names_fill_no_disk(
    sign_in: SignIn, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.desk.accounts.attempts.MOST_KEPT", 10)
    for number in range(20):
        with pytest.raises(SignInRefused):
            sign_in.account(Attempt(name=f"n{number}", password="x", network="203.0.113.1"))
        clock.now += SECOND
    with reading(engine) as connection:
        rows = connection.execute(select(attempts)).all()
    assert len(rows) == 10
    assert "n1" not in repr(rows)
    assert "203.0" not in repr(rows)
