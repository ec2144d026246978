"""A place known only by its town is drawn as an area of doubt, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.japanese.addresses import DOUBT_CHOME
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.browser.conftest import OpenMap
from tests.browser.places import features
from tests.browser.site import PHONE, MapPage, Size
from tests.service import service

pytestmark = [pytest.mark.browser, pytest.mark.breadth]

DEFINITION = """
title = { ja = "施設", en = "Facilities" }
description = { ja = "試験の施設です。", en = "Facilities of a test." }
group = "fire"
label = "name"

[source]
path = "facilities.csv"
crs = "EPSG:6668"
longitude = "経度"
latitude = "緯度"
address = "住所"

[credit]
attribution = { ja = "試験", en = "test" }
licence = { ja = "試験", en = "test" }
date = 2026-11-24

[fields.name]
title = { ja = "名称", en = "Name" }
column = "名称"
"""
TABLE = "名称,住所,緯度,経度\n住所だけ,朝霞市本町1-2-3,,\n座標あり,朝霞市栄町1-1,35.7910,139.6004\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("doubt")
    definitions, data = folder / "definitions", folder / "data"
    definitions.mkdir()
    data.mkdir()
    for name in ("boundary.geojson", "towns.geojson"):
        (data / name).write_bytes((BUNDLED_DATA / name).read_bytes())
    city = (BUNDLED_DEFINITIONS / "city.toml").read_bytes()
    (definitions / "city.toml").write_bytes(city)
    (definitions / "facilities.toml").write_text(DEFINITION, encoding="utf-8")
    (data / "facilities.csv").write_text(TABLE, encoding="utf-8")
    (folder / "home").mkdir()
    return str(folder)


@pytest.mark.parametrize("size", [Size(1280, 800), PHONE], ids=["desktop", "phone"])
def test_the_area_is_as_wide_as_the_doubt_and_the_card_says_town(
    new_map: OpenMap, site: str, size: Size
) -> None:
    folder = Path(site)
    with service(folder / "definitions", folder / "data", folder / "home") as address:
        city_map: MapPage = new_map(address, size, touch=size == PHONE)
        (town,) = [
            f for f in features(address, "facilities") if f["properties"].get("position_doubt_m")
        ]
        longitude, latitude = town["geometry"]["coordinates"]
        city_map.at("facilities", longitude, latitude, zoom=15)
        circles = city_map.page.locator(".leaflet-doubt-pane path")
        assert circles.count() == 1
        box = circles.bounding_box()
        assert box is not None
        metres = city_map.page.evaluate(
            "([lat, width]) => width * 40075016.7 * Math.cos(lat * Math.PI / 180) /"
            " (256 * 2 ** city_map_main.getZoom())",
            [latitude, box["width"]],
        )
        assert metres == pytest.approx(2 * DOUBT_CHOME, rel=0.03)
        city_map.click_centre()
        assert "町丁目まで（正確な位置ではありません）" in city_map.card()
        (asked,) = [url for url in city_map.watch.requests if "/here?" in url]
        assert f"radius={DOUBT_CHOME}" in asked
        assert "最も厳しい想定" in city_map.card()
        city_map.switch("facilities")
        assert circles.count() == 0
