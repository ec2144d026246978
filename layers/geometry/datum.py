"""From a coordinate reference system to degrees: by its meaning, and how exactly.

The degrees are those of JGD2011, which are those of WGS 84 for every use of a map. PROJ is never
left to choose by itself: where it lacks a grid it may take "no shift" for Tokyo datum, 460 m off.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj import CRS
from pyproj.transformer import AreaOfInterest, Transformer, TransformerGroup

from layers.geometry import datum_grids
from layers.geometry.tile import Bounds

JAPAN = Bounds(122.0, 20.0, 154.0, 46.0)  # with every island that has a town or a station
JGD2011 = CRS("EPSG:6668")
WGS84 = CRS("EPSG:4326")
JGD2000 = CRS("EPSG:4612")
TOKYO = CRS("EPSG:4301")
# Plane rectangular zones I to XIX and UTM zones 51N to 55N of each, by consecutive EPSG codes.
ZONES = {TOKYO: (30161, 3092), JGD2000: (2443, 3097), JGD2011: (6669, 6688)}
PLANE_ZONES, UTM_ZONES = 19, 5
WEB_MERCATOR = 3857  # EPSG
BESSEL, GRS80 = 6_377_397.155, 6_378_137.0  # semi-major axes in metres; WGS 84 shares the latter
# The most that land moved on 2011-03-11 (5.3 m, 牡鹿半島, 国土地理院), rounded up: what "no shift"
# from JGD2000 can be wrong by where PROJ names a grid for the earthquake and has none.
EARTHQUAKE_M = 6.0

ShiftKind = Literal["none", "grid", "formula", "same"]


@dataclass(frozen=True)
class Shift:
    """The operation to degrees, longitude first, and its stated accuracy in metres."""

    transformer: Transformer
    accuracy_m: float
    kind: ShiftKind


def identified(crs: CRS, area: Bounds = JAPAN) -> tuple[CRS | None, bool]:
    """The horizontal system, whatever the file calls it, and whether its datum is a guess.

    The guess is by the ellipsoid, for a datum that PROJ does not know in `area` or that was
    renamed. None for a system without relation to the Earth.
    """
    while crs.is_bound or crs.is_compound:  # parameters to WGS 84 in the file; with heights
        crs = crs.source_crs if crs.is_bound and crs.source_crs else crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected):
        return None, False
    crs = crs.to_2d()
    if (code := crs.to_epsg()) is not None:
        return CRS.from_epsg(code), False
    equivalent = _equivalent(crs)
    if equivalent is not crs:  # PROJ knows it: asking how it gets to degrees takes long
        return equivalent, False
    has_way = any(_group(crs, target, area).transformers for target in (JGD2011, WGS84))
    on_datum = crs if has_way else _on_known_datum(crs, area)
    return (on_datum and _equivalent(on_datum)), not has_way


def _on_known_datum(crs: CRS, area: Bounds) -> CRS | None:
    """The same projection on the datum of its ellipsoid: elsewhere Bessel's is of many datums."""
    axis = crs.ellipsoid.semi_major_metre if crs.ellipsoid else 0.0
    known = ((BESSEL, TOKYO), (GRS80, JGD2011)) if area == JAPAN else ((GRS80, WGS84),)
    near = (base for length, base in known if abs(length - axis) < 1)
    base = next(near, None)
    if base is None or crs.is_geographic:
        return base
    described = {**crs.to_json_dict(), "base_crs": base.to_json_dict()}
    described.pop("id", None)
    return CRS.from_json_dict(described)


def _equivalent(crs: CRS) -> CRS:
    """The system of Japan that differs from `crs` in its name only; else `crs` itself.

    The same is the zone that puts two places where `crs` does: PROJ compares projected systems
    with the order of their axes, which files turn around at will.
    """
    if crs.is_geographic:
        systems = (WGS84, *ZONES)
        return next((own for own in systems if own.equals(crs, ignore_axis_order=True)), crs)
    base = base_of(crs)
    if not base.equals(crs.geodetic_crs, ignore_axis_order=True):
        return crs
    zones = (CRS.from_epsg(code) for code in metre_codes(base))
    here = _sampled(base, crs)
    return next((zone for zone in zones if np.allclose(_sampled(base, zone), here, atol=1e-3)), crs)


def _sampled(base: CRS, crs: CRS) -> npt.NDArray[np.float64]:
    """Where two places in Japan are, easting first."""
    transformer = Transformer.from_crs(base, crs, always_xy=True)
    return np.array(transformer.transform([132.0, 142.0], [33.0, 41.0]))


def metre_codes(base: CRS) -> list[int]:
    """EPSG codes of the systems in metres that Japan uses on this datum: plane zones, then UTM."""
    plane, utm = ZONES[base]
    return [*range(plane, plane + PLANE_ZONES), *range(utm, utm + UTM_ZONES)]


def base_of(crs: CRS) -> CRS:
    """The Japanese datum of a system, as its degrees; JGD2011 for any other."""
    own = crs.geodetic_crs
    return next(
        (base for base in ZONES if own and base.equals(own, ignore_axis_order=True)), JGD2011
    )


def description(crs: CRS) -> str:
    """The system's code and its name, in Japanese for those Japan uses, and in English."""
    code = crs.to_epsg()
    codes = metre_codes(base_of(crs))
    name = crs.name
    if crs.is_geographic:
        name = f"緯度・経度 / {crs.name}"
    elif code in codes[:PLANE_ZONES]:
        name = f"平面直角座標系 第{codes.index(code) + 1}系 / {crs.name}"
    return name if code is None else f"EPSG:{code} {name}"


def shift(crs: CRS, area: Bounds) -> Shift | None:
    """The most accurate operation PROJ has for an area in degrees; None when it has none."""
    return _shift(crs, area, datum_grids.folder())


@lru_cache(maxsize=64)  # PROJ looks for tens of milliseconds, and a guess asks for zone after zone
def _shift(crs: CRS, area: Bounds, _grids: Path | None) -> Shift | None:
    shifts = [_best(_group(crs, target, area)) for target in (JGD2011, WGS84)]
    return min(filter(None, shifts), key=lambda shift: shift.accuracy_m, default=None)


def _group(crs: CRS, target: CRS, area: Bounds) -> TransformerGroup:
    supplied = datum_grids.folder()
    if supplied and str(supplied) not in pyproj.datadir.get_data_dir().split(os.pathsep):
        pyproj.datadir.append_data_dir(str(supplied))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a better one needs a grid: looked at below
        return TransformerGroup(
            crs,
            target,
            always_xy=True,
            area_of_interest=AreaOfInterest(*area),
            allow_ballpark=False,
        )


def _best(group: TransformerGroup) -> Shift | None:
    if not group.transformers:
        return None
    best = group.transformers[0]
    steps = best.operations or ()
    accuracy = max(best.accuracy, 0.0)
    if any(step.grids for step in steps) or ".gsb" in best.definition:
        return Shift(best, accuracy, "grid")
    if "helmert" in best.definition:
        return Shift(best, accuracy, "formula")
    if accuracy == 0:
        return Shift(best, accuracy, "none")
    moved = any(
        grid.short_name == "touhokutaiheiyouoki2011.gsb"
        for operation in group.unavailable_operations
        for grid in operation.grids
    )
    return Shift(best, EARTHQUAKE_M if moved else accuracy, "same")
