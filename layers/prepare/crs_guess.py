"""How to read the numbers of a source as places: the reading that puts them into the city.

Japanese survey coordinates count X to the north and Y to the east, GIS files easting first; files
say one system and hold another. Numbers alone cannot tell, the city they should lie in can.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from pyproj.transformer import Transformer

from layers.geometry import datum
from layers.geometry.region import Region
from layers.geometry.tile import Bounds
from layers.messages import ProblemKind

SURROUNDINGS = 0.3  # degrees, some 30 km: less than from one zone's reading to the next zone's
SAMPLE = 1000  # places, evenly over the rows, by which readings are compared
MOST, FEW = 0.5, 0.05  # shares of the places
CLEAR = 9  # places that only one reading puts into the city, for each that only the other does
LONGITUDES, LATITUDES = 180.0, 90.0  # degrees
ALIKE = 0.9  # of the places in the city, from which on the other order is as good

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Reading:
    """A system, and whether the second number of a position comes first in it."""

    crs: CRS
    exchanged: bool = False

    @property
    def other_order(self) -> Reading:
        """The same system with its numbers the other way round."""
        return Reading(self.crs, not self.exchanged)

    def degrees(self, x: Numbers, y: Numbers, region: Region) -> tuple[Numbers, Numbers]:
        """Longitudes and latitudes, near enough to say in which city they are."""
        base = region.base_of(self.crs)
        if self.crs.is_geographic:
            turned = latitude_first(x, y, region)
            x, y = np.where(turned, y, x), np.where(turned, x, y)
        else:
            x, y = (y, x) if self.exchanged else (x, y)
            x, y = Transformer.from_crs(self.crs, base, always_xy=True).transform(x, y)
        shift = datum.shift(base, region.bounds)  # every zone shares its datum's
        longitude, latitude = shift.transformer.transform(x, y) if shift else (x, y)
        return np.asarray(longitude), np.asarray(latitude)


@dataclass(frozen=True)
class Choice:
    """The reading to take, and the kinds of problem that say why, where that needs a word."""

    reading: Reading
    why: ProblemKind | None = None
    order: ProblemKind | None = None


@dataclass(frozen=True)
class _Fit:
    """A reading, and for each place whether it lies in the city, near it, and in its region."""

    reading: Reading
    inside: Mask
    near: Mask
    in_region: Mask


def latitude_first(x: Numbers, y: Numbers, region: Region) -> Mask:
    """Which positions in degrees stand latitude first: those in the region only that way.

    In Japan the two ranges are disjoint. Where they are not, what can be in order is.
    """
    return _within(region.bounds, y, x) & ~_within(region.bounds, x, y)


def surroundings(city: shapely.Geometry | None, region: Region) -> Bounds:
    """Where places should be, in degrees; without a city, in the region."""
    if city is None:
        return region.bounds
    west, south, east, north = shapely.bounds(city).tolist()
    margin = SURROUNDINGS
    return Bounds(west - margin, south - margin, east + margin, north + margin)


def choose_reading(
    declared: CRS | None,
    x: Numbers,
    y: Numbers,
    city: shapely.Geometry | None,
    region: Region,
) -> Choice | None:
    """The reading of these numbers, at least one; None when no reading is plausible.

    `city` is in degrees; without one there is no telling what metres without a system mean.
    """
    step = -(-len(x) // SAMPLE)
    sample = _Sample(x[::step], y[::step], city, region)
    return sample.guess() if declared is None else sample.verify(declared)


def could_be_degrees(x: Numbers, y: Numbers) -> bool:
    """Whether all numbers are degrees of some place on the Earth, in either order."""
    lower, higher = np.minimum(np.abs(x), np.abs(y)), np.maximum(np.abs(x), np.abs(y))
    return bool((lower <= LATITUDES).all() and (higher <= LONGITUDES).all())


@dataclass(frozen=True)
class _Sample:
    """Some of a source's positions, as it has them."""

    x: Numbers
    y: Numbers
    city: shapely.Geometry | None
    region: Region

    def guess(self) -> Choice | None:
        """The reading of numbers without a declared system.

        What may be degrees is no metres: these would all be beside the origin of a plane.
        """
        degrees = self._fit(Reading(self.region.degrees))
        if degrees.in_region.mean() >= MOST:
            return Choice(degrees.reading, _guessed(degrees.near))
        if self.city is None or could_be_degrees(self.x, self.y):
            return None
        best = self._best(self.region.degrees)
        if not best.near.any():
            return None
        return Choice(best.reading, _guessed(best.inside), self._order(best))

    def verify(self, declared: CRS) -> Choice | None:
        """The declared reading; another only where the places cannot be in the declared one.

        Degrees of a place abroad are such, also where they would be metres beside the origin of a
        plane that lies in the city.
        """
        own = self._fit(Reading(declared))
        if declared.is_geographic and own.in_region.mean() >= MOST:
            return Choice(own.reading)
        if declared.is_geographic and could_be_degrees(self.x, self.y):
            return None
        base = self.region.base_of(declared)
        if declared.is_projected and self._are_degrees(base, own):
            return Choice(Reading(base), "crs_corrected")
        if self.city is not None and own.near.mean() <= FEW:
            best = self._best(base)
            if best.inside.mean() >= MOST:
                same = best.reading.crs == declared
                return Choice(best.reading, None if same else "crs_corrected", self._order(best))
        if own.in_region.mean() < MOST:
            return None
        return Choice(own.reading) if self.city is None else self._in_order(own)

    def _are_degrees(self, base: CRS, own: _Fit) -> bool:
        """Whether numbers said to be metres are degrees: of places near the city, or in the region
        where as metres they would be nowhere near.
        """
        degrees = self._fit(Reading(base))
        if degrees.near.mean() >= MOST:
            return True
        return bool(own.near.mean() <= FEW and degrees.in_region.mean() >= MOST)

    def _best(self, base: CRS) -> _Fit:
        """The reading in metres that puts most places into the city, then near it.

        Of equals, one in the order the source has.
        """
        in_order = [Reading(system) for system in self.region.metre_systems(base)]
        readings = [*in_order, *(reading.other_order for reading in in_order)]
        fits = map(self._fit, readings)
        return max(fits, key=lambda fit: (int(fit.inside.sum()), int(fit.near.sum())))

    def _in_order(self, own: _Fit) -> Choice:
        """The declared reading, unless the other order of its axes is clearly the city's."""
        exchanged = self._fit(own.reading.other_order)
        gained = int((exchanged.inside & ~own.inside).sum())
        lost = int((own.inside & ~exchanged.inside).sum())
        if exchanged.inside.mean() >= MOST and gained > CLEAR * lost:
            return Choice(exchanged.reading, order="axes_exchanged")
        return Choice(own.reading, order="axes_undecided" if _alike(exchanged, own) else None)

    def _order(self, best: _Fit) -> ProblemKind | None:
        """The kind of problem with the order of the best reading's axes."""
        if _alike(self._fit(best.reading.other_order), best):
            return "axes_undecided"
        return "axes_exchanged" if best.reading.exchanged else None

    def _fit(self, reading: Reading) -> _Fit:
        longitude, latitude = reading.degrees(self.x, self.y, self.region)
        near = _within(surroundings(self.city, self.region), longitude, latitude)
        inside = near
        if self.city is not None:
            inside = near & shapely.contains_xy(self.city, longitude, latitude)
        in_region = near | _within(self.region.bounds, longitude, latitude)
        return _Fit(reading, inside, near, in_region)


def _guessed(fitting: Mask) -> ProblemKind:
    """How sure the reading of numbers without a system is, by the places that fit it."""
    return "crs_guessed" if fitting.mean() >= MOST else "crs_guessed_poorly"


def _alike(exchanged: _Fit, best: _Fit) -> bool:
    """Whether the other order of the axes is as good as the best one."""
    return bool(exchanged.inside.any()) and exchanged.inside.sum() >= ALIKE * best.inside.sum()


def _within(bounds: Bounds, x: Numbers, y: Numbers) -> Mask:
    inside = (x >= bounds.west) & (x <= bounds.east) & (y >= bounds.south) & (y <= bounds.north)
    return np.asarray(inside)
