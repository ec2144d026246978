"""News by e-mail: only who confirmed is told, each change once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update

from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault
from server.desk.errors import InvalidAnswer, InvalidMerge, RequestNotFound
from server.desk.intake.form import RequestForm
from server.desk.intake.mail_address import InvalidAddress
from server.desk.intake.requests import Request, Requests
from server.desk.intake.subject import Subject
from server.desk.mail import news as module
from server.desk.mail.news import News, asked, subscriptions
from server.desk.mail.outbox import Claim, Outbox, outbox
from server.desk.triage.merges import Merges
from server.texts import LANGUAGES, translator
from server.texts.marks import in_brackets
from tests.vaults import vault_of

ADDRESS = "taro.asaka@example.jp"
BASE = "https://map.example.jp"
TYPED = "太郎の家のAED"


@dataclass
class Desk:
    """A desk that sends news, and what waits to be sent."""

    engine: Engine
    vault: Vault
    news: News
    answers: Answers
    mails: Outbox

    def request(
        self,
        address: str | None = ADDRESS,
        lang: str = "ja",
        network: str | None = None,
        subject: Subject | None = None,
    ) -> Request:
        """A request that was sent with this address."""
        form = RequestForm(title=TYPED, purpose="使う", category="welfare", subject=subject)
        request = Requests(self.engine, vault_of(self.engine)).submit(form)
        if address is not None:
            with self.engine.begin() as connection:
                self.news.ask(connection, request.number, address, lang, network)
        return request

    def confirmed(self, subject: Subject | None = None) -> Request:
        """One whose address is confirmed; the mail that asked is sent."""
        request = self.request(subject=subject)
        [mail] = self.sent()
        assert self.news.confirm(request.number, token(mail)) == "confirmed"
        return request

    def sent(self) -> list[Claim]:
        """All mails that wait, sent."""
        claims = []
        while (claim := self.mails.claim()) is not None:
            self.mails.sent(claim)
            claims.append(claim)
        return claims

    def decide(self, number: int, *verdict: str) -> None:
        self.answers.answer(number, verdict=Verdict(*verdict), actor=COMMAND_LINE)

    def publish(self, number: int) -> None:
        self.answers.answer(number, Wording("AEDの場所"), actor=COMMAND_LINE)


@pytest.fixture
def desk(engine: Engine, vault: Vault, tmp_path: Path) -> Desk:
    news = News(engine, vault, Secret(tmp_path / "secret.key"), BASE)
    return Desk(engine, vault, news, Answers(engine, news), Outbox(engine, vault))


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any number of addresses is asked."""
    for name in (
        "MOST_TO_MAILBOX_HOURLY",
        "MOST_TO_MAILBOX_DAILY",
        "MOST_OF_NETWORK_HOURLY",
        "MOST_OF_ALL_HOURLY",
    ):
        monkeypatch.setattr(module, name, 10_000)


def token(mail: Claim) -> str:
    match = re.search(r"/confirm\?key=([\w-]+)", mail.text)
    assert match is not None
    return match[1]


def test_an_address_is_asked_before_it_is_told_anything(desk: Desk) -> None:
    request = desk.request()
    desk.decide(request.number, "checking")
    [mail] = desk.sent()
    assert mail.recipient == ADDRESS
    assert f"受付番号{request.number}" in mail.text
    assert f"{BASE}/requests/{request.number}/news/confirm?key=" in mail.text
    assert mail.unsubscribe == mail.text[mail.text.index(f"{BASE}/requests") :].split()[0].replace(
        "/confirm?", "/stop?"
    )
    # Nobody can write to others through the form.
    assert not any(part in mail.subject + mail.text for part in (TYPED, "使う", request.token))
    assert desk.news.of_token(request.number, token(mail)) == "asked"  # a look confirms nothing
    desk.decide(request.number, "considering")
    assert desk.sent() == []
    assert desk.news.confirm(request.number, token(mail)) == "confirmed"
    assert desk.news.confirm(request.number, token(mail)) == "confirmed"
    assert desk.sent() == []


