"""New data for a layer that the desk published: its columns, and how often it is renewed."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.japanese.time_zone import JAPAN_TIME
from server.desk.accounts.roles import Role
from server.desk.drafts.tables import drafts
from tests.layers.fetch.host import serving
from tests.server.routes.staff.desk import token_of
from tests.server.routes.staff.draft_office import (
    ROWS,
    WORDS,
    DraftOffice,
    act,
    edit,
    form_of,
    table,
)

HEADER = ("名称", "緯度", "経度", "形式")


@pytest.fixture
def office(asaka: Catalog, unused_home: Path, tmp_path: Path) -> Iterator[DraftOffice]:
    assert asaka.layers
    office = DraftOffice(unused_home, tmp_path)
    yield office
    office.engine.dispose()


def test_a_new_column_is_published_only_when_it_is_chosen(office: DraftOffice) -> None:
    client = office.browser(Role.PUBLISHER)
    at = office.draft(client, "消火栓.csv", table(ROWS))
    renewal = {"renewal_every": "P5Y", "renewal_department": "警防課"}
    answer = edit(client, at, **WORDS, **renewal, layer_id="trial", renewal_mail="nobody")
    assert answer.status_code == 400
    assert 'id="error-renewal_mail"' in answer.text
    answer = edit(
        client, at, **WORDS, **renewal, layer_id="trial", renewal_mail="keibo@asaka.example.jp"
    )
    assert answer.status_code == 303, answer.text
    office.read()
    assert act(client, f"{at}/publish", f"{at}/publish", when="now").status_code == 303
    office.follow()
    layer = office.desk.app.state.served.now.catalog.layers["trial"]
    assert layer.definition.renewal.every == "P5Y"
    assert "5年ごと" in client.get("/layers/trial").text

    header = (*HEADER, "水圧", "管理者氏名")
    rows = [(*row, "0.4MPa", "山田花子") for row in ROWS]
    at = office.draft(client, "消火栓.csv", table(rows, header), layer="trial")
    page = client.get(at)
    assert "水圧" in page.text
    assert "公開しているレイヤーにはない列です" in page.text
    assert "0.4MPa" not in page.text
    assert "山田花子" not in page.text
    form = form_of(client.get(f"{at}/edit"))
    uses = {form[f"ja{key[3:]}"]: value for key, value in form.items() if key.startswith("use")}
    assert uses == {
        "名称": "public",
        "形式": "public",
        "水圧": "drop",
        "管理者氏名": "drop",
    }
    number = next(key[2:] for key, value in form.items() if (key[:2], value) == ("ja", "水圧"))
    assert client.get(f"{at}/edit").text.count("新しい列") == 2
    assert edit(client, at).status_code == 303  # nothing is chosen
    office.read()
    assert "0.4MPa" not in client.get(at).text
    assert edit(client, at, **{f"use{number}": "public"}).status_code == 303
    office.read()
    page = client.get(at)
    assert "0.4MPa" in page.text
    assert "山田花子" not in page.text
    assert "公開しているレイヤーにはない列です" not in page.text
    assert act(client, f"{at}/publish", f"{at}/publish", when="now").status_code == 303
    office.follow()
    places = json.loads(client.get("/layers/trial/export.geojson").content)["features"]
    assert [set(place["properties"]) >= {"name"} for place in places] == [True] * len(ROWS)
    whole = client.get("/layers/trial/export.geojson").text
    assert "0.4MPa" in whole
    assert "山田花子" not in whole


def test_an_address_is_published_and_renews_itself(
    asaka: Catalog, unused_home: Path, tmp_path: Path
) -> None:
    assert asaka.layers
    office = DraftOffice(unused_home, tmp_path, private_sources="allow")
    client = office.browser(Role.PUBLISHER)
    with serving() as host:
        url = host.give("/list.csv", table(ROWS[:2]))
        token = token_of(client.get("/staff/drafts/new"))
        answer = client.post("/staff/drafts", data={"token": token, "address": f"{url}?key=1"})
        at = answer.headers["location"].partition("?")[0]
        office.read()
        assert "2行を読み取り" in client.get(at).text
        page = client.get(f"{at}/edit")
        assert form_of(page)["refresh_hours"] == "24"
        answer = edit(client, at, **WORDS, layer_id="trial", refresh_hours="12")
        assert answer.status_code == 303, answer.text
        office.read()
        assert "まだ公開されていません" in client.get(f"{at}/difference").text
        assert act(client, f"{at}/publish", f"{at}/publish", when="now").status_code == 303
        office.follow()
        assert names_of(client) == {name for name, *_ in ROWS[:2]}

        host.give("/list.csv", table(ROWS[1:]))
        token = token_of(client.get("/staff/drafts/new"))
        again = {"token": token, "layer": "trial", "address": f"{url}?key=2"}
        at = client.post("/staff/drafts", data=again).headers["location"].partition("?")[0]
        office.read()
        page = client.get(f"{at}/difference")
        assert "追加 1、削除 1" in page.text
        assert form_of(client.get(f"{at}/edit"))["refresh_hours"] == "12"
        assert act(client, f"{at}/publish", f"{at}/publish", when="now").status_code == 303
        office.follow()
        assert names_of(client) == {name for name, *_ in ROWS[1:]}

        host.give("/list.csv", table(ROWS))
        office.follow()
        assert len(names_of(client)) == 2  # it is not due yet
        asked_hours_ago(office, 13)
        office.follow()
        assert len(names_of(client)) == 3
    office.engine.dispose()


def test_what_waits_for_its_time_is_published_now_instead(office: DraftOffice) -> None:
    client = office.browser(Role.PUBLISHER)
    at = office.draft(client, "消火栓.csv", table(ROWS))
    edit(client, at, **WORDS, layer_id="trial")
    office.read()
    tomorrow = datetime.datetime.now(JAPAN_TIME) + datetime.timedelta(days=1)
    when = {"when": "later", "at": f"{tomorrow:%Y-%m-%dT%H:%M}", "reason": "明日から"}
    assert act(client, f"{at}/publish", f"{at}/publish", **when).status_code == 303
    layers = office.desk.app.state.drafts.publishing._layers
    assert layers.current() == {}
    page = "/staff/layers/trial"
    seen = client.get(page)
    assert "予定を待たずに、第1版を今すぐ公開する" in seen.text
    assert "今は地図に出ていません" in seen.text
    assert WORDS["title_ja"] in seen.text
    for status in (303, 409):  # pressed twice
        form = {"token": token_of(seen), "seen": "1", "number": "1"}
        answer = client.post(f"{page}/publish-now", data=form)
        assert answer.status_code == status, answer.text
    assert "一覧をもう一度確かめてください" in answer.text
    version = layers.current()["trial"]
    assert (version.number, version.reason) == (2, "明日から")
    assert office.acts()[-2:] == ["layer.cancel", "layer.publish"]


def names_of(client: TestClient) -> set[str]:
    """What everybody reads the places of the layer to be called."""
    places = json.loads(client.get("/layers/trial/export.geojson").content)["features"]
    return {place["properties"]["name"] for place in places}


def asked_hours_ago(office: DraftOffice, hours: int) -> None:
    """Have the layer's address as if it had been asked so long ago."""
    (state,) = office.desk.settings.home.glob("*/fetched/trial/state.json")
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours)
    text = re.sub(r'"asked_at":"[^"]*"', f'"asked_at":"{then.isoformat()}"', state.read_text())
    state.write_text(text)


