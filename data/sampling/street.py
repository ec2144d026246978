"""Places for street furniture: around the middles of towns, apart from one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import shapely

from data.sampling import ground
from data.sampling.chance import Chance
from data.sampling.ground import Position, Town

GARRISON = "陸上自衛隊朝霞駐屯地"
TRIES = 60


def spread(
    towns: Iterable[Town],
    counts: Mapping[str, int],
    chance: Chance,
    *,
    apart_metres: float,
    inside: shapely.Polygon | None = None,
    outside: shapely.Polygon | None = None,
) -> list[tuple[Town, Position]]:
    """Up to `counts[town.name]` places near each town's point.

    A 大字 reaches over fields and river banks: places stay near its point. A place that would lie
    too close to another, outside `inside` or inside `outside` is drawn again, a few times.
    """
    placed: list[tuple[Town, Position]] = []
    for town in towns:
        reach = 130.0 if town.name.startswith("大字") else 240.0
        for _ in range(counts.get(town.name, 0)):
            for _ in range(TRIES):
                position = ground.near(town.position, chance, metres=(15.0, reach))
                point = shapely.Point(position)
                if inside is not None and not inside.contains(point):
                    continue
                if outside is not None and outside.contains(point):
                    continue
                if ground.apart(position, [other for _, other in placed], apart_metres):
                    placed.append((town, position))
                    break
    return placed


def inhabited(towns: Iterable[Town]) -> list[Town]:
    """The towns in whose streets a sample may stand."""
    return [town for town in towns if town.name != GARRISON]