def test_each_change_queues_one_mail(desk: Desk) -> None:
    request = desk.confirmed()
    number = request.number
    desk.decide(number, "checking")
    [mail] = desk.sent()
    assert mail.subject == f"要望 受付番号 {number}：確認しています"
    assert "公開していません" in mail.text
    desk.publish(number)
    [mail] = desk.sent()
    assert f"{BASE}/requests/{number}?lang=ja\n" in mail.text
    desk.publish(number)  # in other words
    assert desk.sent() == []
    desk.decide(number, "adopted", "来年度に調べます。\r\nBcc: x@example.jp")
    [mail] = desk.sent()
    assert "理由：\n来年度に調べます。\nBcc: x@example.jp\n" in mail.text
    desk.answers.answer(
        number, Wording(), Verdict("available", "載せました。", "aed&x=1"), actor=COMMAND_LINE
    )
    [mail] = desk.sent()
    assert f"{BASE}/?layers=aed%26x%3D1&lang=ja\n" in mail.text
    desk.answers.withdraw(number, actor=COMMAND_LINE)
    [mail] = desk.sent()
    assert "公開の一覧から外しました" in mail.text
    assert f"{BASE}/requests/{number}?" not in mail.text
    for each in (TYPED, request.token):
        assert each not in mail.text


def test_a_change_that_is_not_written_queues_nothing(desk: Desk) -> None:
    number = desk.confirmed().number
    with pytest.raises(InvalidAnswer):
        desk.decide(number, "declined")
    with pytest.raises(InvalidAnswer, match="at most 2000"):
        desk.decide(number, "declined", "理" * 2001)
    with pytest.raises(RequestNotFound):
        desk.answers.withdraw(number, actor=COMMAND_LINE)
    with pytest.raises(InvalidAnswer):
        desk.answers.answer(
            number, Wording("あ" * 101), Verdict("declined", "理由"), actor=COMMAND_LINE
        )
    assert desk.sent() == []
    desk.decide(number, "declined", "理" * 2000)
    assert len(desk.sent()) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.usefixtures("unlimited")
def test_mails_are_in_the_language_of_the_form(desk: Desk, lang: str) -> None:
    number = desk.request(lang=lang).number
    [mail] = desk.sent()
    assert f"&lang={lang}\n" in mail.text
    assert desk.news.confirm(number, token(mail)) == "confirmed"
    desk.decide(number, "available", "載せました。", "aed")
    [news] = desk.sent()
    for each in (mail, news):
        words = each.subject + each.text
        assert str(number) in words
        assert not re.search("[\ufdd0-\ufdd2\ufff9-\ufffb《》{}]", words)
    # A reading stands behind its word.
    assert ("希望（きぼう）" in news.text) == (lang == "ja-x-easy")


def test_a_correction_has_words_of_its_own(desk: Desk) -> None:
    number = desk.confirmed(subject=Subject("hydrants")).number
    desk.decide(number, "adopted", "直します。")
    [mail] = desk.sent()
    assert mail.subject == f"要望 受付番号 {number}：直します"


def test_who_stops_is_sent_nothing_more_and_forgotten(desk: Desk) -> None:
    request = desk.request()
    [mail] = desk.sent()
    desk.news.confirm(request.number, token(mail))
    desk.decide(request.number, "checking")
    desk.news.stop(request.number, token(mail))
    assert desk.mails.standing().waiting == 0  # what was queued neither
    with desk.engine.begin() as connection:
        assert connection.execute(select(subscriptions.c.sealed)).scalars().all() == [None]
    desk.decide(request.number, "considering")
    assert desk.sent() == []
    assert desk.news.confirm(request.number, token(mail)) == "stopped"  # a link that is replayed
    assert desk.news.state(request.number) == "stopped"
    assert desk.news.stop(request.number, token(mail)) == "stopped"


def test_a_link_runs_out(desk: Desk) -> None:
    request = desk.request()
    [mail] = desk.sent()
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=7, minutes=1)
    with desk.engine.begin() as connection:
        connection.execute(update(subscriptions).values(asked_at=long_ago))
        connection.execute(update(asked).values(asked_at=long_ago))
    assert desk.news.confirm(request.number, token(mail)) == "expired"
    desk.news.forget()
    assert desk.news.state(request.number) == "expired"
    with desk.engine.begin() as connection:
        assert connection.execute(select(subscriptions.c.sealed)).scalars().all() == [None]
        assert connection.execute(select(asked)).all() == []


