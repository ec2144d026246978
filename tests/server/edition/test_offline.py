"""What the service gives a device to keep, and what makes the map installable."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.alerts.alert import Alert
from server.desk.alerts.alerts import Alerts
from server.settings import Settings
from server.texts import LANGUAGES, plain, translator
from tests.layers.city import SmallCity


def listed(client: TestClient) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = client.get("/offline.json").json()["files"]
    return files


def test_every_file_of_the_list_is_there_and_as_large_as_it_says(asaka_client: TestClient) -> None:
    for file in listed(asaka_client):
        answer = asaka_client.get(file["url"], headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, file
        assert len(answer.content) == file["bytes"], file
        sent = int(answer.headers["Content-Length"])
        assert sent == file["sent"], file


def test_the_list_holds_every_layer_at_the_revision_served(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    urls = {file["url"]: file["layer"] for file in listed(asaka_client)}
    for layer in asaka.layers.values():
        assert urls[f"/offline/{layer.id}.pack?v={layer.revision.id}"] == layer.id
    flood = asaka.layers["flood"].revision.id
    assert urls[f"/layers/flood/coverage.geojson?v={flood}"] == "flood"


def test_the_list_holds_what_the_pages_are_drawn_with(asaka_client: TestClient) -> None:
    urls = {file["url"] for file in listed(asaka_client)}
    for page in [
        f"{path}?lang={lang}" for path in ("/offline/map", "/offline") for lang in LANGUAGES
    ]:
        assert page in urls
        html = asaka_client.get(page).text
        assets = set(re.findall(r'(?:src|href)="(/static/[^"]+|/map\.[^"]+)"', html))
        assert assets
        assert assets <= urls
    assert any(url.startswith("/base.geojson?v=") for url in urls)


def test_nothing_that_is_kept_is_of_another_host_or_of_the_moment(asaka_client: TestClient) -> None:
    for file in listed(asaka_client):
        assert file["url"].startswith("/")
        assert not file["url"].startswith(("//", "/here", "/notices", "/light", "/requests"))


def test_the_list_is_never_kept_and_its_edition_is_that_of_its_files(
    asaka_client: TestClient,
) -> None:
    answer = asaka_client.get("/offline.json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["edition"] == asaka_client.get("/offline.json").json()["edition"]


def test_a_pack_keeps_for_ever_only_under_the_revision_served(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    served = asaka.layers["flood"].revision.id
    cached = {
        query: asaka_client.get(f"/offline/flood.pack{query}").headers["Cache-Control"]
        for query in (f"?v={served}", "?v=0000", "")
    }
    assert "immutable" in cached[f"?v={served}"]
    assert cached["?v=0000"] == "no-store"
    assert cached[""] == "no-cache"


def test_the_list_holds_what_answers_need_of_each_layer_that_speaks(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    urls = {file["url"]: file["layer"] for file in listed(asaka_client)}
    sites = asaka.layers["emergency_sites"].revision.id
    answers = {url: layer for url, layer in urls.items() if ".answers" in url}
    assert answers == {f"/offline/emergency_sites.answers?v={sites}": "emergency_sites"}
    assert asaka_client.get(f"/offline/emergency_sites.answers?v={sites}").status_code == 200
    for silent in ("flood", "evacuation_shelters", "ufo"):  # a sample, no place to flee to, none
        assert asaka_client.get(f"/offline/{silent}.answers?v=1").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_of_answers_are_kept_in_each_language(
    asaka_client: TestClient, lang: str
) -> None:
    assert f"/offline/answers.json?lang={lang}" in {file["url"] for file in listed(asaka_client)}
    words = asaka_client.get(f"/offline/answers.json?lang={lang}").json()
    spoken = [layer["layer"] for layer in words["layers"] if not layer["silent"]]
    assert spoken == ["emergency_sites"]
    (sites,) = [layer for layer in words["layers"] if layer["layer"] == "emergency_sites"]
    here = f"/here?lat=35.797&lon=139.593&hazard=flood&f=json&lang={lang}"
    (answer,) = asaka_client.get(here).json()["sites"]
    remark = sites["remarks"]["found/flood"]
    assert plain(remark["text"]) == answer["text"]
    assert [*map(plain, remark["cautions"])] == answer["cautions"]


def test_the_kept_page_about_a_place_knows_none_and_hands_none_on(
    asaka_client: TestClient,
) -> None:
    answer = asaka_client.get("/offline/here?lang=ja")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "緯度 {latitude}、経度 {longitude}" in answer.text
    assert '<main id="main" hidden>' in answer.text
    assert "市の最新の発表をご確認ください" in answer.text


def test_a_pack_of_no_layer_is_not_there(asaka_client: TestClient) -> None:
    answer = asaka_client.get("/offline/ufo.pack?v=1")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_worker_may_act_for_every_page_and_is_asked_for_anew(asaka_client: TestClient) -> None:
    answer = asaka_client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "connect-src 'self'" in policy


def test_what_is_kept_holds_no_notice_of_the_moment(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home)
    client = TestClient(create_app(settings))
    now = datetime.now(UTC)
    Alerts(open_database(settings.database)).issue(
        Alert(
            kind="evacuation",
            level=4,
            area="岡一丁目",
            issuer="見本市",
            issued_at=now,
            expires_at=now + timedelta(hours=1),
        ),
        actor=COMMAND_LINE,
    )
    assert "岡一丁目" in client.get("/terms").text
    for file in listed(client):
        assert "岡一丁目" not in client.get(file["url"]).text, file


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_manifest_speaks_the_readers_language(asaka_client: TestClient, lang: str) -> None:
    answer = asaka_client.get(f"/manifest.webmanifest?lang={lang}")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["lang"] == LANGUAGES[lang].tag
    assert plain(translator(lang)("unofficial")) in manifest["name"]
    assert manifest["start_url"] == f"/?lang={lang}"
    for page in ("/", "/terms"):
        link = f"/manifest.webmanifest?lang={lang}"
        html = asaka_client.get(f"{page}?lang={lang}", headers={"Accept": "text/html"}).text
        assert f'<link rel="manifest" href="{link}">' in html


def test_an_icon_is_of_the_size_it_says(asaka_client: TestClient) -> None:
    icons = asaka_client.get("/manifest.webmanifest").json()["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        answer = asaka_client.get(icon["src"])
        width, height = struct.unpack(">II", answer.content[16:24])
        assert icon["sizes"] == f"{width}x{height}"
        assert "immutable" in answer.headers["Cache-Control"]
    assert asaka_client.get("/icons/none.png").status_code == 404


def test_the_page_without_network_says_that_notices_are_not_known(
    asaka_client: TestClient,
) -> None:
    page = asaka_client.get("/offline").text
    assert "オフラインでは開けません" in page
    assert "市の最新の発表をご確認ください" in page
