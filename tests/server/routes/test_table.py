"""A layer's features as a sortable, paged table."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.query.listing import listing
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.app import create_app
from server.settings import Settings
from tests.conftest import YAIZU

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    settings = Settings(definitions=BUNDLED_DEFINITIONS, data=BUNDLED_DATA, home=home / "asaka")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def rows(client: TestClient, address: str) -> list[str]:
    """The heading of each row."""
    response = client.get(address, headers=PAGE)
    assert response.status_code == 200
    return [
        html.unescape(one)
        for one in re.findall(r'<th scope="row" id="row-[0-9]+">(.*?)</th>', response.text)
    ]


def test_the_pages_hold_every_feature_once(client: TestClient, asaka: Catalog) -> None:
    layer = asaka.layer("emergency_sites")
    one = rows(client, "/layers/emergency_sites/table")
    assert len(one) == layer.feature_count == 42
    named = layer.revision.features()[layer.definition.label]
    assert sorted(one) == sorted(named)


def test_a_heading_sorts_and_turns_the_order_around(client: TestClient, asaka: Catalog) -> None:
    label = asaka.layer("emergency_sites").definition.label
    up = rows(client, f"/layers/emergency_sites/table?sort={label}")
    down = rows(client, f"/layers/emergency_sites/table?sort={label}&order=desc")
    assert up == sorted(up)
    assert down == sorted(up, reverse=True)
    page = client.get(f"/layers/emergency_sites/table?sort={label}", headers=PAGE).text
    assert page.count('aria-sort="ascending"') == 1
    assert f"sort={label}&amp;order=desc" in page


def test_what_has_no_value_comes_last_both_ways(yaizu: Catalog) -> None:
    layer = next(
        layer
        for layer in yaizu.layers.values()
        if layer.revision.features().isna().any().drop("geometry", errors="ignore").any()
    )
    frame = layer.revision.features()
    field = next(
        name
        for name in layer.definition.public_fields
        if frame[name].isna().any() and frame[name].notna().any()
    )
    for descending in (False, True):
        found = listing(layer, field, descending=descending, first=0, count=layer.feature_count)
        values = [one.properties.get(field) for one in found]
        known = [value for value in values if value is not None]
        assert values == known + [None] * int(frame[field].isna().sum())
        assert known == sorted(known, reverse=descending)
        assert {one.id for one in found} == set(frame.index)


def test_every_feature_stands_where_it_is(asaka: Catalog) -> None:
    for layer in asaka.without_samples().layers.values():
        shapes = layer.revision.features().geometry
        for one in listing(layer, None, descending=False, first=0, count=60):
            place = shapely.Point(one.longitude, one.latitude)
            assert shapes[one.id].distance(place) < 1e-9


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("sort=nothing", "sort is"),
        ("order=up", "order is"),
        ("page=0", "page is"),
        ("page=2", "wanted a whole number from 1 to 1"),
        ("page=１", "page is"),
        ("page=99999999999999999999999", "page is"),
        ("page=-1", "page is"),
    ],
)
def test_what_cannot_be_listed_is_said(client: TestClient, query: str, wanted: str) -> None:
    response = client.get(f"/layers/emergency_sites/table?{query}")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert wanted in response.json()["detail"]


def test_an_unknown_layer_has_no_table(client: TestClient) -> None:
    assert client.get("/layers/nothing/table").status_code == 404


@pytest.mark.parametrize("layer_id", ["flood", "hydrants", "extinguishers", "crime_prevention"])
def test_a_sample_is_marked_and_lists_nothing(
    client: TestClient, asaka: Catalog, layer_id: str
) -> None:
    assert rows(client, f"/layers/{layer_id}/table") == []
    page = client.get(f"/layers/{layer_id}/table?lang=ja", headers=PAGE).text
    assert "見本データのため、表には何も示しません。" in page
    assert "まだ何も入っていません" not in page
    layer = asaka.layer(layer_id)
    names = layer.revision.features()[layer.definition.label].dropna().astype(str)
    title = layer.definition.title["ja"]
    assert [name for name in names if len(name) > 3 and name not in title and name in page] == []


def test_a_real_city_is_listed(shared: Path, home: Path, yaizu: Catalog) -> None:
    settings = Settings(definitions=YAIZU, data=shared / "yaizu", home=home / "yaizu")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for layer in yaizu.layers.values():
            for name in (None, *layer.definition.public_fields):
                asked = "" if name is None else f"?sort={name}"
                found = rows(client, f"/layers/{layer.id}/table{asked}")
                assert len(found) == min(50, layer.feature_count)
        hydrants = yaizu.layer("hydrants")
        pages = range(1, -(-hydrants.feature_count // 50) + 1)
        headings = [rows(client, f"/layers/hydrants/table?page={page}") for page in pages]
        assert len(headings) > 1
        assert sum(map(len, headings)) == hydrants.feature_count


def test_what_a_site_is_designated_for_is_said_and_not_what_happens_there(
    client: TestClient,
) -> None:
    for language, designated, silent in (
        ("ja", "指定あり", "このデータに指定の記載なし"),
        ("en", "designated", "no designation stated in this data"),
        ("zh", "已指定", "此数据中没有指定的记载"),
        ("ko", "지정됨", "이 데이터에 지정 기재 없음"),
    ):
        page = client.get(f"/layers/emergency_sites/table?lang={language}", headers=PAGE).text
        assert f"<td>{designated}</td>" in page
        assert f"<td>{silent}</td>" in page
        assert page.count(f"<td>{designated}</td>") == 30 + 41 + 42
        about = client.get(f"/layers/emergency_sites?lang={language}", headers=PAGE).text
        assert designated in about


def test_japanese_in_the_table_of_another_language_is_marked(client: TestClient) -> None:
    page = client.get("/layers/emergency_sites/table?lang=en", headers=PAGE).text
    assert (
        len(re.findall(r'<th scope="row" id="row-[0-9]+"><span lang="ja">.*?</span></th>', page))
        == 42
    )
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    unmarked = re.sub(r'<span lang="ja">.*?</span>|<[^>]*>', "", body)
    assert re.findall("[ぁ-んァ-ヶ一-龠]", unmarked) == []
