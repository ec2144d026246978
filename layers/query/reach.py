"""How much ground of each neighbourhood lies farther from a layer's places than a distance.

The distance is a parameter. Those of 消防水利の基準 (昭和39年消防庁告示第7号, as amended to
令和5年告示第19号; https://www.fdma.go.jp/laws/kokuji/post27/), 第4条 and its table, from a
building to a water source: 100 m in 近隣商業, 商業, 工業 and 工業専用地域, 120 m in the other
zones and in urban ground without a zone (80 and 100 m where the yearly mean wind is 4 m/s or
more), 140 m beyond 市街地 and 準市街地. Nothing here says whether the standard is met, which the
fire service decides: a straight line is not the way of a hose, ground is not a building, not every
source has the water that 第3条 asks for, and sources of other owners or neighbouring cities may
not be in the layer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
import shapely

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.features import whole_geometries
from layers.geometry.parts import Coordinates, Geometries, Integers
from layers.geometry.plane import Plane
from layers.geometry.tile import Bounds
from layers.query.towns import towns
from layers.schema.values import DOUBT, Text

# Metres by the zone, as above; the standard's own words for the zones.
STANDARD: Mapping[str, int] = {
    "近隣商業地域・商業地域・工業地域・工業専用地域": 100,
    "その他の用途地域・用途地域の定めのない市街地など": 120,
    "市街地・準市街地以外で、これに準ずる地域": 140,
}
USUAL = 120  # metres: the standard's for homes
QUARTER = 32  # corners of a quarter of a circle, inside of it by up to 4 cm at 140 m


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood and its ground in degrees.

    `radius` is None where the ground is the neighbourhood's own; else the ground is what lies
    within so many metres of the point that stands for it. `sample` says that it is made up.
    """

    name: str
    ground: shapely.Geometry
    radius: int | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class AreaReach:
    """An area's ground in square metres, and how much of it lies beyond the distance.

    `farthest` is the place in it that is farthest from every feature, in degrees, `farthest_m` how
    far that is, and `nearest` the id of the feature nearest to there; None without any feature.
    """

    area: Area
    ground_m2: float
    beyond_m2: float
    farthest_m: float | None
    farthest: tuple[float, float] | None
    nearest: int | None

    @property
    def share(self) -> float:
        """The share of the ground that lies beyond the distance, 0 to 1."""
        return min(1.0, self.beyond_m2 / self.ground_m2)


@dataclass(frozen=True)
class Reach:
    """What lies farther than `metres` from the features of `layer`, in a straight line.

    `areas` begin with the largest share; `beyond` is the ground, in degrees. `unmeasured` features
    were left out: their own place is known only roughly. `sample` says that it describes nothing
    that is real.
    """

    layer: Layer
    metres: float
    areas: Sequence[AreaReach]
    beyond: shapely.Geometry
    unmeasured: int
    sample: bool

    @property
    def bounds(self) -> Bounds:
        """Of all areas, in degrees."""
        return _bounds([each.area for each in self.areas])


def town_areas(catalog: Catalog) -> list[Area]:
    """What lies around the points of the base map's neighbourhoods, as far as an address in them
    may be, in the city.
    """
    city = catalog.base.boundary
    around = [
        Area(town.name, shapely.intersection(town.place.area(), city), round(town.place.radius))
        for town in towns(catalog)
    ]
    return [area for area in around if shapely.area(area.ground)]


def layer_areas(layer: Layer) -> list[Area]:
    """The features of a layer of areas, called by its label, else by their ids."""
    assert layer.geometry == "polygon"
    definition, table = layer.definition, layer.revision.table
    grounds = whole_geometries(layer.revision.source.to_shapes())
    properties = table.properties.take(np.arange(layer.feature_count))
    names = [orjson.loads(each).get(definition.label or "") for each in properties]
    return [
        Area(str(id if name is None else name), ground, sample=definition.sample)
        for id, name, ground in zip(table.ids.tolist(), names, grounds, strict=True)
    ]


