"""From a file to every tile on disk, against tippecanoe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.catalog.layer import Encoding, Layer
from tests.benchmarks import content, match
from tests.benchmarks.bench import Bench
from tests.benchmarks.cities import City
from tests.benchmarks.content import Content
from tests.benchmarks.data import FLOOD, HYDRANTS, POINTS, POLYGONS, SHARED
from tests.benchmarks.measure import Sample, in_turn
from tests.benchmarks.peers import tippecanoe
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Goal, Row, at_most, compared, within

GIGABYTE = 1e9
WATCHED = 3  # runs of ours whose memory is watched
File = tuple[Path, content.Reader]  # MBTiles, and how to read their tiles


@dataclass(frozen=True)
class Build:
    """A layer that both sides make a pyramid of."""

    what: str
    city: City
    layer_id: str
    zooms: tuple[int, int]
    goal: Goal | None
    encoding: Encoding = "geojson"  # of our tiles; theirs are always MVT
    options: tuple[str, ...] = ()  # of tippecanoe
    most_memory: float = 0  # bytes

    @property
    def title(self) -> str:
        form = "MVT tiles" if self.encoding == "mvt" else "tiles"
        return f"{self.what}, z {self.zooms[0]}–{self.zooms[1]}, file → {form} on disk"

    @property
    def read(self) -> content.Reader:
        return content.mvt if self.encoding == "mvt" else content.geojson


def city_rows(bench: Bench) -> Iterator[Row]:
    """A city's layers, and the real coverage."""
    city = bench.cities.seeded("city", [FLOOD, HYDRANTS])
    third = at_most(1 / 3)
    yield from _rows(bench, Build("flood", city, "flood", (10, 16), third))
    yield from _rows(bench, Build("flood", city, "flood", (10, 16), third, "mvt"))
    yield from _rows(bench, Build("hydrants", city, "hydrants", (10, 16), third))
    what = "Yaizu's flood areas"
    if SHARED.is_dir():
        yaizu, shared_borders = bench.cities.yaizu(), tippecanoe.SHARED_BORDERS
        build = Build(what, yaizu, "flood", (10, 16), at_most(1.0), options=shared_borders)
        yield from _rows(bench, build)
    else:
        yield Row(what, "tippecanoe", at_most(1.0), missing="../shared/data is absent")


def large_rows(bench: Bench) -> Iterator[Row]:
    """Layers as large as a country's."""
    # FlatGeobuf: of the formats that both read natively, the quickest for both.
    city = bench.cities.seeded("large", [POINTS, POLYGONS], suffix=".fgb")
    what = f"{POINTS.scaled(bench.share).count:,} points"
    build = Build(what, city, "points", (5, 14), at_most(1 / 6), most_memory=GIGABYTE)
    yield from _rows(bench, build)
    what = f"{POLYGONS.scaled(bench.share).count:,} polygons of {POLYGONS.vertices} vertices"
    build = Build(what, city, "polygons", (5, 14), at_most(1 / 4), most_memory=1.6 * GIGABYTE)
    yield from _rows(bench, build)


def japan_rows(bench: Bench) -> Iterator[Row]:
    """A whole country's real points."""
    what = "Japan's 115,402 shelters"
    if SHARED.is_dir():
        japan = bench.cities.shelters()
        yield from _rows(bench, Build(what, japan, "shelters", (5, 14), at_most(1 / 4)))
    else:
        yield Row(what, "tippecanoe", at_most(1 / 4), missing="../shared/data is absent")


def _rows(bench: Bench, build: Build) -> Iterator[Row]:
    try:
        program = tippecanoe.program(bench.peers)
        bench.versions["tippecanoe"] = tippecanoe.VERSION
        yield from _against_tippecanoe(bench, build, program)
    except (Absent, RuntimeError) as reason:
        yield Row(build.title, "tippecanoe", build.goal, missing=str(reason))


