"""How the map looks, on screen and on paper: every constant that both need, typed once.

Pictures read `LOOK` here; the page hands it to its script (`web/map/look.js`), which draws by the
same values. Lengths are CSS pixels, zooms the map's, opacities and shares 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.schema.values import PictogramId, Shape
from layers.symbology.badges import Badges
from layers.symbology.base_look import BaseLook
from layers.symbology.pictograms import PICTOGRAMS, Pictogram


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the layers."""

    color: str = "#ffffff"  # so that a layer's colours are those of its legend
    beyond: str = "#e9e8e3"  # around the city
    border: str = "#16385c"
    width: float = 2  # of the border


@dataclass(frozen=True, slots=True)
class Areas:
    """Polygons."""

    opacity: float = 0.7  # of a layer as a whole: areas over each other do not add up
    shade: float = 0.62  # what each channel of the colour is times, for the edge
    # From which zoom on an edge is how wide: small areas seen from far would be all edge.
    edges: tuple[tuple[int, float], ...] = ((15, 1.0), (13, 0.6), (0, 0.3))


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns over the classes of areas.

    For those who do not tell a scale's colours apart, and for print in black and white. Each is
    darker than the one before. None is slanting, as the hatch is.
    """

    side: int = 8  # of the square that repeats; it divides the tiles' sides
    color: str = "#333333"
    # SVG path data in the square, and the width of its line.
    lines: tuple[tuple[str, float], ...] = (
        ("M3 4H5", 2.0),
        ("M0 4H8", 1.0),
        ("M0 2H8M0 6H8", 1.0),
        ("M0 4H8M4 0V8", 1.0),
        ("M0 2H8M0 6H8M2 0V8M6 0V8", 1.0),
        ("M0 2H8M0 6H8M2 0V8M6 0V8", 2.0),
    )


@dataclass(frozen=True, slots=True)
class Hatch:
    """Slanting lines over what is not known to be surveyed."""

    step: int = 16  # from line to line along the edges of a tile
    color: str = "#75818d"


@dataclass(frozen=True, slots=True)
class Mark:
    """The word across areas of a sample, in rows half a step apart."""

    step: int = 128
    size: float = 13
    angle: float = -20  # degrees, clockwise
    color: str = "#3c3232"
    opacity: float = 0.42


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines, over a wider white line that sets them off."""

    width: float = 3
    casing: float = 6


@dataclass(frozen=True, slots=True)
class Outline:
    """A symbol's shape: SVG path data in a box from -1 to 1, and where its sign stands.

    `drop` is how far down the middle of the sign is, `room` half a pictogram's width and height.
    """

    path: str
    drop: float = 0
    room: float = 0.66


def _outlines() -> Mapping[Shape, Outline]:
    square = "M-.7 -.9H.7Q.9 -.9 .9 -.7V.7Q.9 .9 .7 .9H-.7Q-.9 .9 -.9 .7V-.7Q-.9 -.9 -.7 -.9Z"
    return {
        "circle": Outline("M1 0A1 1 0 0 1 -1 0A1 1 0 0 1 1 0Z"),
        "square": Outline(square, room=0.72),
        "diamond": Outline("M0 -1.12L1.12 0L0 1.12L-1.12 0Z", room=0.52),
        "triangle": Outline("M0 -1.05L1.1 .85H-1.1Z", drop=0.25, room=0.46),
        "hexagon": Outline("M-.58 -1H.58L1.12 0L.58 1H-.58L-1.12 0Z", room=0.72),
        "house": Outline("M0 -1.12L1.08 -.3V.96H-1.08V-.3Z", drop=0.16, room=0.7),
        "shield": Outline(
            "M0 -1.1L.98 -.8V-.05Q.98 .75 0 1.12Q-.98 .75 -.98 -.05V-.8Z", drop=-0.06, room=0.68
        ),
        "heart": Outline(
            "M0 1.06C-.6 .58 -1.12 .2 -1.12 -.36C-1.12 -.8 -.8 -1.02 -.52 -1.02"
            "C-.28 -1.02 -.1 -.9 0 -.7C.1 -.9 .28 -1.02 .52 -1.02"
            "C.8 -1.02 1.12 -.8 1.12 -.36C1.12 .2 .6 .58 0 1.06Z",
            drop=-0.1,
            room=0.66,
        ),
    }


