"""The ellipsoid of JGD2011: distances in metres and azimuths between places in degrees."""

from __future__ import annotations

from pyproj import Geod

ELLIPSOID = "GRS80"
GEOD = Geod(ellps=ELLIPSOID)