def _against_tippecanoe(bench: Bench, build: Build, program: Path) -> Iterator[Row]:
    city, layer_id = build.city, build.layer_id
    ours, theirs = (bench.work / f"{layer_id}-{side}.mbtiles" for side in ("ours", "theirs"))
    arguments = ("disk", city.definitions, city.data, layer_id, build.encoding, ours)

    def our_run(*, watch: bool = False) -> Sample:
        with bench.worker(*arguments) as worker:
            return worker.run(watch=watch)

    def their_run(options: Sequence[str], *, watch: bool = False) -> Sample:
        source, options = city.source(layer_id), (*build.options, *options)
        return tippecanoe.build(program, source, theirs, build.zooms, options, watch=watch)

    def compare() -> Comparison:
        return Comparison.of((ours, build.read), (theirs, content.mvt))

    watched = [our_run(watch=True) for _ in range(WATCHED)]
    said, matched = _matched(city.layer(layer_id), lambda: compare().total, their_run)
    samples = in_turn(bench.runs, our_run, lambda: their_run(matched))
    peaks = watched, [their_run(matched, watch=True)]
    found = compare()
    same = (Condition(True, said), *found.conditions)
    by_zoom = found.by_zoom
    yield compared(build.title, "tippecanoe", samples, build.goal, same, peaks, by_zoom=by_zoom)
    if build.most_memory:
        limit = f"{build.most_memory / GIGABYTE:g} GB"
        memory = [float(sample.memory) for sample in watched]
        yield within(f"{build.title}: peak memory", limit, memory, build.most_memory)


def _matched(
    layer: Layer,
    held: Callable[[], tuple[Content, Content]],
    build: Callable[[Sequence[str]], Sample],
) -> tuple[str, tuple[str, ...]]:
    """The options with which tippecanoe keeps as many vertices, or points, as we do, in words."""
    is_point, most = layer.geometry == "point", layer.revision.unclustered_from - 1

    def options(setting: float) -> tuple[str, ...]:
        return tippecanoe.clustered(setting, most) if is_point else tippecanoe.simplified(setting)

    def surplus(setting: float) -> float:
        build(options(setting))
        ours, theirs = held()
        return ours.vertices / theirs.vertices

    if not is_point:
        setting = match.tolerance(surplus)
        return f"tolerance {setting:.3g} of 4096", options(setting)
    if most < layer.minzoom:
        return "no clusters", tippecanoe.POINTS
    setting = match.cluster_size(surplus)
    return f"clusters of {setting:.3g} pixels up to z {most}", options(setting)


def _held(path: Path, read: content.Reader, every: set[content.Address]) -> Content:
    """What the tiles at all these addresses hold, as a sample of them says."""
    chosen = content.sample(every)
    return content.mbtiles(path, read, chosen).times(len(every) / len(chosen))


@dataclass(frozen=True)
class Comparison:
    """What two MBTiles files hold, as a sample of their tiles says: ours, then theirs."""

    zooms: tuple[list[int], list[int]]
    by_zoom: dict[int, tuple[Content, Content]]

    @classmethod
    def of(cls, ours: File, theirs: File) -> Comparison:
        zooms = content.zooms(ours[0]), content.zooms(theirs[0])
        by_zoom = {}
        for z in sorted({*zooms[0], *zooms[1]}):
            every = content.addresses(ours[0], z) | content.addresses(theirs[0], z)
            by_zoom[z] = _held(*ours, every), _held(*theirs, every)
        return cls(zooms, by_zoom)

    @property
    def total(self) -> tuple[Content, Content]:
        sides = zip(*self.by_zoom.values(), strict=True)
        ours, theirs = (sum(side, Content()) for side in sides)
        return ours, theirs

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Whether they hold the same. That both are compressed was seen when they were read."""
        said = " : ".join(f"{side[0]}–{side[-1]}" for side in self.zooms)
        zooms = Condition(self.zooms[0] == self.zooms[1], f"zooms {said}")
        return (zooms, *content.conditions(*self.total), Condition(True, "both gzip"))
