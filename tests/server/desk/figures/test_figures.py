"""Counting: several workers add up, and nothing tells one visitor from another."""

from __future__ import annotations

import datetime
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from server.desk.confidential.vault import Vault
from server.desk.errors import Erased
from server.desk.figures.figures import Figures
from server.desk.figures.senders import (
    LEAST,
    WHAT,
    Senders,
    considered,
    figure_keys,
    figure_senders,
)
from server.desk.figures.tally import Tally
from server.desk.figures.writer import MOST_TOKENS, FigureWriter, figures

DAY = datetime.date(2026, 11, 30)
TILE = b"/tiles/flood/14/14545/6443.mvt?v=1"


class Worker:
    """What one worker counts with."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self.is_usable = True
        self.senders = Senders(engine, vault)
        self.tally = Tally(self.senders.token)
        self.writer = FigureWriter(engine, self.tally, self.senders, lambda: self.is_usable)
        self.writer.write(DAY)  # from here on there is a key

    def search(self, words: str, *networks: str | None) -> None:
        for network in networks:
            self.tally.search(words, network, is_in_vain=True)


@pytest.fixture
def workers(engine: Engine, vault: Vault) -> tuple[Worker, Worker]:
    return Worker(engine, vault), Worker(engine, vault)


def sums(engine: Engine, kind: str, day: datetime.date = DAY) -> dict[str, int]:
    return dict(Figures(engine).summary(day, day).sums.get(kind, {}))


def words(engine: Engine, day: datetime.date = DAY) -> list[tuple[str, int]]:
    return [(each.word, each.senders) for each in Figures(engine).summary(day, day).words]


def rows_of_senders(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(figure_senders)).scalar_one()


def networks(number: int, start: int = 0) -> list[str]:
    return [f"198.18.0.{start + index}" for index in range(number)]


def test_workers_add_up(engine: Engine, workers: tuple[Worker, Worker]) -> None:
    for worker in workers:
        for _ in range(3):
            worker.tally.tile(TILE)
        worker.tally.count("downloads", "flood.geojson")
        worker.tally.search("浜崎", "198.18.0.1", is_in_vain=False)
        worker.writer.write(DAY)
        worker.writer.write(DAY)  # nothing twice
    assert sums(engine, "tiles") == {"flood": 6}
    assert sums(engine, "downloads") == {"flood.geojson": 2}
    assert sums(engine, "searches") == {"all": 2}
    assert words(engine) == []


def test_days_are_apart_and_added_up_when_asked(engine: Engine, vault: Vault) -> None:
    worker, second = Worker(engine, vault), DAY + datetime.timedelta(days=1)
    for day, number in ((DAY, 2), (second, 5)):
        for _ in range(number):
            worker.tally.count("pages", "flood")
        worker.writer.write(day)
    assert sums(engine, "pages") == {"flood": 2}
    assert Figures(engine).summary(DAY, second).sums["pages"] == {"flood": 7}
    assert [tuple(each) for each in Figures(engine).days(DAY, second)] == [
        (DAY, "pages", "flood", 2),
        (second, "pages", "flood", 5),
    ]


def test_without_the_database_numbers_wait(engine: Engine, workers: tuple[Worker, Worker]) -> None:
    worker, _ = workers
    worker.tally.tile(TILE)
    worker.is_usable = False
    worker.writer.write(DAY)
    worker.tally.tile(TILE)
    worker.is_usable = True
    broken = OperationalError("", None, Exception())
    with patch("server.desk.figures.writer._add", side_effect=broken):
        worker.writer.write(DAY)
    assert sums(engine, "tiles") == {}
    worker.writer.write(DAY + datetime.timedelta(days=1))  # still those of the day
    assert sums(engine, "tiles") == {"flood": 2}


def test_a_word_is_a_figure_when_five_senders_used_it(
    engine: Engine, workers: tuple[Worker, Worker]
) -> None:
    first, second = workers
    first.search("給水所", *networks(LEAST - 1), *networks(LEAST - 1))
    first.writer.write(DAY)
    assert words(engine) == []
    assert rows_of_senders(engine) == LEAST - 1
    second.search("　給水所 ", *networks(1, start=100))  # the fifth, in another spelling
    second.writer.write(DAY)
    assert words(engine) == [("給水所", LEAST)]
    second.search("給水所", *networks(2, start=200))
    second.writer.write(DAY)
    assert words(engine) == [("給水所", LEAST + 2)]


def test_until_then_nothing_of_it_is_stored(engine: Engine, workers: tuple[Worker, Worker]) -> None:
    worker, _ = workers
    worker.search("給水所", *networks(LEAST - 1))
    worker.search("避難", *networks(1))
    worker.writer.write(DAY)
    with engine.connect() as connection:
        stored = connection.execute(select(figure_senders)).all()
        numbers = connection.execute(select(figures)).all()
    content = repr(stored) + repr(numbers)
    assert "給水所" not in content
    assert "198.18" not in content
    senders = {bytes(row.sender) for row in stored}
    assert len(senders) == LEAST  # of one line another for each word


def test_who_cannot_be_told_apart_counts_for_nobody(
    engine: Engine, workers: tuple[Worker, Worker]
) -> None:
    worker, _ = workers
    worker.search("給水所", *[None] * 10)
    worker.writer.write(DAY)
    assert words(engine) == []
    assert rows_of_senders(engine) == 0
    assert sums(engine, "searches") == {"all": 10, "in_vain": 10}


@pytest.mark.parametrize(
    "typed",
    [
        "本町1-2-3",
        "本町１丁目",
        "048-463-1111",
        "a@b.example",
        "山田太郎さんの家",
        "35.8 139.6",
        "三百二十一番地2",
        "あ" * 41,
        "a\x00b",
        " ",
        "",
    ],
)
def test_what_may_be_somebodys_is_never_considered(typed: str) -> None:
    assert considered(typed) is None


@pytest.mark.parametrize(
    ("typed", "text"), [("給水所", "給水所"), ("ＡＥＤ", "aed"), (" ごみ　置き場 ", "ごみ 置き場")]
)
def test_words_have_one_spelling(typed: str, text: str) -> None:
    assert considered(typed) == text


def test_the_key_is_destroyed_when_its_day_is_over(engine: Engine, vault: Vault) -> None:
    worker = Worker(engine, vault)
    worker.search("給水所", *networks(LEAST - 1))
    worker.writer.write(DAY)
    with engine.connect() as connection:
        kept = connection.execute(select(figure_keys)).one()
    earlier = worker.senders._key
    assert vault.open(kept.vault_key, WHAT, kept.sealed) == earlier
    worker.writer.write(DAY + datetime.timedelta(days=1))
    with pytest.raises(Erased):  # also from a backup of the database
        vault.open(kept.vault_key, WHAT, kept.sealed)
    assert rows_of_senders(engine) == 0
    assert worker.senders._key != earlier
    worker.search("給水所", *networks(1, start=100))
    worker.writer.write(DAY + datetime.timedelta(days=1))
    assert words(engine, DAY + datetime.timedelta(days=1)) == []


def test_workers_have_one_key(workers: tuple[Worker, Worker]) -> None:
    first, second = workers
    assert first.senders._key == second.senders._key != b""


def test_made_up_words_do_not_fill_the_database(
    engine: Engine, workers: tuple[Worker, Worker]
) -> None:
    worker, _ = workers
    letters = "abcdefghijklmnopqrstuvwxyz"
    for index in range(MOST_TOKENS // 900 + 2):
        for a in letters:
            for b in letters:
                worker.search(f"{letters[index]}{a}{b}", "198.18.0.1")
        worker.writer.write(DAY)
    assert rows_of_senders(engine) <= MOST_TOKENS


def test_a_vault_that_is_shut_costs_words_only(engine: Engine, vault: Vault) -> None:
    worker = Worker(engine, vault)
    worker.tally.tile(TILE)
    with patch.object(vault, "new_key", side_effect=Erased()):
        worker.writer.write(DAY + datetime.timedelta(days=1))
    worker.search("給水所", *networks(LEAST))
    worker.writer.write(DAY + datetime.timedelta(days=1))
    assert sums(engine, "tiles", DAY + datetime.timedelta(days=1)) == {"flood": 1}
