"""Parts as arrays: the same geometries however they are chosen."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.geometry.parts import Parts, from_shapes, shapes_of

FEW, MANY = 8, 300  # vertices of a circle: copied one by one, and as a run


def circles(vertices: int) -> Parts:
    """Seven rings around holes."""
    outer, inner = (
        [shapely.Point(x, 35.0).buffer(radius, quad_segs=vertices // 4) for x in range(7)]
        for radius in (0.4, 0.2)
    )
    rings = [one - other for one, other in zip(outer, inner, strict=True)]
    return from_shapes(shapes_of("polygon", np.array(rings)))


@pytest.mark.parametrize("vertices", [FEW, MANY])
@pytest.mark.parametrize("chosen", [[], [6], [2, 3, 4], [5, 0, 1, 3], [0, 1, 2, 3, 4, 5, 6]])
def test_chosen_parts_are_whole_and_in_the_order_chosen(vertices: int, chosen: list[int]) -> None:
    parts = circles(vertices)
    taken = parts.take(np.array(chosen, dtype=np.int64))
    wanted = parts.to_shapes().geometry[chosen]
    assert shapely.to_wkb(taken.to_shapes().geometry).tolist() == shapely.to_wkb(wanted).tolist()
    assert taken.owner.tolist() == chosen