def test_what_the_privacy_rule_does_is_shown_before_it_is_published(office: DraftOffice) -> None:
    client = office.browser(Role.PUBLISHER)
    rows = [*ROWS, ("溝沼一丁目の二つ目", "35.7972", "139.5941", "地上式")]
    at = office.draft(client, "消火栓.csv", table(rows))
    assert client.get(f"{at}/privacy.svg").status_code == 404
    assert "プライバシーの設定を適用した結果" not in client.get(at).text
    edit(client, at, **WORDS, layer_id="trial", grid_m="500", least_group="2")
    office.read()
    page = client.get(at)
    assert "2件の位置をぼかします" in page.text
    assert "4件のうち2件は載せません" in page.text
    assert "35.797100, 139.594000" in page.text
    assert client.get(f"{at}/privacy.svg").headers["content-type"] == "image/svg+xml"
    reader = office.browser(Role.READER)
    assert "35.797100" not in reader.get(at).text
    assert reader.get(f"{at}/privacy.svg").status_code == 403
    with office.engine.connect() as connection:
        stored = connection.execute(select(drafts.c.check)).scalar_one()
    assert "35.797" not in json.dumps(stored)
    folder = office.desk.settings.home / "drafts"
    assert [*folder.glob("*/*-exact")]
    assert act(client, f"{at}/publish", f"{at}/publish", when="now").status_code == 303
    assert [*folder.glob("*/*")] == []
    assert "35.797100" not in client.get(at).text
