"""Looks for layers that nobody has chosen one for: told apart by readers who are colour-blind.

The colours are of Paul Tol's qualitative schemes (https://sronpersonalpages.nl/~pault/): indigo,
purple, brown and black. Of his and of Okabe and Ito's colours they are the four that are farthest
from each other for every kind of sight, among those with a contrast of 3:1 with the map's ground
(WCAG 2.2, 1.4.11) that nobody takes for a depth class or a landslide zone. The test measures it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import product

from layers.schema.values import Shape

Look = tuple[str, Shape]

COLORS = ("#332288", "#AA3377", "#663333", "#000000")
SHAPES: tuple[Shape, ...] = ("circle", "square", "diamond", "triangle")  # of no subject


def free_look(used: Collection[Look]) -> Look:
    """A colour and a shape, neither of them in `used` if one is left: a colour of its own first,
    then a pair of its own, then the pair that is used least.
    """
    colors = Counter(color.upper() for color, _ in used)
    pairs = Counter((color.upper(), shape) for color, shape in used)
    shapes = Counter(shape for _, shape in used)
    # The first ones differ in colour and, four by four, in shape.
    order = [
        (color, SHAPES[(place + turn) % len(SHAPES)])
        for turn, (place, color) in product(range(len(SHAPES)), enumerate(COLORS))
    ]
    return min(order, key=lambda look: (colors[look[0]], pairs[look], shapes[look[1]]))
