"""From a file to a draft, and from a draft to a version of its layer, on the staff's pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from httpx2 import Response

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import COMMAND_LINE, Role
from tests.server.routes.staff.desk import token_of
from tests.server.routes.staff.draft_office import (
    ROWS,
    WORDS,
    DraftOffice,
    act,
    edit,
    form_of,
    seen_of,
    table,
)

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def office(asaka: Catalog, unused_home: Path, tmp_path: Path) -> Iterator[DraftOffice]:
    assert asaka.layers
    office = DraftOffice(unused_home, tmp_path)
    yield office
    office.engine.dispose()


@pytest.fixture
def office_of_two(asaka: Catalog, unused_home: Path, tmp_path: Path) -> Iterator[DraftOffice]:
    """One where a second person has to publish."""
    assert asaka.layers
    office = DraftOffice(unused_home, tmp_path, publish_by_two="on")
    yield office
    office.engine.dispose()


def test_a_file_is_understood_worded_and_published(office: DraftOffice) -> None:
    client = office.browser(Role.PUBLISHER)
    at = office.draft(client, "消火栓.csv", table(ROWS))
    page = client.get(at)
    assert page.status_code == 200
    assert "3行を読み取り" in page.text
    assert "溝沼一丁目の消火栓" in page.text
    assert "まだ書かれていません" in page.text
    assert f"{at}/publish?" not in page.text  # words are missing
    picture = client.get(f"{at}/map.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    answer = edit(client, at, **WORDS, layer_id="trial_hydrants")
    assert answer.status_code == 303, answer.text
    page = client.get(at)  # what was read before the change is not shown as what it is now
    assert "読み取っています" in page.text
    assert f"{at}/publish?" not in page.text
    assert "溝沼一丁目の消火栓" not in page.text
    office.read()
    page = client.get(at)
    assert "消火栓の試し" in page.text
    assert f"{at}/publish?" in page.text
    tile = client.get(f"{at}/tiles/8/227/100.geojson")
    assert tile.status_code == 200
    assert "消火栓" in tile.text
    assert office.desk.browser().get("/tiles/trial_hydrants/8/227/100.geojson").status_code == 404
    answer = act(
        client, f"{at}/publish", f"{at}/publish", when="now", reason="消防署から受け取った"
    )
    assert answer.status_code == 303, answer.text
    version = office.desk.app.state.drafts.publishing._layers.current()["trial_hydrants"]
    assert "消火栓の試し" in (version.definition or "")
    assert [file.name for file in version.files] == ["消火栓.csv"]
    assert office.acts() == ["draft.add", "draft.change", "layer.publish", "draft.publish"]
    assert "公開しました" in client.get(at).text


def test_what_is_hostile_in_a_table_does_nothing(office: DraftOffice) -> None:
    client = office.browser(Role.EDITOR)
    rows = [(f"{SCRIPT}{number}", lat, lon, SCRIPT) for number, (_, lat, lon, _) in enumerate(ROWS)]
    at = office.draft(client, f"{SCRIPT}.csv", table(rows))
    for address in (at, f"{at}/edit", f"{at}/difference", "/staff/drafts"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert SCRIPT not in page.text, address
    assert SCRIPT not in client.get(f"{at}/map.svg").text
    answer = edit(client, at, **{**WORDS, "title_ja": SCRIPT}, layer_id="trial")
    assert answer.status_code == 303
    office.read()
    assert SCRIPT not in client.get(at).text


def test_a_bomb_is_refused_in_words_and_everything_goes_on(office: DraftOffice) -> None:
    client = office.browser(Role.EDITOR)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("list.csv", b"0" * (300 << 20))
    at = office.draft(client, "list.zip", bomb.getvalue())
    page = client.get(at)
    assert page.status_code == 200
    assert "公開の前に必要なこと" in page.text
    assert f"{at}/publish?" not in page.text
    assert client.get(f"{at}/map.svg").status_code == 404
    second = office.draft(client, "消火栓.csv", table(ROWS))
    assert "3行を読み取り" in client.get(second).text


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("../../../etc/passwd", "このファイル名は使えません"),
        ("a/../b.csv", "このファイル名は使えません"),
        (f"{'あ' * 100}.csv", "このファイル名は使えません"),
    ],
)
def test_no_name_leads_out_of_the_folder(office: DraftOffice, name: str, fault: str) -> None:
    client = office.browser(Role.EDITOR)
    answer = office.upload(client, name, table(ROWS))
    assert answer.status_code == 400
    assert fault in answer.text


def test_columns_about_persons_are_dropped_and_shown_only_when_confirmed(
    office: DraftOffice,
) -> None:
    client = office.browser(Role.EDITOR)
    header = ("名称", "緯度", "経度", "世帯主氏名")
    rows = [(name, lat, lon, "山田花子") for name, lat, lon, _ in ROWS]
    at = office.draft(client, "名簿.csv", table(rows, header))
    page = client.get(at)
    assert "世帯主氏名" in page.text
    assert "捨てる列" in page.text
    assert "山田花子" not in page.text
    form = form_of(client.get(f"{at}/edit"))
    number = next(
        key[2:] for key, value in form.items() if value == "世帯主氏名" and key[:2] == "ja"
    )
    assert form[f"use{number}"] == "drop"
    words = {**form, **WORDS, "layer_id": "list"}
    answer = client.post(f"{at}/edit", data={**words, f"use{number}": "public"})
    assert answer.status_code == 400
    assert "個人の情報かもしれません" in answer.text
    assert 'value="消火栓の試し"' in answer.text  # nothing typed is lost
    confirmed = {**words, f"use{number}": "staff", "personal_confirmed": "1"}
    assert client.post(f"{at}/edit", data=confirmed).status_code == 303
    office.read()
    assert "山田花子" not in client.get(at).text
    assert "山田花子" not in client.get(f"{at}/tiles/8/227/100.geojson").text


def test_a_second_person_publishes_what_the_first_asks_for(office_of_two: DraftOffice) -> None:
    office = office_of_two
    first, second = office.browser(Role.PUBLISHER), office.colleague(Role.PUBLISHER)
    at = office.draft(first, "消火栓.csv", table(ROWS))
    edit(first, at, **WORDS, layer_id="trial_hydrants")
    office.read()
    answer = act(first, f"{at}/publish", f"{at}/publish", when="now", reason="四月の点検")
    assert answer.status_code == 303
    waits = "二人目の確認を待っている下書きが1件あります"
    assert [waits in each.get("/staff?lang=ja").text for each in (first, second)] == [False, True]
    layers = office.desk.app.state.drafts.publishing._layers
    assert layers.current() == {}
    page = first.get(f"{at}/publish")
    assert "ほかの職員が公開します" in page.text
    assert act(first, f"{at}/publish", f"{at}/publish").status_code == 409
    assert layers.current() == {}
    page = second.get(f"{at}/publish")
    assert "四月の点検" in page.text
    assert act(second, f"{at}/publish", f"{at}/publish").status_code == 303
    version = layers.current()["trial_hydrants"]
    assert version.author != version.publisher
    assert version.reason == "四月の点検"
    assert office.acts()[-3:] == ["draft.ask", "layer.publish", "draft.publish"]


@pytest.mark.breadth
def test_an_editor_is_told_who_publishes_what_is_ready(office: DraftOffice) -> None:
    editor = office.browser(Role.EDITOR)
    at = office.draft(editor, "消火栓.csv", table(ROWS))
    told = "公開するのは、「公開」の役割の職員です"
    assert told not in editor.get(f"{at}?lang=ja").text  # words are missing
    edit(editor, at, **WORDS, layer_id="trial_hydrants")
    office.read()
    assert told in editor.get(f"{at}?lang=ja").text
    assert told not in office.colleague(Role.PUBLISHER).get(f"{at}?lang=ja").text


@pytest.mark.breadth
def test_in_an_emergency_one_publishes_alone_for_a_reason(office_of_two: DraftOffice) -> None:
    office = office_of_two
    client = office.browser(Role.PUBLISHER)
    at = office.draft(client, "消火栓.csv", table(ROWS))
    edit(client, at, **WORDS, layer_id="trial_hydrants")
    office.read()
    refused = act(client, f"{at}/publish", f"{at}/publish", emergency="1", reason=" ")
    assert refused.status_code == 409
    assert "監査記録に残ります" in refused.text
    answer = act(client, f"{at}/publish", f"{at}/publish", emergency="1", reason="夜間で誰もいない")
    assert answer.status_code == 303
    assert office.acts()[-2:] == ["layer.publish", "draft.publish_alone"]


@pytest.mark.breadth
def test_of_two_who_publish_at_once_one_is_told(office: DraftOffice) -> None:
    first, second = office.browser(Role.PUBLISHER), office.colleague(Role.PUBLISHER)
    at = office.draft(first, "消火栓.csv", table(ROWS))
    edit(first, at, **WORDS, layer_id="trial_hydrants")
    office.read()
    pages = {client: client.get(f"{at}/publish") for client in (first, second)}
    forms = {
        client: {"token": token_of(page), "seen": seen_of(page), "when": "now"}
        for client, page in pages.items()
    }
    with ThreadPoolExecutor(2) as at_once:
        answers = [
            at_once.submit(client.post, f"{at}/publish", data=form)
            for client, form in forms.items()
        ]
    assert sorted(answer.result().status_code for answer in answers) == [303, 409]
    assert office.acts().count("layer.publish") == 1


def test_the_new_file_of_a_layer_is_compared_and_the_folders_state_can_come_back(
    office: DraftOffice, asaka: Catalog
) -> None:
    client = office.browser(Role.PUBLISHER)
    layer = asaka.layers["emergency_sites"]
    path = office.desk.settings.data / str(layer.definition.source.path)
    lines = path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    changed = "".join(line for number, line in enumerate(lines) if number != 3)
    at = office.draft(client, path.name, changed.encode(), layer="emergency_sites")
    page = client.get(at)
    assert "削除 1" in page.text, page.text
    difference = client.get(f"{at}/difference")
    assert difference.status_code == 200
    assert "削除" in difference.text
    assert client.get(f"{at}/difference.svg").status_code == 200
    answer = act(client, f"{at}/publish", f"{at}/publish", when="now")
    assert answer.status_code == 303, answer.text
    history = client.get("/staff/layers/emergency_sites")
    assert "第2版" in history.text
    assert office.acts()[-3:] == ["layer.take_over", "layer.publish", "draft.publish"]
    address = "/staff/layers/emergency_sites"
    answer = act(client, f"{address}/roll-back", address, number="1")
    assert answer.status_code == 303, answer.text
    page = client.get(address)
    assert "第3版" in page.text
    assert "第1版と同じ内容" in page.text


def test_a_file_in_parts_may_come_again_and_with_a_gap_it_does_not(office: DraftOffice) -> None:
    client, content = office.browser(Role.EDITOR), table(ROWS)
    token = token_of(client.get("/staff/drafts/new"))
    listed = f'[["消火栓.csv", {len(content)}], [".DS_Store", 6]]'
    begun = client.post("/staff/drafts/begin", data={"token": token, "files": listed}).json()
    assert begun["names"] == [["消火栓.csv", "消火栓.csv"]]
    at = f"/staff/drafts/{begun['number']}"

    def send(offset: int, part: bytes, token: str = token) -> Response:
        query = {"draft": begun["number"], "file": "消火栓.csv", "offset": offset}
        headers = {"bosai-token": token, "content-type": "application/octet-stream"}
        return client.post("/staff/drafts/chunks", params=query, content=part, headers=headers)

    assert send(0, content[:40], "0" * 64).status_code == 403
    assert send(0, content[:40]).json() == {"received": 40}
    assert send(0, content[:40]).json() == {"received": 40}
    gap = send(60, content[60:])
    assert (gap.status_code, gap.json()["received"]) == (409, 40)
    assert client.post(f"{at}/finish", data={"token": token}).status_code == 400
    assert send(20, content[20:]).json() == {"received": len(content)}
    assert send(0, content + b"more").status_code == 409
    assert client.post(f"{at}/finish", data={"token": token}).status_code == 303
    office.read()
    assert "3行を読み取り" in client.get(at).text


def test_an_address_inside_a_private_network_is_refused_in_words(office: DraftOffice) -> None:
    client = office.browser(Role.EDITOR)
    token = token_of(client.get("/staff/drafts/new"))
    for address in ("ftp://city.example.jp/a.csv", "list.csv", "http://u:p@city.example.jp/a"):
        answer = client.post("/staff/drafts", data={"token": token, "address": address})
        assert answer.status_code == 400, address
        assert 'id="error-address"' in answer.text
    answer = client.post(
        "/staff/drafts", data={"token": token, "address": "http://127.0.0.1:9/list.csv"}
    )
    assert answer.status_code == 303
    office.read()
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "公開の前に必要なこと" in page.text


def test_a_draft_that_is_discarded_leaves_no_file(office: DraftOffice) -> None:
    client = office.browser(Role.EDITOR)
    at = office.draft(client, "消火栓.csv", table(ROWS))
    assert act(client, f"{at}/discard", at).status_code == 303
    assert client.get(at).status_code == 200
    drafts = office.desk.app.state.drafts.drafts
    assert not drafts.folder(drafts.of(int(at.rpartition("/")[2]), COMMAND_LINE)).path.exists()


@pytest.mark.breadth
def test_a_draft_compared_with_an_older_version_is_compared_again_first(
    office: DraftOffice, asaka: Catalog
) -> None:
    client = office.browser(Role.PUBLISHER)
    path = office.desk.settings.data / str(asaka.layers["emergency_sites"].definition.source.path)
    first, second = (
        office.draft(client, path.name, path.read_bytes(), layer="emergency_sites")
        for _ in range(2)
    )
    assert act(client, f"{first}/publish", f"{first}/publish", when="now").status_code == 303
    refused = act(client, f"{second}/publish", f"{second}/publish", when="now")
    assert refused.status_code == 409
    assert "別の版が公開されました" in refused.text
    assert act(client, f"{second}/read", second).status_code == 303
    office.read()
    assert act(client, f"{second}/publish", f"{second}/publish", when="now").status_code == 303
    assert office.acts().count("layer.publish") == 2


@pytest.mark.breadth
def test_a_file_that_cannot_be_read_is_not_said_to_be_the_first(
    office: DraftOffice, asaka: Catalog
) -> None:
    client = office.browser(Role.EDITOR)
    path = office.desk.settings.data / str(asaka.layers["emergency_sites"].definition.source.path)
    unclosed = path.read_bytes() + b'1,"2\n3,4\n'
    at = office.draft(client, path.name, unclosed, layer="emergency_sites")
    page = client.get(at)
    assert "公開の前に必要なこと" in page.text
    assert f"{at}/difference" not in page.text
    page = client.get(f"{at}/difference")
    assert "データを読み取れていません" in page.text
    assert "まだ公開されていません" not in page.text
