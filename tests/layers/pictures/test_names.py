"""Names on the base map: on paper they stand where the map's own script puts them."""

from __future__ import annotations

import json
import subprocess
from itertools import combinations
from typing import Any

import numpy as np
import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Bounds
from layers.pictures.frame import Frame
from layers.pictures.names import Box, labels_at, placed
from server.texts import LANGUAGES
from server.viewer.city_map import look_config
from tests.conftest import ROOT

ZOOMS = (11, 13, 14, 15, 16)


def frame_of(catalog: Catalog, zoom: int) -> Frame:
    whole = Frame.around(Bounds(*catalog.city.extent), 800, 600)
    return Frame(whole.longitude, whole.latitude, zoom, 800, 600)


def symbols_in(frame: Frame) -> list[Box]:
    random = np.random.default_rng(3)
    places = random.uniform(0, (frame.width, frame.height), (60, 2))
    return [(x - 9, y - 9, x + 9, y + 9) for x, y in places.tolist()]


def on_screen(catalog: Catalog, zoom: int, lang: str) -> Any:
    frame = frame_of(catalog, zoom)
    view = {
        "features": json.loads(catalog.base.content)["features"],
        "zoom": zoom,
        "tags": LANGUAGES[lang].names,
        "corner": frame.corner,
        "symbols": symbols_in(frame),
    }
    done = subprocess.run(
        ["tools/with-node.sh", "node", "tests/layers/pictures/labels.mjs"],
        input=orjson.dumps({"look": look_config(), "views": [view]}),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return json.loads(done.stdout)[0]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("zoom", ZOOMS)
def test_a_name_stands_where_the_script_puts_it(asaka: Catalog, zoom: int, lang: str) -> None:
    frame = frame_of(asaka, zoom)
    labels = labels_at(asaka.base, frame, LANGUAGES[lang].names)
    printed = [*placed(labels, symbols_in(frame))]
    screen = on_screen(asaka, zoom, lang)
    assert [label.text for label, _ in printed] == [each["text"] for each in screen]
    for (label, place), each in zip(printed, screen, strict=True):
        assert place == pytest.approx(each["place"], abs=1e-3), label


@pytest.mark.parametrize("zoom", ZOOMS)
def test_no_name_lies_over_another_or_under_a_symbol(asaka: Catalog, zoom: int) -> None:
    frame = frame_of(asaka, zoom)
    symbols = symbols_in(frame)
    shown = [*placed(labels_at(asaka.base, frame, ()), symbols)]
    assert shown
    boxes = [label.box(place) for label, place in shown]
    assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    for (label, _), box in zip(shown, boxes, strict=True):
        assert label.kind == "station" or not any(overlap(box, symbol) for symbol in symbols)


def test_what_matters_more_is_named_first(asaka: Catalog) -> None:
    frame = frame_of(asaka, 13)
    shown = {label.text for label, _ in placed(labels_at(asaka.base, frame, ()), ())}
    assert {"朝霞駅", "北朝霞駅", "黒目川", "荒川", "新座市", "和光市"} <= shown
    english = {
        label.text for label, _ in placed(labels_at(asaka.base, frame, ("en", "ja-Latn")), ())
    }
    assert {"Asaka Sta.", "Kurome River", "Mizonuma", "Niiza-shi"} <= english


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
