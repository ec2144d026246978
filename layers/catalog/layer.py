"""A layer as it is served: a revision with its index. Coordinates in, bytes out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from layers.errors import InvalidTile
from layers.geometry.nearest import PointIndex
from layers.geometry.parts import Integers, Kind
from layers.geometry.tile import BUFFER, Bounds, Tile
from layers.revision.columns import Mask
from layers.revision.level import EVERY
from layers.revision.revision import Revision
from layers.schema.layer import LayerDefinition
from layers.store.failure import Trouble
from layers.store.pointer import Pointer
from layers.store.record import Owner
from layers.symbology.legend import LegendEntry, legend_of
from layers.tiles import geojson, mvt
from layers.tiles.content import TileContent
from layers.tiles.cut import cut_all_points, cut_level, cut_points, cut_whole_level
from layers.tiles.gsi_style import with_style

Encoding = Literal["geojson", "mvt", "styled"]
Relation = Literal["intersects", "touches", "crosses", "overlaps", "contains", "within"]


class Layer:
    """One published layer.

    `trouble` is why a newer state could not be published; `pointer` says since when this one is;
    `fetched_at` when the source's url last gave or confirmed it; `owner` whose its definition is.
    """

    def __init__(
        self,
        revision: Revision,
        trouble: Trouble | None = None,
        pointer: Pointer | None = None,
        fetched_at: datetime.datetime | None = None,
        owner: Owner = "folder",
    ) -> None:
        self.revision = revision
        self.trouble = trouble
        self.pointer = pointer
        self.fetched_at = fetched_at
        self.owner: Owner = owner

    def __repr__(self) -> str:
        return f"<Layer {self.id} {self.revision.id}>"

    @property
    def definition(self) -> LayerDefinition:
        return self.revision.definition

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def problem(self) -> str:
        """What is wrong with a newer state, for logs and programs; "" when nothing is."""
        return self.trouble.detail if self.trouble else ""

    @property
    def geometry(self) -> Kind:
        return self.revision.kind

    @property
    def bounds(self) -> Bounds | None:
        """The extent of the features in degrees; None when there are none."""
        return self.revision.bounds

    @property
    def feature_count(self) -> int:
        return self.revision.feature_count

    @property
    def minzoom(self) -> int:
        return self.definition.minzoom

    @property
    def maxzoom(self) -> int:
        return self.definition.maxzoom

    def coverage(self) -> bytes | None:
        """The surveyed area as a GeoJSON Feature; None where none is known.

        None is known of a layer that lost rows: any place may lie in one of them.
        """
        return None if self.revision.report.loses_ground else self.revision.coverage or None

    def is_surveyed(self, area: shapely.Geometry) -> bool:
        """Whether all of an area, in degrees, is known to be surveyed."""
        return self._surveyed is not None and bool(shapely.covers(self._surveyed, area))

    @cached_property
    def _surveyed(self) -> shapely.Geometry | None:
        coverage = self.coverage()
        return None if coverage is None else shapely.from_geojson(coverage)

    def parts_in(self, area: shapely.Geometry, relation: Relation = "intersects") -> Integers:
        """The indices of the source's parts that `area`, in degrees, touches, or has another
        relation to.
        """
        if self.revision.has_shared_levels:
            return self._large_parts_in(area, relation)
        touching: Integers = self._source_index.query(area, predicate=relation)
        return touching

    def _large_parts_in(self, area: shapely.Geometry, relation: Relation) -> Integers:
        """The same, without the geometry of all parts in memory: of those near it only."""
        west, south, east, north = shapely.bounds(area)
        left, bottom, right, top = self._source_bounds.T
        near = np.flatnonzero((left <= east) & (right >= west) & (bottom <= north) & (top >= south))
        shapes = self.revision.source.take(near).to_shapes().geometry
        touching: Integers = near[getattr(shapely, relation)(area, shapes)]
        return touching

    @cached_property
    def _source_bounds(self) -> npt.NDArray[np.float64]:
        return self.revision.source.bounds()

    @cached_property
    def point_index(self) -> PointIndex:
        """A point on each of the source's parts, to be searched by distance."""
        source = self.revision.source
        if source.kind == "point":
            return PointIndex(source.coordinates)
        points = shapely.point_on_surface(source.to_shapes().geometry)
        return PointIndex(shapely.get_coordinates(points))

    @cached_property
    def _source_index(self) -> shapely.STRtree:
        return shapely.STRtree(self.revision.source.to_shapes().geometry)

    def tile(self, tile: Tile, encoding: Encoding = "geojson", chosen: Mask | None = None) -> bytes:
        """The tile in GeoJSON, plain or `styled`, or MVT; b"" when nothing lies in it.

        With `chosen`, by feature index, it shows and counts these features alone.
        Raises `InvalidTile` for a zoom the layer is not shown at, `LayerUnavailable`.
        """
        if not self.minzoom <= tile.z <= self.maxzoom:
            wanted = f"{self.minzoom} to {self.maxzoom}"
            raise InvalidTile(f"zoom {tile.z} of layer {self.id}; wanted {wanted}")
        if self.geometry == "point":
            content = cut_points(self.revision.table, self.revision.points, tile, chosen)
        else:
            level = self.revision.level(tile.z, tile.bounds(BUFFER))
            content = cut_level(self.revision.table, level, tile, chosen)
        return self._encode(content, encoding)[0] if content.ids else b""

    def tiles(
        self, z: int, encoding: Encoding = "geojson", stretches: slice = EVERY
    ) -> Iterator[tuple[Tile, bytes]]:
        """Every tile of zoom `z` that shows something, the same bytes as `tile` of each.

        `stretches` chooses among those in which the zoom is cut: `slice(n, None, count)` is the
        n-th share, for `count` processes that share the work.
        """
        if self.geometry == "point":
            contents = cut_all_points(self.revision.table, self.revision.points, z, stretches)
        else:
            contents = cut_whole_level(self.revision.table, self.revision.level(z), stretches)
        for content in contents:
            yield from zip(content.tiles, self._encode(content, encoding), strict=True)

    def _encode(self, content: TileContent, encoding: Encoding) -> list[bytes]:
        if encoding == "mvt":
            return mvt.encode(content, self.id)
        if encoding == "styled":
            content = with_style(content, self.definition, self.legend())
        return geojson.encode(content)

    def legend(self) -> tuple[LegendEntry, ...]:
        """How the layer's features look, one entry for each class, in the definition's order."""
        return legend_of(self.definition, self.revision.classes)
