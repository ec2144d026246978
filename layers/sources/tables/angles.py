"""One coordinate as people write it in a cell: a number, or degrees, minutes and seconds."""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple

from layers.japanese.spelling import nfkc_with_marks

Form = Literal["blank", "unreadable", "plain", "degrees"]
AxisName = Literal["longitude", "latitude"]


class Coordinate(NamedTuple):
    """A cell's number (NaN without one), how it is written, and the axis it names itself."""

    value: float
    form: Form
    axis: AxisName | None = None


PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3},\d+")
NAMED = re.compile(
    r"(?P<before>北緯|南緯|東経|西経|緯度|経度|[NSEW](?![a-z]))?[\s:=]*"
    r"(?P<number>.*?)\s*(?P<after>[NSEW])?",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"(?P<d>\d{1,3}(?:\.\d+)?)\s*(?:°|度|deg|d)\s*"
    r"(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*(?:'|分|min|m|$)\s*"
    r"(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|秒|sec|s)?)?)?",
    re.IGNORECASE,
)
PARTED = re.compile(
    r"(?P<d>\d{1,3})(?P<mark>[.:\-/ ])(?P<m>\d{1,2})(?P=mark)(?P<s>\d{1,2}(?:\.\d+)?)"
)
MINUTES = re.compile(r"(?P<d>\d{1,3})[: ](?P<m>\d{1,2}\.\d+)")
PACKED = re.compile(r"(?P<d>\d{2,3})(?P<m>\d{2})(?P<s>\d{2}(?:\.\d+)?)")
AXES: dict[str, tuple[AxisName, int]] = {
    "北緯": ("latitude", 1),
    "南緯": ("latitude", -1),
    "東経": ("longitude", 1),
    "西経": ("longitude", -1),
    "緯度": ("latitude", 1),
    "経度": ("longitude", 1),
    "N": ("latitude", 1),
    "S": ("latitude", -1),
    "E": ("longitude", 1),
    "W": ("longitude", -1),
}
TENTHS = re.compile(r"(\d{1,2})(秒|\")\.?(\d+)$")  # 58秒2 is 58.2 seconds
LONGEST = 200  # characters of a coordinate with all its words
LEAST_PACKED = 200_000  # 20 degrees, where Japan begins
BLANK = Coordinate(math.nan, "blank")
UNREADABLE = Coordinate(math.nan, "unreadable")


def coordinate_of(cell: object) -> Coordinate:
    """The coordinate in a cell: a plain number as it is, an angle in decimal degrees."""
    if cell is None:
        return BLANK
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if math.isnan(cell):
            return BLANK
        return Coordinate(float(cell), "plain") if math.isfinite(cell) else UNREADABLE
    text = str(cell).strip()
    if len(text) > LONGEST:
        return UNREADABLE
    return _plain(text) or _angle_of(plain_text(text))


def plain_text(text: str) -> str:
    """Text with one form for each digit, sign and space, and without quotes around it."""
    plain = nfkc_with_marks(text)
    plain = " ".join(plain.split()).lstrip("'")
    return plain[1:-1].strip() if plain[:1] == '"' == plain[-1:] else plain


def _angle_of(text: str) -> Coordinate:
    if not text:
        return BLANK
    match = NAMED.fullmatch(text)
    if match is None:
        return UNREADABLE
    name = match["before"] or match["after"]
    axis, sign = AXES[name.upper()] if name else (None, 1)
    if match["before"] and match["after"]:
        return UNREADABLE
    number = TENTHS.sub(r"\1.\3\2", match["number"])
    plain = _plain(number)
    packed = PACKED.fullmatch(number) if name else None
    if plain is not None and packed is None:
        form: Form = "degrees" if name else "plain"
        return Coordinate(sign * plain.value, form, axis)
    angle = packed or next(
        filter(None, (form.fullmatch(number) for form in (SIGNED, PARTED, MINUTES))), None
    )
    value = _angle(angle) if angle else math.nan
    return UNREADABLE if math.isnan(value) else Coordinate(sign * value, "degrees", axis)


def _plain(text: str) -> Coordinate | None:
    """A plain number; None for anything else."""
    if PLAIN.fullmatch(text):
        value = float(text)
        return Coordinate(value, "plain") if math.isfinite(value) else UNREADABLE
    metres = re.sub(r"(?<=\d)\s*(?:m|メートル)$", "", text)
    if THOUSANDS.fullmatch(metres):
        return Coordinate(float(metres.replace(",", "")), "plain")
    if DECIMAL_COMMA.fullmatch(text):
        return Coordinate(float(text.replace(",", ".")), "plain")
    return Coordinate(float(metres), "plain") if PLAIN.fullmatch(metres) else None


def _angle(match: re.Match[str]) -> float:
    """Decimal degrees of degrees, minutes and seconds; NaN when they are none."""
    parts = {"m": "", "s": "", **match.groupdict(default="")}
    minutes, seconds = float(parts["m"] or 0), float(parts["s"] or 0)
    whole_before_finer = all(
        not parts[finer] or "." not in parts[coarser] for coarser, finer in ("dm", "ms")
    )
    if minutes >= 60 or seconds >= 60 or not whole_before_finer:
        return math.nan
    return float(parts["d"]) + minutes / 60 + seconds / 3600


def degrees_of(x: float, y: float) -> tuple[float, float] | None:
    """Two numbers as degrees, minutes and seconds without marks; None when they are not clearly so.

    1393558.2 and 354712 are a longitude and a latitude in Japan, and no metres: with seven digits
    to the one side, six to the other is on no zone's plane.
    """
    lower, higher = sorted((x, y))
    if not (LEAST_PACKED <= lower < 460_000 and 1_220_000 <= higher < 1_540_000):
        return None
    matches = [PACKED.fullmatch(repr(float(value)).removesuffix(".0")) for value in (x, y)]
    degrees = [_angle(match) if match else math.nan for match in matches]
    return None if any(map(math.isnan, degrees)) else (degrees[0], degrees[1])


def two_coordinates(cell: object) -> tuple[Coordinate, Coordinate]:
    """The two coordinates in a cell, in its order."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return BLANK, BLANK
    if len(str(cell)) > 2 * LONGEST:
        return UNREADABLE, UNREADABLE
    text = plain_text(str(cell)).strip("()[]{}").strip()
    if not text:
        return BLANK, BLANK
    for halves in _halves(text):
        coordinates = coordinate_of(halves[0]), coordinate_of(halves[1])
        if all(coordinate.form not in ("unreadable", "blank") for coordinate in coordinates):
            return coordinates
    return UNREADABLE, UNREADABLE


def _halves(text: str) -> list[tuple[str, str]]:
    """The ways to take a text apart into two coordinates."""
    halves = []
    for mark in (",", "、", ";", "/"):
        head, separator, tail = text.partition(mark)
        if separator and mark not in tail:
            halves.append((head, tail))
    second_name = re.search(r"(?<=.)(?:東経|北緯|経度|緯度|[NE](?=[\s\d]))", text)
    if second_name:
        halves.append((text[: second_name.start()].rstrip(" ,、/"), text[second_name.start() :]))
    words = text.split(" ")
    if len(words) % 2 == 0:
        middle = len(words) // 2
        halves.append((" ".join(words[:middle]), " ".join(words[middle:])))
    return halves
