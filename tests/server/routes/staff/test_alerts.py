"""Alerts written, looked at and sent by staff; extended and lifted; hostile words."""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.database.engine import open_database
from server.desk.accounts.roles import Role
from server.desk.alerts.alerts import Alerts
from server.texts import LANGUAGES
from tests.alert_cases import MARKS
from tests.server.routes.staff.desk import Desk, desk as desk_in, token_of
from tests.server.test_hostile import HOSTILE, require_inert

NEW = "/staff/alerts/new"
WRITTEN = {
    "what": "evacuation-4",
    "drill": "drill",
    "reach": "places",
    "place:岡一丁目": "1",
    "place:大字上内間木": "1",
    "text": "新河岸川の水位が\r\n上がっています。",
    "issuer": "朝霞市",
    "hours": "6",
    "preset": "",
}
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def desk(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    assert asaka.layers
    return desk_in(home, tmp_path_factory.mktemp("alerts"))


@pytest.fixture
def publisher(desk: Desk) -> TestClient:
    return desk.signed_in(Role.PUBLISHER)


def alerts_of(desk: Desk) -> Alerts:
    return Alerts(open_database(desk.settings.database), reuse_s=0)


def write(client: TestClient, **changed: str) -> Response:
    token = token_of(client.get(NEW))
    nonce = secrets.token_urlsafe(24)
    return client.post(NEW, data={"token": token, "nonce": nonce, **WRITTEN, **changed})


def fields(page: Response, form: str) -> dict[str, str]:
    """The hidden fields of a form of the page, by the address that it is sent to."""

    (content,) = re.findall(
        rf'<form method="post" action="{form}[^"]*".*?</form>', page.text, re.DOTALL
    )
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', content)
    return {html.unescape(name): html.unescape(value) for name, value in pairs}


def send(client: TestClient, looked: Response, address: str = NEW, **changed: str) -> Response:
    data = {**fields(looked, address), "step": "send", **changed}
    return client.post(address, data=data)


def count(desk: Desk) -> int:
    return len(alerts_of(desk).recent())


def test_an_alert_is_looked_at_in_every_way_and_language_before_it_is_sent(
    desk: Desk, publisher: TestClient
) -> None:
    before = count(desk)
    looked = write(publisher)
    assert looked.status_code == 200
    assert count(desk) == before
    for lang, mark in MARKS.items():
        assert LANGUAGES[lang].name in looked.text
        assert mark in looked.text
    for words in ("LINE", "防災行政無線", "urn:oasis:names:tc:emergency:cap:1.2", "上限 280"):
        assert words in looked.text
    assert "これは訓練です。" in looked.text
    sent = send(publisher, looked)
    assert sent.status_code == 303
    number = int(re.findall(r"/staff/alerts/(\d+)", sent.headers["location"])[0])
    alert = alerts_of(desk).of(number)
    assert alert.drill
    assert [place.name for place in alert.places] == ["大字上内間木", "岡一丁目"]
    assert alert.text == "新河岸川の水位が\n上がっています。"
    again = send(publisher, looked)
    assert again.headers["location"] == sent.headers["location"]
    assert count(desk) == before + 1


@pytest.mark.parametrize(
    "changed",
    [
        {"drill": "real"},
        {"text": "別の文"},
        {"place:岡二丁目": "1"},
        {"seen": "0" * 64},
        {"seen": ""},
    ],
)
def test_what_was_not_looked_at_is_not_sent(
    desk: Desk, publisher: TestClient, changed: dict[str, str]
) -> None:
    before = count(desk)
    answer = send(publisher, write(publisher), **changed)
    assert answer.status_code == 200
    assert "まだ送っていません" in answer.text
    assert count(desk) == before


def test_what_a_colleague_looked_at_is_not_sent_by_another(desk: Desk) -> None:
    looked = write(desk.signed_in(Role.PUBLISHER))
    other = desk.signed_in(Role.PUBLISHER)
    answer = send(other, looked, token=token_of(other.get(NEW)))
    assert "まだ送っていません" in answer.text


def test_nothing_is_lost_on_the_way_back_to_the_form(publisher: TestClient) -> None:
    looked = write(publisher)
    form = publisher.post(NEW, data={**fields(looked, NEW), "step": "edit"})
    assert form.status_code == 200
    assert re.search(r'name="place:岡一丁目"[^>]* checked', form.text)
    assert not re.search(r'name="place:岡二丁目"[^>]* checked', form.text)
    assert re.search(r'value="evacuation-4"[^>]* checked', form.text)
    assert "新河岸川の水位が\n上がっています。</textarea>" in form.text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"drill": ""}, "訓練か本番かを選んでください"),
        ({"what": "evacuation-2"}, "何を出すかを選んでください"),
        ({"title": "避難勧告"}, "避難情報の題名は決まっています"),
        ({"what": "information"}, "題名を入力してください"),
        ({"issuer": " "}, "発令・発表元を入力してください"),
        ({"hours": "0"}, "1から72まで"),
        ({"hours": "９"}, "1から72まで"),
        ({"reach": ""}, "対象の地域の種類"),
        ({"reach": "zone"}, "災害レイヤーを選んでください"),
        ({"reach": "zone", "zone": "flood", "drill": "real"}, "訓練でだけ使えます"),
        ({"place:存在しない町": "1"}, "存在しない町"),
        ({"preset": "nothing"}, "一覧から選ぶか"),
        ({"text": "【訓練】です", "drill": "real"}, "本番として出そうとしています"),
        ({"text": "これは訓練ではありません"}, "訓練では使えません"),
        ({"text": "長" * 1001}, "1000文字"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_lost(
    desk: Desk, publisher: TestClient, changed: dict[str, str], said: str
) -> None:
    before = count(desk)
    answer = write(publisher, **changed)
    assert answer.status_code == 400
    assert said in answer.text
    assert re.search(r'name="place:岡一丁目"[^>]* checked', answer.text)
    assert count(desk) == before


def test_a_zone_of_a_hazard_layer_names_the_neighbourhoods_it_touches(
    desk: Desk, publisher: TestClient
) -> None:
    sent = send(publisher, write(publisher, reach="zone", zone="flood"))
    assert sent.status_code == 303
    (alert, *_others), _told = zip(*alerts_of(desk).recent(), strict=True)
    assert alert.reach == "zone"
    assert len(alert.places) > 2
    assert {"岡一丁目", "大字上内間木"} <= {place.name for place in alert.places}


def test_an_alert_is_extended_and_lifted_in_two_steps_and_told_everywhere(
    desk: Desk, publisher: TestClient
) -> None:
    sent = send(publisher, write(publisher))
    path = sent.headers["location"].partition("?")[0]
    number = int(path.rpartition("/")[2])
    token = token_of(publisher.get(path))

    until = alerts_of(desk).of(number).expires_at
    looked = publisher.post(f"{path}/extend", data={"token": token, "hours": "24"})
    assert "まだ延ばしていません" in looked.text
    assert alerts_of(desk).of(number).expires_at == until
    short = publisher.post(f"{path}/extend", data={"token": token, "hours": "1"})
    assert short.status_code == 409
    assert send(publisher, looked, f"{path}/extend").status_code == 303
    assert alerts_of(desk).of(number).expires_at > until

    looked = publisher.post(f"{path}/end", data={"token": token})
    assert "まだ解除していません" in looked.text
    assert alerts_of(desk).of(number).ended_at is None
    assert send(publisher, looked, f"{path}/end").status_code == 303
    assert send(publisher, looked, f"{path}/end").status_code == 409
    resident = desk.browser()
    for address in ("/light?lang=ja", "/notices?lang=ja", "/notices/bar?lang=ja"):
        page = resident.get(address, headers=PAGE)
        assert "【訓練】【解除】警戒レベル4 避難指示" in page.text, address
    feed = resident.get("/alerts.atom?lang=ja")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "【訓練】【解除】警戒レベル4 避難指示" in feed.text
    cap = resident.get(f"/alerts/{number}.cap.xml")
    assert cap.headers["content-type"].startswith("application/cap+xml")
    assert "Cancel" in cap.text
    assert "Exercise" in cap.text
    own = publisher.get(path).text
    assert "安全になったという意味ではありません" in own
    assert "解除の見え方" not in own


def test_who_may_read_sees_alerts_and_sends_none(desk: Desk) -> None:
    reader = desk.signed_in(Role.READER)
    assert reader.get("/staff/alerts").status_code == 200
    assert reader.get(NEW).status_code == 403
    assert "情報を書く" not in reader.get("/staff/alerts").text


@pytest.mark.parametrize("number", ["0", "999999", "x", "１", "9" * 30, "-1"])
def test_there_is_no_alert_of_another_number(
    desk: Desk, publisher: TestClient, number: str
) -> None:
    assert publisher.get(f"/staff/alerts/{number}").status_code == 404
    assert desk.browser().get(f"/alerts/{number}.cap.xml").status_code == 404


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_words_are_text_in_every_way_out(desk: Desk, what: str) -> None:
    text, publisher = HOSTILE[what], desk.signed_in(Role.PUBLISHER)
    resident = desk.browser()
    for changed in (
        {"text": text},
        {"area": text},
        {"issuer": text},
        {"what": "information", "title": text},
        {"what": text},
        {"hours": text},
        {"zone": text, "reach": "zone"},
        {"preset": text},
        {f"place:{text}": "1"},
    ):
        looked = write(publisher, **changed)
        assert looked.status_code in (200, 400, 413), (what, changed)
        require_inert(looked, what)
        if looked.status_code != 200:
            continue
        sent = send(publisher, looked)
        assert sent.status_code == 303, (what, changed)
        path = sent.headers["location"].partition("?")[0]
        require_inert(publisher.get(path), what)
        number = path.rpartition("/")[2]
        require_inert(resident.get(f"/alerts/{number}.cap.xml"), what)
    for address in ("/notices?lang=en", "/notices/bar?lang=vi", "/light?lang=zh"):
        page = resident.get(address, headers=PAGE)
        assert page.status_code == 200
        require_inert(page, address)
    require_inert(resident.get("/alerts.atom?lang=ko"), what)
    assert json.loads(resident.get("/notices?f=json&lang=ja-x-easy").text)


def test_programs_are_told_of_a_drill_in_the_title_too(desk: Desk, publisher: TestClient) -> None:
    send(publisher, write(publisher))
    document: list[Mapping[str, object]] = desk.browser().get("/notices?f=json&lang=en").json()
    drills = [each for each in document if each["drill"]]
    assert drills
    assert all(str(each["title"]).startswith("[DRILL] ") for each in drills)
