"""How the base map looks: calm, so that what lies over it is seen. A part of `look.LOOK`.

Lengths are CSS pixels, zooms the map's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.schema.base import BaseKind


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line as wide as `widths` say: from zoom 12 on one for each zoom, the last for the rest."""

    color: str
    widths: tuple[float, ...]
    dash: tuple[float, ...] = ()


def _fills() -> Mapping[BaseKind, str]:
    return {"water": "#bfd9ea", "river": "#bfd9ea", "park": "#dcebcf", "landmark": "#e6e3dc"}


def _strokes() -> Mapping[BaseKind, tuple[Stroke, ...]]:
    # Rail is white on grey with gaps, as Japan's maps draw it.
    return {
        "water": (Stroke("#bfd9ea", (0.6,)),),
        "river": (Stroke("#a9cde4", (1.2, 1.6, 2.2, 3, 4, 5.5, 7)),),
        "road": (
            Stroke("#c9c4b9", (1.8, 2.6, 4, 5.5, 8, 11, 15)),
            Stroke("#ffffff", (0.8, 1.4, 2.4, 3.7, 6, 9, 12.6)),
        ),
        "expressway": (
            Stroke("#8fa393", (2.2, 3, 4.6, 6.4, 9, 13, 18)),
            Stroke("#cfdccf", (1, 1.6, 2.8, 4.4, 6.8, 10.6, 15.4)),
        ),
        "rail": (
            Stroke("#7b858e", (1.8, 2.4, 3.2, 3.8, 4.6, 5.4, 6)),
            Stroke("#ffffff", (0.8, 1.2, 1.8, 2.3, 3, 3.6, 4.2), (7, 7)),
        ),
        "border": (Stroke("#8d8398", (1, 1, 1.2, 1.2, 1.4), (9, 3, 2, 3)),),
    }


# From below to above.
ORDER: tuple[BaseKind, ...] = (
    "park",
    "landmark",
    "water",
    "river",
    "road",
    "expressway",
    "rail",
    "border",
)


@dataclass(frozen=True, slots=True)
class Station:
    """The mark of a station: a rounded square."""

    side: float = 9
    color: str = "#ffffff"
    edge: str = "#4a545e"
    width: float = 2


@dataclass(frozen=True, slots=True)
class NameLook:
    """Names of one kind from `zoom` on, `size` high, `gap` from the middle of what they name.

    A name of a line stands on it again after `again`.
    """

    ink: str
    size: float = 12
    zoom: float = 12
    weight: int = 400
    gap: float = 0
    again: float = 0


def _names() -> Mapping[str, NameLook]:
    """By kind, those that matter more first: of two over each other the first is shown."""
    return {
        "station": NameLook("#22303c", 13, 11, 700, gap=14),
        "area_name": NameLook("#6b747d", 14, 10),
        "river": NameLook("#2f6f9b", 12, 12, again=420),
        "town": NameLook("#46525e", 12, 10),
        "road": NameLook("#6d6350", 12, 13, again=420),
        "expressway": NameLook("#4d6653", 12, 13, again=420),
        "landmark": NameLook("#55504a", 12, 15, gap=9),
        "park": NameLook("#42693a", 12, 15),
        "rail": NameLook("#5f6973", 12, 15, again=520),
        "water": NameLook("#2f6f9b", 12, 14),
    }


@dataclass(frozen=True, slots=True)
class Names:
    """Names on the base map, none over another and, where there is room, none under a symbol.

    A character is its size wide, a `narrow` one (Latin) a share of that; a name is `height` times
    its size high. Along a line places are looked at each `step`. `chome` is a pattern of what a
    neighbourhood's name ends in where one town has several: until `zoom`, those stand under the
    town's name without it. `stations` follow the name of a station, by its language tag.
    """

    kinds: Mapping[str, NameLook] = field(default_factory=_names)
    narrow: float = 0.6
    wide_from: int = 0x1100  # the first code point of scripts as wide as they are high
    height: float = 1.4
    step: float = 150
    zoom: int = 15
    stations: Mapping[str, str] = field(
        default_factory=lambda: {"ja": "駅", "en": " Sta.", "ko": "역", "zh": "站"}
    )
    chome: str = "[一二三四五六七八九十]+丁目$| [0-9]+-chome$"


@dataclass(frozen=True, slots=True)
class BaseLook:
    """The base map's areas, lines and marks."""

    fills: Mapping[BaseKind, str] = field(default_factory=_fills)
    strokes: Mapping[BaseKind, tuple[Stroke, ...]] = field(default_factory=_strokes)
    order: tuple[BaseKind, ...] = ORDER
    first: int = 12  # the zoom of the first of a stroke's widths
    station: Station = Station()
    names: Names = field(default_factory=Names)
