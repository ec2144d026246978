"""Where a sample may stand: the facts of the city, and metres on its ground."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from data.sampling.chance import Chance

DATA = Path(__file__).parents[1]

# One degree in metres at 35.807°N on GRS 80, written out so that no machine's libm decides a bit.
METRES_PER_LONGITUDE = 90_400.0
METRES_PER_LATITUDE = 110_955.0

Position = tuple[float, float]  # longitude, latitude, JGD2011


@dataclass(frozen=True)
class Town:
    """A named point in the middle of a 町丁目."""

    city: str
    name: str
    position: Position


@dataclass(frozen=True)
class Facility:
    """A public facility of the real lists."""

    name: str
    position: Position


def boundary() -> shapely.Polygon:
    """The city's polygon."""
    document = json.loads((DATA / "boundary.geojson").read_text(encoding="utf-8"))
    return shapely.Polygon(*document["features"][0]["geometry"]["coordinates"])


def towns() -> list[Town]:
    """The city's town points."""
    document = json.loads((DATA / "towns.geojson").read_text(encoding="utf-8"))
    return [
        Town("朝霞市", feature["properties"]["name"], tuple(feature["geometry"]["coordinates"]))
        for feature in document["features"]
    ]


def neighbouring_towns() -> list[Town]:
    """Town points of the other cities of the fire service."""
    rows = _rows(DATA / "sampling" / "neighbour_towns.csv")
    return [
        Town(row["市区町村"], row["町字"], (float(row["経度"]), float(row["緯度"]))) for row in rows
    ]


def facilities(*endings: str) -> list[Facility]:
    """The emergency sites whose names end in one of `endings`, in the order of the list."""
    return [
        Facility(row["名称"], (float(row["経度"]), float(row["緯度"])))
        for row in _rows(DATA / "emergency_sites.csv")
        if row["名称"].endswith(endings)
    ]


def flood_sites() -> list[Position]:
    """The emergency sites that are designated for floods."""
    return [
        (float(row["経度"]), float(row["緯度"]))
        for row in _rows(DATA / "emergency_sites.csv")
        if row["災害種別_洪水"] == "1"
    ]


def near(position: Position, chance: Chance, *, metres: tuple[float, float]) -> Position:
    """A place at a distance from `metres[0]` to `metres[1]`, to 1e-6 degree."""
    low, high = metres
    while True:
        east, north = chance.between(-high, high), chance.between(-high, high)
        if low * low <= east * east + north * north <= high * high:
            longitude, latitude = position
            return (
                round(longitude + east / METRES_PER_LONGITUDE, 6),
                round(latitude + north / METRES_PER_LATITUDE, 6),
            )


def apart(position: Position, others: Sequence[Position], metres: float) -> bool:
    """Whether `position` is at least `metres` from each of `others`."""
    return all(
        ((position[0] - longitude) * METRES_PER_LONGITUDE) ** 2
        + ((position[1] - latitude) * METRES_PER_LATITUDE) ** 2
        >= metres * metres
        for longitude, latitude in others
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
