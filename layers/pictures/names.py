"""Names of towns on a picture of the map, as many as fit; chosen as `place_names.js` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import orjson

from layers.geometry.tile import Floats
from layers.pictures import svg
from layers.pictures.frame import Frame

CHARACTER, HEIGHT = 12, 18  # CSS pixels
DETAIL_ZOOM = 15  # chōme of one town stand under the town's name until the map is this close
CHOME = re.compile(r"[一二三四五六七八九十]+丁目$")
INK = "#46525e"


def name_labels(base: bytes, frame: Frame) -> Iterator[str]:
    """The labels of the bundled base's towns."""
    towns = [
        (one["properties"]["name"], one["geometry"]["coordinates"])
        for one in orjson.loads(base)["features"]
        if one["properties"]["kind"] == "town"
    ]
    if not towns:
        return
    names = [name for name, _ in towns]
    places = frame.project(np.array([place for _, place in towns], dtype=np.float64))
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
