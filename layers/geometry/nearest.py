"""Which of many points lie nearest to a place on the ellipsoid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from layers.geometry.ellipsoid import ELLIPSOID, GEOD
from layers.geometry.parts import Coordinates, Integers
from layers.geometry.tile import Floats

GEOCENTRIC = Transformer.from_pipeline(
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
    f"+step +proj=cart +ellps={ELLIPSOID}"
)
ROUNDING = 1e-3  # metres: far more than either length is off


class Near(NamedTuple):
    """Points by distance: indices, metres, and degrees from north as seen from the place."""

    indices: Integers
    metres: Floats
    azimuth: Floats


class PointIndex:
    """Points to be searched again and again for those nearest to a place.

    They are held in metres from the Earth's centre, where a straight line is soon measured. It is
    never longer than the geodesic: only points within reach of it are measured exactly.
    """

    def __init__(self, coordinates: Coordinates) -> None:
        """Index points in degrees, (n, 2)."""
        self.coordinates = coordinates
        self._geocentric = _geocentric(coordinates)

    def nearest(
        self, longitude: float, latitude: float, among: npt.NDArray[np.bool_], count: int
    ) -> Near:
        """The `count` nearest of the points `among` is true for, those as near in their order."""
        squared = self._squared_chords(longitude, latitude)
        squared[~among] = np.inf
        count = min(count, int(np.count_nonzero(among)))
        if not count:
            return self._measured(longitude, latitude, np.empty(0, dtype=np.int64))
        closest = np.argpartition(squared, count - 1)[:count]
        reach = self._measured(longitude, latitude, closest).metres.max() + ROUNDING
        near = self._measured(longitude, latitude, np.flatnonzero(squared <= reach**2))
        order = np.argsort(near.metres, kind="stable")[:count]
        return Near(near.indices[order], near.metres[order], near.azimuth[order])

    def _squared_chords(self, longitude: float, latitude: float) -> Floats:
        """The squared length of the straight line to each point, in square metres."""
        squared: Floats = np.zeros(len(self.coordinates))
        place = _geocentric(np.array([[longitude, latitude]]))
        for axis, at in zip(self._geocentric, place[:, 0].tolist(), strict=True):
            difference = axis - at
            difference *= difference
            squared += difference
        return squared

    def _measured(self, longitude: float, latitude: float, index: Integers) -> Near:
        """The geodesics to the points at these indices."""
        x, y = self.coordinates[index].T
        azimuth, _, metres = GEOD.inv(np.full(len(x), longitude), np.full(len(y), latitude), x, y)
        return Near(index, metres, azimuth % 360)


def _geocentric(coordinates: Coordinates) -> Floats:
    """Metres along three axes from the Earth's centre, (3, n)."""
    longitude, latitude = coordinates.T
    return np.array(GEOCENTRIC.transform(longitude, latitude, np.zeros(len(coordinates))))
