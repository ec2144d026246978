"""An area drawn by hand: what is taken, and what is told of what is none."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import orjson
import pytest

from layers.geometry.drawn_area import (
    MOST_CORNERS,
    InvalidArea,
    middle_of,
    read_ring,
    square_metres,
)

SQUARE = [[139.6, 35.8], [139.6, 35.81], [139.61, 35.81], [139.61, 35.8], [139.6, 35.8]]


def polygon(ring: Any, **others: object) -> str:
    return orjson.dumps({"type": "Polygon", "coordinates": [ring], **others}).decode()


def circle(corners: int) -> list[list[float]]:
    angles = [2 * math.pi * corner / corners for corner in range(corners)]
    ring = [[139.6 + 0.01 * math.cos(at), 35.8 + 0.01 * math.sin(at)] for at in angles]
    return [*ring, ring[0]]


def test_an_area_is_closed_counter_clockwise_and_rounded() -> None:
    ring = read_ring(polygon([[x + 1e-9, y] for x, y in SQUARE]))
    assert set(ring) == {(x, y) for x, y in SQUARE}
    assert ring[0] == ring[-1]
    turns = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    assert turns > 0
    assert middle_of(ring) == (139.605, 35.805)
    assert square_metres(ring) == pytest.approx(904_000 * 1109 / 1000, rel=0.01)


def test_the_middle_lies_in_an_area_that_is_bent() -> None:
    bent = [[0, 0], [9, 0], [9, 9], [8, 9], [8, 1], [1, 1], [1, 9], [0, 9], [0, 0]]
    x, y = middle_of(read_ring(polygon(bent)))
    assert y <= 1 or x <= 1 or x >= 8


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "unreadable"),
        ("35.8,139.6", "unreadable"),
        ("[" * 5000, "unreadable"),
        ("null", "unreadable"),
        (polygon("x"), "unreadable"),
        (polygon([]), "unreadable"),
        (polygon([[139.6, 35.8, 1.0]] * 5), "unreadable"),
        (polygon([[True, False]] * 5), "unreadable"),
        (polygon([["139.6", "35.8"]] * 5), "unreadable"),
        (polygon(SQUARE[:-1]), "unreadable"),
        (polygon([[y * 9, x * 9] for x, y in SQUARE]), "unreadable"),
        ('{"type":"Polygon","coordinates":[[[1e999,0],[1,1],[0,1],[1e999,0]]]}', "unreadable"),
        (polygon(SQUARE).replace("Polygon", "LineString"), "unreadable"),
        (orjson.dumps({"type": "Polygon", "coordinates": [SQUARE, SQUARE]}).decode(), "unreadable"),
        (polygon(SQUARE, filled="x" * 8192), "unreadable"),
        (polygon(circle(MOST_CORNERS + 1)), "many"),
        (polygon([SQUARE[0], SQUARE[1], SQUARE[0]]), "small"),
        (polygon([SQUARE[0]] * 5), "small"),
        (
            polygon(
                [[139.6 + x * 1e-6, 35.8 + y * 1e-6] for x, y in ((0, 0), (1, 0), (0, 1), (0, 0))]
            ),
            "small",
        ),
        (polygon([[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]), "crossing"),
        (polygon([[0, 0], [2, 0], [1, 0], [1, 1], [0, 0]]), "crossing"),
    ],
)
def test_what_is_no_area_is_told_why(text: str, fault: str) -> None:
    with pytest.raises(InvalidArea) as invalid:
        read_ring(text)
    assert invalid.value.fault == fault


def test_as_many_corners_as_may_be_are_taken() -> None:
    ring = [[round(x, 6), round(y, 6)] for x, y in circle(MOST_CORNERS)]
    assert len(read_ring(polygon(ring))) == MOST_CORNERS + 1
    assert len(polygon(ring)) < 8192
