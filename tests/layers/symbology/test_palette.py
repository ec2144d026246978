"""The looks that layers get unasked: told apart, by colour-blind readers too, and from dangers."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from layers.schema.codelists import codelists
from layers.symbology.look import LOOK
from layers.symbology.palette import COLORS, SHAPES, Look, free_look

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
SIGHT = {
    "all cones": "1 0 0 0 1 0 0 0 1",
    "protanopia": "0.152286 1.052583 -0.204868 0.114503 0.786281 0.099216 "
    "-0.003882 -0.048116 1.051998",
    "deuteranopia": "0.367322 0.860646 -0.227968 0.280085 0.672501 0.047413 "
    "-0.011820 0.042940 0.968881",
    "tritanopia": "1.255528 -0.076749 -0.178779 -0.078411 0.930809 0.147602 "
    "0.004733 0.691367 0.303900",
}
# Linear sRGB to XYZ over the white point D65.
XYZ = np.array(
    [[0.433953, 0.376219, 0.189828], [0.212671, 0.715160, 0.072169], [0.017758, 0.109477, 0.872766]]
)


def linear(color: str) -> npt.NDArray[np.float64]:
    channels = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(color: str, sight: str) -> npt.NDArray[np.float64]:
    matrix = np.array(SIGHT[sight].split(), dtype=float).reshape(3, 3)
    seen = np.clip(matrix @ linear(color), 0, 1)
    x, y, z = (float(t) ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in XYZ @ seen)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: str, other: str, sight: str) -> float:
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def contrast(one: str, other: str) -> float:
    light = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(c)) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_are_told_apart(sight: str) -> None:
    for one, other in combinations(COLORS, 2):
        assert difference(one, other, sight) > 20, (one, other)


def test_colours_stand_out_from_the_ground() -> None:
    for color in COLORS:
        assert contrast(color, LOOK.ground.color) >= 3
        assert contrast(color, LOOK.ground.beyond) >= 3


@pytest.mark.parametrize("sight", SIGHT)
def test_no_colour_is_that_of_a_danger(sight: str) -> None:
    dangers = [
        code.color
        for name in ("flood_depth", "landslide_zone")
        for code in codelists()[name]
        if code.color
    ]
    assert len(dangers) > 8
    for color in COLORS:
        for danger in dangers:
            assert difference(color, danger, sight) > 20, (color, danger)


def test_each_layer_gets_a_look_of_its_own_as_long_as_one_is_free() -> None:
    used: list[Look] = []
    for _ in range(len(COLORS) * len(SHAPES)):
        used.append(free_look(used))
    assert len(set(used)) == len(used)
    assert len({color for color, _ in used[: len(COLORS)]}) == len(COLORS)
    assert len({shape for _, shape in used[: len(SHAPES)]}) == len(SHAPES)
    assert free_look(used) in used


def test_a_colour_that_another_layer_has_is_not_taken() -> None:
    assert free_look([(COLORS[0].lower(), "circle")])[0] != COLORS[0]
