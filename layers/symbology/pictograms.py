"""What point symbols show: pictograms of our own, to be understood without reading.

Their subjects are those of JIS Z 8210 and ISO 7010 (someone who runs to a safe place, people under
a roof, a heart with a flash, …), drawn anew and simplified for a symbol of 16 CSS pixels; none is a
copy of a published drawing. Every output draws them from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layers.schema.values import PictogramId


@dataclass(frozen=True, slots=True)
class Pictogram:
    """SVG path data in a box from -1 to 1, of one ink: what is filled (non-zero), what is a line.

    Lines are `width` wide, with round ends.
    """

    solid: str = ""
    line: str = ""
    width: float = 0.26


PICTOGRAMS: Mapping[PictogramId, Pictogram] = {
    "emergency_site": Pictogram(
        "M.5 -.72A.23 .23 0 0 1 .04 -.72A.23 .23 0 0 1 .5 -.72Z",
        "M.06 -.3L-.14 .16M.08 -.3L.42 -.06L.72 -.2M.04 -.32L-.38 -.3L-.56 -.02"
        "M-.14 .16L.24 .38L.2 .84M-.14 .16L-.34 .5L-.78 .52",
    ),
    "evacuation_shelter": Pictogram(
        "M-.16 -.08A.24 .24 0 0 1 -.64 -.08A.24 .24 0 0 1 -.16 -.08Z"
        "M.64 -.08A.24 .24 0 0 1 .16 -.08A.24 .24 0 0 1 .64 -.08Z"
        "M-.78 .92V.56Q-.78 .24 -.4 .24Q-.06 .24 -.06 .56V.92Z"
        "M.06 .92V.56Q.06 .24 .4 .24Q.78 .24 .78 .56V.92Z",
        "M-.88 -.42L0 -.9L.88 -.42",
        0.22,
    ),
    "aed": Pictogram(
        "M0 .95C-.5 .55 -1 .15 -1 -.33C-1 -.7 -.74 -.9 -.48 -.9C-.25 -.9 -.08 -.78 0 -.58"
        "C.08 -.78 .25 -.9 .48 -.9C.74 -.9 1 -.7 1 -.33C1 .15 .5 .55 0 .95Z"
        "M.16 -.52L-.4 .14H-.06L-.18 .62L.42 -.08H.06Z",
    ),
    "extinguisher": Pictogram(
        "M-.34 .95V-.02Q-.34 -.34 .06 -.34Q.46 -.34 .46 -.02V.95Z",
        "M.06 -.36V-.6M-.02 -.6H.52M.06 -.66L.46 -.9M0 -.6Q-.68 -.62 -.7 .3",
        0.22,
    ),
    "hydrant": Pictogram(
        "M-.6 .95V.68H-.38V.28H-.8V-.2H-.38V-.4H-.5V-.62H-.36A.36 .36 0 0 1 .36 -.62H.5V-.4"
        "H.38V-.2H.8V.28H.38V.68H.6V.95Z"
        "M.18 .04A.18 .18 0 1 0 -.18 .04A.18 .18 0 1 0 .18 .04Z",
    ),
    "water_tank": Pictogram(
        "M-.78 .12Q-.4 -.24 0 .06T.78 .02V.8H-.78Z", "M-.8 -.7V.8H.8V-.7", 0.24
    ),
    "open_water": Pictogram(
        line="M-.9 -.5Q-.6 -.86 -.3 -.5T.3 -.5T.9 -.5M-.9 .06Q-.6 -.3 -.3 .06T.3 .06T.9 .06"
        "M-.9 .62Q-.6 .26 -.3 .62T.3 .62T.9 .62",
        width=0.24,
    ),
    "pool": Pictogram(
        line="M-.9 .3Q-.6 -.06 -.3 .3T.3 .3T.9 .3M-.9 .8Q-.6 .44 -.3 .8T.3 .8T.9 .8"
        "M-.42 0V-.6Q-.42 -.84 -.62 -.84M.34 0V-.6Q.34 -.84 .14 -.84M-.42 -.34H.34",
        width=0.22,
    ),
    "water_drop": Pictogram(
        "M0 -.98C.3 -.5 .66 -.1 .66 .3A.66 .66 0 0 1 -.66 .3C-.66 -.1 -.3 -.5 0 -.98Z"
    ),
    "well": Pictogram(
        "M-.82 .36H.82L.7 .96H-.7Z",
        "M-.86 -.44L0 -.9L.86 -.44M-.58 -.5V.36M.58 -.5V.36M0 -.8V-.06M-.16 -.02H.16",
        0.2,
    ),
    "police": Pictogram(
        "M-.74 -.56Q-.6 -.94 0 -.96Q.6 -.94 .74 -.56L.5 -.28H-.5Z"
        "M-.42 -.14H.42Q.42 .36 0 .36Q-.42 .36 -.42 -.14Z"
        "M-.92 .96Q-.92 .46 -.38 .42L0 .66L.38 .42Q.92 .46 .92 .96Z",
    ),
    "police_box": Pictogram(
        "M.26 -.7A.26 .26 0 0 1 -.26 -.7A.26 .26 0 0 1 .26 -.7Z"
        "M-.95 -.34H.95V-.04H.78V.95H-.78V-.04H-.95Z"
        "M-.2 .24V.95H.2V.24Z",
    ),
    "guard": Pictogram(
        "M0 -.98L.84 -.68V-.06Q.84 .66 0 1Q-.84 .66 -.84 -.06V-.68Z"
        "M.4 -.42L-.1 .16L-.36 -.1L-.54 .1L-.08 .52L.6 -.24Z",
    ),
    "child": Pictogram(
        "M.28 -.62A.28 .28 0 0 1 -.28 -.62A.28 .28 0 0 1 .28 -.62Z",
        "M-.72 -.6L-.24 -.12H.24L.72 -.6M0 -.1V.3M0 .3L-.32 .88M0 .3L.32 .88",
        0.28,
    ),
    "alarm": Pictogram(
        "M-.8 .5Q-.54 .3 -.54 -.16Q-.54 -.72 0 -.76Q.54 -.72 .54 -.16Q.54 .3 .8 .5Z"
        "M.24 .74A.24 .24 0 0 1 -.24 .74A.24 .24 0 0 1 .24 .74Z",
        "M0 -.88V-.76",
    ),
    "camera": Pictogram(
        "M-.95 -.36L.42 -.78L.62 -.1L-.74 .32Z M.56 -.6L.9 -.7L.98 -.4L.66 -.28Z",
        "M-.2 .2L-.02 .62H-.86M-.86 .3V.9",
        0.2,
    ),
    "lamp": Pictogram(
        "M.02 -.92H.6L.94 -.42H-.04Z",
        "M-.56 .9V-.6Q-.56 -.8 -.3 -.8H.1M.1 -.06L-.08 .34M.46 -.06V.4M.8 -.06L.98 .34",
        0.2,
    ),
}
