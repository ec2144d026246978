"""What is there already before a request is sent, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from layers.catalog.catalog import Catalog
from layers.query.search.build import index_of
from server.database.engine import reading
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Wording
from server.desk.answers.title_pairs import title_pairs
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from server.desk.intake.subject import Subject
from server.desk.public.similar import MOST, Similar
from server.desk.public.similar_layers import NamedLayers
from tests.vaults import vault_of

HERE = Place(35.797, 139.594)
NEARBY, AWAY = Place(35.7973, 139.5943), Place(35.7976, 139.594)  # 43 m and 67 m


def form(title: str, place: Place | None = None, **others: object) -> RequestForm:
    values = {"purpose": "使うため", "category": "welfare", **others}
    return RequestForm(title=title, place=place, **values)  # type: ignore[arg-type]


def published(engine: Engine, title: str, *args: object, **others: object) -> int:
    """A request that was sent and is public, in the words in which it was sent."""
    with_place = bool(others.pop("with_place", True))
    number = Requests(engine, vault_of(engine)).submit(form(title, *args, **others)).number  # type: ignore[arg-type]
    Answers(engine).answer(number, Wording(with_place=with_place), actor=COMMAND_LINE)
    return number


def numbers(engine: Engine, *args: object, **others: object) -> list[int]:
    likes = Similar(engine).like(form(*args, **others))  # type: ignore[arg-type]
    return [like.request.number for like in likes]


def test_requests_are_like_by_their_titles(engine: Engine) -> None:
    aed = published(engine, "ＡＥＤ設置場所を地図に")
    published(engine, "消火器")
    assert numbers(engine, "AEDの設置場所") == [aed]
    assert numbers(engine, "消火栓の設置場所を地図に載せてほしい") == []
    assert numbers(engine, "公園") == []
    assert numbers(engine, "𠮷野家" * 30) == []


def test_only_what_is_public_now_is_like(engine: Engine) -> None:
    number = Requests(engine, vault_of(engine)).submit(form("太郎の家の前の街灯", HERE)).number
    assert numbers(engine, "太郎の家の前の街灯", HERE) == []
    answers = Answers(engine)
    answers.answer(number, Wording("AED", with_place=False), actor=COMMAND_LINE)
    assert numbers(engine, "太郎の家の前の街灯") == []  # the sender's words are not public
    assert numbers(engine, "消火器", HERE) == []  # nor is the place
    assert numbers(engine, "AEDの場所") == [number]
    answers.answer(number, Wording("自動体外式除細動器"), actor=COMMAND_LINE)
    assert numbers(engine, "AEDの場所") == []
    answers.withdraw(number, actor=COMMAND_LINE)
    assert numbers(engine, "自動体外式除細動器", HERE) == []
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(title_pairs)) == 0


def test_requests_nearby_are_like_if_they_are_of_one_category(engine: Engine) -> None:
    near = published(engine, "ベンチ", NEARBY)
    published(engine, "手すり", AWAY)
    published(engine, "街灯", NEARBY, category="crime_prevention")
    (like,) = Similar(engine).like(form("スロープ", HERE))
    assert (like.request.number, like.metres) == (near, 43)
    (far,) = Similar(engine).like(form("手すり"))
    assert far.metres is None


def test_a_correction_is_like_no_wish(engine: Engine) -> None:
    wish = published(engine, "消火栓")
    correction = published(engine, "消火栓", subject=Subject("hydrants"))
    assert numbers(engine, "消火栓") == [wish]
    assert numbers(engine, "消火栓", subject=Subject()) == [correction]


def test_the_likest_are_named_and_no_more_than_some(engine: Engine) -> None:
    published(engine, "夜間休日診療所")
    same = [published(engine, "夜間診療所") for _ in range(MOST + 2)]
    assert numbers(engine, "夜間診療所") == same[:MOST]


@pytest.mark.parametrize(
    ("title", "layer_id"),
    [
        ("消火栓の場所を地図に載せてほしい", "hydrants"),  # a class of it; a sample too
        ("避難所のペット受け入れ", "evacuation_shelters"),
        ("Where are the hydrants", "hydrants"),
        ("プールのある学校", "hydrants"),
        ("受入対象者", "evacuation_shelters"),  # an attribute
    ],
)
def test_layers_fit_by_what_they_are_called(asaka: Catalog, title: str, layer_id: str) -> None:
    assert NamedLayers(asaka, index_of(asaka)).fitting(title) == [layer_id]


@pytest.mark.parametrize(
    "title",
    ["AED", "授乳室のある場所", "その他の施設", "名称", "bus stops", "水", "<script>", "", "場所"],
)
def test_no_layer_fits_what_none_is_called(asaka: Catalog, title: str) -> None:
    assert NamedLayers(asaka, index_of(asaka)).fitting(title) == []
