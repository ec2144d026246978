"""The ellipsoid of JGD2011: distances in metres and azimuths between places in degrees."""

from __future__ import annotations

from pyproj import Geod

GEOD = Geod(ellps="GRS80")
