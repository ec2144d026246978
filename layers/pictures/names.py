"""Names of towns on a picture of the map, as many as fit; chosen as `place_names.js` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from layers.catalog.base_map import Neighbourhood
from layers.geometry.tile import Floats
from layers.pictures import svg
from layers.pictures.frame import Frame

CHARACTER, HEIGHT = 12, 18  # CSS pixels
DETAIL_ZOOM = 15  # chōme of one town stand under the town's name until the map is this close
CHOME = re.compile(r"[一二三四五六七八九十]+丁目$")
INK = "#46525e"


def name_labels(neighbourhoods: Sequence[Neighbourhood], frame: Frame) -> Iterator[str]:
    """The labels of the city's neighbourhoods."""
    if not neighbourhoods:
        return
    names = [town.name for town in neighbourhoods]
    places = frame.project(np.array([(town.longitude, town.latitude) for town in neighbourhoods]))
    together = frame.zoom < DETAIL_ZOOM
    taken: list[tuple[float, float, float, float]] = []
    for name, (x, y) in _together(names, places) if together else zip(names, places, strict=True):
        half = len(name) * CHARACTER / 2
        box = (x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2)
        inside = box[0] >= 0 and box[2] <= frame.width and box[1] >= 0 and box[3] <= frame.height
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            yield svg.text(name, x, y, CHARACTER, INK, halo=True, bold=False)


def _together(names: list[str], places: Floats) -> Iterable[tuple[str, Floats]]:
    """One place for each town, in the middle of its chōme."""
    members: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        members.setdefault(CHOME.sub("", name), []).append(index)
    for name, indices in members.items():
        chosen = places[indices]
        yield name, (chosen.min(axis=0) + chosen.max(axis=0)) / 2


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
