"""Support for requests, on both databases: counted once, taken back by its giver alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, delete, select

from server.database.engine import reading
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Wording
from server.desk.answers.publications import Selection
from server.desk.answers.supports import supports
from server.desk.errors import RequestNotFound
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests, requests
from server.desk.public.support import Support, secret_of
from tests.vaults import vault_of


def published(engine: Engine, title: str = "AED") -> int:
    form = RequestForm(title=title, purpose="使うため", category="welfare")
    number = Requests(engine, vault_of(engine)).submit(form).number
    Answers(engine).answer(number, Wording(), actor=COMMAND_LINE)
    return number


def count(engine: Engine, number: int) -> int:
    return Answers(engine).public(number).supports


def test_support_is_counted_once_for_each_secret_and_taken_back_by_its_holder(
    engine: Engine,
) -> None:
    support, number, other = Support(engine), published(engine), published(engine)
    for secret in ("a", "a", "b"):
        support.give(number, secret)
    assert (count(engine, number), count(engine, other)) == (2, 0)
    assert support.is_given(number, "a")
    assert not support.is_given(other, "a")
    support.take_back(number, "c")  # forged
    support.take_back(other, "a")
    assert count(engine, number) == 2
    support.take_back(number, "a")
    support.take_back(number, "a")
    assert count(engine, number) == 1


def test_a_button_pressed_by_many_threads_counts_once(engine: Engine) -> None:
    support, number = Support(engine), published(engine)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: support.give(number, "a"), range(12)))
    assert count(engine, number) == 1


def test_what_is_not_public_is_not_supported(engine: Engine) -> None:
    support = Support(engine)
    form = RequestForm(title="t", purpose="p", category="fire")
    waiting = Requests(engine, vault_of(engine)).submit(form).number
    withdrawn = published(engine)
    support.give(withdrawn, "a")
    Answers(engine).withdraw(withdrawn, actor=COMMAND_LINE)
    for number in (waiting, withdrawn, 0, -1, 99, 2**31, 2**80):
        for change in (support.give, support.take_back):
            with pytest.raises(RequestNotFound):
                change(number, "a")
    Answers(engine).answer(withdrawn, Wording(), actor=COMMAND_LINE)
    assert count(engine, withdrawn) == 1


def test_nothing_stored_tells_who_supports_which(engine: Engine) -> None:
    support, first, second = Support(engine), published(engine), published(engine)
    for number in (first, second):
        support.give(number, secret_of("nonce", number))
    assert secret_of("nonce", first) != secret_of("nonce", second)
    with reading(engine) as connection:
        rows = connection.execute(select(supports)).all()
    assert len({row.digest for row in rows}) == 2
    for row in rows:
        assert "nonce" not in row.digest
        assert secret_of("nonce", row.number) not in row.digest
    same = [support_digest(engine, number) for number in (first, second)]
    assert same[0] != same[1]


def support_digest(engine: Engine, number: int) -> set[str]:
    Support(engine).give(number, "one secret")
    with reading(engine) as connection:
        return set(connection.scalars(select(supports.c.digest).where(supports.c.number == number)))


def test_the_most_supported_come_first(engine: Engine) -> None:
    first, second, third = (published(engine) for _ in range(3))
    Support(engine).give(second, "a")
    Support(engine).give(second, "b")
    Support(engine).give(first, "a")
    listed, _total = Answers(engine).page(Selection(order="supported"), 1)
    assert [(each.number, each.supports) for each in listed] == [
        (second, 2),
        (first, 1),
        (third, 0),
    ]


def test_support_goes_with_its_request(engine: Engine) -> None:
    number = published(engine)
    Support(engine).give(number, "a")
    Answers(engine).answer(number, Wording("ＡＥＤ"), actor=COMMAND_LINE)  # published anew
    assert count(engine, number) == 1
    with engine.begin() as connection:
        connection.execute(delete(requests).where(requests.c.number == number))
    with reading(engine) as connection:
        assert connection.execute(select(supports)).all() == []
