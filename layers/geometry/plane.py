"""A plane in metres around a place: lengths and areas of a city as they are on the ground.

A transverse Mercator projection of the ellipsoid through the place itself, without the scale of
0.9999 that the zones of the plane rectangular system (平面直角座標系) have. It is true to angles,
so that a circle is a circle; 20 km east or west of the place lengths are 5 millionths too long
(x² / 2R²).
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Transformer

from layers.geometry.ellipsoid import ELLIPSOID
from layers.geometry.parts import Coordinates


class Plane:
    """A plane through a place in degrees: x in metres to the east of it, y to the north."""

    def __init__(self, longitude: float, latitude: float) -> None:
        self._transformer = Transformer.from_pipeline(
            "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
            f"+step +proj=tmerc +lon_0={longitude!r} +lat_0={latitude!r} +k=1 +ellps={ELLIPSOID}"
        )

    def metres(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """A geometry in degrees on the plane."""
        return shapely.transform(geometry, self.pairs)

    def degrees(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """A geometry on the plane in degrees."""
        return shapely.transform(geometry, self._degrees)

    def pairs(self, pairs: Coordinates) -> Coordinates:
        """Places in degrees, (n, 2), on the plane."""
        x, y = pairs.T
        return np.column_stack(self._transformer.transform(x, y))

    def _degrees(self, pairs: Coordinates) -> Coordinates:
        x, y = pairs.T
        return np.column_stack(self._transformer.transform(x, y, direction="INVERSE"))
