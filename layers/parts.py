"""Parts: the simple geometries features are made of, each with the index of its feature.

Everything drawn is a part: a point, a line string or a polygon in degrees of longitude and
latitude. `owner[i]` is the index of the feature that part `i` belongs to, ascending.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryType

from layers.arrays import Array

Kind = Literal["point", "line", "polygon"]
Geometries = npt.NDArray[Any]
Owners = npt.NDArray[np.int64]

TYPES: dict[Kind, GeometryType] = {
    "point": GeometryType.POINT,
    "line": GeometryType.LINESTRING,
    "polygon": GeometryType.POLYGON,
}
DIMENSIONS: dict[Kind, int] = {"point": 0, "line": 1, "polygon": 2}


@dataclass(frozen=True)
class Parts:
    """Geometries of one kind and their owners, in parallel."""

    kind: Kind
    geometry: Geometries
    owner: Owners

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, chosen: npt.NDArray[Any]) -> Parts:
        """The parts at these indices, or where this mask is true."""
        return Parts(self.kind, self.geometry[chosen], self.owner[chosen])

    def with_geometry(self, geometry: Geometries) -> Parts:
        """The same owners with other geometries, taken apart again where they fell apart.

        Pieces of another kind (a polygon cut down to a line) and empty ones are left out.
        """
        pieces, index = shapely.get_parts(geometry, return_index=True)
        owner = self.owner[index]
        keep = (shapely.get_type_id(pieces) == TYPES[self.kind]) & ~shapely.is_empty(pieces)
        return Parts(self.kind, pieces[keep], owner[keep])


def parts_of(kind: Kind, geometry: Geometries) -> Parts:
    """The parts of features' geometries; geometry collections are opened."""
    return Parts(kind, geometry, np.arange(len(geometry))).with_geometry(geometry)


def concatenate(kind: Kind, several: list[Parts]) -> Parts:
    """All parts, in the order of their features."""
    geometry = np.concatenate([parts.geometry for parts in several])
    owner = np.concatenate([parts.owner for parts in several])
    order = np.argsort(owner, kind="stable")
    return Parts(kind, geometry[order], owner[order])


def to_arrays(prefix: str, parts: Parts) -> dict[str, Array]:
    """Parts as flat arrays for `layers.arrays`; `from_arrays` reads them back."""
    if not len(parts):
        return {f"{prefix}/owner": parts.owner}
    _, coordinates, offsets = shapely.to_ragged_array(parts.geometry, include_z=False)
    arrays: dict[str, Array] = {
        f"{prefix}/owner": parts.owner,
        f"{prefix}/coordinates": coordinates,
    }
    arrays |= {f"{prefix}/offsets{depth}": offset for depth, offset in enumerate(offsets)}
    return arrays


def from_arrays(prefix: str, kind: Kind, arrays: dict[str, Array]) -> Parts:
    """Parts that `to_arrays` made flat."""
    owner = arrays[f"{prefix}/owner"]
    if not len(owner):
        return Parts(kind, np.empty(0, dtype=object), owner)
    offsets = tuple(arrays[f"{prefix}/offsets{depth}"] for depth in range(DIMENSIONS[kind]))
    geometry = shapely.from_ragged_array(
        TYPES[kind], arrays[f"{prefix}/coordinates"], offsets or None
    )
    return Parts(kind, geometry, owner)
