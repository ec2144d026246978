"""The residents' map in a browser on a slow processor, against plain Folium on the same data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

from playwright.sync_api import Browser

from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.folder import CITY as CITY_FILE
from layers.schema.load import load_layer
from tests.benchmarks import browser
from tests.benchmarks.bench import ROOT, Bench
from tests.benchmarks.browser import SLOWED, Map
from tests.benchmarks.data import FLOOD, HYDRANTS
from tests.benchmarks.measure import Sample, in_turn
from tests.benchmarks.peers import folium_geojson
from tests.benchmarks.report import Condition, Row, at_most, compared, within
from tests.benchmarks.shapes import CITY
from tests.browser.site import PHONE

LEAFLET = ROOT / "node_modules" / "leaflet" / "dist"
TILES, COVERAGE, BASE = "/tiles/", "/coverage.geojson", "/base"
CLOSE = 17  # a zoom at which our map too shows every point by itself
FAR = 14  # and one at which it counts them
MOST_LOAD = 1.5  # seconds
MOST_BYTES, MOST_OF_BASE = 120_000, 60_000
MOST_TASK = 0.2  # seconds
MOST_OF_LOAD = 0.1  # of the first load's time, that the card of a place that was tapped takes
STEP = 300  # CSS pixels
STEPS = ((STEP, 0),) * 10
ROUND = ((STEP, 0),) * 5 + ((0, STEP),) * 5 + ((-STEP, 0),) * 5 + ((0, -STEP),) * 5
WARM = 240  # moves until the browser has compiled, and learnt of, what it will
UNREST = 1.02  # how much a heap that keeps nothing new may still grow


@dataclass(frozen=True)
class Look:
    """A map opened anew and moved ten times.

    `wire` are the bytes received before any layer's data, those of the base map, `base`, apart.
    """

    load: Sample
    pan: Sample
    longest_task: float
    wire: float
    base: float


def rows(bench: Bench) -> Iterator[Row]:
    """First load, bytes, moves, long tasks and memory."""
    city = bench.cities.seeded("map", [FLOOD, HYDRANTS])
    layers = [city.layer(dataset.id) for dataset in (FLOOD, HYDRANTS)]
    counts = " + ".join(f"{layer.feature_count:,}" for layer in layers)
    what = f"the map of {counts} features, processor slowed {SLOWED} times"
    files = [city.source(layer.id) for layer in layers]
    bench.versions["folium"] = folium_geojson.VERSION
    with browser.chromium() as chromium:
        bench.versions["Chromium"] = chromium.version
        yield from _that_ships(bench, chromium)
        with bench.service(city.environment) as (_pid, port):
            looks = []
            for zoom, form in product((CLOSE, FAR), folium_geojson.FORMS):
                ours = _ours(port, [layer.id for layer in layers], zoom)
                place = (*_middle(), zoom)
                with folium_geojson.serving_map(bench.work, LEAFLET, files, place, form) as address:
                    theirs = Map(address, folium_geojson.VARIABLE, folium_geojson.DRAWN)
                    mine, others = in_turn(
                        bench.runs, partial(_look, chromium, ours), partial(_look, chromium, theirs)
                    )
                looks += mine
                against = f"folium.GeoJson, {form}"
                yield from _compared(f"{what}, zoom {zoom}", against, mine, others)
            loads = [look.load.wall for look in looks]
            yield within(f"{what}: first load", f"{MOST_LOAD:g} s", loads, MOST_LOAD)
            tasks = [look.longest_task for look in looks]
            yield within(f"{what}: longest task", f"{MOST_TASK:g} s", tasks, MOST_TASK)
            close = _ours(port, [layer.id for layer in layers], CLOSE)
            growth = [_growth(chromium, close) for _ in range(bench.runs)]
            limit = f"{UNREST:g} × before them, after {WARM} others"
            yield within(f"{what}: heap after 60 moves", limit, growth, UNREST)


def _that_ships(bench: Bench, chromium: Browser) -> Iterator[Row]:
    """The city that ships, as a phone sees it first."""
    paths = set(BUNDLED_DEFINITIONS.glob("*.toml")) - {BUNDLED_DEFINITIONS / CITY_FILE}
    first = [layer.id for layer in map(load_layer, paths) if layer.default_visible]
    with bench.service({"BOSAI_HOME": str(bench.cities.home("asaka"))}) as (_pid, port):
        ours = Map(f"http://127.0.0.1:{port}/", "city_map_main", _drawn(first), PHONE)
        _look(chromium, ours)  # so that its tiles are made
        looks = [_look(chromium, ours) for _ in range(bench.runs)]
        cards = [_card(chromium, ours) for _ in range(bench.runs)]
    what = f"the city that ships, a phone slowed {SLOWED} times"
    loads = [look.load.wall for look in looks]
    yield within(f"{what}: first load", f"{MOST_LOAD:g} s", loads, MOST_LOAD)
    limit = f"{MOST_OF_LOAD:g} of its first load"
    yield within(f"{what}: the card of what is drawn", limit, cards, MOST_OF_LOAD)
    for part, most, sizes in (
        ("received before layers and base", MOST_BYTES, [look.wire for look in looks]),
        ("received of the base map", MOST_OF_BASE, [look.base for look in looks]),
    ):
        yield within(f"{what}: {part}", f"{most // 1000} KB", sizes, most)


def _compared(what: str, against: str, ours: list[Look], theirs: list[Look]) -> Iterator[Row]:
    loads = [look.load for look in ours], [look.load for look in theirs]
    goal = at_most(0.4) if folium_geojson.FORMS[0] in against else None
    yield compared(f"{what}: first load", against, loads, goal)
    pans = [look.pan for look in ours], [look.pan for look in theirs]
    longest = " : ".join(
        f"{max(each.longest_task for each in side):.2f}" for side in (ours, theirs)
    )
    same = (Condition(True, f"longest task {longest} s"),)
    yield compared(f"{what}: 10 moves", against, pans, at_most(0.5), same)


def _look(chromium: Browser, opened: Map) -> Look:
    with browser.visit(chromium, opened) as visit:
        wire = visit.wire(TILES, COVERAGE, BASE)
        base = visit.wire(TILES, COVERAGE) - wire
        pan = visit.pan(STEPS)
        return Look(visit.loaded, pan, visit.longest_task(), wire, base)


def _card(chromium: Browser, opened: Map) -> float:
    """The time of the card of a tapped place, as a share of the first load's."""
    with browser.visit(chromium, opened) as visit:
        return visit.card() / visit.loaded.wall