def test_anothers_number_or_a_forged_key_opens_nothing(desk: Desk) -> None:
    first, second = desk.request(), desk.request("hanako@example.jp")
    keys = {mail.recipient: token(mail) for mail in desk.sent()}
    own = keys[ADDRESS]
    forged = ["", "x", own[:-1], own + "x", own.swapcase(), "é", second.token, first.token]
    attempts = [(first.number, key) for key in [*forged, keys["hanako@example.jp"]]]
    attempts += [(second.number, own), (99, own), (0, own), (2**40, own), (-1, own)]
    uses: list[Callable[[int, str], object]] = [
        desk.news.of_token,
        desk.news.confirm,
        desk.news.stop,
    ]
    for number, key in attempts:
        for use in uses:
            with pytest.raises(RequestNotFound):
                use(number, key)
    assert desk.news.state(first.number) == desk.news.state(second.number) == "asked"


def test_nobody_is_bombed_with_mails_that_ask(desk: Desk) -> None:
    first = desk.request()
    again = desk.request("Taro.Asaka+2@EXAMPLE.jp")
    assert [desk.news.state(each.number) for each in (first, again)] == ["asked", "refused"]
    assert len(desk.sent()) == 1
    for number in range(5):
        desk.request(f"a{number}@example.jp", network="192.0.2.1")
    refused = desk.request("b@example.jp", network="192.0.2.1")
    taken = desk.request("c@example.jp", network="192.0.2.2")
    states = [desk.news.state(each.number) for each in (refused, taken)]
    assert states == ["refused", "asked"]
    with desk.engine.begin() as connection:
        rows = connection.execute(select(asked)).all()
        connection.execute(
            update(asked).values(
                asked_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=2)
            )
        )
    assert not any(part in repr(rows) for part in ("taro", "192.0.2"))
    desk.sent()
    for expected in ("asked", "refused"):  # again within the hour
        assert desk.news.state(desk.request().number) == expected


def test_all_networks_together_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OF_ALL_HOURLY", 3)
    states = [
        desk.news.state(desk.request(f"a{number}@example.jp", network=str(number)).number)
        for number in range(4)
    ]
    assert states == ["asked", "asked", "asked", "refused"]


@pytest.mark.parametrize("address", ["taro@example.jp\r\nBcc: x@example.jp", "太郎@example.jp"])
def test_what_is_no_address_is_not_asked(desk: Desk, address: str) -> None:
    with pytest.raises(InvalidAddress):
        desk.request(address)
    assert desk.sent() == []


def test_a_request_that_is_rolled_back_asks_nobody(desk: Desk) -> None:
    request = desk.request(None)
    with desk.engine.connect() as connection:
        desk.news.ask(connection, request.number, ADDRESS, "ja")
    assert desk.sent() == []
    assert desk.news.state(request.number) is None


def test_where_no_mail_is_set_up_nobody_is_asked_but_who_confirmed_is_told(
    desk: Desk, tmp_path: Path
) -> None:
    request = desk.request()
    [mail] = desk.sent()
    desk.news.confirm(request.number, token(mail))
    silent = News(desk.engine, desk.vault, Secret(tmp_path / "secret.key"))
    other = desk.request(None)
    with desk.engine.begin() as connection:
        silent.ask(connection, other.number, ADDRESS, "ja")
    assert desk.sent() == []
    assert silent.state(other.number) is None
    # As from a command line that was not given the settings of mail.
    answers = Answers(desk.engine, silent)
    answers.answer(request.number, verdict=Verdict("checking"), actor=COMMAND_LINE)
    [told] = desk.sent()
    assert told.unsubscribe == mail.unsubscribe
    assert silent.stop(request.number, token(mail)) == "stopped"


