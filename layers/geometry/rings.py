"""Valid polygons of rings whose roles, order and winding may be wrong.

Which ring is an exterior and which a hole follows from how they lie in one another, and from
nothing that is written: neither the order of the rings, nor their winding, nor a signed area. What
any ring encloses is ground that a map must not lose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryType

from layers.geometry.parts import Geometries, Integers, in_threads, shapes_of

MOSTLY = 0.5  # share of a ring's area from which on it lies in another: holes may stick out
SAME = 1 - 1e-9  # share of another ring's area from which on a ring is the same one again


def valid_polygons(geometry: Geometries, *, loose: bool = False) -> Geometries:
    """Polygons made valid, empty where there is no area; what is valid stays as it is.

    Each polygon of a Multi geometry has rings of its own, unless they are `loose`: a format
    that only lists the rings of a feature.
    """
    valid = geometry.copy()
    invalid = ~in_threads(shapely.is_valid, geometry) & (shapely.get_dimensions(geometry) == 2)
    broken = np.flatnonzero(invalid)
    if loose:
        valid[broken] = _each(by_lie, valid[broken])
    multiple = broken[shapely.get_num_geometries(valid[broken]) > 1]
    parts = shapes_of("polygon", valid[multiple])
    valid_parts = parts.with_geometry(_each_valid(parts.geometry))
    put_together = np.full(len(multiple), shapely.MultiPolygon())
    valid[multiple] = shapely.multipolygons(
        valid_parts.geometry, indices=valid_parts.owner, out=put_together
    )
    single = broken[shapely.get_type_id(valid[broken]) == GeometryType.POLYGON]
    valid[single] = _each_valid(valid[single])
    overlapping = multiple[~in_threads(shapely.is_valid, valid[multiple])]
    valid[overlapping] = _structure(valid[overlapping])
    return valid


def by_lie(geometry: shapely.Geometry) -> shapely.Geometry:
    """All rings of a feature as polygons with their holes, neither of which need be valid."""
    polygons = _polygons(shapely.get_rings(shapely.get_parts(geometry)))
    together = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)
    return cast(shapely.Geometry, together)


def enclosed_area(geometry: shapely.Geometry) -> float:
    """The area of what lies within an odd number of a geometry's rings: it has no sign."""
    return float(shapely.area(shapely.make_valid(geometry)))


def _each_valid(geometry: Geometries) -> Geometries:
    valid, broken = geometry.copy(), ~in_threads(shapely.is_valid, geometry)
    valid[broken] = _each(_valid, geometry[broken])
    return valid


def _each(
    function: Callable[[shapely.Geometry], shapely.Geometry], geometry: Geometries
) -> Geometries:
    results = np.empty(len(geometry), dtype=object)
    results[:] = [function(polygon) for polygon in geometry]
    return results


def _valid(polygon: shapely.Geometry) -> shapely.Geometry:
    """A polygon made valid, by how its rings lie."""
    parts = [_with_all_ground(part) for part in _polygons(shapely.get_rings(polygon))]
    return parts[0] if len(parts) == 1 else cast(shapely.Geometry, shapely.union_all(parts))


def _with_all_ground(polygon: shapely.Geometry) -> shapely.Geometry:
    """A polygon whose rings have their roles, valid and with all that its exterior encloses.

    Of an exterior that crosses itself, GEOS' own way may lose a lobe.
    """
    valid: shapely.Geometry = _structure(np.array([polygon]))[0]
    if shapely.is_empty(polygon):
        return valid
    exterior, *holes = shapely.get_rings(polygon)
    if shapely.is_valid(shapely.Polygon(exterior)):
        return valid
    (ground,) = _filled(np.array([exterior]))
    taken = shapely.union_all([valid, *_filled(np.array(holes, dtype=object))])
    lost = _areas(shapely.difference(ground, taken))
    if shapely.area(lost) <= (1 - SAME) * shapely.area(ground):
        return valid
    return _areas(shapely.union_all([valid, lost]))


def _polygons(rings: Geometries) -> Geometries:
    """Polygons of rings by how these lie: in an even number of others an exterior, else a hole.

    A ring that is there twice counts once for what it encloses.
    """
    filled = _filled(rings)
    solid = ~shapely.is_empty(filled)
    rings, filled = rings[solid], filled[solid]
    if not len(rings):
        return np.array([shapely.Polygon()])
    area = shapely.area(filled)
    inner, outer = _within(filled, area)
    depth = np.bincount(inner, minlength=len(rings))
    holes: dict[int, list[Any]] = {int(i): [] for i in np.flatnonzero(depth % 2 == 0)}
    for index in np.flatnonzero(depth % 2):
        around = outer[inner == index]
        # The smallest of the exteriors around a hole is the one that it is in.
        exteriors = around[depth[around] % 2 == 0]
        if len(exteriors):
            holes[int(exteriors[np.argmin(area[exteriors])])].append(rings[index])
    return np.array([shapely.Polygon(rings[index], inside) for index, inside in holes.items()])


def _within(filled: Geometries, area: npt.NDArray[np.float64]) -> tuple[Integers, Integers]:
    """Pairs of a ring and one that it lies in, for the most part, by index."""
    tree = shapely.STRtree(filled)
    first, second = tree.query(filled, predicate="intersects")
    smaller = (first != second) & (area[first] < SAME * area[second])
    first, second = first[smaller], second[smaller]
    shapely.prepare(filled)
    covered = shapely.covers(filled[second], filled[first])
    open_ = np.flatnonzero(~covered)
    common = shapely.area(shapely.intersection(filled[first[open_]], filled[second[open_]]))
    covered[open_] = common > MOSTLY * area[first[open_]]
    return first[covered], second[covered]


def _filled(rings: Geometries) -> Geometries:
    """What each ring encloses, valid: by GEOS' own way, and what lies within it an odd number of
    times, which that may lose where the ring crosses itself.
    """
    filled = np.asarray(shapely.polygons(rings) if len(rings) else rings, dtype=object)
    for index in np.flatnonzero(~shapely.is_valid(filled)):
        odd = shapely.make_valid(filled[index])
        filled[index] = _areas(shapely.union_all([odd, *_structure(filled[index : index + 1])]))
    return filled


def _structure(geometry: Geometries) -> Geometries:
    """Polygons made valid: what exteriors enclose without what holes do."""
    valid = np.asarray(
        shapely.make_valid(geometry, method="structure", keep_collapsed=False), dtype=object
    )
    for index in np.flatnonzero(~shapely.is_valid(valid)):  # parts that share an edge
        valid[index] = _areas(valid[index])
    return valid


def _areas(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons in a geometry, as one."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return cast(shapely.Geometry, shapely.union_all(parts[shapely.get_dimensions(parts) == 2]))
