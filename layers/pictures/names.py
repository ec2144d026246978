"""Names of towns on a picture of the map, as many as fit; chosen as `place_names.js` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from layers.catalog.base_map import Neighbourhood
from layers.geometry.tile import Floats
from layers.pictures import svg
from layers.pictures.frame import Frame
from layers.symbology.look import LOOK

NAMES = LOOK.names
CHOME = re.compile(NAMES.chome)


def name_labels(neighbourhoods: Sequence[Neighbourhood], frame: Frame) -> Iterator[str]:
    """The labels of the city's neighbourhoods."""
    if not neighbourhoods:
        return
    names = [town.name for town in neighbourhoods]
    pixels = frame.project(np.array([(town.longitude, town.latitude) for town in neighbourhoods]))
    is_close = frame.zoom >= NAMES.zoom
    boxes: list[tuple[float, float, float, float]] = []
    for name, (x, y) in zip(names, pixels, strict=True) if is_close else _merged(names, pixels):
        half = len(name) * NAMES.character / 2
        box = (x - half, y - NAMES.height / 2, x + half, y + NAMES.height / 2)
        inside = box[0] >= 0 and box[2] <= frame.width and box[1] >= 0 and box[3] <= frame.height
        if inside and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            yield svg.text(name, x, y, NAMES.character, NAMES.ink, halo=True, bold=False)


def _merged(names: list[str], pixels: Floats) -> Iterable[tuple[str, Floats]]:
    """One place for each town, in the middle of its chōme."""
    members: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        members.setdefault(CHOME.sub("", name), []).append(index)
    for name, indices in members.items():
        chome = pixels[indices]
        yield name, (chome.min(axis=0) + chome.max(axis=0)) / 2


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
