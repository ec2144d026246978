"""Names on a picture of the map, as many as fit; placed as `web/map/labels.js` does.

Pixels are CSS pixels of the frame.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from layers.catalog.base_map import BaseFeature, BaseMap, Neighbourhood, name_of
from layers.geometry.tile import Floats
from layers.pictures import svg
from layers.pictures.frame import Frame
from layers.symbology.look import LOOK

NAMES = LOOK.base.names
CHOME = re.compile(NAMES.chome)
ROOM = 200  # CSS pixels around the frame within which names stand on the screen, too
# Where a name without a mark may stand: its own widths and heights from the place, the best first.
ASIDE = (
    *((0, 0), (0, 0.8), (0, -0.8), (0.4, 0), (-0.4, 0)),
    *((0.4, 0.8), (-0.4, 0.8), (0.4, -0.8), (-0.4, -0.8)),
)
Pixel = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a kind, and the middles where it may stand, the best first."""

    kind: str
    text: str
    places: Sequence[Pixel]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        size = NAMES.kinds[self.kind].size
        characters = sum(NAMES.narrow if ord(c) < NAMES.wide_from else 1 for c in self.text)
        return characters * size, NAMES.height * size

    def box(self, place: Pixel) -> Box:
        """What it covers when it stands there."""
        (x, y), (width, height) = place, self.size
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def name_labels(
    base: BaseMap, frame: Frame, tags: Sequence[str], symbols: Iterable[Box] = ()
) -> Iterator[str]:
    """The names of the base map, in the first language of `tags` that it has them in.

    Where there is room, none lies under one of `symbols`.
    """
    for label, (x, y) in placed(labels_at(base, frame, tags), symbols):
        box = label.box((x, y))
        if box[0] >= 0 and box[2] <= frame.width and box[1] >= 0 and box[3] <= frame.height:
            look = NAMES.kinds[label.kind]
            bold = look.weight >= 600
            yield svg.text(label.text, x, y, look.size, look.ink, halo=True, bold=bold)


def labels_at(base: BaseMap, frame: Frame, tags: Sequence[str]) -> list[Label]:
    """The labels there are at the frame's zoom, those that matter more first."""
    by_kind: dict[str, list[BaseFeature]] = defaultdict(list)
    for feature in base.features:
        if feature.name:
            by_kind[feature.kind].append(feature)
    labels: list[Label] = []
    for kind, look in NAMES.kinds.items():
        if frame.zoom < look.zoom:
            continue
        if kind == "town":
            labels += _towns(base.neighbourhoods, frame, tags)
        for feature in by_kind[kind]:
            labels += _labels_of(feature, frame, tags)
    return labels


def _labels_of(feature: BaseFeature, frame: Frame, tags: Sequence[str]) -> Iterator[Label]:
    text = name_of(feature.kind, feature.name or "", feature.names, tags)
    label = Label(feature.kind, text, ())
    if feature.at is not None or shapely.get_dimensions(feature.geometry) == 0:
        at = feature.at or shapely.get_coordinates(feature.geometry)[0]
        yield _around(label, frame.project(np.array([at]))[0])
    elif shapely.get_dimensions(feature.geometry) == 1:
        for line in shapely.get_parts(feature.geometry):
            pixels = frame.project(shapely.get_coordinates(line))
            for place in _along(pixels, label.size[0]):
                yield replace(label, places=(place,))


def _towns(towns: Sequence[Neighbourhood], frame: Frame, tags: Sequence[str]) -> Iterator[Label]:
    """The neighbourhoods; from afar one label for each town, in the middle of its chōme."""
    if not towns:
        return
    pixels = frame.project(np.array([(town.longitude, town.latitude) for town in towns]))
    texts = [name_of("town", town.name, town.names, tags) for town in towns]
    if frame.zoom >= NAMES.zoom:
        for text, pixel in zip(texts, pixels, strict=True):
            yield _around(Label("town", text, ()), pixel)
        return
    members: dict[str, list[int]] = {}
    for index, town in enumerate(towns):
        members.setdefault(CHOME.sub("", town.name), []).append(index)
    for indices in members.values():
        chome = pixels[indices]
        label = Label("town", CHOME.sub("", texts[indices[0]]), ())
        yield _around(label, (chome.min(axis=0) + chome.max(axis=0)) / 2)


def _around(label: Label, pixel: Floats) -> Label:
    """On a place or, with a gap, around it: under it, above, right, left, and between these."""
    (x, y), (width, height) = pixel.tolist(), label.size
    gap = NAMES.kinds[label.kind].gap
    if gap:
        aside, down = gap / 2 + 3 + width / 2, gap * 0.8
        sides = [(x + aside, y), (x - aside, y)]
        between = [(x + way, y + step) for step in (down, -down) for way in (aside, -aside)]
        return replace(label, places=[(x, y + gap), (x, y - gap), *sides, *between])
    return replace(label, places=[(x + right * width, y + down * height) for right, down in ASIDE])


def _along(line: Floats, width: float) -> Iterator[Pixel]:
    """Places along a line, in steps; none where it is shorter than the name."""
    lengths = [math.dist(a, b) for a, b in pairwise(line.tolist())]
    whole = sum(lengths)
    if whole < width:
        return
    place, done = min(NAMES.step, whole) / 2, 0.0
    for index, length in enumerate(lengths):
        while length > 0 and place <= done + length:
            share = (place - done) / length
            x, y = (line[index] + share * (line[index + 1] - line[index])).tolist()
            yield x, y
            place += NAMES.step
        done += length


def placed(labels: Sequence[Label], symbols: Iterable[Box]) -> Iterator[tuple[Label, Pixel]]:
    """The labels that have room, and where.

    None lies under a symbol, but for what is found by its own mark there, a station.
    """
    taken: list[Box] = []
    covered = [*symbols]
    by_name: dict[tuple[str, str], list[Pixel]] = defaultdict(list)
    for label in labels:
        look = NAMES.kinds[label.kind]
        others = by_name[label.kind, label.text]
        free = [
            place
            for place in label.places
            if not _meets(label.box(place), taken)
            and all(not look.again or math.dist(place, other) >= look.again for other in others)
        ]
        clear = [place for place in free if not _meets(label.box(place), covered)]
        chosen = (clear or (free if look.gap else []))[:1]
        for place in chosen:
            taken.append(label.box(place))
            others.append(place)
            yield label, place


def _meets(box: Box, others: Sequence[Box]) -> bool:
    return any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in others
    )
