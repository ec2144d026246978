"""A city's whole pyramid, from prepared geometry to bytes, against geojson-vt."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from layers.catalog.layer import Layer
from tests.benchmarks import content, match
from tests.benchmarks.bench import Bench
from tests.benchmarks.cities import City
from tests.benchmarks.content import Content
from tests.benchmarks.data import FLOOD, HYDRANTS, Dataset
from tests.benchmarks.measure import Worker, in_turn
from tests.benchmarks.peers import geojson_vt
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Goal, Row, at_most, compared

PEER = "geojson-vt: index, tiles, stringify"
OFTEN = 4  # times as many runs: they are short
GOALS = ((FLOOD, at_most(1.0)), (HYDRANTS, at_most(0.7)))


def rows(bench: Bench) -> Iterator[Row]:
    """Both of the city's layers."""
    city = bench.cities.seeded("city", [FLOOD, HYDRANTS])
    for dataset, goal in GOALS:
        what = f"pyramid of {dataset.id}, z {dataset.minzoom}–{dataset.maxzoom}"
        try:
            yield from _against_geojson_vt(bench, city, dataset, what, goal)
        except Absent as reason:
            yield Row(f"{what}, prepared → bytes", PEER, goal, missing=str(reason))


def _against_geojson_vt(
    bench: Bench, city: City, dataset: Dataset, what: str, goal: Goal
) -> Iterator[Row]:
    layer = city.layer(dataset.id)
    zooms = dataset.minzoom, dataset.maxzoom
    peer = geojson_vt.worker(bench.peers, city.source(dataset.id), *zooms)
    bench.versions["geojson-vt"] = geojson_vt.VERSION
    with (
        peer as theirs,
        bench.worker("encode", city.home, dataset.id) as ours,
        bench.worker("generalise", city.home, dataset.id) as whole,
    ):
        same, raw = _matched(bench, layer, theirs)
        raw["their_parsing"] = theirs.greeting["parse"]
        # So that Node has compiled, and we have imported.
        peaks = in_turn(1, lambda: ours.run(watch=True), lambda: theirs.run(watch=True))
        runs = OFTEN * bench.runs
        samples = in_turn(runs, ours.run, theirs.run)
        yield compared(f"{what}, prepared → bytes", PEER, samples, goal, same, peaks, **raw)
        if layer.geometry == "polygon":
            samples = in_turn(runs, whole.run, theirs.run)
            yield compared(f"{what}, source geometry → bytes", PEER, samples, None, same)


def _matched(
    bench: Bench, layer: Layer, peer: Worker
) -> tuple[tuple[Condition, ...], dict[str, object]]:
    """Set the peer to as many vertices as ours; whether that worked, and how it was set."""
    ours = _held(layer)
    is_point, most = layer.geometry == "point", layer.revision.unclustered_from - 1

    def held(setting: float) -> Content:
        peer.ask(f"cluster\t{setting}\t{most}" if is_point else f"tolerance\t{setting}")
        return _dumped(bench, peer)

    def surplus(setting: float) -> float:
        return ours.vertices / held(setting).vertices

    if not is_point:
        setting = match.tolerance(surplus)
        said = f"tolerance {setting:.3g} of 4096"
    elif most >= layer.minzoom:
        setting = match.cluster_size(surplus)
        said = f"clusters of {setting:.3g} pixels up to z {most}"
    else:
        setting, said = 0.0, "no clusters"
    theirs = held(setting)
    same = (*content.conditions(ours, theirs), Condition(True, "neither compressed"))
    raw = {"ours": ours, "theirs": theirs, "setting": setting}
    return (Condition(True, said), *same), {"held": raw}


def _held(layer: Layer) -> Content:
    every = (
        content.counted(tile, content.geojson)
        for z in range(layer.minzoom, layer.maxzoom + 1)
        for _, tile in layer.tiles(z)
    )
    return sum(every, Content())


def _dumped(bench: Bench, peer: Worker) -> Content:
    path = bench.work / "geojson-vt.ndjson"
    peer.ask(f"dump\t{path}")
    every = (
        content.counted(orjson.dumps(orjson.loads(line)["features"]), content.geojson_vt)
        for line in path.read_bytes().splitlines()
    )
    return sum(every, Content())
