"""The data that is measured: seeded, so that it is the same on every machine, and written once.

Beside it the real files of ../shared/data, where they are.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import orjson

from tests.benchmarks import shapes

SHARED = Path(__file__).parents[3] / "shared" / "data"
YAIZU = SHARED / "yaizu"
YAIZU_FLOOD = YAIZU / "内水浸水想定区域(公共下水道区域内)" / "内水浸水想定区域.geojson"
SHELTERS = SHARED / "japan" / "emergency_all.geojsonl.gz"

VERSION = 1  # raise it when the same names come to mean other data
FEWEST = 1000  # features that a scaled dataset keeps


@dataclass(frozen=True)
class Dataset:
    """A layer to measure. `spread` says where its features lie (see `shapes`)."""

    id: str
    kind: Literal["point", "polygon"]
    spread: Literal["city", "region", "near and far", "huge", "piece"]
    count: int
    minzoom: int
    maxzoom: int
    vertices: int = 1  # of each feature

    def scaled(self, share: float) -> Dataset:
        """The same with a share of its features, or of the vertices of its only one."""
        if self.count == 1:
            return replace(self, vertices=int(self.vertices * share))
        return replace(self, count=max(min(self.count, FEWEST), int(self.count * share)))


HYDRANTS = Dataset("hydrants", "point", "city", 5_000, 10, 16)
FLOOD = Dataset("flood", "polygon", "city", 400, 10, 16, vertices=600)
POINTS = Dataset("points", "point", "region", 1_000_000, 5, 14)
POLYGONS = Dataset("polygons", "polygon", "region", 20_000, 5, 14, vertices=500)
GROWING = (
    Dataset("points_1k", "point", "near and far", 1_000, 10, 16),
    Dataset("points_100k", "point", "near and far", 100_000, 10, 16),
    Dataset("points_1m", "point", "near and far", 1_000_000, 10, 16),
)
HUGE = Dataset("huge", "polygon", "huge", 1, 10, 16, vertices=1_000_000)
PIECE = Dataset("piece", "polygon", "piece", 1, 10, 16, vertices=1_000_000)  # cut out of HUGE


def write(dataset: Dataset, folder: Path) -> Path:
    """The dataset as GeoJSON in `folder`, one feature a line; written unless it is there."""
    path = folder / f"{dataset.id}.geojson"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(b'{"type":"FeatureCollection","features":[\n')
            for number, feature in enumerate(_features(dataset)):
                file.write((b",\n" if number else b"") + feature)
            file.write(b"\n]}\n")
        draft.replace(path)
    return path


def shelters(folder: Path) -> Path:
    """Japan's shelters, unpacked into `folder`."""
    path = folder / "shelters.geojsonl"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with gzip.open(SHELTERS) as source, draft.open("wb") as file:
            shutil.copyfileobj(source, file)
        draft.replace(path)
    return path


def _features(dataset: Dataset) -> Iterator[bytes]:
    random = np.random.default_rng([VERSION, *dataset.id.encode()])
    if dataset.kind == "point":
        for number, place in enumerate(_places(dataset, random).tolist(), 1):
            properties = {"no": number, "kind": f"種別{number % 4}", "name": f"地点 {number}"}
            yield _feature(number, b"Point", orjson.dumps(place), properties)
        return
    for number, ring in enumerate(_rings(dataset, random), 1):
        properties = {"no": number, "kind": f"{number % 6 + 1}", "name": f"区域 {number}"}
        written = orjson.dumps(np.round(ring, 7), option=orjson.OPT_SERIALIZE_NUMPY)
        yield _feature(number, b"Polygon", b"[%b]" % written, properties)


def _places(dataset: Dataset, random: np.random.Generator) -> shapes.Coordinates:
    if dataset.spread == "city":
        places = shapes.scattered(random, shapes.CITY, dataset.count)
    elif dataset.spread == "near and far":
        places = shapes.near_and_far(dataset.count)
    else:
        places = shapes.in_towns(random, shapes.REGION, dataset.count)
    return np.round(places, 7)


def _rings(dataset: Dataset, random: np.random.Generator) -> Iterator[shapes.Coordinates]:
    if dataset.spread == "huge":
        yield shapes.coast(dataset.vertices)
    elif dataset.spread == "piece":
        yield shapes.piece_of(shapes.coast(dataset.vertices))
    else:
        box, size = (shapes.CITY, 0.003) if dataset.spread == "city" else (shapes.REGION, 0.008)
        for centre in shapes.scattered(random, box, dataset.count):
            radius = size * random.uniform(0.5, 1.5)
            yield shapes.ring(random, centre, radius, dataset.vertices)


def _feature(number: int, kind: bytes, coordinates: bytes, properties: dict[str, object]) -> bytes:
    return (
        b'{"type":"Feature","id":%d,"properties":%b,"geometry":{"type":"%b","coordinates":%b}}'
        % (number, orjson.dumps(properties), kind, coordinates)
    )