@dataclass(frozen=True, slots=True)
class Edge:
    """The line around a symbol."""

    width: float
    color: str | None = None  # None: the symbol's own
    opacity: float = 1


@dataclass(frozen=True, slots=True)
class Symbols:
    """Single points: a dot for the whole city, a sign in a street.

    `radii` are half the widths, one for each zoom from `zoom` on; `crowded` those of a layer with
    more than `crowd` features where none of them are counted together.
    """

    zoom: int = 12
    radii: tuple[float, ...] = (6, 9, 10, 11, 12)
    crowded: tuple[float, ...] = (3.5, 5, 6.5, 10, 12)
    crowd: int = 150
    halo: float = 2  # white, around the shape
    filled: Edge = Edge(0.75, "#000000", 0.45)
    hollow: Edge = Edge(2)  # of a sample, white inside
    glyph: float = 1.15  # the glyph's size, in radii
    least: float = 9  # the radius from which there is room for a pictogram or a glyph
    outlines: Mapping[Shape, Outline] = field(default_factory=_outlines)
    pictograms: Mapping[PictogramId, Pictogram] = field(default_factory=lambda: PICTOGRAMS)


@dataclass(frozen=True, slots=True)
class Crossed:
    """A place that is not designated for a disaster in view: white inside, pale, with a cross.

    The cross is drawn at every size, in the place of the sign; an area is full of them.
    """

    pale: float = 0.35  # the share of white in its colour
    width: float = 2  # of its edge and of the cross
    cross: str = "M-.45 -.45L.45 .45M.45 -.45L-.45 .45"  # in the box of the outlines
    side: int = 16  # of the square that repeats over an area; it divides the tiles' sides
    repeated: str = "M5 5L11 11M11 5L5 11"  # the cross in that square
    box: str = "M-1.3 -.75H1.3V.75H-1.3Z"  # an area's outline in a legend


@dataclass(frozen=True, slots=True)
class Label:
    """Bold text in a cluster: its size, and how far below the middle its own middle is."""

    size: float
    down: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """Circles with the number of points in a cell.

    Half a circle's width is `radius` and `growth` for each power of ten of the number, `largest` at
    most. A circle stays in its cell, where few symbols above it hide its number: places are looked
    at each `stride`, and a symbol hides what it covers of the `number` pixels around the middle.
    """

    radius: float = 14
    growth: float = 4
    largest: float = 30
    ring: float = 3  # white, inside the circle's edge; of a sample in its colour
    halo: float = 4  # in its colour, around the circle
    opacity: float = 0.35  # of the halo
    ink: str = "#1d2a36"  # of a sample's number
    glyph: Label = Label(9, -7)
    pictogram: Label = Label(6, -7.5)  # its size is half the width of its box
    label: Label = Label(14, 5)  # the number under a sign; without one it is in the middle
    stride: float = 6
    number: float = 16


@dataclass(frozen=True, slots=True)
class Circle:
    """A dashed circle on the ground. Without a colour it has the feature's."""

    dash: str
    opacity: float  # of what fills it
    width: float = 2
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Everything together."""

    ground: Ground = Ground()
    areas: Areas = Areas()
    patterns: Patterns = Patterns()
    hatch: Hatch = Hatch()
    mark: Mark = Mark()
    lines: Lines = Lines()
    symbols: Symbols = field(default_factory=Symbols)
    crossed: Crossed = Crossed()
    badges: Badges = field(default_factory=Badges)
    clusters: Clusters = Clusters()
    doubt: Circle = Circle("6 6", 0.1)  # as wide as a feature's position is in doubt
    place: Circle = Circle("6 5", 0.06, color="#16385c")  # around a place that was looked for
    base: BaseLook = field(default_factory=BaseLook)


LOOK = Look()
