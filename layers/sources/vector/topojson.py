"""TopoJSON: geometries of arcs that they share, as web maps are made of.

https://github.com/topojson/topojson-specification
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.rows import Rows
from layers.sources.vector import geojson, json_text, shapes
from layers.sources.vector.columns import Columns, column, flat

Positions = npt.NDArray[np.float64]  # (n, 2)


def read(source: Source, path: Path) -> Rows:
    """Read every feature of one object; row n is the n-th of the object. Raises `SourceError`."""
    with json_text.opened(source, path) as text:
        topology = text.reader.value()
        if text.reader.peek():
            raise SourceError(path, "damaged", detail="}")
    name, features = _chosen(source, path, topology.get("objects"))
    try:
        arcs = _Arcs(topology)
    except (TypeError, ValueError, KeyError) as error:
        raise SourceError(path, "arcs_broken", name, str(error)[:100]) from None
    geometry = np.empty(len(features), dtype=object)
    unplaced: dict[int, Problem] = {}
    columns, ids = Columns(path), []
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties")
        columns.add(properties if isinstance(properties, dict) else {})
        ids.append(feature.get("id"))
        try:
            geometry[number - 1] = arcs.geometry(feature)
        except shapes.BrokenGeometry as error:
            unplaced[number] = error.problem(number)
    frame = columns.frame()
    if "id" not in frame and any(id_ is not None for id_ in ids):
        frame.insert(0, "id", column(ids))
    frame, nested = flat(frame)
    crs, of_crs = geojson.crs_of(source, path, topology)
    return Rows(
        path=path,
        columns=frame,
        geometry=geometry,
        numbers=np.arange(1, len(features) + 1),
        total=len(features),
        crs=crs,
        encoding=text.encoding,
        problems=[*text.problems, *of_crs, *nested],
        unplaced=unplaced,
    )


def _chosen(source: Source, path: Path, objects: Any) -> tuple[str, list[dict[str, Any]]]:
    """The name and the features of the object that the source names, or of the only one."""
    if not isinstance(objects, dict) or not objects:
        raise SourceError(path, "no_geojson")
    if source.sublayer is None and len(objects) == 1:
        name = next(iter(objects))
    elif source.sublayer in objects:
        name = str(source.sublayer)
    else:
        names = ", ".join(objects)
        raise SourceError(path, "sublayer", source.sublayer, names, key="source.sublayer")
    return name, [*_features(objects[name])]


def _features(topology: Any) -> Iterator[dict[str, Any]]:
    """The features of an object: of a collection its members, of another geometry itself."""
    if isinstance(topology, dict) and topology.get("type") == "GeometryCollection":
        members = topology.get("geometries")
        for member in members if isinstance(members, list) else []:
            yield member if isinstance(member, dict) else {}
    else:
        yield topology if isinstance(topology, dict) else {}


class _Arcs:
    """The arcs of a topology, and the geometries they make."""

    def __init__(self, topology: Mapping[str, Any]) -> None:
        """Raises `ValueError`, `TypeError` or `KeyError` for arcs that are no lists of positions.

        With a `transform` positions are whole numbers, of an arc each counted from the one before.
        """
        transform = topology.get("transform")
        self._scale = np.array(transform["scale"] if transform else (1, 1), dtype=float)
        self._shift = np.array(transform["translate"] if transform else (0, 0), dtype=float)
        self._arcs: list[Positions] = []
        for arc in topology.get("arcs") or ():
            positions = np.array([position[:2] for position in arc], dtype=float).reshape(-1, 2)
            self._arcs.append(self._placed(positions.cumsum(axis=0) if transform else positions))
        self._repetition = shapes.Repetition(sum(map(len, self._arcs)))

    def geometry(self, geometry: Mapping[str, Any]) -> shapely.Geometry | None:
        """The geometry of an object of the topology; None without one. Raises `BrokenGeometry`."""
        kind = geometry.get("type")
        if kind is None:
            return None
        arcs, positions = geometry.get("arcs"), geometry.get("coordinates")
        match kind:
            case "GeometryCollection":
                parts = (self.geometry(part) for part in _list(geometry.get("geometries")))
                return shapes.together(part for part in parts if part is not None)
            case "Point":
                return shapes.point(self._points([positions]).tolist())
            case "MultiPoint":
                return shapes.together(shapes.point([p]) for p in self._points(_list(positions)))
            case "LineString":
                return shapes.line(self._line(arcs))
            case "MultiLineString":
                return shapes.together(shapes.line(self._line(line)) for line in _list(arcs))
            case "Polygon":
                return shapes.polygon([self._line(ring) for ring in _list(arcs)])
            case "MultiPolygon":
                polygons = [[self._line(ring) for ring in _list(rings)] for rings in _list(arcs)]
                return shapes.together(shapes.polygons(polygons))
        raise shapes.BrokenGeometry("geometry_kind", str(kind)[: shapes.LONGEST])

    def _line(self, indices: Any) -> Positions:
        """The positions along arcs, those where they meet once; of ~i the arc i is reversed."""
        pieces: list[Positions] = []
        for index in _list(indices):
            if not isinstance(index, int) or not -len(self._arcs) <= index < len(self._arcs):
                raise shapes.BrokenGeometry("reference_missing", str(index)[: shapes.LONGEST])
            arc = self._arcs[index] if index >= 0 else self._arcs[~index][::-1]
            self._repetition.take(len(arc))
            pieces.append(arc[1:] if pieces else arc)
        line = np.concatenate(pieces) if pieces else np.empty((0, 2))
        if not np.isfinite(line).all():
            raise shapes.BrokenGeometry("not_a_finite_number", "NaN")
        return line

    def _points(self, positions: list[Any]) -> Positions:
        return self._placed(np.asarray(geojson.positions_of(positions), dtype=float))

    def _placed(self, positions: Positions) -> Positions:
        placed: Positions = positions * self._scale + self._shift
        return placed


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise shapes.BrokenGeometry("no_coordinates", str(value)[: shapes.LONGEST])
    return value