def _growth(chromium: Browser, opened: Map) -> float:
    """How many times as large the heap is after 60 moves, which end where they began."""
    with browser.visit(chromium, opened) as visit:
        visit.pan(ROUND * (WARM // len(ROUND)))
        before = visit.heap()
        visit.pan(ROUND * 3)
        return visit.heap() / before


def _ours(port: int, layers: list[str], zoom: int) -> Map:
    latitude, longitude = _middle()
    query = f"?layers={','.join(layers)}&at={zoom}/{latitude:.6f}/{longitude:.6f}"
    return Map(f"http://127.0.0.1:{port}/{query}", "city_map_main", _drawn(layers))


def _middle() -> tuple[float, float]:
    """Latitude and longitude of the middle of the seeded city."""
    return (CITY.south + CITY.north) / 2, (CITY.west + CITY.east) / 2


def _drawn(layers: list[str]) -> str:
    """Whether the base and these layers are drawn, in JavaScript."""
    names = [f"tile_layer_{layer}" for layer in layers]
    return f"""() => document.querySelector(".place-names") !== null && {names}.every((name) => {{
      const tiles = [...(globalThis[name]?.tiles.values() ?? [])];
      return tiles.length > 0 && tiles.every(({{ state }}) => state === "loaded");
    }})"""