def test_of_an_erased_request_nobody_is_told(desk: Desk) -> None:
    request = desk.confirmed()
    with desk.engine.begin() as connection:
        [key] = connection.execute(select(subscriptions.c.request_key)).scalars().all()
    desk.vault.erase(key)
    desk.decide(request.number, "checking")
    assert desk.sent() == []
    assert desk.news.state(request.number) == "stopped"
    with desk.engine.begin() as connection:
        connection.execute(text("DELETE FROM requests"))
        assert connection.execute(select(subscriptions)).all() == []


def test_an_address_is_in_no_row_and_no_log(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number = desk.confirmed().number
    desk.request()  # refused
    desk.decide(number, "checking", "理由の文")
    claim = desk.mails.claim()
    assert claim is not None
    desk.mails.failed(claim, "451")
    with desk.engine.begin() as connection:
        rows = [connection.execute(select(table)).all() for table in (outbox, subscriptions, asked)]
    planted = ("taro", "asaka@", "example.jp", claim.text.split("key=")[1][:20])
    for each in planted:
        assert each not in repr(rows)
        assert each not in caplog.text
    if desk.engine.dialect.name == "sqlite":
        files = [path for path in tmp_path.iterdir() if path.is_file()]
        assert len(files) >= 3
        content = b"".join(path.read_bytes() for path in files)
        for each in planted:
            assert each.encode() not in content


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_asked_for_a_duplicate_is_told_what_it_stands_with(desk: Desk, lang: str) -> None:
    original, duplicate = desk.request(None).number, desk.request(lang=lang).number
    [mail] = desk.sent()
    desk.news.confirm(duplicate, token(mail))
    merges = Merges(desk.engine, desk.news)
    _ = translator(lang)
    together, separated = (
        in_brackets(_(words).format(number=original))
        for words in (
            "This request is considered together with request No. {number}.",
            "This request is no longer considered together with request No. {number}.",
        )
    )
    page = f"{BASE}/requests/{original}?lang={lang}\n"
    merges.merge(duplicate, original, actor=COMMAND_LINE)
    [told] = desk.sent()
    assert together in told.text
    assert f"/requests/{original}" not in told.text  # nobody else can read it
    merges.separate(duplicate, actor=COMMAND_LINE)
    [told] = desk.sent()
    assert separated in told.text
    desk.publish(original)
    assert desk.sent() == []
    merges.merge(duplicate, original, actor=COMMAND_LINE)  # again: another change
    [told] = desk.sent()
    assert together in told.text
    assert page in told.text
    desk.decide(original, "adopted", "来年度に調べます。")
    [told] = desk.sent()
    own = _("Your request No. {number} is considered together with it.")
    assert in_brackets(own.format(number=duplicate)) in told.text
    assert "来年度に調べます。" in told.text
    assert page in told.text
    assert told.unsubscribe is not None
    assert f"/requests/{duplicate}/news/stop?" in told.unsubscribe


def test_what_stands_with_a_duplicate_is_told_too(desk: Desk) -> None:
    root, middle, last = (
        desk.request(None).number,
        desk.request(None).number,
        desk.confirmed().number,
    )
    merges = Merges(desk.engine, desk.news)
    for duplicate, original in ((last, middle), (middle, root)):
        merges.merge(duplicate, original, actor=COMMAND_LINE)
        [told] = desk.sent()
        assert f"受付番号{original}の要望とまとめて検討しています" in told.text
    merges.separate(middle, actor=COMMAND_LINE)
    [told] = desk.sent()
    assert f"受付番号{middle}の要望とまとめて検討しています" in told.text


def test_what_is_decided_of_an_original_that_is_not_public_is_told_to_its_sender_alone(
    desk: Desk,
) -> None:
    original, duplicate = desk.request(None).number, desk.confirmed().number
    merges = Merges(desk.engine, desk.news)
    with pytest.raises(InvalidMerge):
        merges.separate(duplicate, actor=COMMAND_LINE)
    merges.merge(duplicate, original, actor=COMMAND_LINE)
    desk.sent()
    desk.decide(original, "declined", "理由")
    desk.publish(original)
    [told] = desk.sent()  # that everybody can read it now
    assert f"{BASE}/requests/{original}?lang=ja\n" in told.text
    desk.answers.withdraw(original, actor=COMMAND_LINE)
    assert desk.sent() == []
