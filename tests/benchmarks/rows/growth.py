"""Whether a tile's time grows with what lies elsewhere in its layer: it should not."""

from __future__ import annotations

from collections.abc import Iterator

from layers.geometry.tile import Tile
from tests.benchmarks import content, shapes
from tests.benchmarks.bench import Bench
from tests.benchmarks.cities import City
from tests.benchmarks.content import Content
from tests.benchmarks.data import GROWING, HUGE, PIECE
from tests.benchmarks.load import Generator
from tests.benchmarks.measure import Sample, in_turn
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, at_most, compared
from tests.benchmarks.rows.made import of_size

NO_MORE = at_most(1.2)  # none, and what the machine's unrest makes of it
SIZE = 1024  # bytes, compressed
REPEATED = 20  # times that a list of a few tiles is asked for in one run


def rows(bench: Bench) -> Iterator[Row]:
    """Points: the same near ones, ever more far ones. Polygons: a piece of a coast, the whole."""
    smallest, *larger = GROWING
    city = bench.cities.seeded("growth", [*GROWING, HUGE, PIECE])
    tile = of_size(city.layer(smallest.id), SIZE)
    for dataset in larger:
        against = f"the same tile of {smallest.count:,} points"
        points = f"{dataset.scaled(bench.share).count:,} points"
        yield _new(bench, city, (dataset.id, smallest.id), [tile], points, against)
        yield _made(bench, city, (dataset.id, smallest.id), tile, points, against)
    coast = shapes.coast(HUGE.scaled(bench.share).vertices)
    piece = len(shapes.piece_of(coast))
    what, against = f"one polygon of {len(coast):,} vertices", f"a piece of it of {piece:,}"
    yield _new(bench, city, (HUGE.id, PIECE.id), _within(shapes.coast_tile(coast)), what, against)


def _new(
    bench: Bench, city: City, ids: tuple[str, str], wanted: list[Tile], what: str, against: str
) -> Row:
    same = _same(city, ids, wanted)
    addresses = [f"{tile.z}/{tile.x}/{tile.y}" for tile in wanted] * REPEATED
    with (
        bench.worker("tile", city.home, ids[0], *addresses) as large,
        bench.worker("tile", city.home, ids[1], *addresses) as small,
    ):
        samples = in_turn(bench.runs, large.run, small.run)
    return compared(f"a new tile of {what}", against, samples, NO_MORE, same)


def _made(
    bench: Bench, city: City, ids: tuple[str, str], tile: Tile, what: str, against: str
) -> Row:
    what = f"a tile already made of {what}, 64 connections"
    try:
        wrk = Generator.installed(bench.peers, bench.seconds)
    except Absent as reason:
        return Row(what, against, NO_MORE, missing=str(reason))
    with bench.service(city.environment) as (pid, port):

        def load(layer_id: str) -> Sample:
            path = f"/tiles/{layer_id}/{tile.z}/{tile.x}/{tile.y}.geojson"
            return wrk.load(f"http://127.0.0.1:{port}{path}", pid).sample

        samples = in_turn(bench.runs, lambda: load(ids[0]), lambda: load(ids[1]))
    return compared(what, against, samples, NO_MORE, _same(city, ids, [tile]))


def _same(city: City, ids: tuple[str, str], wanted: list[Tile]) -> tuple[Condition, ...]:
    """That the tiles of both layers hold the same."""
    large, small = (
        sum((content.counted(city.layer(id).tile(t), content.geojson) for t in wanted), Content())
        for id in ids
    )
    return content.conditions(large, small)


def _within(tile: Tile) -> list[Tile]:
    """The tile and the ones of the next two zooms that lie in it."""
    return [
        Tile(tile.z + deeper, (tile.x << deeper) + x, (tile.y << deeper) + y)
        for deeper in range(3)
        for x in range(1 << deeper)
        for y in range(1 << deeper)
    ]
