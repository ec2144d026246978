"""A request about an area: from the form to what is public, on SQLite and on PostgreSQL."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import Engine, select

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.publications import Selection
from server.desk.errors import InvalidForm
from server.desk.intake.areas import areas
from server.desk.intake.form import Place, RequestForm, read_form
from server.desk.intake.requests import Requests
from server.desk.public.own_request import OwnRequest
from server.desk.public.request_map import RequestMap
from server.texts import translator
from tests.cases import received_of
from tests.server.desk.triage.test_request_export import features
from tests.vaults import vault_of

RING = ((139.59, 35.79), (139.6, 35.79), (139.6, 35.8), (139.59, 35.79))
AREA = {"type": "Polygon", "coordinates": [RING]}
TYPED = {"title": "t", "purpose": "p", "category": "other"}


def request_about(engine: Engine, place: Place | None, title: str = "浸水する道") -> int:
    form = RequestForm(title=title, purpose="p", category="transport", place=place)
    return Requests(engine, vault_of(engine)).submit(form).number


def typed_area(*corners: tuple[float, float]) -> dict[str, str]:
    ring = [*corners, corners[0]]
    return {"area": orjson.dumps({"type": "Polygon", "coordinates": [ring]}).decode()}


def test_a_form_has_a_point_or_an_area(asaka: Catalog) -> None:
    _ = translator("ja")
    area = typed_area(*RING[:3])
    place = read_form({**TYPED, **area}, asaka, _).place
    assert place == Place(35.793333, 139.596667, RING)
    for point in ({"lat": "35.8", "lon": "139.6"}, {"town": "本町一丁目"}):
        with pytest.raises(InvalidForm) as invalid:
            read_form({**TYPED, **area, **point}, asaka, _)
        assert [*invalid.value.errors] == [next(iter(point))]


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        (((139.59, 35.79), (139.6, 35.8), (139.6, 35.79), (139.59, 35.8)), "交わ"),
        (((139.59, 35.79), (141.6, 35.79), (139.6, 35.8)), "離れすぎて"),
        (((139.59, 35.79), (139.6, 35.79)), "小さすぎ"),
        (tuple((139.5 + n / 10_000, 35.7 + (n % 2) / 10) for n in range(201)), "200"),
    ],
)
def test_what_is_no_area_near_the_city_is_told_in_words(
    asaka: Catalog, corners: tuple[tuple[float, float], ...], words: str
) -> None:
    with pytest.raises(InvalidForm) as invalid:
        read_form({**TYPED, **typed_area(*corners)}, asaka, translator("ja"))
    assert [*invalid.value.errors] == ["area"]
    assert words in invalid.value.errors["area"]


def test_an_area_is_kept_for_its_sender_the_desk_and_with_its_place_for_all(engine: Engine) -> None:
    place = Place(35.793333, 139.596667, RING)
    number = request_about(engine, place)
    request = received_of(engine, number).request
    assert request.place == place
    assert Requests(engine, vault_of(engine)).of_sender(number, request.token).place == place
    answers = Answers(engine)
    answers.answer(number, Wording(), actor=COMMAND_LINE)
    assert answers.public(number).place == place
    answers.answer(number, Wording(with_place=False), actor=COMMAND_LINE)
    assert answers.public(number).place is None


def test_the_map_holds_only_requests_that_are_public_with_their_place(engine: Engine) -> None:
    point, area = Place(35.8, 139.6), Place(35.793333, 139.596667, RING)
    hidden, unpublished = request_about(engine, area), request_about(engine, point)
    placeless = request_about(engine, None)
    pinned, drawn = request_about(engine, point), request_about(engine, area)
    answers, request_map = Answers(engine), RequestMap(engine)
    answers.answer(hidden, Wording(with_place=False), actor=COMMAND_LINE)
    for number in (placeless, pinned, drawn):
        answers.answer(number, Wording(f"公開の題名{number}"), actor=COMMAND_LINE)
    answers.answer(pinned, verdict=Verdict("adopted", "理由"), actor=COMMAND_LINE)
    matches, total = request_map.requests(Selection())
    assert [each.number for each in matches] == [pinned, drawn]
    assert total == 2
    assert unpublished not in {each.number for each in matches}
    assert matches[0].title == f"公開の題名{pinned}"
    assert matches[0].area is None
    assert orjson.loads(matches[1].area or "") == orjson.loads(orjson.dumps(AREA))
    adopted, _total = request_map.requests(Selection(state="adopted"))
    assert [each.number for each in adopted] == [pinned]
    assert request_map.requests(Selection(category="welfare")) == ([], 0)


def test_the_map_is_bounded(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, numbers = Answers(engine), []
    for _ in range(3):
        numbers.append(request_about(engine, Place(35.793333, 139.596667, RING)))
        answers.answer(numbers[-1], Wording(), actor=COMMAND_LINE)
    monkeypatch.setattr("server.desk.public.request_map.MOST", 2)
    monkeypatch.setattr("server.desk.public.request_map.MOST_AREAS", 130)
    matches, total = RequestMap(engine).requests(Selection())
    assert [each.number for each in matches] == numbers[:0:-1]
    assert total == 3
    assert [each.area is None for each in matches] == [False, True]


def test_what_the_desk_takes_away_has_the_area(engine: Engine) -> None:
    request_about(engine, Place(35.793333, 139.596667, RING))
    request_about(engine, Place(35.8, 139.6))
    drawn, pinned = features(engine)
    assert drawn["geometry"] == orjson.loads(orjson.dumps(AREA))
    assert "area" not in drawn["properties"]
    assert pinned["geometry"] == {"type": "Point", "coordinates": [139.6, 35.8]}


def test_an_area_goes_with_its_request(engine: Engine) -> None:
    vault = vault_of(engine)
    form = RequestForm(
        title="t", purpose="p", category="other", place=Place(35.793333, 139.596667, RING)
    )
    request = Requests(engine, vault).submit(form)
    OwnRequest(engine, vault).delete(request.number, request.token)
    with engine.connect() as connection:
        assert connection.execute(select(areas)).all() == []