def kinds(layer: Layer) -> list[tuple[Text, int]]:
    """How many features there are of each class of the legend; none for a layer without classes."""
    field = layer.definition.style.field
    if field is None:
        return []
    counts = Counter(layer.revision.columns[field].take(np.arange(layer.feature_count)))
    return [(entry.label, counts[entry.value]) for entry in layer.legend() if counts[entry.value]]


def reach(layer: Layer, areas: Sequence[Area], metres: float) -> Reach:
    """Measure `areas`, one or more, against a layer of points.

    Lengths and areas are those of a plane through the middle of the areas, within 5 millionths.
    """
    assert layer.geometry == "point"
    plane = Plane(*_bounds(areas).middle)
    source, columns = layer.revision.source, layer.revision.columns
    rough = columns[DOUBT].present if DOUBT in columns else np.zeros(layer.feature_count, bool)
    exact = np.flatnonzero(~rough[source.owner])
    places = _Places(plane.pairs(source.coordinates[exact]), source.owner[exact], metres)
    measured, grounds = [], []
    for area in areas:
        ground = plane.metres(area.ground)
        far = places.farthest(ground)
        beyond = ground if far is None else shapely.difference(ground, places.covered(ground))
        if far is not None and far.metres <= metres:
            beyond = shapely.Polygon()  # but for slivers between a circle and its corners
        grounds.append(beyond)
        measured.append(
            AreaReach(
                area,
                float(shapely.area(ground)),
                float(shapely.area(beyond)),
                None if far is None else far.metres,
                None if far is None else _pair(plane.degrees(far.place)),
                None if far is None else int(layer.revision.table.ids[far.feature]),
            )
        )
    return Reach(
        layer,
        metres,
        sorted(measured, key=lambda each: (-each.share, -(each.farthest_m or 0.0))),
        plane.degrees(shapely.union_all(np.array(grounds))),
        int(np.count_nonzero(rough)),
        layer.definition.sample or any(area.sample for area in areas),
    )


@dataclass(frozen=True, slots=True)
class _Far:
    """A place on the plane, and the feature, by its index, that is nearest to it."""

    place: shapely.Geometry
    metres: float
    feature: int


class _Places:
    """Points on the plane with the features they belong to, and what lies around them."""

    def __init__(self, coordinates: Coordinates, features: Integers, metres: float) -> None:
        points: Geometries = np.asarray(shapely.points(coordinates))
        self._features, self._points = features, shapely.STRtree(points)
        self._circles = shapely.buffer(points, metres, quad_segs=QUARTER)
        self._around = shapely.STRtree(self._circles)
        self._all = shapely.multipoints(points)

    def covered(self, ground: shapely.Geometry) -> shapely.Geometry:
        """What lies within the distance of a point, as far as it matters to the ground."""
        return shapely.union_all(self._circles[self._around.query(ground, "intersects")])

    def farthest(self, ground: shapely.Geometry) -> _Far | None:
        """The place on the ground that is farthest from all points; None without points.

        In the cell of a point the distance grows outwards: so that place is a corner of the
        ground, a corner of cells, or where a border of cells leaves the ground.
        """
        if not len(self._features):
            return None
        borders = shapely.voronoi_polygons(self._all, extend_to=ground, only_edges=True)
        within = shapely.intersection(ground, borders)
        corners = np.vstack([shapely.get_coordinates(each) for each in (ground, within)])
        candidates: Geometries = np.asarray(shapely.points(corners))
        index, distance = self._points.query_nearest(
            candidates, return_distance=True, all_matches=False
        )
        far = int(np.argmax(distance))
        feature = self._features[index[1, far]]
        return _Far(candidates[index[0, far]], float(distance[far]), int(feature))


def _bounds(areas: Sequence[Area]) -> Bounds:
    return Bounds(*shapely.total_bounds([area.ground for area in areas]).tolist())


def _pair(point: shapely.Geometry) -> tuple[float, float]:
    coordinates: Coordinates = shapely.get_coordinates(point)
    longitude, latitude = coordinates[0].tolist()
    return longitude, latitude
