"""A made-up city outside Japan, from its definition to a tile, an answer and the map."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas
import pytest
import shapely
from starlette.testclient import TestClient

from layers.geometry.tile import Tile
from layers.publish.check import check_catalog
from layers.store.folder import HomeFolder
from server.app import create_app
from server.settings import Settings
from tests.layers.city import SmallCity, feature_collection, polygon
from tests.sandbox import SANDBOX

CITIES = {
    "taipei": ((121.5, 25.0, 121.7, 25.2), 32651),
    "rome": ((12.3, 41.8, 12.5, 42.0), 32633),
    "lima": ((-77.2, -12.2, -77.0, -12.0), 32718),
}
HAZARD = 'hazard = "洪水"\nscenario = "実績"\nsurveyed_extent = "boundary"'


@pytest.mark.parametrize(("extent", "utm"), CITIES.values(), ids=CITIES)
def test_a_city_abroad_is_served(
    tmp_path: Path, extent: tuple[float, float, float, float], utm: int
) -> None:
    city = SmallCity(tmp_path)
    west, south, east, north = extent
    middle = ((west + east) / 2, (south + north) / 2)
    definition = city.definitions / "city.toml"
    text = definition.read_text("utf-8").replace("[139.0, 35.0, 139.2, 35.2]", str([*extent]))
    definition.write_text(text, "utf-8")
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    city.put("boundary.geojson", feature_collection((polygon(ring), {})))
    rows = [f"{name},{middle[1]:.5f},{middle[0]:.5f}" for name in ("甲", "乙")]
    city.put("points.csv", "\n".join(["名称,緯度,経度", *rows, "遠く,35.8,139.6"]))
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:4326"', top='label = "name"')
    city.declare("guessed", 'path = "points.csv"')
    zone = shapely.Point(middle).buffer(0.01)
    frame = geopandas.GeoDataFrame({"名称": ["区域"]}, geometry=[zone], crs=4326).to_crs(utm)
    frame.to_file(city.data / "zones.shp", encoding="UTF-8")
    city.declare("zones", 'path = "zones.shp"', group="disaster", top=HAZARD)

    home = HomeFolder(city.home)
    for check in check_catalog(city.definitions, city.data, home=home, sandbox=SANDBOX):
        kinds = {problem.kind for problem in check.report.problems if problem.severity != "note"}
        assert kinds <= {"languages_missing", "far_away"}
        words = " ".join(problem.message("ja") for problem in check.report.problems)
        assert "JGD" not in words

    database = tmp_path / "bosai.sqlite"
    settings = Settings(
        definitions=city.definitions,
        data=city.data,
        home=city.home,
        database_url=f"sqlite:///{database}",
    )
    with TestClient(create_app(settings)) as client:
        for layer_id, count in (("points", 2), ("guessed", 2), ("zones", 1)):
            tile = Tile.at(14, *middle)
            path = f"/tiles/{layer_id}/{tile.z}/{tile.x}/{tile.y}.geojson"
            assert len(client.get(path).json()["features"]) == count
        for east_by, state in ((0.0, "inside"), (0.05, "outside")):
            place = f"lat={middle[1]}&lon={middle[0] + east_by}"
            answer = client.get(f"/here?{place}&f=json").json()
            assert answer["in_city"] is True
            assert [hazard["state"] for hazard in answer["hazards"]] == [state]
        page = client.get("/", headers={"Accept": "text/html"}).text
        script = re.findall(r'src="(/map\.[0-9a-f]+\.js)"', page)[0]
        box = f'"extent":[[{south},{west}],[{north},{east}]]'
        assert box in client.get(script).text.replace(" ", "")
        query = f"{middle[1]:.4f}, {middle[0]:.4f}"
        found = client.get("/search", params={"q": query}, headers={"Accept": "text/html"}).text
        assert f"{middle[1]:.5f}, {middle[0]:.5f}" in found
