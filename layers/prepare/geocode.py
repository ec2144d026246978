"""From an address to its 町丁目: as exactly as an address without coordinates says where it is.

Spellings differ from list to list: 朝志ヶ丘 and 朝志ケ丘, 一丁目 and 1丁目 and 1-, full-width
digits, 大字 written or left out. Both sides are brought to one form and compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from layers.geometry.parts import Geometries, Integers
from layers.japanese.addresses import DOUBT_CHOME, DOUBT_TOWN, Gazetteer
from layers.report import Problem, folded
from layers.sources.rows import Rows


def placed_by_address(
    gazetteer: Gazetteer | None, rows: Rows, geometry: Geometries
) -> tuple[Geometries, Integers, list[Problem]]:
    """The geometry with rows that had none at the point of their town, and notes of them.

    `geometry` is in degrees, None where a row has none; rows that cannot be placed stay so. Also by
    row how many metres off its position may be: 0 where its address did not decide it.
    """
    located = geometry.copy()
    doubt = np.zeros(len(geometry), dtype=np.int64)
    shapes = (shapely.get_dimensions(geometry) > 0).any()  # among which a point would be none
    if rows.address is None or gazetteer is None or shapes:
        return located, doubt, []
    cells = rows.columns[rows.address].to_numpy()

    def place_rows() -> Iterator[Problem]:
        for index in np.flatnonzero(shapely.is_missing(geometry)).tolist():
            row, address = int(rows.numbers[index]), cells[index]
            if not isinstance(address, str) or not address.strip():
                continue
            town = gazetteer.find(address)
            if town is None:
                yield Problem("warning", "address_unknown", row, rows.address, address)
                continue
            name, x, y = gazetteer.towns[town]
            located[index] = shapely.Point(x, y)
            doubt[index] = DOUBT_TOWN if town.chome is None else DOUBT_CHOME
            yield Problem("note", "address_placed", row, rows.address, address, detail=name)

    return located, doubt, folded(place_rows())
