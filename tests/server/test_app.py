"""The whole service over HTTP, as programs and browsers see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import httpx2
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Tile
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.app import create_app
from server.settings import Settings
from tests.conftest import YAIZU
from tests.layers.exported import exported
from tests.service import service
from tests.waiting import until

FLOODED = Tile(14, 14545, 6443)
LAYERS = [
    "flood",
    "emergency_sites",
    "evacuation_shelters",
    "hydrants",
    "extinguishers",
    "crime_prevention",
]


@pytest.fixture(scope="module", params=["in front", "behind"])
def client(home: Path, request: pytest.FixtureRequest) -> Iterator[httpx2.Client]:
    """The service as it runs, with tiles answered in front of the framework, and without."""
    folder = home / "asaka"
    if request.param == "in front":
        with (
            service(BUNDLED_DEFINITIONS, BUNDLED_DATA, folder) as address,
            httpx2.Client(base_url=address) as client,
        ):
            yield client
        return
    settings = Settings(
        definitions=BUNDLED_DEFINITIONS, data=BUNDLED_DATA, home=folder, tile_cache_mb=0
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def tile_path(tile: Tile = FLOODED, layer: str = "flood") -> str:
    return f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}.geojson"


def test_a_tile_is_the_layers_own_bytes(client: httpx2.Client, asaka: Catalog) -> None:
    response = client.get(tile_path())
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/geo+json"
    assert response.content == asaka.layer("flood").tile(FLOODED)


def test_a_vector_tile_is_the_layers_own_bytes(client: httpx2.Client, asaka: Catalog) -> None:
    for suffix in ("mvt", "pbf"):
        response = client.get(tile_path().replace("geojson", suffix))
        assert response.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert response.content == asaka.layer("flood").tile(FLOODED, "mvt")


@pytest.mark.parametrize("query", ["", "?v={revision}", "?v=0000", "?v=0000&x=1", "?x=1"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("known", [False, True])
def test_the_second_answer_is_the_first(
    client: httpx2.Client, asaka: Catalog, query: str, encoding: str, known: bool
) -> None:
    path = tile_path() + query.format(revision=asaka.layer("flood").revision.id)
    headers = {"Accept-Encoding": encoding}
    if known:
        headers["If-None-Match"] = client.get(path, headers=headers).headers["etag"]
    first, second = client.get(path, headers=headers), client.get(path, headers=headers)
    assert first.status_code == second.status_code == (304 if known else 200)
    assert first.content == second.content
    behind = client.get(path + ("&" if query else "?") + "other=1", headers=headers)
    said = [sorted({**answer.headers, "date": ""}.items()) for answer in (first, second, behind)]
    assert said[0] == said[1] == said[2]


def test_a_tile_with_nothing_in_it_is_empty(client: httpx2.Client) -> None:
    for path in (tile_path(Tile(14, 0, 0)), "/tiles/flood/styled/14/0/0.geojson"):
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/geo+json"
        assert response.json() == {"type": "FeatureCollection", "features": []}
    for suffix in ("mvt", "pbf"):
        response = client.get(tile_path(Tile(14, 0, 0)).replace("geojson", suffix))
        assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/flood/14/-1/x.geojson",
        "/tiles/flood/14/-1/0.geojson",
        "/tiles/flood/14/16384/0.geojson",
        "/tiles/flood/99/0/0.geojson",
        "/tiles/flood/7/0/0.geojson",
        "/tiles/flood/17/0/0.geojson",
        "/tiles/flood/014/14545/6443.geojson",
        "/tiles/flood/14/1e3/0.geojson",
        "/tiles/flood/14/１/0.geojson",
        f"/tiles/flood/{'9' * 5000}/0/0.geojson",
        "/tiles/nothing/14/0/0.geojson",
        "/tiles/../../etc/passwd/14/0/0.geojson",
        "/tiles/..%2F..%2Fetc%2Fpasswd/14/0/0.geojson",
        "/tiles/%00/14/0/0.geojson",
        "/tiles/nothing.json",
        "/layers/nothing",
        "/layers/nothing/export.geojson",
        "/layers/flood/export.docx",
        "/static/../app.py",
        "/nothing",
    ],
)
def test_an_address_that_is_none_is_a_404_problem(client: httpx2.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["status"] == 404


def test_a_person_gets_a_page_for_an_error(client: httpx2.Client) -> None:
    response = client.get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "ページが見つかりません" in response.text


def test_a_bad_query_is_400(client: httpx2.Client) -> None:
    response = client.get("/layers/flood?f=xml")
    assert response.status_code == 400
    assert "'xml'; wanted one of json, html" in response.json()["detail"]


def test_a_method_that_is_not_answered_is_405(client: httpx2.Client) -> None:
    response = client.delete("/layers/flood")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]


def test_the_same_etag_saves_the_bytes(client: httpx2.Client) -> None:
    first = client.get(tile_path(), headers={"Accept-Encoding": "gzip"})
    plain = client.get(tile_path(), headers={"Accept-Encoding": "identity"})
    assert first.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert first.headers["etag"] != plain.headers["etag"]
    assert first.content == plain.content
    etag = first.headers["etag"]
    for lines in ([f'"other", {etag}'], ['"other"', etag], [etag, '"other"']):
        headers = [("Accept-Encoding", "gzip"), *(("If-None-Match", line) for line in lines)]
        again = client.get(tile_path(), headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("identity", None),
        ("identity;q=1, gzip;q=0.5", None),
        ("gzip;q=x", None),
        ("", None),
    ],
)
def test_the_encoding_is_the_one_asked_for(
    client: httpx2.Client, accepted: str, encoding: str | None
) -> None:
    response = client.get(tile_path(), headers={"Accept-Encoding": accepted})
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["vary"] == "Accept-Encoding"


def test_a_tile_keeps_for_ever_only_under_the_revision_served(
    client: httpx2.Client, asaka: Catalog
) -> None:
    revision = asaka.layer("flood").revision.id
    assert "immutable" in client.get(f"{tile_path()}?v={revision}").headers["cache-control"]
    assert client.get(f"{tile_path()}?v=0000").headers["cache-control"] == "no-store"
    assert client.get(tile_path()).headers["cache-control"] == "no-cache"


def test_a_part_of_a_tile_is_sent(client: httpx2.Client, asaka: Catalog) -> None:
    for _ in range(2):  # also when it is remembered
        assert client.get(tile_path()).status_code == 200
        response = client.get(tile_path(), headers={"Range": "bytes=5-9"})
        assert response.status_code == 206
        assert response.content == asaka.layer("flood").tile(FLOODED)[5:10]


def test_head_and_other_origins_are_served(client: httpx2.Client) -> None:
    response = client.head(tile_path())
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("layer_id", LAYERS)
def test_tilejson_leads_to_the_tiles(client: httpx2.Client, asaka: Catalog, layer_id: str) -> None:
    document = client.get(f"/tiles/{layer_id}.json").json()
    layer = asaka.layer(layer_id)
    assert document["tilejson"] == "3.0.0"
    assert document["sample"] is layer.definition.sample
    assert document["revision"] == layer.revision.id
    assert document["attribution"] == layer.definition.credit.attribution["ja"]
    for key, suffix in (("tiles", "mvt"), ("data", "geojson")):
        (template,) = document[key]
        assert template.startswith(str(client.base_url.join("/tiles/")))
        assert template.endswith(f".{suffix}?v={layer.revision.id}")
        response = client.get(template.format(z=8, x=227, y=100))
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    longitude, latitude, zoom = document["center"]
    assert layer.bounds is not None
    assert layer.bounds.west <= longitude <= layer.bounds.east
    assert layer.bounds.south <= latitude <= layer.bounds.north
    assert layer.minzoom <= zoom <= layer.maxzoom
    assert (document["format"], document["tileSize"]) == ("pbf", 512)
    fields = document["vector_layers"][0]["fields"]
    assert set(fields) == set(layer.definition.public_fields)


def test_the_catalogue_lists_every_layer_for_programs_and_people(client: httpx2.Client) -> None:
    listed = client.get("/layers?f=json").json()
    assert [layer["id"] for layer in listed] == LAYERS
    page = client.get("/layers", headers={"Accept": "text/html"}).text
    assert all(f'href="/layers/{layer_id}?lang=ja"' in page for layer_id in LAYERS)


@pytest.mark.parametrize("layer_id", LAYERS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_layers_page_tells_what_it_is(
    client: httpx2.Client, asaka: Catalog, layer_id: str, lang: str
) -> None:
    definition = asaka.layer(layer_id).definition
    response = client.get(f"/layers/{layer_id}?lang={lang}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert f'<html lang="{lang}"' in response.text
    assert definition.title[lang] in response.text
    marked = {"ja": "見本データです", "en": "This is sample data"}[lang] in response.text
    assert marked is definition.sample
    for entry in asaka.layer(layer_id).legend():
        assert entry.label[lang] in response.text


def test_a_download_that_cannot_be_written_is_unavailable_and_no_fault(
    unasked_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise ValueError("a polygon that no grid can show")

    monkeypatch.setattr("layers.exports.geojson.features_of", broken)
    response = unasked_client.get("/layers/flood/export.geojson")
    assert response.status_code == 503
    assert "layer flood could not be exported" in response.json()["detail"]
    assert "no grid" not in response.text
    assert unasked_client.get("/layers/flood/export.csv").status_code == 200


def test_an_export_over_http_is_the_command_lines(client: httpx2.Client, asaka: Catalog) -> None:
    response = client.get("/layers/flood/export.geojson")
    assert response.content == exported(asaka.layer("flood").revision, "geojson")
    assert 'filename="flood.geojson"' in response.headers["content-disposition"]


def test_the_surveyed_area_is_served_for_the_hazard_only(client: httpx2.Client) -> None:
    area = client.get("/layers/flood/coverage.geojson").json()
    assert area["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert client.get("/layers/hydrants/coverage.geojson").status_code == 404


def test_every_answer_forbids_what_is_not_ours(client: httpx2.Client) -> None:
    for path in ("/", "/layers", "/nothing", tile_path(), "/requests/new", "/healthz"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_process_answers_while_every_thread_is_taken(
    asaka: Catalog, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken(*_: object, **__: object) -> None:
        raise AssertionError("wanted no thread")

    settings = Settings(home=home / "asaka")
    monkeypatch.setattr("fastapi.routing.run_in_threadpool", taken)
    assert asaka.layers
    assert TestClient(create_app(settings)).get("/healthz").text == "ok\n"


def test_health(client: httpx2.Client) -> None:
    assert client.get("/healthz").text == "ok\n"
    # A start waits for its database a moment only.
    until(lambda: client.get("/readyz").json()["status"] == "ok")
    ready = client.get("/readyz").json()
    assert list(ready["layers"]) == LAYERS
    assert ready["sources"] == {}
    assert ready["disk"]["free_mb"] > 0


def test_a_layer_that_cannot_be_read_is_said_and_breaks_no_other(tmp_path: Path) -> None:
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    for path in BUNDLED_DEFINITIONS.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.name == "hydrants.toml":
            text = text.replace("samples/fire_hydrant.csv", "samples/gone.csv")
        if path.name == "flood.toml":
            text = text.replace("order = 10", "ordr = 10")
        (definitions / path.name).write_text(text, encoding="utf-8")
    settings = Settings(definitions=definitions, data=BUNDLED_DATA, home=tmp_path / "home")
    client = TestClient(create_app(settings), raise_server_exceptions=False)
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    not_served = {name: said["problem"] for name, said in ready.json()["not_served"].items()}
    assert "source.path is 'samples/gone.csv'" in not_served["hydrants"]
    assert "Did you mean “order”?" in not_served["flood"]
    assert client.get("/tiles/extinguishers/14/14545/6443.geojson").status_code in (200, 204)
    assert client.get("/tiles/hydrants/14/14545/6443.geojson").status_code == 503
    for layer_id, said in (("hydrants", "samples/gone.csv"), ("flood", "ordr")):
        page = client.get(f"/layers/{layer_id}", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert said in page.text
    assert "読み込めていません" in client.get("/").text


def test_samples_can_be_hidden_altogether(home: Path) -> None:
    settings = Settings(home=home / "asaka", samples="off")
    client = TestClient(create_app(settings))
    listed = [layer["id"] for layer in client.get("/layers?f=json").json()]
    assert listed == ["emergency_sites", "evacuation_shelters"]
    assert client.get("/tiles/flood.json").status_code == 404


@pytest.mark.shared
def test_a_second_city_is_served_with_no_code_changed(
    yaizu: Catalog, home: Path, shared: Path
) -> None:
    assert yaizu.layers
    settings = Settings(definitions=YAIZU, data=shared / "yaizu", home=home / "yaizu")
    client = TestClient(create_app(settings))
    assert "焼津市" in client.get("/").text
    assert len(json.loads(client.get("/layers?f=json").content)) == 7


def test_a_styled_tile_is_the_layers_own_bytes(client: httpx2.Client, asaka: Catalog) -> None:
    response = client.get("/tiles/flood/styled/14/14545/6443.geojson")
    assert response.headers["content-type"] == "application/geo+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.content == asaka.layer("flood").tile(FLOODED, "styled")
    assert client.get("/tiles/flood/styled/14/14545/x.geojson").status_code == 404
    assert client.get("/tiles/flood/other/14/14545/6443.geojson").status_code == 404
