"""Maps of other sites, with the libraries as they come, draw this service's tiles."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Tile
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.places import features
from tests.browser.site import ROOT

pytestmark = pytest.mark.browser
LAYER = "emergency_sites"
LIBRARIES = ROOT / "node_modules"
WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
LEAFLET = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="/leaflet/dist/leaflet.css">
<div id="map" style="width: 700px; height: 500px"></div>
<script src="/leaflet/dist/leaflet.js"></script>
<script>
const found = { names: [], empty: 0, errors: [] };
const Tiles = L.GridLayer.extend({
  createTile(coords, done) {
    const tile = document.createElement("div");
    fetch(L.Util.template(TEMPLATE, coords))
      .then((response) => response.json())
      .then((collection) => {
        L.geoJSON(collection).addTo(map);
        found.names.push(...collection.features.map(({ properties }) => properties.name));
        if (collection.features.length === 0) found.empty += 1;
        done(null, tile);
      })
      .catch((error) => { found.errors.push(String(error)); done(error, tile); });
    return tile;
  },
});
const map = L.map("map").setView([LATITUDE, LONGITUDE], ZOOM);
new Tiles().on("load", () => { globalThis.drawn = found; }).addTo(map);
</script>"""
MAPLIBRE = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="/maplibre-gl/dist/maplibre-gl.css">
<div id="map" style="width: 700px; height: 500px"></div>
<script type="module">
import * as maplibre from "/maplibre-gl/dist/maplibre-gl.mjs";
const errors = [];
const map = new maplibre.Map({
  container: "map",
  center: [LONGITUDE, LATITUDE],
  zoom: ZOOM,
  style: STYLE,
});
map.on("error", ({ error }) => errors.push(String(error)));
map.once("idle", () => {
  const rendered = map.queryRenderedFeatures();
  const names = rendered.map(({ properties }) => properties.name);
  const layers = rendered.map(({ layer }) => layer.id);
  const credit = document.querySelector(".maplibregl-ctrl-attrib").textContent;
  globalThis.drawn = { names, layers, errors, credit };
});
</script>"""
OF_TILEJSON = {
    "version": 8,
    "layers": [{"id": "sites", "type": "circle", "source": "city", "source-layer": LAYER}],
}
ASK = """async ([address, headers]) => {
  try {
    const response = await fetch(address, { headers });
    const { status, url } = response;
    return [status, url, await response.text(), Object.fromEntries(response.headers)];
  } catch (error) {
    return [String(error)];
  }
}"""


class Elsewhere(SimpleHTTPRequestHandler):
    """Another site: one page, and the libraries."""

    page = ""

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        content = self.page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """The address of another site with this page."""
    handler = type("Handler", (Elsewhere,), {"page": page})
    serve: Callable[..., Elsewhere] = lambda *a: handler(*a, directory=str(LIBRARIES))  # noqa: E731
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        switches = [switch for switch in SWITCHES if switch != "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*switches, *WEBGL])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(120_000)  # milliseconds
    yield page
    page.close()


def drawn(page: Page, template: str, **values: object) -> Any:
    """What the map of the other site says that it has drawn."""
    for name, value in values.items():
        template = template.replace(name, str(value))
    with elsewhere(template) as address:
        page.goto(address)
        page.wait_for_function("globalThis.drawn")
        return page.evaluate("globalThis.drawn")


def names_at(asaka_site: str, tile: Tile) -> set[str]:
    """The names of the sites that lie in a tile."""
    west, south, east, north = tile.bounds()
    return {
        site["properties"]["name"]
        for site in features(asaka_site, LAYER)
        for longitude, latitude in [site["geometry"]["coordinates"]]
        if west < longitude < east and south < latitude < north
    }


def test_leaflet_reads_tiles_full_and_empty(page: Page, asaka: Catalog, asaka_site: str) -> None:
    layer = asaka.layer(LAYER)
    assert layer.bounds is not None
    template = json.dumps(f"{asaka_site}/tiles/{LAYER}/{{z}}/{{x}}/{{y}}.geojson")
    west, _, _, north = layer.bounds  # half of what is seen lies outside of the city
    found = drawn(page, LEAFLET, TEMPLATE=template, LONGITUDE=west, LATITUDE=north, ZOOM=14)
    assert found["errors"] == []
    assert found["empty"] > 0
    assert found["names"]


@pytest.mark.breadth
def test_maplibre_draws_what_tilejson_leads_to(page: Page, asaka: Catalog, asaka_site: str) -> None:
    layer = asaka.layer(LAYER)
    assert layer.bounds is not None
    site = features(asaka_site, LAYER)[0]
    tile = Tile.at(16, *site["geometry"]["coordinates"])
    longitude, latitude = tile.bounds().middle
    statuses: dict[str, int] = {}
    page.on("response", lambda response: statuses.update({response.url: response.status}))
    place = {"LONGITUDE": longitude, "LATITUDE": latitude, "ZOOM": 15.5}
    source = {"type": "vector", "url": f"{asaka_site}/tiles/{LAYER}.json"}
    style = json.dumps({**OF_TILEJSON, "sources": {"city": source}})
    found = drawn(page, MAPLIBRE, STYLE=style, **place)
    assert found["errors"] == []
    tiles = {status for url, status in statuses.items() if ".mvt" in url}
    assert tiles == {200, 204}  # some are empty
    assert names_at(asaka_site, tile) <= {*found["names"]}
    assert layer.definition.credit.attribution["ja"] in found["credit"]


@pytest.mark.breadth
@pytest.mark.parametrize(
    ("layer_id", "drawn_as"),
    [(LAYER, {f"{LAYER}-symbols"}), ("flood", {"flood-fill", "flood-edge"})],
)
def test_maplibre_draws_a_layer_by_its_own_style(
    page: Page, asaka: Catalog, asaka_site: str, layer_id: str, drawn_as: set[str]
) -> None:
    bounds = asaka.layer(layer_id).bounds
    assert bounds is not None
    longitude, latitude = bounds.middle
    style = json.dumps(f"{asaka_site}/ogc/collections/{layer_id}/styles/default?f=mbs")
    place = {"LONGITUDE": longitude, "LATITUDE": latitude, "ZOOM": 14}
    found = drawn(page, MAPLIBRE, STYLE=style, **place)
    assert found["errors"] == []
    assert {*found["layers"]} & drawn_as == drawn_as
    assert asaka.layer(layer_id).definition.credit.attribution["ja"] in found["credit"]


def test_scripts_of_other_sites_read_what_is_open(page: Page, asaka_site: str) -> None:
    def ask(path: str, **headers: str) -> list[Any]:
        answer: list[Any] = page.evaluate(ASK, [asaka_site + path, headers])
        return answer

    with elsewhere("<!doctype html>") as address:
        page.goto(address)
        for path in (
            "/here?lat=35.8&lon=139.6&f=json",
            "/search?q=a&f=json",
            "/layers?f=json",
            "/requests",
        ):
            assert ask(path)[0] == 200
        assert ask("/tiles/nothing/1/1/1.geojson")[0] == 404
        assert ask("/search?f=xml")[0] == 400
        status, url, *_ = ask("/layers/flood/?f=json")
        assert (status, url) == (200, f"{asaka_site}/layers/flood?f=json")
        path = "/layers/flood/export.geojson"
        status, _, part, fields = ask(path, Range="bytes=0-9", **{"X-Requested-With": "a"})
        assert (status, part) == (206, '{"type":"F')
        assert fields["content-range"].startswith("bytes 0-9/")
        etag = fields["etag"]
        assert ask(path, **{"If-None-Match": etag, "Accept-Encoding": "identity"})[0] in (200, 304)
        for path in ("/requests/new", "/requests/1?key=a"):
            assert ask(path) == ["TypeError: Failed to fetch"]
